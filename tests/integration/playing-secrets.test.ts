import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MediaServerAccess } from '../../sync-server/config.ts';
import { createApp } from '../../sync-server/app.ts';
import { readConfig } from '../../sync-server/config.ts';
import { createLog } from '../../sync-server/log/logger.ts';
import { openServices, type Services } from '../../sync-server/open-services.ts';
import { dataFolder } from '../data-folder.ts';
import { eveningItems, SUBTITLES } from '../fakes/evening.ts';
import { FakeJellyfin } from '../fakes/fake-jellyfin.ts';
import { FakePlex } from '../fakes/fake-plex.ts';
import { fakePlay } from '../fakes/stage.ts';
import { fixturePath } from '../fixtures/make.ts';
import { accessTo } from './playing-server.ts';

/** The whole server, with its guard and its log at its most talkative. */
let services: Services;
let ask: (path: string, init?: RequestInit) => Promise<Response>;
let media: string;
const heard: string[] = [];
let plex: FakePlex;
let jellyfin: FakeJellyfin;
let emby: FakeJellyfin;
const all = () => [plex, jellyfin, emby];

async function open(
	environment: Record<string, string>,
	address = '127.0.0.1',
	host = 'localhost:8787',
): Promise<void> {
	const config = readConfig({ DATA_DIR: dataFolder(), MEDIA_DIRS: media, ...environment });
	if (!config.ok) throw new Error(config.error);
	const log = createLog('trace', { write: (line) => void heard.push(line) }, false);
	const opened = await openServices(config.value, log);
	if (!opened.ok) throw new Error(opened.error);
	services = opened.value;
	const onError = (error: Error) => log.error(error, 'an answer failed');
	const app = createApp({ appFolder: '/nowhere', version: '1', onError, ...services });
	const env = { incoming: { socket: { remoteAddress: address } } };
	ask = async (path, init = {}) => {
		const headers = { Host: host, 'Content-Type': 'application/json', ...init.headers };
		const answer = await app.request(`http://${host}${path}`, { ...init, headers }, env);
		heard.push(JSON.stringify([...answer.headers]), await answer.clone().text());
		return answer;
	};
}

beforeEach(async () => {
	heard.length = 0;
	media = join(dataFolder(), 'films of this machine');
	mkdirSync(join(media, 'Films'), { recursive: true });
	copyFileSync(fixturePath('no-audio.mp4'), join(media, 'Films/a.mkv'));
	[plex, jellyfin, emby] = [new FakePlex(), new FakeJellyfin('jellyfin', '12.0.0'), new FakeJellyfin('emby')];
	const file = join(media, 'Films/a.mkv');
	const { walk, pilot, halves, news } = eveningItems(
		{ folder: media, walk: file, pilot: file, halves: [file, file] },
		() => '/data/Films/a.mkv',
	);
	for (const server of all()) {
		await server.start();
		server.plays = [
			fakePlay(walk, { subtitle: SUBTITLES.beside }),
			fakePlay(pilot),
			fakePlay(halves, { transcoding: true }),
			fakePlay(news),
		];
		server.libraries = [{ id: 1, name: 'Films', kind: 'movie', locations: ['/data/Films'], items: [walk] }];
	}
});
afterEach(async () => {
	await services.close();
	for (const server of all()) await server.stop();
});

const environment = (): Record<string, string> => ({
	...{ PLEX_URL: plex.url, PLEX_TOKEN: plex.token, JELLYFIN_URL: jellyfin.url, JELLYFIN_API_KEY: jellyfin.apiKey },
	...{ EMBY_URL: emby.url, EMBY_API_KEY: emby.apiKey },
});
const added = (access: MediaServerAccess) => ({ method: 'POST', body: JSON.stringify(access) });

