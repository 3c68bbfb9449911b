import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { FakePlex } from '../fakes/fake-plex.ts';
import type { HeardRequest } from '../fakes/fake-server.ts';
import { fakeFilm } from '../fakes/stage.ts';
import { useWorld } from './playing-world.ts';

const world = useWorld();

describe('pictures', () => {
	const item = (kind: 'plex' | 'jellyfin' | 'emby', id: number) =>
		kind === 'jellyfin' ? world.jellyfin.idOf(id) : `${id}`;
	const image = (kind: 'plex' | 'jellyfin' | 'emby', id: number, what = 'poster?width=320') =>
		world.its.ask(`/api/sources/${kind}/items/${item(kind, id)}/${what}`);

	test.each(['plex', 'jellyfin', 'emby'] as const)(
		'of %s are made small and anew, as WebP, once a day',
		async (kind) => {
			const film = fakeFilm('/x.mkv', { picture: 'jpeg' });
			for (const server of world.all) server.others = [film];
			await world.its.start({ servers: world.all });
			for (const [what, width] of [
				['poster?width=160', 160],
				['thumb', 320],
				['art?width=640', 640],
			] as const) {
				const answers = await Promise.all([image(kind, film.id, what), image(kind, film.id, what)]);
				for (const answer of answers) {
					expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'image/webp']);
					expect(answer.headers.get('Cache-Control')).toBe('private, max-age=86400');
					expect(await sharp(await answer.arrayBuffer()).metadata()).toMatchObject({ format: 'webp', width });
				}
			}
			const asked = () => world.all.flatMap(({ paths }) => paths).filter((path) => /photo|Images/.test(path)).length;
			expect(asked()).toBe(3);
			world.its.clock += 25 * 3600_000;
			await image(kind, film.id, 'thumb');
			expect(asked()).toBe(4);
		},
	);

	test.each([
		['svg', 422],
		['garbage', 422],
		['huge', 422],
		['endless', 422],
		['bomb', 422],
		['none', 404],
	] as const)('that are %s are refused with %i, and nothing is kept', async (picture, status) => {
		const film = fakeFilm('/x.mkv', { picture });
		for (const server of world.all) server.others = [film];
		await world.its.start({ servers: world.all });
		for (const kind of ['plex', 'jellyfin', 'emby'] as const) expect((await image(kind, film.id)).status).toBe(status);
		expect(world.its.rooms.cache.bytes).toBe(0);
	});

	test.each([
		['is redirected', { redirectTo: 'http://127.0.0.1:1/' }, 422],
		['takes too long', { delayMs: 600_000 }, 503],
		['is refused', { unauthorized: true, only: /photo/ }, 503],
		['breaks', { failStatus: 500 }, 503],
	] as const)('one that %s is told in our own words', async (_, change, status) => {
		const film = fakeFilm('/x.mkv');
		world.plex.others = [film];
		await world.its.start({ servers: [world.plex], playing: { pictureTimeoutMs: 200 } });
		await world.its.list();
		Object.assign(world.plex.odd, change);
		expect((await image('plex', film.id)).status).toBe(status);
	});

	test('of many are fetched and drawn four at a time', async () => {
		let [busy, peak] = [0, 0];
		let open = (): void => undefined;
		const full = new Promise<void>((resolve) => (open = resolve));
		class Counting extends FakePlex {
			protected override async answer(request: HeardRequest, who: string) {
				if (!request.path.startsWith('/photo')) return super.answer(request, who);
				busy += 1;
				peak = Math.max(peak, busy);
				if (busy === 4) open();
				await full;
				try {
					return await super.answer(request, who);
				} finally {
					busy -= 1;
				}
			}
		}
		await world.plex.stop();
		world.plex = await new Counting().start();
		const films = Array.from({ length: 40 }, (_, n) => fakeFilm(`/${n}.mkv`));
		world.plex.others = films;
		await world.its.start({ servers: [world.plex] });
		const answers = await Promise.all(films.map(({ id }) => image('plex', id)));
		expect(answers.every(({ status }) => status === 200)).toBe(true);
		expect(peak).toBe(4);
	});

	test('are named by ids, never by addresses', async () => {
		await world.its.start({ servers: [world.plex] });
		await world.its.list();
		const before = world.plex.requests.length;
		for (const path of ['http%3A%2F%2F127.0.0.1', '..%2F..', '1%2F..%2F2', 'abc%00', 'zz']) {
			expect((await world.its.ask(`/api/sources/plex/items/${path}/poster`)).status).toBe(400);
		}
		for (const query of ['width=5000', 'width=http://x'])
			expect((await world.its.ask(`/api/sources/plex/items/1/poster?${query}`)).status).toBe(400);
		expect((await world.its.ask('/api/sources/none/items/1/poster')).status).toBe(404);
		expect(world.plex.requests).toHaveLength(before);
	});
});
