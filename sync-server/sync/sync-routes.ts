import type { OpenAPIHono } from '@hono/zod-openapi';
import { listDocuments, removeDocument } from '#contract/sync';
import { apiRoom } from '../api-room.ts';
import { refuse } from '../errors/api-errors.ts';
import { toOpenApi } from '../open-api.ts';
import type { Documents } from './documents.ts';

export function syncRoutes(documents: Documents): OpenAPIHono {
	const room = apiRoom();
	room.openapi(toOpenApi(listDocuments), (c) =>
		c.json({ documents: documents.list(c.req.valid('query').kind) }, 200, { 'Cache-Control': 'no-store' }),
	);
	room.openapi(toOpenApi(removeDocument), (c) => {
		const { name } = c.req.valid('param');
		if (documents.remove(name)) return c.json({ removed: true } as const, 200);
		return refuse(c, { code: 'not_found', message: 'The server keeps no such project or profile.' }) as never;
	});
	return room;
}
