import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { encodeFrameIndex } from '#core/time/frame-index-codec';
import { getFrameIndex, getRaw } from '#contract/streaming';
import { apiRoom } from '../api-room.ts';
import { refuse } from '../errors/api-errors.ts';
import { apiErrorOf } from '../library/failures.ts';
import type { MediaLibrary } from '../library/media-library.ts';
import { toOpenApi } from '../open-api.ts';
import { contentType } from '../static/content-type.ts';
import { versionOf } from '../static/open-file.ts';
import { sendFile } from '../static/send-file.ts';
import { dispositionOf } from './disposition.ts';

/** Frames at an even rate are a byte each, nearly all the same. */
const gzipped = promisify(gzip);

/** Files as they are. `sharing`: headers that say which pages may show them. */
export function rawRoutes(library: MediaLibrary, sharing: Readonly<Record<string, string>>): OpenAPIHono {
	const room = apiRoom();

	room.openapi(toOpenApi(getRaw), async (c) => {
		const opened = await library.open(c.req.valid('param').id);
		if (!opened.ok) return refuse(c, apiErrorOf(opened.error)) as never;
		const { name, file } = opened.value;
		const kind = c.req.valid('query').download === 'true' ? 'attachment' : 'inline';
		return (await sendFile(
			c,
			{ file, tag: versionOf(file) },
			{
				...sharing,
				'Content-Type': contentType(name),
				'Content-Disposition': dispositionOf(kind, name),
				// Nothing on the way may keep it for others, or pack it.
				'Cache-Control': 'private, no-cache, no-transform',
			},
		)) as never;
	});

	room.openapi(toOpenApi(getFrameIndex), async (c) => {
		const probed = await library.probe(c.req.valid('param').id);
		if (!probed.ok) return refuse(c, apiErrorOf(probed.error)) as never;
		const bytes = encodeFrameIndex(probed.value.index);
		const tag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
		const headers = { ...sharing, ETag: tag, Vary: 'Accept-Encoding', 'Cache-Control': 'private, no-cache' };
		if (c.req.header('If-None-Match') === tag) return c.body(null, 304, headers) as never;
		const packed = /\bgzip\b/.test(c.req.header('Accept-Encoding') ?? '');
		const body = packed ? new Uint8Array(await gzipped(bytes)) : bytes;
		const type = { 'Content-Type': 'application/octet-stream', ...(packed && { 'Content-Encoding': 'gzip' }) };
		return c.body(body, 200, { ...headers, ...type }) as never;
	});

	return room;
}

/** Pages of other origins may show media only where the owner names such origins (CORS_ORIGINS). */
export const sharingHeaders = (corsOrigins: readonly string[]): Readonly<Record<string, string>> => ({
	'Cross-Origin-Resource-Policy': corsOrigins.length > 0 ? 'cross-origin' : 'same-origin',
});
