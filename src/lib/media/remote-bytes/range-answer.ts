import { SERVER_ERRORS } from '#core/media/source-failure';

/** Bytes of a file, `end` exclusive. */
export interface ByteSpan {
	readonly start: number;
	readonly end: number;
}

/** The head of an answer to a range request, from `fetch` or `XMLHttpRequest`. */
export interface AnswerHead {
	readonly status: number;
	readonly header: (name: string) => string | null;
}

/** The bytes are those asked for. */
export interface Good {
	readonly kind: 'good';
	/** What the server calls this state of the file; null when it does not say. */
	readonly version: string | null;
	readonly size: number;
}

/** What to do about an answer: take its bytes, ask for another address, or ask once more. */
export type Verdict = Good | { readonly kind: 'readdress' } | { readonly kind: 'again' };

/** A reading error that `sourceFailure` knows. A `DOMException` as the browser's own: what reads media takes others for damage. */
export const readingError = (kind: keyof typeof SERVER_ERRORS, message: string): DOMException =>
	new DOMException(message, SERVER_ERRORS[kind]);

export const rangeHeader = ({ start, end }: ByteSpan): string => `bytes=${start}-${end - 1}`;

/** Busy, restarting, or a proxy that has lost its server for a moment. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Looks at the answer to a request for `wanted` of `file`. Throws `readingError` where asking again is of no use. */
export function judgeAnswer(
	{ status, header }: AnswerHead,
	wanted: ByteSpan,
	file: { readonly size?: number | undefined; readonly version?: string | undefined },
): Verdict {
	if (status === 401 || status === 403) return { kind: 'readdress' };
	if (PASSING.has(status)) return { kind: 'again' };
	if (status === 404 || status === 410) throw readingError('missing', 'the server does not have the file');
	if (status === 416 && (file.size ?? 0) === 0 && header('Content-Range') === 'bytes */0')
		return { kind: 'good', version: header('ETag'), size: 0 };
	if (status === 412 || status === 416) throw readingError('changed', 'the file on the server is another one');
	if (status === 200) throw readingError('unfit', 'it sends the whole file at once');
	if (status !== 206) throw readingError('unfit', `it answers with status ${status}`);
	const [, start, end, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header('Content-Range') ?? '') ?? [];
	if (start === undefined || end === undefined || size === undefined)
		throw readingError('unfit', 'it does not tell which part it sends');
	const version = header('ETag');
	const isOther = file.version !== undefined && version !== null && version !== file.version;
	if (isOther || (file.size !== undefined && Number(size) !== file.size))
		throw readingError('changed', 'the file on the server is another one');
	if (Number(start) !== wanted.start || Number(end) + 1 !== Math.min(wanted.end, Number(size)))
		throw readingError('unfit', 'it sends another part than was asked for');
	return { kind: 'good', version, size: Number(size) };
}
