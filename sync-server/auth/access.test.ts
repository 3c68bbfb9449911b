import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../db/open-database.ts';
import { Settings } from '../db/settings.ts';
import { replaceAccessToken } from './access-token.ts';
import { codeIn, cookieOf, testServer, tokenIn } from './test-access.ts';

const LAN = { HOST: '0.0.0.0' };

test('on loopback nobody signs in; what a proxy passed on must', async () => {
	const server = await testServer();
	expect(server.said).toBe('');
	expect(await (await server.ask('/api/media/1/raw', {}, '127.0.0.1')).text()).toBe('bytes for local');
	for (const name of ['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'Forwarded', 'Via', 'X-Real-IP']) {
		const asked = await server.ask('/api/media/1/raw', { headers: { [name]: '127.0.0.1' } }, '127.0.0.1');
		expect(asked.status, name).toBe(401);
		expect(await asked.json()).toMatchObject({
			code: 'not_signed_in',
			message: expect.stringContaining('proxy') as string,
		});
	}
});

test('under a name that somebody else may own, a server without tokens says nothing', async () => {
	const local = await testServer();
	for (const Host of ['evil.example', 'localhost.evil.example', '192.0.2.9:8787', 'nas', '127.0.0.1.evil.example']) {
		expect((await local.ask('/api/media/1/raw', { headers: { Host } })).status, Host).toBe(403);
	}
	for (const Host of ['localhost', 'LOCALHOST:8787', '127.0.0.1:8787', '[::1]:8787', 'octocut.localhost:1']) {
		expect((await local.ask('/api/media/1/raw', { headers: { Host } })).status, Host).toBe(200);
	}
	const open = await testServer({ ...LAN, AUTH: 'none', PUBLIC_URL: 'https://clips.example.org' });
	expect((await open.ask('/api/media/1/raw', { headers: { Host: 'evil.example' } })).status).toBe(403);
	for (const Host of ['192.0.2.9', 'nas', 'nas.local:8787', 'clips.example.org']) {
		expect((await open.ask('/api/media/1/raw', { headers: { Host } })).status, Host).toBe(200);
	}
});

test('in a network a token is made once, shown once, and kept as its hash', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'octocut-access-'));
	const first = await testServer(LAN, folder);
	const token = tokenIn(first.said);
	expect(Buffer.from(token.slice(5), 'base64url').length * 8).toBeGreaterThanOrEqual(128);
	const again = await testServer(LAN, folder);
	expect(again.said).not.toContain('octo_');
	expect(again.said).toContain('/pair#');
	expect(readFileSync(join(folder, 'octocut.sqlite')).includes(token)).toBe(false);
	expect(statSync(join(folder, 'signing.key')).mode & 0o777).toBe(0o600);
	expect((await again.post('/api/auth/pair', { secret: token, as: 'cookie' })).status).toBe(200);

	const database = openDatabase(join(folder, 'octocut.sqlite'));
	if (!database.ok) throw new Error(database.error);
	const next = replaceAccessToken(new Settings(database.value));
	expect((await again.post('/api/auth/pair', { secret: token, as: 'cookie' })).status).toBe(401);
	expect((await again.post('/api/auth/pair', { secret: next, as: 'cookie' })).status).toBe(200);
});

test('strangers learn no more than that the server is there', async () => {
	const server = await testServer(LAN);
	for (const path of [
		'/api/media/1/raw',
		'/api/openapi.json',
		'/api/docs',
		'/api/none',
		'/metrics',
		'/api/auth/devices',
		'/api/socket',
	]) {
		const asked = await server.ask(path);
		expect(asked.status, path).toBe(401);
		expect(await asked.json(), path).toMatchObject({ code: 'not_signed_in' });
	}
	const health = await server.ask('/api/health');
	expect(await health.json()).toEqual({
		status: 'ok',
		app: 'octocut',
		version: '1.2.3',
		contractVersion: 1,
		access: 'needed',
	});
});

