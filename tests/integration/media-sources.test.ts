import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, test } from 'vitest';
import type { SourceTest } from '../../src/lib/contract/sources.ts';
import { fakeFilm, fakePlay } from '../fakes/stage.ts';
import { accessTo } from './playing-server.ts';
import { type Fake, useWorld } from './playing-world.ts';
import { selfSigned } from './self-signed.ts';

const world = useWorld();

beforeEach(() => {
	for (const server of world.all) server.plays = [fakePlay(fakeFilm('/x.mkv'), { sinceMs: world.its.clock })];
});

interface Wrong {
	readonly name: string;
	readonly set: (server: Fake) => void | Promise<void>;
	readonly problem: string;
	readonly says: RegExp;
}
const odd = (change: Partial<Fake['odd']>) => (server: Fake) => void Object.assign(server.odd, change);

const WRONGS: readonly Wrong[] = [
	{ name: 'is off', set: (server) => server.stop(), problem: 'unreachable', says: /does not answer/ },
	{ name: 'takes ten seconds', set: odd({ delayMs: 10_000 }), problem: 'too-slow', says: /too long/ },
	{
		name: 'takes the secret back',
		set: odd({ unauthorized: true }),
		problem: 'unauthorized',
		says: /does not accept the (token|API key)\. Set \w+ to a new one/,
	},
	{
		name: 'sends a page of something else',
		set: odd({ wrongProduct: true }),
		problem: 'wrong-product',
		says: /is not (Plex|Jellyfin|Emby)/,
	},
	{
		name: 'breaks off in the middle of the text',
		set: odd({ malformed: true, only: /essions/ }),
		problem: 'bad-answer',
		says: /cannot be understood/,
	},
	{
		name: 'says something of another shape',
		set: odd({ nonsense: true, only: /essions/ }),
		problem: 'bad-answer',
		says: /cannot be understood/,
	},
	{
		name: 'sends us elsewhere',
		set: odd({ redirectTo: 'http://192.0.2.7/secret' }),
		problem: 'bad-answer',
		says: /another address/,
	},
	{
		name: 'never stops',
		set: odd({ endless: true, only: /essions/ }),
		problem: 'bad-answer',
		says: /more than is taken/,
	},
	{ name: 'hangs up', set: odd({ hangUp: true, only: /essions/ }), problem: 'bad-answer', says: /in the middle/ },
	{ name: 'reports an error', set: odd({ failStatus: 503 }), problem: 'server-error', says: /503/ },
];

describe.each(['plex', 'jellyfin', 'emby'] as const)('%s', (kind) => {
	const server = (): Fake => world.all.find((one) => accessTo(one).kind === kind)!;

	test.each(WRONGS)('that $name does not hide the others, and shows why', async ({ set, problem, says }) => {
		await world.its.start({ servers: world.all, playing: { timeoutMs: problem === 'too-slow' ? 300 : 20_000 } });
		expect((await world.its.list()).sessions).toHaveLength(3);
		await set(server());
		const { sessions, sources } = await world.its.list(6);
		expect(sessions.map(({ source }) => source)).toEqual(['plex', 'jellyfin', 'emby'].filter((id) => id !== kind));
		expect(sources.map(({ state }) => state)).toEqual(world.all.map((one) => (one === server() ? 'failed' : 'ok')));
		const failed = sources.find(({ id }) => id === kind)!;
		expect(failed).toMatchObject({ problem, message: expect.stringMatching(says) as string });
		// It was well before: its name stays.
		expect(failed.name).toBe(server().name);
		// Back again, it is shown again.
		server().calm();
		if (problem === 'unreachable') await server().start();
		expect(await world.its.test(kind)).toMatchObject({
			ok: true,
			name: server().name,
			version: server().version,
			sessions: 1,
		});
		expect((await world.its.list(6)).sessions).toHaveLength(3);
	});

	test.each(WRONGS)('that $name is told exactly when it is tried', async ({ set, problem, says }) => {
		await world.its.start({ playing: { timeoutMs: problem === 'too-slow' ? 300 : 20_000 } });
		const access = accessTo(server());
		await set(server());
		const { status, body } = await world.its.post<SourceTest>('/api/sources/test', access);
		const inSettings = says.source.startsWith('does not accept') ? /Enter a new one/ : says;
		expect([status, body]).toEqual([200, { ok: false, problem, message: expect.stringMatching(inSettings) as string }]);
	});

	test('is asked by one identity, with the secret in a header, and never before it has shown what it is', async () => {
		await world.its.start({ servers: [server()] });
		await world.its.list();
		const [first, ...rest] = server().requests;
		expect(JSON.stringify(first)).not.toContain(accessTo(server()).secret);
		expect(rest.length).toBeGreaterThan(0);
		for (const { headers, query, path } of rest) {
			expect(path + query.toString()).not.toContain(accessTo(server()).secret);
			if (kind === 'plex')
				expect(headers).toMatchObject({
					'x-plex-token': world.plex.token,
					'x-plex-client-identifier': 'octocut-server',
					accept: 'application/json',
				});
			if (kind === 'jellyfin')
				expect(headers['authorization']).toBe(
					`MediaBrowser Token="${world.jellyfin.apiKey}", Client="Octocut", Device="Octocut server", DeviceId="octocut-server", Version="1.0"`,
				);
			if (kind === 'emby') expect(headers['x-emby-token']).toBe(world.emby.apiKey);
		}
	});
});

test('a redirect is not followed, also not with the token', async () => {
	world.plex.odd.redirectTo = `${world.jellyfin.url}/stolen`;
	await world.its.start({ servers: [world.plex] });
	await world.its.list();
	expect(world.jellyfin.requests).toEqual([]);
});

