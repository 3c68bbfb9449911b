import { expect, test } from 'vitest';
import type { TestServer } from '../../../sync-server/auth/test-access.ts';
import { codeIn, testServer, tokenIn } from '../../../sync-server/auth/test-access.ts';
import { Connection, type ConnectionState, type Keeper } from './connection.ts';
import { readServerAddress } from './server-address.ts';
import { SignedUrls } from './signed-urls.ts';

const HOME = 'http://192.0.2.9:8787';

/** The settings of one browser, its cookies, and a network that can be cut. */
class TestBrowser {
	readonly settings = new Map<string, unknown>();
	cut = false;
	readonly #cookies = new Map<string, string>();
	readonly #server: TestServer;
	readonly #origin: string;

	constructor(server: TestServer, origin = HOME) {
		this.#server = server;
		this.#origin = origin;
	}

	readonly keeper: Keeper = {
		get: (key, schema) => Promise.resolve(schema.safeParse(this.settings.get(key)).data),
		set: (key, value) => Promise.resolve(void this.settings.set(key, structuredClone(value))),
	};

	readonly fetch = async (address: string, init: RequestInit): Promise<Response> => {
		if (this.cut) throw new TypeError('Failed to fetch');
		const url = new URL(address);
		const headers = new Headers(init.headers);
		if (url.host === 'app.example') return new Response('a host of files', { status: 404 });
		const own = url.origin === this.#origin;
		if (init.method !== 'GET' || !own) headers.set('Origin', this.#origin);
		if (own) headers.set('Cookie', [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '));
		headers.set('Host', url.host);
		const answer = await this.#server.ask(url.pathname + url.search, { ...init, headers });
		for (const set of own ? answer.headers.getSetCookie() : []) {
			const [name = '', value = ''] = set.split(';')[0]?.split('=') ?? [];
			this.#cookies.set(name, value);
		}
		return answer;
	};

	open(): Connection {
		return new Connection({ keeper: this.keeper, home: this.#origin, fetch: this.fetch });
	}
}

const LAN = { HOST: '0.0.0.0' };

test('the server that hands out the app is found by itself, paired by a code, and known at the next visit', async () => {
	const server = await testServer(LAN);
	const browser = new TestBrowser(server);
	const connection = browser.open();
	const seen: ConnectionState['kind'][] = [];
	connection.state.subscribe(({ kind }) => seen.push(kind));
	await connection.check();
	expect(connection.current).toMatchObject({ kind: 'signed-out', base: HOME });
	// Whoever asks while it is asked waits for the answer, too.
	const impatient = browser.open();
	const enough = impatient.start();
	await impatient.check();
	expect(impatient.current.kind).toBe('signed-out');
	enough();
	expect(await connection.pair('AAAAA-AAAAA')).toMatchObject({ error: { kind: 'refused', status: 401 } });
	expect(await connection.pair(codeIn(server.said), 'Desk')).toEqual({ ok: true, value: undefined });
	expect(seen.at(-1)).not.toBe('signed-out');
	expect(JSON.stringify([...browser.settings])).not.toContain('octo_');
	expect(await connection.mediaUrl('/api/media/1/raw')).toEqual({ ok: true, value: `${HOME}/api/media/1/raw` });
	expect(await connection.socketUrl()).toEqual({ ok: true, value: 'ws://192.0.2.9:8787/api/socket' });

	browser.cut = true;
	const later = browser.open();
	const end = later.start();
	await expect.poll(() => later.current.kind).toBe('offline');
	end();
	browser.cut = false;
	await connection.signOut();
	expect(connection.current.kind).toBe('signed-out');
});

test('a host of plain files is no server, and nothing to complain about', async () => {
	for (const answer of [
		() => new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } }),
		() => new Response('no', { status: 404 }),
		() => Response.json({ status: 'ok', app: 'octocut', version: '0.1.0', contractVersion: 1 }),
		() => Promise.reject(new TypeError('Failed to fetch')),
	]) {
		const keeper = { get: () => Promise.resolve(undefined), set: () => Promise.resolve() };
		const connection = new Connection({ keeper, home: 'https://files.example', fetch: answer });
		await connection.check();
		expect(connection.current).toEqual({ kind: 'none' });
		expect(await connection.mediaUrl('/api/media/1/raw')).toMatchObject({ error: { kind: 'offline' } });
	}
});

test('a server of another origin is used with a token of its own, and signed addresses', async () => {
	const server = await testServer({ ...LAN, CORS_ORIGINS: 'https://app.example' });
	const browser = new TestBrowser(server, 'https://app.example');
	const connection = browser.open();
	expect(await connection.use(HOME)).toEqual({ ok: true, value: undefined });
	expect(connection.current.kind).toBe('signed-out');
	expect((await connection.pair(tokenIn(server.said))).ok).toBe(true);
	const signed = await connection.mediaUrl('/api/media/1/raw');
	if (!signed.ok) throw new Error('not signed');
	expect(signed.value).toMatch(/^http:\/\/192\.0\.2\.9:8787\/api\/media\/1\/raw\?dev=.+&exp=\d+&sig=/);
	expect((await server.ask(signed.value.slice(HOME.length))).status).toBe(200);

	const socket = await connection.socketUrl();
	expect(socket).toMatchObject({
		ok: true,
		value: expect.stringMatching(/^ws:\/\/192\.0\.2\.9:8787\/api\/socket\?dev=/) as string,
	});
	expect(await connection.socketUrl()).not.toEqual(socket);

	const id = connection.serverId;
	expect(id).toMatch(/^[0-9a-f-]{36}$/);
	expect(browser.settings.get('server')).toMatchObject({ base: HOME, token: expect.any(String) as string, id });
	browser.cut = true;
	const again = browser.open();
	const end = again.start();
	await expect.poll(() => again.current.kind).toBe('offline');
	expect(again.serverId).toBe(id);
	browser.cut = false;
	await expect.poll(() => again.current.kind).not.toBe('none');
	await again.check();
	expect(again.isChosen).toBe(true);
	expect((await again.mediaUrl('/api/media/1/raw')).ok).toBe(true);
	end();
	await again.forget();
	expect(browser.settings.get('server')).toBe(null);
});

test('an address is kept while half of its time is left, then signed anew', async () => {
	const server = await testServer();
	const browser = new TestBrowser(server, 'http://localhost:8787');
	const connection = browser.open();
	await connection.check();
	let now = server.clock;
	const client = connection.client;
	if (client === undefined) throw new Error('there is no client');
	const urls = new SignedUrls(client, () => now);
	const first = await urls.sign('/api/media/1/raw');
	expect(await urls.sign('/api/media/1/raw')).toEqual(first);
	now = server.clock += 61 * 60_000;
	expect(await urls.sign('/api/media/1/raw')).not.toEqual(first);
});

test('what is no server leaves everything as it is; a server of another contract says so', async () => {
	const server = await testServer();
	const browser = new TestBrowser(server, 'http://localhost:8787');
	const connection = browser.open();
	await connection.check();
	const before = connection.current;
	browser.cut = true;
	expect(await connection.use('http://nowhere.example')).toMatchObject({ error: { kind: 'offline' } });
	expect(connection.current).toEqual(before);

	const newer = { status: 'ok', app: 'octocut', version: '9.0.0', contractVersion: 99, access: 'open' };
	const other = new Connection({
		keeper: browser.keeper,
		home: 'http://localhost:8787',
		fetch: () => Response.json(newer),
	});
	await other.check();
	expect(other.current).toMatchObject({ kind: 'incompatible', server: 'newer' });
});

test('addresses are read as people type them and as the server prints them', () => {
	expect(readServerAddress(' nas:8787 ')).toEqual({ ok: true, value: { base: 'http://nas:8787' } });
	expect(readServerAddress('https://clips.example.org/octo/')).toEqual({
		ok: true,
		value: { base: 'https://clips.example.org/octo' },
	});
	expect(readServerAddress('http://192.168.1.4:8787/pair#7K2QMXH4TR')).toEqual({
		ok: true,
		value: { base: 'http://192.168.1.4:8787', code: '7K2QMXH4TR' },
	});
	for (const wrong of ['', 'http://', 'ftp://nas', 'javascript:alert(1)', 'http://user:pw@nas', 'a b']) {
		expect(readServerAddress(wrong).ok, wrong).toBe(false);
	}
});
