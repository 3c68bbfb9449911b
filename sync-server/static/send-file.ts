import type { Context } from 'hono';
import { refuse } from '../errors/api-errors.ts';
import { readRange } from './byte-range.ts';
import { bodyOf } from './file-part.ts';
import { type OpenFile, openFile, versionOf } from './open-file.ts';

/** What is sent: the open file, and how its bytes are named in the cache of a client. */
export interface SentFile {
	readonly file: OpenFile;
	/** Without quotes. */
	readonly tag: string;
}

/**
 * Answers a GET or HEAD with the file, a part of it, or "you have it already" (RFC 9110, 13 and 14). The file is this function's from here on: it
 * is closed when the answer has been sent.
 */
export async function sendFile(
	c: Context,
	{ file, tag }: SentFile,
	headers: Readonly<Record<string, string>>,
): Promise<Response> {
	const { handle, bytes, mtimeNs } = file;
	const etag = `"${tag}"`;
	// To the second, as HTTP dates are.
	const modifiedMs = Number(mtimeNs / 1_000_000_000n) * 1000;
	const common: Record<string, string> = {
		...headers,
		ETag: etag,
		'Last-Modified': new Date(modifiedMs).toUTCString(),
		'Accept-Ranges': 'bytes',
	};
	let sending = false;
	try {
		if (isKnown(c, etag, modifiedMs)) return c.body(null, 304, common);
		const ranged = mayBePart(c.req.header('If-Range'), etag, modifiedMs);
		const range = ranged ? readRange(c.req.header('Range'), bytes) : null;
		if (range === 'unsatisfiable') {
			const error = { code: 'range_not_satisfiable', message: `The file has ${bytes} bytes.` } as const;
			return refuse(c, error, { 'Content-Range': `bytes */${bytes}`, 'Accept-Ranges': 'bytes' });
		}
		const { first, last } = range ?? { first: 0, last: bytes - 1 };
		common['Content-Length'] = `${last - first + 1}`;
		if (range) common['Content-Range'] = `bytes ${first}-${last}/${bytes}`;
		const status = range ? 206 : 200;
		if (c.req.method === 'HEAD' || bytes === 0) return c.body(null, status, common);
		sending = true;
		return c.body(bodyOf(c.req.raw, { handle, first, last }), status, common);
	} finally {
		if (!sending) await handle.close();
	}
}

/** Opens `path` and sends it, if it is still what `isSame` was told of; a file that was replaced in between is not sent half as one, half as the other. */
export async function sendPath(
	c: Context,
	path: string | Buffer,
	headers: Readonly<Record<string, string>>,
	{ suffix = '', isSame = () => true }: { suffix?: string; isSame?: (file: OpenFile) => boolean } = {},
): Promise<Response> {
	const file = await openFile(path);
	if (file !== null && isSame(file)) return sendFile(c, { file, tag: versionOf(file) + suffix }, headers);
	await file?.handle.close();
	const message = 'The file is being replaced. Ask again in a moment.';
	return refuse(c, { code: 'unavailable', message }, { 'Retry-After': '1' });
}

/** `If-None-Match` decides alone where it is given. */
function isKnown(c: Context, etag: string, modifiedMs: number): boolean {
	const tags = c.req.header('If-None-Match');
	if (tags !== undefined)
		return tags.trim() === '*' || tags.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
	const since = c.req.header('If-Modified-Since');
	return since !== undefined && modifiedMs <= Date.parse(since);
}

/** A part is for those who hold the rest of the same file; a date must match exactly. */
function mayBePart(ifRange: string | undefined, etag: string, modifiedMs: number): boolean {
	if (ifRange === undefined) return true;
	return ifRange.trim() === etag || Date.parse(ifRange) === modifiedMs;
}