test('no reply and no line of the log holds a token, an address or a path of this machine, whatever goes wrong', async () => {
	await open(environment());
	services.start();
	const walk = async (): Promise<void> => {
		for (const path of [
			'/api/sessions',
			'/api/sources',
			'/api/health',
			'/metrics',
			'/api/openapi.json',
			'/api/library',
		])
			await ask(path);
		for (const [n, server] of all().entries()) {
			const id = ['plex', 'jellyfin', 'emby'][n]!;
			const item = server instanceof FakePlex ? '4101' : server.idOf(4101);
			await ask(`/api/sources/${id}/test`, { method: 'POST' });
			await ask(`/api/sources/${id}/paths`);
			await ask(`/api/sources/${id}/items/${item}/poster`);
			await ask(`/api/sources/${id}`, {
				method: 'PATCH',
				body: JSON.stringify({ secret: 'x', address: 'http://any' }),
			});
			await ask(`/api/sources/${id}`, { method: 'DELETE' });
			await ask('/api/sources/test', added({ ...accessTo(server), secret: `${accessTo(server).secret}x` }));
			await ask('/api/sources', added(accessTo(server)));
			await ask('/api/sources', { method: 'POST', body: `{"secret":"${accessTo(server).secret}"` });
			await ask('/api/sources', added({ ...accessTo(server), address: `${server.url}?x` }));
		}
	};
	await walk();
	const { sessions } = (await (await ask('/api/sessions')).json()) as {
		sessions: { id: string; media: { state: string } }[];
	};
	expect(sessions.length).toBe(12);
	for (const change of [
		{ failStatus: 500 },
		{ malformed: true },
		{ hangUp: true },
		{ redirectTo: 'http://192.0.2.1/x' },
		{ nonsense: true },
		{ unauthorized: true },
	]) {
		for (const server of all()) {
			server.calm();
			Object.assign(server.odd, change);
		}
		await walk();
	}
	for (const server of all()) await server.stop();
	await walk();
	const secrets = [
		...all().flatMap((server) => [accessTo(server).secret, new URL(server.url).host, `:${new URL(server.url).port}`]),
		media,
	];
	for (const secret of secrets) expect(heard.filter((text) => text.includes(secret))).toEqual([]);
	expect(heard.length).toBeGreaterThan(300);
});

test('metrics count how asking ended, without names', async () => {
	await open(environment());
	services.start();
	await ask('/api/sessions');
	await expect
		.poll(async () => (await ask('/metrics')).text())
		.toMatch(/octocut_source_looks_total\{kind="plex",outcome="ok"\} [1-9]/);
});

test('somebody on the network who is not paired sees what plays, and sets no media server and no webhook', async () => {
	await open({ HOST: '0.0.0.0', AUTH: 'none', ...environment() }, '192.0.2.44', '192.0.2.9:8787');
	expect((await ask('/api/sessions')).status).toBe(200);
	expect((await ask('/api/sources', added(accessTo(plex)))).status).toBe(403);
	expect((await ask('/api/sources/test', added(accessTo(plex)))).status).toBe(403);
	expect((await ask('/api/sources/plex', { method: 'PATCH', body: '{"label":"x"}' })).status).toBe(403);
	expect((await ask('/api/sources/plex', { method: 'DELETE' })).status).toBe(403);
	expect((await ask('/api/sources/plex/paths', { method: 'PUT', body: '{"mappings":[]}' })).status).toBe(403);
	const hook = { name: 'x', kind: 'generic', address: 'https://hooks.example/', events: ['capture.complete'] };
	expect((await ask('/api/webhooks', { method: 'POST', body: JSON.stringify(hook) })).status).toBe(403);
	expect((await ask('/api/webhooks/some', { method: 'PATCH', body: '{"enabled":false}' })).status).toBe(403);
	expect((await ask('/api/webhooks/some', { method: 'DELETE' })).status).toBe(403);
	expect((await ask('/api/webhooks/some/test', { method: 'POST' })).status).toBe(403);
	expect((await ask('/api/webhooks')).status).toBe(200);
});

test('a picture is opened by a signed address, as media tags of other pages need it', async () => {
	await open({ AUTH: 'token', ...environment() });
	const { token } = services.access.devices.add({ name: 'Phone', kind: 'bearer' });
	const path = '/api/sources/plex/items/4101/poster?width=320';
	expect((await ask(path)).status).toBe(401);
	const signed = await ask('/api/auth/sign', {
		method: 'POST',
		body: JSON.stringify({ path }),
		headers: { Authorization: `Bearer ${token}` },
	});
	const { path: shown } = (await signed.json()) as { path: string };
	services.start();
	// The cache begins with the server.
	await expect.poll(async () => (await ask(shown)).headers.get('Content-Type')).toBe('image/webp');
});
