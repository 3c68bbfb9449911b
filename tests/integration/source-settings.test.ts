import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Source, SourcePaths } from '../../src/lib/contract/sources.ts';
import { fakeFilm, fakePlay } from '../fakes/stage.ts';
import { accessTo } from './playing-server.ts';
import { useWorld } from './playing-world.ts';

const world = useWorld();

beforeEach(() => {
	for (const server of world.all) server.plays = [fakePlay(fakeFilm('/x.mkv'), { sinceMs: world.its.clock })];
});

describe('Settings', () => {
	test('add, change and remove a media server, whose address and secret are never told', async () => {
		await world.its.start();
		const { address, secret } = accessTo(world.plex);
		const added = await world.its.post<Source>('/api/sources', {
			kind: 'plex',
			address: `${address}/`,
			secret,
			label: ' My Plex ',
		});
		expect(added).toMatchObject({
			status: 200,
			body: { from: 'settings', label: 'My Plex', status: { kind: 'plex', name: 'My Plex' } },
		});
		const { id } = added.body.status;
		expect(await world.its.test(id)).toMatchObject({ ok: true });
		const [session] = await world.its.sessions();
		expect(session).toMatchObject({ source: id, sourceName: 'My Plex', id: `plex-${world.plex.plays[0]!.id}~${id}` });
		expect((await world.its.post('/api/sources', { kind: 'plex', address, secret })).status).toBe(409);
		const unnamed = await world.its.post<Source>(`/api/sources/${id}`, { label: null }, 'PATCH');
		expect(unnamed.body).toMatchObject({ status: { name: 'Attic' }, version: world.plex.version });
		// The secret goes to no other address than the one it was given for.
		expect(await world.its.post(`/api/sources/${id}`, { address: world.jellyfin.url }, 'PATCH')).toMatchObject({
			status: 422,
		});
		await world.its.post(`/api/sources/${id}`, { secret: 'wrong' }, 'PATCH');
		expect(await world.its.test(id)).toMatchObject({ ok: false, problem: 'unauthorized' });
		expect(await world.its.post(`/api/sources/${id}`, undefined, 'DELETE')).toMatchObject({ status: 200 });
		expect(await world.its.sources()).toEqual([]);
		expect(await world.its.post(`/api/sources/${id}/test`, undefined)).toMatchObject({ status: 404 });
	});

	test('keep them over a restart, sealed', async () => {
		await world.its.start();
		await world.its.post('/api/sources', { ...accessTo(world.emby), label: 'Den' });
		await world.its.stop();
		await world.its.start();
		expect((await world.its.list()).sessions).toMatchObject([{ kind: 'emby', sourceName: 'Den' }]);
		for (const name of readdirSync(world.its.folder).filter((one) => one.startsWith('db.'))) {
			const bytes = readFileSync(join(world.its.folder, name), 'latin1');
			for (const secret of [world.emby.apiKey, world.emby.url]) expect(bytes).not.toContain(secret);
		}
	});

	test('do not change those of the environment, but their name', async () => {
		await world.its.start({ servers: [world.plex] });
		expect((await world.its.post('/api/sources/plex', { secret: 'x' }, 'PATCH')).status).toBe(409);
		expect((await world.its.post('/api/sources/plex', undefined, 'DELETE')).status).toBe(409);
		expect((await world.its.post('/api/sources/plex', { label: 'Ours' }, 'PATCH')).body).toMatchObject({
			label: 'Ours',
			from: 'environment',
		});
		expect((await world.its.list()).sources).toMatchObject([{ name: 'Ours' }]);
	});

	test.each([
		['http://169.254.169.254/', 'x'],
		['file:///etc/passwd', 'x'],
		['http://me:pw@plex:32400', 'x'],
		['http://plex:32400', 'two words'],
		['http://plex:32400', 'line\r\nX-Evil: 1'],
	])('take neither %s nor such a secret', async (address, secret) => {
		await world.its.start();
		for (const path of ['/api/sources', '/api/sources/test']) {
			expect((await world.its.post(path, { kind: 'plex', address, secret })).status).toBe(422);
		}
	});

	test('let addresses be tried ten times a minute', async () => {
		await world.its.start();
		const tries = Array.from({ length: 12 }, () =>
			world.its.post('/api/sources/test', { ...accessTo(world.plex), secret: 'wrong' }),
		);
		const statuses = (await Promise.all(tries)).map(({ status }) => status);
		expect(statuses.filter((status) => status === 429)).toHaveLength(2);
		world.its.clock += 61_000;
		expect((await world.its.post('/api/sources/test', accessTo(world.plex))).status).toBe(200);
	});
});

