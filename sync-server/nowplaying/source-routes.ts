import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ApiError } from '#contract/api-error';
import {
	addSource,
	changeSource,
	getSourcePaths,
	listSources,
	removeSource,
	setSourcePaths,
	type SourcePaths,
	testNewSource,
	testSource,
} from '#contract/sources';
import { isPathRule } from '#core/paths/path-mapping';
import { apiRoom } from '../api-room.ts';
import { deviceIdOf, maySetUp } from '../auth/request-device.ts';
import { refuse } from '../errors/api-errors.ts';
import type { LibraryPlaces } from '../library/library-places.ts';
import { toOpenApi } from '../open-api.ts';
import type { ItemImages } from './item-images.ts';
import { isMediaServerAddress } from './media-server-address.ts';
import type { PlayingNow } from './playing-now.ts';
import { faultText } from './source-fault.ts';
import { checkPaths } from './source-paths.ts';
import type { Sources } from './sources.ts';
import { TryLimit } from './try-limit.ts';

export interface SourceRoutesParts {
	readonly sources: Sources;
	readonly playing: PlayingNow;
	readonly images: ItemImages;
	readonly places: LibraryPlaces;
	readonly now?: () => number;
}

const FRESH = { 'Cache-Control': 'no-store' };
const NO_SUCH: ApiError = { code: 'not_found', message: 'There is no such media server here. Look at the list again.' };
const BAD_ADDRESS: ApiError = {
	code: 'unprocessable',
	message:
		'This is not the address of a media server. Enter one such as http://192.168.1.5:32400, without a name, a password, “?” or “#”.',
};
const BAD_SECRET: ApiError = {
	code: 'unprocessable',
	message: 'A token has no spaces and no accents. Copy it again.',
};
const KNOWN: ApiError = { code: 'conflict', message: 'This media server is known already. Change that one instead.' };
const NOT_PAIRED: ApiError = {
	code: 'forbidden',
	message: 'Only a paired device may set media servers. Pair this one under Settings, Server.',
};

