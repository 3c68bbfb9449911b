import type { OpenAPIHono } from '@hono/zod-openapi';
import {
	deleteMedia,
	getFolder,
	getLibrary,
	getMedia,
	getMediaByFingerprint,
	listMedia,
	scanLibrary,
} from '#contract/library';
import { apiRoom } from '../api-room.ts';
import { refuse } from '../errors/api-errors.ts';
import { toOpenApi } from '../open-api.ts';
import { apiErrorOf, missing } from './failures.ts';
import type { MediaLibrary } from './media-library.ts';

const FRESH = { 'Cache-Control': 'no-store' };

export function libraryRoutes(library: MediaLibrary): OpenAPIHono {
	const room = apiRoom();

	room.openapi(toOpenApi(getLibrary), (c) =>
		c.json({ roots: library.roots(), scan: library.scanner.state }, 200, FRESH),
	);

	room.openapi(toOpenApi(scanLibrary), (c) => {
		library.scanner.scan();
		return c.json(library.scanner.state, 202, FRESH);
	});

	room.openapi(toOpenApi(getFolder), (c) => {
		const found = library.list.folder(c.req.valid('param').id);
		if (found === undefined)
			return refuse(c, { code: 'not_found', message: 'There is no such folder on the server.' }) as never;
		return c.json(found, 200, FRESH);
	});

	room.openapi(toOpenApi(listMedia), (c) => {
		const { deep, ...query } = c.req.valid('query');
		const page = library.list.page({ ...query, deep: deep === 'true' });
		if (page.ok) return c.json(page.value, 200, FRESH);
		if (page.error === 'no-folder')
			return refuse(c, { code: 'not_found', message: 'There is no such folder on the server.' }) as never;
		return refuse(c, {
			code: 'invalid_request',
			message: 'The cursor is not of this list. Start at its first page.',
		}) as never;
	});

	room.openapi(toOpenApi(getMediaByFingerprint), async (c) => {
		const found = await library.findByFingerprint(c.req.valid('param').fingerprint);
		const item = found.ok ? library.list.item(found.value.id) : undefined;
		return item === undefined ? (refuse(c, apiErrorOf(missing())) as never) : c.json(item, 200, FRESH);
	});

	room.openapi(toOpenApi(getMedia), async (c) => {
		const { id } = c.req.valid('param');
		const probed = await library.probe(id);
		// Asked for afterwards: the probe has told the length and size.
		const item = library.list.item(id);
		if (item === undefined) return refuse(c, apiErrorOf(missing())) as never;
		if (probed.ok) return c.json({ item, looked: { ok: true as const, facts: probed.value.facts } }, 200, FRESH);
		const failure = probed.error;
		if (failure.kind === 'source-missing') return refuse(c, apiErrorOf(failure)) as never;
		const { message } = apiErrorOf(failure);
		return c.json({ item, looked: { ok: false as const, failure, message } }, 200, FRESH);
	});

	room.openapi(toOpenApi(deleteMedia), async (c) => {
		const deleted = await library.delete(c.req.valid('param').id);
		if (deleted.ok) return c.json({ deleted: true } as const, 200, FRESH);
		if (deleted.error !== 'not-uploaded') return refuse(c, apiErrorOf(deleted.error)) as never;
		const message = 'Only uploaded files can be deleted here. Files of media folders are never touched.';
		return refuse(c, { code: 'forbidden', message }) as never;
	});

	return room;
}