test('a code pairs one browser: a cookie that scripts cannot read, named for the connection', async () => {
	const server = await testServer(LAN);
	const code = codeIn(server.said);
	const typed = ` ${code.slice(0, 5).toLowerCase()} - ${code.slice(5)} `;
	const headers = {
		'User-Agent': 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36',
	};
	const paired = await server.post('/api/auth/pair', { secret: typed, as: 'cookie' }, headers);
	expect(await paired.json()).toEqual({
		device: expect.objectContaining({ name: 'Chrome on Android', kind: 'cookie', current: true }) as object,
	});
	const cookie = paired.headers.get('Set-Cookie') ?? '';
	expect(cookie).toMatch(/^octocut-[0-9a-f]{8}=octo_[\w-]+; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/);
	const signedIn = { headers: { Cookie: cookieOf(paired) } };
	expect((await server.ask('/api/media/1/raw', signedIn)).status).toBe(200);
	expect(await (await server.ask('/api/auth/devices', signedIn)).json()).toMatchObject({
		devices: [{ current: true }],
	});
	expect((await server.post('/api/auth/pair', { secret: code, as: 'cookie' })).status).toBe(401);

	const proxied = await testServer({ ...LAN, TRUST_PROXY: '192.0.2.0/28' });
	const https = await proxied.post(
		'/api/auth/pair',
		{ secret: codeIn(proxied.said), as: 'cookie' },
		{ 'X-Forwarded-Proto': 'https' },
	);
	expect(https.headers.get('Set-Cookie')).toMatch(
		/^__Host-octocut-[0-9a-f]{8}=\S+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
	);
});

test('a code ends after ten minutes, also when the clock is set back', async () => {
	const server = await testServer(LAN);
	const code = codeIn(server.said);
	server.clock += 10 * 60_000;
	expect((await server.post('/api/auth/pair', { secret: code, as: 'cookie' })).status).toBe(401);
	const other = await testServer(LAN);
	other.clock -= 3_600_000;
	expect((await other.post('/api/auth/pair', { secret: codeIn(other.said), as: 'cookie' })).status).toBe(401);
});

test('a device that is paired invites the next one, is renamed, and is revoked at once', async () => {
	const server = await testServer({ ...LAN, PUBLIC_URL: 'https://clips.example.org' });
	const first = {
		Cookie: cookieOf(await server.post('/api/auth/pair', { secret: tokenIn(server.said), as: 'cookie' })),
	};
	const made = (await (await server.post('/api/auth/codes', {}, first)).json()) as {
		code: string;
		addresses: string[];
		qrSvg: string;
	};
	expect(made.addresses).toEqual([`https://clips.example.org/pair#${made.code.replace('-', '')}`]);
	expect(made.qrSvg).toContain('<svg');
	const second = (await (
		await server.post('/api/auth/pair', { secret: made.code, as: 'bearer', name: 'Prometheus' })
	).json()) as {
		device: { id: string };
		token: string;
	};
	const bearer = { headers: { Authorization: `Bearer ${second.token}` } };
	expect((await server.ask('/api/openapi.json', bearer)).status).toBe(200);
	const path = `/api/auth/devices/${second.device.id}`;
	const renamed = await server.ask(path, {
		method: 'PATCH',
		headers: { ...first, 'Content-Type': 'application/json' },
		body: '{"name":" Graphs "}',
	});
	expect(await renamed.json()).toMatchObject({ name: 'Graphs', current: false });

	const gone: string[] = [];
	server.access.devices.onRemoved((id) => gone.push(id));
	expect((await server.ask(path, { method: 'DELETE', headers: first })).status).toBe(200);
	expect(gone).toEqual([second.device.id]);
	expect((await server.ask('/api/openapi.json', bearer)).status).toBe(401);
	expect((await server.ask(path, { method: 'DELETE', headers: first })).status).toBe(404);

	const out = await server.post('/api/auth/sign-out', {}, first);
	expect(out.headers.get('Set-Cookie')).toContain('Max-Age=0');
	expect((await server.ask('/api/auth/devices', { headers: first })).status).toBe(401);
});