/** Media servers, as Settings shows and changes them. Addresses and secrets go in and never come out. */
export function sourceRoutes(parts: SourceRoutesParts): OpenAPIHono {
	const { sources, playing, images, places, now } = parts;
	const room = apiRoom();
	const limit = new TryLimit(now);

	room.openapi(toOpenApi(listSources), (c) =>
		c.json({ sources: sources.all().flatMap(({ id }) => playing.source(id) ?? []) }, 200, FRESH),
	);

	room.openapi(toOpenApi(testNewSource), async (c) => {
		const { kind, address, secret } = c.req.valid('json');
		if (!maySetUp(c)) return refuse(c, NOT_PAIRED) as never;
		const wrong = complaint(address, secret);
		if (wrong !== undefined) return refuse(c, wrong) as never;
		return (
			(tooMany(c) as never) ??
			c.json(await playing.test({ kind, address: plain(address), secret }, c.req.raw.signal), 200, FRESH)
		);
	});

	room.openapi(toOpenApi(addSource), async (c) => {
		const { kind, address, secret, label } = c.req.valid('json');
		if (!maySetUp(c)) return refuse(c, NOT_PAIRED) as never;
		const wrong = complaint(address, secret);
		if (wrong !== undefined) return refuse(c, wrong) as never;
		const added = sources.add({ kind, address: plain(address), secret }, label);
		if (!added.ok) return refuse(c, KNOWN) as never;
		await playing.reopen(added.value.id);
		return answer(c, added.value.id);
	});

	room.openapi(toOpenApi(testSource), async (c) => {
		const watch = playing.watch(c.req.valid('param').id);
		if (watch === undefined) return refuse(c, NO_SUCH) as never;
		return (tooMany(c) as never) ?? c.json(await watch.test(), 200, FRESH);
	});

	room.openapi(toOpenApi(changeSource), async (c) => {
		const { id } = c.req.valid('param');
		const { address, secret, label } = c.req.valid('json');
		if (!maySetUp(c)) return refuse(c, NOT_PAIRED) as never;
		const known = sources.get(id);
		if (known === undefined) return refuse(c, NO_SUCH) as never;
		const wrong = complaint(address ?? 'http://any', secret ?? 'any');
		if (wrong !== undefined) return refuse(c, wrong) as never;
		const moved = address !== undefined && plain(address) !== known.access?.address;
		// Whoever may change an address is not thereby to learn the secret: it would be sent there.
		if (moved && secret === undefined) return refuse(c, GIVE_SECRET) as never;
		const changed = sources.change(id, { ...(address !== undefined && { address: plain(address) }), secret, label });
		if (!changed.ok) return refuse(c, refusalOf(changed.error)) as never;
		if (address !== undefined || secret !== undefined) {
			await images.forget(id);
			await playing.reopen(id);
		}
		return answer(c, id);
	});

	room.openapi(toOpenApi(removeSource), async (c) => {
		const { id } = c.req.valid('param');
		if (!maySetUp(c)) return refuse(c, NOT_PAIRED) as never;
		const removed = sources.remove(id);
		if (!removed.ok) return refuse(c, refusalOf(removed.error)) as never;
		await playing.reopen(id);
		await images.forget(id);
		return c.json({ removed: true } as const, 200, FRESH);
	});

	room.openapi(toOpenApi(getSourcePaths), async (c) => {
		const paths = await pathsOf(c.req.valid('param').id, c.req.raw.signal);
		return paths === undefined ? (refuse(c, NO_SUCH) as never) : c.json(paths, 200, FRESH);
	});

	room.openapi(toOpenApi(setSourcePaths), async (c) => {
		const { id } = c.req.valid('param');
		const { mappings } = c.req.valid('json');
		if (!maySetUp(c)) return refuse(c, NOT_PAIRED) as never;
		if (sources.get(id) === undefined) return refuse(c, NO_SUCH) as never;
		const wrong = mappings.find((one) => !isPathRule(one) || !places.roots.some(({ id: root }) => root === one.root));
		if (wrong !== undefined) {
			const message = `“${wrong.from}” cannot be set: it must be a whole path, such as /data/tv or F:\\TV, and lead to a media folder of this server.`;
			return refuse(c, { code: 'unprocessable', message }) as never;
		}
		sources.setMappings(id, mappings);
		const watch = playing.watch(id);
		sources.forgetUnmatched(id, (path) => watch?.files?.find(path) !== undefined);
		// What plays is found by the new rules at once.
		await watch?.look();
		const paths = await pathsOf(id, c.req.raw.signal);
		return paths === undefined ? (refuse(c, NO_SUCH) as never) : c.json(paths, 200, FRESH);
	});

	function answer(c: Context, id: string) {
		const source = playing.source(id);
		return source === undefined ? (refuse(c, NO_SUCH) as never) : c.json(source, 200, FRESH);
	}

	async function pathsOf(id: string, signal: AbortSignal): Promise<SourcePaths | undefined> {
		const [known, watch] = [sources.get(id), playing.watch(id)];
		if (known === undefined || watch === undefined) return undefined;
		const common = { mappings: known.mappings, unmatched: sources.unmatched(id) };
		const told = await watch.server?.libraries(signal);
		if (told?.ok === true) return { ...common, ...checkPaths(told.value, known.mappings, places) };
		const message = told === undefined ? watch.status.message : faultText(known, told.error);
		return { ...common, proposals: [], libraries: [], ...(message !== undefined && { message }) };
	}

	function tooMany(c: Context): Response | undefined {
		const waitS = limit.take(deviceIdOf(c));
		if (waitS === 0) return undefined;
		const message = `Media servers were tried too often. Wait ${waitS} seconds, then try again.`;
		return refuse(c, { code: 'too_many_requests', message }, { 'Retry-After': String(waitS) });
	}

	return room;
}

const GIVE_SECRET: ApiError = {
	code: 'unprocessable',
	message: 'With another address the token or key is needed again. Enter both.',
};

function refusalOf(error: 'missing' | 'environment' | 'known' | 'sealed'): ApiError {
	switch (error) {
		case 'missing':
			return NO_SUCH;
		case 'known':
			return KNOWN;
		case 'sealed':
			return GIVE_SECRET;
		case 'environment':
			return {
				code: 'conflict',
				message:
					'This media server is set in the environment of the server. Change it there, then start the server again.',
			};
	}
}

function complaint(address: string, secret: string): ApiError | undefined {
	if (!isMediaServerAddress(address)) return BAD_ADDRESS;
	return /^[\x21-\x7e]+$/.test(secret) ? undefined : BAD_SECRET;
}

const plain = (address: string): string => new URL(address).href.replace(/\/+$/, '');