test.each(['10.10.7', '10.11.3', '12.0.0'] as const)('Jellyfin %s lets us in', async (version) => {
	world.jellyfin.version = version;
	await world.its.start({ servers: [world.jellyfin] });
	expect((await world.its.list()).sources).toMatchObject([{ state: 'ok' }]);
});

test('a token of somebody who may not see what others play is told apart from a wrong one', async () => {
	await world.its.start();
	const guests = [
		{ ...accessTo(world.plex), secret: world.plex.guestToken },
		{ ...accessTo(world.jellyfin), secret: world.jellyfin.userToken },
		{ ...accessTo(world.emby), secret: world.emby.userToken },
	];
	for (const guestStatus of [401, 403]) {
		world.plex.guestStatus = guestStatus;
		for (const access of guests) {
			const { body } = await world.its.post<SourceTest>('/api/sources/test', access);
			expect(body).toMatchObject({ ok: false, problem: 'not-admin' });
		}
	}
});

test('one product in the place of another is named', async () => {
	await world.its.start();
	const named = async (kind: string, there: Fake) =>
		(await world.its.post<SourceTest>('/api/sources/test', { ...accessTo(there), kind })).body;
	expect(await named('plex', world.jellyfin)).toMatchObject({
		problem: 'wrong-product',
		message: expect.stringContaining('Jellyfin, not Plex') as string,
	});
	expect(await named('jellyfin', world.plex)).toMatchObject({
		problem: 'wrong-product',
		message: expect.stringContaining('Plex, not Jellyfin') as string,
	});
	expect(await named('jellyfin', world.emby)).toMatchObject({
		problem: 'wrong-product',
		message: expect.stringContaining('Emby, not Jellyfin') as string,
	});
	expect(await named('emby', world.jellyfin)).toMatchObject({
		problem: 'wrong-product',
		message: expect.stringContaining('Jellyfin, not Emby') as string,
	});
	// None of them was told the secret of another.
	for (const server of world.all)
		for (const other of world.all)
			if (other !== server) expect(JSON.stringify(server.requests)).not.toContain(accessTo(other).secret);
});

test('a certificate that nobody has signed is told, and https where there is none', async () => {
	await world.its.start();
	const secure = createServer(selfSigned(), (_, response) => response.end('{}')).listen(0, '127.0.0.1');
	await once(secure, 'listening');
	const { port } = secure.address() as AddressInfo;
	const tried = async (address: string) =>
		(await world.its.post<SourceTest>('/api/sources/test', { kind: 'plex', address, secret: 'x' })).body;
	expect(await tried(`https://127.0.0.1:${port}`)).toMatchObject({
		problem: 'tls',
		message: expect.stringContaining('certificate') as string,
	});
	expect(await tried(world.plex.url.replace('http:', 'https:'))).toMatchObject({
		problem: 'tls',
		message: expect.stringContaining('does not speak https') as string,
	});
	secure.close();
	secure.closeAllConnections();
});

describe('looking', () => {
	test('is done at once when somebody asks, then every five seconds, and rests otherwise', async () => {
		await world.its.start({ servers: [world.plex] });
		const looks = () => world.plex.paths.filter((path) => path === '/status/sessions').length;
		await world.its.list();
		const first = looks();
		await world.its.list(1);
		await world.its.list(1);
		expect(looks()).toBe(first);
		await world.its.list(4);
		expect(looks()).toBe(first + 1);
	});

	test('is done less and less often while it fails', async () => {
		await world.its.start({ servers: [world.plex] });
		await world.its.list();
		world.plex.odd.failStatus = 500;
		const asked = async (seconds: number) => {
			const before = world.plex.requests.length;
			await world.its.list(seconds);
			return world.plex.requests.length - before;
		};
		expect([await asked(5), await asked(5), await asked(5), await asked(5), await asked(9), await asked(1)]).toEqual([
			1, 1, 0, 1, 0, 0,
		]);
		expect(await asked(60)).toBe(1);
	});

	test('with a refused secret is done every five minutes while somebody looks, and what is wrong stays told', async () => {
		await world.its.start({ servers: [world.plex] });
		await world.its.list();
		world.plex.odd.unauthorized = true;
		await world.its.list(6);
		const refused = [{ state: 'failed', problem: 'unauthorized' }];
		const looks = () => world.plex.paths.filter((path) => path === '/identity').length;
		const before = looks();
		for (const seconds of [6, 60, 200, 33]) expect((await world.its.list(seconds)).sources).toMatchObject(refused);
		expect(looks()).toBe(before);
		expect((await world.its.list(2)).sources).toMatchObject(refused);
		expect(looks()).toBe(before + 1);
		await world.its.list(299);
		expect(looks()).toBe(before + 1);
		world.plex.odd.unauthorized = false;
		const { sources, sessions } = await world.its.list(2);
		expect([sources, sessions.length]).toMatchObject([[{ state: 'ok' }], 1]);
	});

	test('with a refused secret is done at once when it is tried', async () => {
		await world.its.start({ servers: [world.plex] });
		world.plex.odd.unauthorized = true;
		await world.its.test('plex');
		world.plex.odd.unauthorized = false;
		await world.its.test('plex');
		expect((await world.its.list()).sessions).toHaveLength(1);
	});

	test('keeps an answer waiting for a moment only', async () => {
		await world.its.start({ servers: [world.plex, world.jellyfin], playing: { patienceMs: 50 } });
		await world.its.test('jellyfin');
		world.plex.odd.delayMs = 600_000;
		const { sources } = await world.its.list(6);
		expect(sources).toMatchObject([{ state: 'waiting' }, { state: 'ok' }]);
	});
});