test('guessing is slowed down: five tries, then a pause that doubles, for each address and for all together', async () => {
	const server = await testServer(LAN);
	const guess = (from?: string, headers = {}) =>
		server.post('/api/auth/pair', { secret: 'AAAAA-AAAAA', as: 'cookie' }, headers, from);
	for (let at = 0; at < 5; at++) expect((await guess()).status).toBe(401);
	const refused = await guess();
	expect(refused.status).toBe(429);
	expect(refused.headers.get('Retry-After')).toBe('60');
	// What no trusted proxy wrote does not make another address.
	expect((await guess(undefined, { 'X-Forwarded-For': '198.51.100.1' })).status).toBe(429);
	const right = { secret: tokenIn(server.said), as: 'cookie' };
	expect((await server.post('/api/auth/pair', right)).status).toBe(429);
	expect((await guess('192.0.2.77')).status).toBe(401);
	server.clock += 61_000;
	expect((await guess()).status).toBe(401);
	expect((await guess()).headers.get('Retry-After')).toBe('120');
	server.clock += 121_000;
	expect((await server.post('/api/auth/pair', right)).status).toBe(200);

	for (let at = 1; at <= 60; at++) await guess(`2001:db8:${at.toString(16)}::1`);
	expect((await guess('203.0.113.5')).status).toBe(429);
});

test('behind a trusted proxy the client is the last address that no proxy of ours vouches for', async () => {
	const server = await testServer({ ...LAN, AUTH: 'none', TRUST_PROXY: '192.0.2.1, 10.0.0.0/8' });
	const from = async (forwarded: string, peer?: string) =>
		(
			(await (await server.post('/api/jobs/clean', {}, { 'X-Forwarded-For': forwarded }, peer)).json()) as {
				from: string;
			}
		).from;
	expect(await from('203.0.113.7, 10.1.2.3')).toBe('203.0.113.7');
	expect(await from('127.0.0.1, 203.0.113.7')).toBe('203.0.113.7');
	expect(await from('not an address')).toBe('192.0.2.1');
	expect(await from('203.0.113.7', '198.51.100.9')).toBe('198.51.100.9');
	expect(await from('203.0.113.7', '::ffff:192.0.2.1')).toBe('203.0.113.7');
});