describe('paths', () => {
	const library = (locations: readonly string[], files: readonly string[]) => ({
		...{ id: locations.length, name: 'TV', kind: 'show' as const, locations },
		items: files.map((file) => fakeFilm(file, { type: 'episode', series: 'Show' })),
	});

	test('that are the same here are found; others are proposed from a file that is called the same', async () => {
		const here = world.its.put('tv/Show/S01/a.mkv');
		world.its.put('films/Big Walk/walk.mkv');
		const root = here.slice(0, -'/tv/Show/S01/a.mkv'.length);
		world.plex.libraries = [
			library([`${root}/tv`, 'F:\\Films', '/data/empty'], [here, 'F:\\Films\\Big Walk\\walk.mkv']),
			library(['/data/lost'], ['/data/lost/nobody.mkv']),
		];
		world.plex.plays = [fakePlay(fakeFilm('F:\\Films\\Big Walk\\walk.mkv'))];
		await world.its.start({ servers: [world.plex] });
		expect((await world.its.sessions())[0]!.media.state).toBe('stream');
		const told = await world.its.paths('plex');
		const { id } = world.its.shelf.library.places.roots[0]!;
		const proposal = { from: 'F:\\Films', root: id, folder: 'films' };
		expect(told).toMatchObject({
			...{ mappings: [], proposals: [proposal], unmatched: ['F:\\Films\\Big Walk\\walk.mkv'] },
			libraries: [
				{
					name: 'TV',
					locations: [
						{ path: `${root}/tv`, found: true, by: 'same', place: 'media / tv', sample: here },
						{ path: 'F:\\Films', found: false, by: 'proposal', place: 'media / films' },
						{ path: '/data/empty', found: false },
					],
				},
				{ locations: [{ path: '/data/lost', found: false, sample: '/data/lost/nobody.mkv' }] },
			],
		});
		const set = await world.its.post<SourcePaths>(
			'/api/sources/plex/paths',
			{ mappings: [proposal, { from: '/data/lost', root: id, folder: 'x' }] },
			'PUT',
		);
		expect(set.body).toMatchObject({ proposals: [], unmatched: [] });
		expect(set.body.libraries[0]!.locations[1]).toMatchObject({ found: true, by: 'mapping', place: 'media / films' });
		expect(set.body.libraries[1]!.locations[0]).toMatchObject({ found: false, tried: ['media / x / nobody.mkv'] });
		expect((await world.its.sessions())[0]!.media.state).toBe('file');
	});

	test.each(['plex', 'jellyfin', 'emby'] as const)('of the libraries of %s are asked for', async (kind) => {
		const here = world.its.put('tv/Show/a.mkv');
		const server = world.all.find((one) => accessTo(one).kind === kind)!;
		server.libraries = [library(['/data/tv'], ['/data/tv/Show/a.mkv'])];
		expect(here).toContain('/tv/');
		await world.its.start({ servers: [server] });
		expect((await world.its.paths(kind)).proposals).toMatchObject([{ from: '/data/tv', folder: 'tv' }]);
	});

	test('that lead nowhere are refused', async () => {
		await world.its.start({ servers: [world.plex] });
		const { id } = world.its.shelf.library.places.roots[0]!;
		for (const mapping of [
			{ from: '/data', root: id, folder: '../x' },
			{ from: '/data', root: 'other', folder: '' },
			{ from: 'data', root: id, folder: '' },
		]) {
			expect((await world.its.post('/api/sources/plex/paths', { mappings: [mapping] }, 'PUT')).status).toBe(422);
		}
		expect((await world.its.post('/api/sources/none/paths', { mappings: [] }, 'PUT')).status).toBe(404);
	});

	test('cannot be asked for while the media server fails, and that is said', async () => {
		await world.its.start({ servers: [world.plex] });
		world.plex.odd.failStatus = 500;
		expect(await world.its.paths('plex')).toMatchObject({
			libraries: [],
			message: expect.stringContaining('500') as string,
		});
	});

	test('that were not found are kept, the last fifty', async () => {
		world.plex.plays = Array.from({ length: 60 }, (_, n) => fakePlay(fakeFilm(`/data/f${n}.mkv`)));
		await world.its.start({ servers: [world.plex] });
		await world.its.list();
		expect((await world.its.paths('plex')).unmatched).toHaveLength(50);
	});
});
