import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';

import { bodyLimit } from 'hono/body-limit';
import { BLOBS_PATH, MAX_BLOB_BYTES } from '#contract/sync';
import { BlobHash } from '#core/blob-hash';
import { apiRoom } from '../api-room.ts';
import { deviceIdOf } from '../auth/request-device.ts';
import { refuse } from '../errors/api-errors.ts';
import type { Blobs } from './blobs.ts';
import { DeviceTurns } from './device-turns.ts';

/** So many one device sends at once; each is whole in memory. A device that sends slowly holds up itself. */
const AT_ONCE = 2;

const PATH = `${BLOBS_PATH}/:sha256` as const;

const named: MiddlewareHandler = (c, next) =>
	BlobHash.safeParse(c.req.param('sha256')).success
		? next()
		: Promise.resolve(
				refuse(c, { code: 'invalid_request', message: 'A blob is named by the 64 hex digits of its SHA-256.' }),
			);

/** Blobs as plain bytes; `HEAD` is answered as `GET` without them. */
export function blobRoutes(blobs: Blobs): OpenAPIHono {
	const room = apiRoom();
	const turns = new DeviceTurns(AT_ONCE);
	const tooLarge = `A part of a project may have ${MAX_BLOB_BYTES / 1024 / 1024} MB at most.`;
	room.use(PATH, named);
	room.get(PATH, (c) => {
		const sha256 = c.req.param('sha256');
		const headers = {
			'Content-Type': 'application/octet-stream',
			'Cache-Control': 'private, max-age=31536000, immutable',
			ETag: `"${sha256}"`,
		};
		if (c.req.method === 'HEAD' && blobs.keep(sha256)) return c.body(null, 200, headers);
		const data = blobs.get(sha256);
		if (data !== undefined) return c.body(new Uint8Array(data), 200, headers);
		return refuse(c, { code: 'not_found', message: 'The server has no such part of a project (yet).' });
	});
	room.put(
		PATH,
		bodyLimit({
			maxSize: MAX_BLOB_BYTES,
			onError: (c) => refuse(c, { code: 'too_large', message: tooLarge }),
		}),
		async (c) => {
			const sha256 = c.req.param('sha256');
			const put = await turns.take(deviceIdOf(c), async () =>
				blobs.put(sha256, new Uint8Array(await c.req.arrayBuffer())),
			);
			return put.ok ? c.json({ stored: true }, 201) : refuse(c, put.error);
		},
	);
	return room;
}