test('pages of other sites write nothing, read nothing and open no socket', async () => {
	const server = await testServer();
	const tries: [string, RequestInit][] = [
		['/api/jobs/clean', { method: 'POST', headers: { Origin: 'https://evil.example' } }],
		['/api/jobs/clean', { method: 'POST', headers: { Origin: 'null' } }],
		['/api/jobs/clean', { method: 'POST', headers: { Origin: 'http://localhost:3000' } }],
		['/api/jobs/clean?sig=x', { method: 'POST', headers: { 'Sec-Fetch-Site': 'cross-site' } }],
		['/api/jobs/clean', { method: 'POST', headers: { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'navigate' } }],
		['/api/media/1/raw', { headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' } }],
		['/api/socket', { headers: { Origin: 'https://evil.example', Upgrade: 'websocket' } }],
		[
			'/api/socket',
			{ headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', Upgrade: 'websocket' } },
		],
		[
			'/api/media/1/raw',
			{ method: 'OPTIONS', headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'GET' } },
		],
	];
	for (const [path, init] of tries) {
		const asked = await server.ask(path, init);
		expect([401, 403], JSON.stringify([path, init])).toContain(asked.status);
		expect(asked.headers.get('Access-Control-Allow-Origin')).toBe(null);
	}
	const own = { method: 'POST', headers: { Origin: 'http://localhost:8787', 'Sec-Fetch-Site': 'same-origin' } };
	expect((await server.ask('/api/jobs/clean', own)).status).toBe(200);
	expect(
		(await server.ask('/api/socket', { headers: { Origin: 'http://localhost:8787', Upgrade: 'websocket' } })).status,
	).toBe(200);
});

test('an origin on the list may ask with its token, exactly that one', async () => {
	const server = await testServer({ ...LAN, CORS_ORIGINS: 'https://app.example' });
	const Origin = 'https://app.example';
	const preflight = await server.ask('/api/auth/pair', {
		method: 'OPTIONS',
		headers: { Origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' },
	});
	expect(preflight.status).toBe(204);
	expect(Object.fromEntries(preflight.headers)).toMatchObject({
		'access-control-allow-origin': Origin,
		'access-control-allow-credentials': 'true',
		'access-control-allow-headers': 'content-type',
		vary: 'Origin',
	});
	const paired = await server.post('/api/auth/pair', { secret: codeIn(server.said), as: 'bearer' }, { Origin });
	expect(paired.headers.get('Access-Control-Allow-Origin')).toBe(Origin);
	expect(paired.headers.get('Set-Cookie')).toBe(null);
	const refused = await server.ask('/api/none', { headers: { Origin } });
	expect([refused.status, refused.headers.get('Access-Control-Allow-Origin')]).toEqual([401, Origin]);
	expect((await server.ask('/api/health', { headers: { Origin: 'https://app.example.evil' } })).status).toBe(403);
});

test('an address signed for a media tag opens that one file, for a time, for a device that is still paired', async () => {
	const server = await testServer(LAN);
	const paired = await server.post('/api/auth/pair', { secret: tokenIn(server.said), as: 'cookie' });
	const { device } = (await paired.json()) as { device: { id: string } };
	const Cookie = cookieOf(paired);
	const sign = async (path: string) => server.post('/api/auth/sign', { path }, { Cookie });
	const { path } = (await (await sign('/api/media/1/raw?quality=low')).json()) as { path: string };
	const embedded = { headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' } };
	const opened = await server.ask(path, embedded);
	expect([opened.status, await opened.text()]).toEqual([200, `bytes for ${device.id}`]);
	expect(opened.headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');

	const changed = [
		path.replace('/1/', '/2/'),
		path.replace('low', 'high'),
		path.replace(/exp=(\d+)/, (_, exp: string) => `exp=${Number(exp) + 1}`),
		path.replace(device.id, 'local'),
		path.replace(/sig=./, 'sig=x'),
		`${path}&quality=high`,
		`${path}&sig=other`,
	];
	for (const other of changed) expect((await server.ask(other, embedded)).status, other).toBe(401);
	expect((await server.ask(path, { method: 'POST' })).status).toBe(401);
	for (const other of [
		'/api/auth/devices',
		'/api/media/../auth/devices',
		'/api/media/%2e%2e/jobs',
		'//evil/api/media/1',
		'/api/socketx',
	]) {
		expect((await sign(other)).status, other).toBe(400);
	}
	server.clock += 2 * 60 * 60_000;
	expect((await server.ask(path)).status).toBe(401);

	const { path: socket } = (await (await sign('/api/socket')).json()) as { path: string };
	const own = { headers: { Upgrade: 'websocket', Origin: 'http://192.0.2.9:8787' } };
	expect((await server.ask(socket, own)).status).toBe(200);
	expect((await server.ask(socket, own)).status).toBe(401);

	const { path: last } = (await (await sign('/api/media/1/raw')).json()) as { path: string };
	await server.ask(`/api/auth/devices/${device.id}`, { method: 'DELETE', headers: { Cookie } });
	expect((await server.ask(last)).status).toBe(401);
});

test('AUTH=none in a network works, with a warning, and tells guests apart; AUTH=token holds on loopback too', async () => {
	const open = await testServer({ ...LAN, AUTH: 'none' });
	expect(open.said).toMatch(/^WARNING: AUTH=none/);
	const by = async (from: string) =>
		((await (await open.post('/api/jobs/clean', {}, {}, from)).json()) as { by: string }).by;
	expect(await by('192.0.2.1')).toMatch(/^guest-/);
	expect(await by('192.0.2.1')).not.toBe(await by('192.0.2.2'));
	const strict = await testServer({ AUTH: 'token' });
	expect(strict.said).toContain('octo_');
	expect((await strict.ask('/api/media/1/raw', {}, '127.0.0.1')).status).toBe(401);
});
