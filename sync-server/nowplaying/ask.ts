import type { IncomingMessage } from 'node:http';
import { err, ok, type Result } from '#core/result';
import { mediaServerLines, NEVER_ASKED } from './media-server-lines.ts';
import type { SourceFault } from './source-fault.ts';

export interface AskOptions {
	readonly headers: Readonly<Record<string, string>>;
	readonly timeoutMs: number;
	readonly maxBytes: number;
	readonly signal: AbortSignal;
}

export interface Answer {
	readonly body: Buffer;
	/** Media type without parameters, in small letters. */
	readonly type: string;
	/** The clock of the other machine, in milliseconds since 1970. */
	readonly dateMs: number | undefined;
}

/** Asks a media server. Never follows it elsewhere, never reads more than `maxBytes`; rejects with AbortError on `signal` only. */
export async function ask(url: string, options: AskOptions): Promise<Result<Answer, SourceFault>> {
	const { headers, timeoutMs, maxBytes, signal } = options;
	const timeout = AbortSignal.timeout(timeoutMs);
	try {
		const response = await mediaServerLines.request(url, { headers, signal: AbortSignal.any([signal, timeout]) });
		const fault = faultOfStatus(response.statusCode ?? 0);
		if (fault !== undefined) {
			response.destroy();
			return err(fault);
		}
		const body = await readUpTo(response, maxBytes);
		if (body === undefined) return err({ problem: 'bad-answer', detail: 'too-large' });
		const date = Date.parse(response.headers.date ?? '');
		const type = (response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
		return ok({ body, type, dateMs: Number.isNaN(date) ? undefined : date });
	} catch (thrown) {
		signal.throwIfAborted();
		if (timeout.aborted) return err({ problem: 'too-slow' });
		const fault = faultOfError(thrown);
		if (fault === undefined) throw thrown;
		return err(fault);
	}
}

function faultOfStatus(status: number): SourceFault | undefined {
	if (status >= 200 && status < 300) return undefined;
	if (status >= 300 && status < 400) return { problem: 'bad-answer', detail: 'redirect' };
	if (status === 401) return { problem: 'unauthorized' };
	if (status === 403) return { problem: 'not-admin' };
	if (status === 404 || status === 410) return { problem: 'bad-answer', detail: 'missing' };
	if (status >= 500) return { problem: 'server-error', detail: String(status) };
	return { problem: 'bad-answer', detail: String(status) };
}

async function readUpTo(response: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
	const pieces: Uint8Array[] = [];
	let bytes = 0;
	// Leaving the loop gives the rest up.
	for await (const piece of response as AsyncIterable<Uint8Array>) {
		bytes += piece.length;
		if (bytes > maxBytes) return undefined;
		pieces.push(piece);
	}
	return Buffer.concat(pieces);
}

/** Codes of Node, OpenSSL and ours; their texts hold addresses and go no further. Undefined: an error of ours. */
function faultOfError(thrown: unknown): SourceFault | undefined {
	const [code] = codesOf(thrown);
	if (code === undefined) return undefined;
	if (code === NEVER_ASKED) return { problem: 'unreachable', detail: 'never' };
	if (/^(ENOTFOUND|EAI_)/.test(code)) return { problem: 'unreachable', detail: 'name' };
	if (code === 'CERT_HAS_EXPIRED') return { problem: 'tls', detail: 'expired' };
	if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|^EPROTO$|HTTP_REQUEST/.test(code))
		return { problem: 'tls', detail: 'plain' };
	if (/CERT|SIGNATURE|ISSUER|SELF_SIGNED|^ERR_TLS|^ERR_SSL/.test(code)) return { problem: 'tls' };
	if (/^E(CONN|HOST|NET|TIMEDOUT|ADDR|ACCES|PERM)/.test(code)) {
		return code === 'ECONNRESET' ? { problem: 'bad-answer', detail: 'cut' } : { problem: 'unreachable' };
	}
	return { problem: 'bad-answer' };
}

/** Of a name with several addresses, each that was tried has its own. */
function codesOf(cause: unknown): readonly string[] {
	if (!(cause instanceof Error)) return [];
	const { code } = cause as NodeJS.ErrnoException;
	if (code !== undefined) return [code];
	return cause instanceof AggregateError ? cause.errors.flatMap(codesOf) : [];
}
