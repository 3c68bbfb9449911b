import type { OpenAPIHono } from '@hono/zod-openapi';
import { changeShare, createShare, listShares, revokeShare } from '#contract/shares';
import { apiRoom } from '../api-room.ts';
import { isLoopbackHost, nameIn } from '../auth/host-names.ts';
import { qrSvg } from '../auth/pairing-address.ts';
import { refuse } from '../errors/api-errors.ts';
import { toOpenApi } from '../open-api.ts';
import type { Shares } from './shares.ts';

const FRESH = { 'Cache-Control': 'no-store' };

/** `origins`: where browsers find this server, best first. */
export function shareRoutes(shares: Shares, origins: () => readonly string[]): OpenAPIHono {
	const room = apiRoom();

	room.openapi(toOpenApi(createShare), async (c) => {
		const { capture, ...terms } = c.req.valid('json');
		const made = await shares.create(capture, terms);
		if (!made.ok) return refuse(c, made.error) as never;
		const { share, path } = made.value;
		// Of this machine alone: a code would lead a phone to itself.
		const reached = origins().filter((origin) => !isLoopbackHost(nameIn(new URL(origin).host)));
		const [best] = reached;
		return c.json(
			{
				share,
				// Which of several networks the visitor is in, the app knows better.
				address: best !== undefined && reached.length === 1 ? best + path : path,
				...(best !== undefined && { qrSvg: await qrSvg(best + path) }),
			},
			200,
			FRESH,
		);
	});

	room.openapi(toOpenApi(listShares), (c) => {
		const { limit, capture } = c.req.valid('query');
		return c.json({ shares: [...shares.list(limit, capture)] }, 200, FRESH);
	});

	room.openapi(toOpenApi(changeShare), async (c) => {
		const terms = Object.entries(c.req.valid('json')).filter(([, value]) => value !== undefined);
		const changed = await shares.change(c.req.valid('param').id, Object.fromEntries(terms));
		return changed.ok ? c.json(changed.value, 200, FRESH) : (refuse(c, changed.error) as never);
	});

	room.openapi(toOpenApi(revokeShare), (c) => {
		const revoked = shares.revoke(c.req.valid('param').id);
		return revoked.ok ? c.json(revoked.value, 200, FRESH) : (refuse(c, revoked.error) as never);
	});

	return room;
}
