import type { Context } from 'hono';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { refuse } from '../errors/api-errors.ts';
import { readRange } from './byte-range.ts';
import type { SentFile } from './encoding.ts';

/** Answers a GET or HEAD with the file, a part of it, or "you have it already". */
export function sendFile(c: Context, file: SentFile, headers: Readonly<Record<string, string>>): Response {
	const etag = `"${file.version}"`;
	const common: Record<string, string> = { ...headers, ETag: etag, 'Accept-Ranges': 'bytes', Vary: 'Accept-Encoding' };
	if (file.encoding) common['Content-Encoding'] = file.encoding;
	if (matches(c.req.header('If-None-Match'), etag)) return c.body(null, 304, common);

	const ifRange = c.req.header('If-Range');
	const range = ifRange === undefined || ifRange === etag ? readRange(c.req.header('Range'), file.bytes) : null;
	if (range === 'unsatisfiable') {
		const error = { code: 'range_not_satisfiable', message: `The file has ${file.bytes} bytes.` } as const;
		return refuse(c, error, { 'Content-Range': `bytes */${file.bytes}` });
	}
	const { first, last } = range ?? { first: 0, last: file.bytes - 1 };
	common['Content-Length'] = `${last - first + 1}`;
	if (range) common['Content-Range'] = `bytes ${first}-${last}/${file.bytes}`;
	const status = range ? 206 : 200;
	if (c.req.method === 'HEAD' || file.bytes === 0) return c.body(null, status, common);
	return c.body(readPart(file.path, first, last), status, common);
}

function readPart(path: string, start: number, end: number): ReadableStream<Uint8Array<ArrayBuffer>> {
	return Readable.toWeb(createReadStream(path, { start, end })) as ReadableStream<Uint8Array<ArrayBuffer>>;
}

function matches(header: string | undefined, etag: string): boolean {
	if (header === undefined) return false;
	return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}
