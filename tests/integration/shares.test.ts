import { appendFileSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Share } from '../../src/lib/contract/shares.ts';
import { rawRequest } from './raw-request.ts';
import { APP_PAGE, shareServer } from './share-server.ts';

let its: Awaited<ReturnType<typeof shareServer>>;
beforeAll(async () => {
	its = await shareServer();
	its.captures.add({ id: 'clip' });
	its.captures.add({ id: 'shot', format: 'jpeg' });
	its.captures.add({ id: 'sound', format: 'mp3' });
	its.captures.add({ id: 'webm', format: 'webm' });
}, 600_000);
afterAll(async () => {
	expect(its.errors).toEqual([]);
	await its.stop();
});

const PASSWORD = 'ein Käse & mehr';

test('the file comes whole or by ranges, and as the file for saving', async () => {
	const { path } = await its.share('clip');
	const visitor = its.visitor();
	const whole = await visitor.ask(`${path}/media`);
	expect(whole.headers).toMatchObject({ 'content-type': 'video/mp4', 'accept-ranges': 'bytes' });
	const part = await visitor.ask(`${path}/media`, 'GET', { Range: 'bytes=100-199' });
	expect([part.status, part.headers['content-range']]).toEqual([206, `bytes 100-199/${whole.body.length}`]);
	expect(part.body.equals(whole.body.subarray(100, 200))).toBe(true);
	expect((await visitor.ask(`${path}/media`, 'GET', { Range: 'bytes=99999999-' })).status).toBe(416);
	const saved = await visitor.ask(`${path}/download`);
	expect(saved.headers['content-disposition']).toContain('attachment; filename="Night Train 0.41.12.mp4"');
	expect(saved.body.equals(whole.body)).toBe(true);
	const poster = await visitor.ask(`${path}/poster`);
	expect(poster.headers['content-type']).toBe('image/jpeg');
	expect(poster.body.subarray(0, 2).toString('hex')).toBe('ffd8');
	const sound = await its.share('sound');
	expect((await visitor.ask(`${sound.path}/media`)).headers['content-type']).toBe('audio/mpeg');
	expect((await visitor.ask(`${sound.path}/poster`)).status).toBe(404);
});

test('nothing of it is kept, indexed, or tells where one came from; the page runs no script', async () => {
	const { path } = await its.share('clip');
	const visitor = its.visitor();
	for (const part of ['', '/media', '/poster', '/download', '/nothing']) {
		const { headers } = await visitor.ask(path + part);
		expect(headers, part).toMatchObject({
			...{
				'cache-control': 'private, no-store',
				'referrer-policy': 'no-referrer',
				'x-content-type-options': 'nosniff',
			},
			'x-robots-tag': 'noindex, nofollow, noarchive',
		});
	}
	const { headers, text } = await visitor.ask(path);
	const policy = String(headers['content-security-policy']);
	expect(policy).toMatch(
		/^default-src 'none'; style-src 'sha256-[^']+'; img-src 'self'; media-src 'self'; form-action 'self'/,
	);
	expect(policy).not.toContain('unsafe');
	expect(text).not.toMatch(/<script|javascript:|\son\w+=/i);
});

test('a card says title and picture, with addresses that lead here from elsewhere', async () => {
	const { path } = await its.share('clip');
	const { text } = await its.visitor().ask(path, 'GET', {
		'X-Forwarded-Proto': 'https',
		'X-Forwarded-Host': 'clips.example.org',
	});
	const address = `https://clips.example.org${path}`;
	for (const [property, content] of [
		['og:title', 'Night Train 0.41.12'],
		['og:description', 'Night Train (1959)'],
		['og:type', 'video.other'],
		['og:image', `${address}/poster`],
		['og:video', `${address}/media`],
		['og:video:secure_url', `${address}/media`],
		['og:video:type', 'video/mp4'],
	]) {
		expect(text).toContain(`<meta property="${property}" content="${content}" />`);
	}
	expect(text).toContain(`<meta name="twitter:image" content="${address}/poster" />`);
	const counted = await its.visitor().ask((await its.share('clip', { maxViews: 5 })).path);
	expect(counted.text).toContain('og:image"');
	expect(counted.text).not.toContain('og:video"');
	const secret = await its.visitor().ask((await its.share('clip', { password: PASSWORD })).path);
	for (const word of ['og:', 'twitter:', 'Night', 'Train', '1959', 'poster']) expect(secret.text).not.toContain(word);
	// Nor once it is unlocked: what a visitor saves of the page is no card.
	for (const word of ['Mia', 'Attic', 'plex']) expect(text).not.toContain(word);
});

test('PUBLIC_URL goes before the name that the visitor used', async () => {
	const server = await shareServer({ PUBLIC_URL: 'https://clips.example.org/cut' });
	try {
		server.captures.add({ id: 'clip' });
		const made = await server.api('/api/shares', { method: 'POST', body: JSON.stringify({ capture: 'clip' }) });
		const { address, qrSvg } = (await made.json()) as { address: string; qrSvg: string };
		expect(address).toMatch(/^https:\/\/clips\.example\.org\/cut\/s\/[\w-]{43}$/);
		expect(qrSvg).toMatch(/^<svg/);
		const path = new URL(address).pathname.slice('/cut'.length);
		const inside = await server.visitor().ask(path);
		expect(inside.text).toContain(`<meta property="og:url" content="${address}" />`);
		const outside = await server.visitor().ask(path, 'GET', { 'X-Forwarded-Host': 'clips.example.org' });
		expect(String(outside.headers['set-cookie'])).toContain(`Path=/cut${path};`);
		// Links within the page hold below any folder.
		expect(outside.text).toContain(`src="..${path}/media"`);
	} finally {
		await server.stop();
	}
});

test('titles of others stay text', async () => {
	const nasty = `<img src=x onerror=alert(1)>"'&\u202egnp.exe\u0000`;
	its.captures.add({
		id: 'nasty',
		name: nasty,
		title: nasty,
		subtitle: `${'ü'.repeat(10_000)}</title>`,
		format: 'png',
	});
	const { path } = await its.share('nasty');
	const visitor = its.visitor();
	const { text } = await visitor.ask(path);
	expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;gnp.exe');
	expect(text).not.toMatch(/<img src=x|<\/title>.*<\/title>|\u202e|\0/s);
	expect(text.length).toBeLessThan(12_000);
	const saved = await visitor.ask(`${path}/download`);
	expect(saved.status).toBe(200);
});

test('strangers reach nothing else through a link, and the app’s own page stays the app’s', async () => {
	const { path, share } = await its.share('clip');
	const visitor = its.visitor();
	await visitor.ask(path);
	const token = path.slice(3);
	for (const closed of [
		'/api/shares',
		'/api/captures',
		`/api/captures/clip/file`,
		'/metrics',
		`/api/shares/${share.id}`,
	]) {
		const bearer = { Authorization: `Bearer ${token}` };
		const cookie = [...visitor.cookies].map(([name, { value }]) => `${name.split(' ')[0]}=${value}`).join('; ');
		for (const headers of [{}, bearer, { cookie }]) {
			expect((await its.visitor().ask(closed, 'GET', headers)).status, closed).toBe(401);
		}
	}
	const port = Number(new URL(its.url).port);
	const sly = await rawRequest(port, `GET ${path}/../../api/shares HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
	expect(sly).toMatch(/^HTTP\/1\.1 (401|404)/);
	expect((await its.visitor().ask('/settings', 'GET', { Accept: 'text/html' })).text).toBe(APP_PAGE);
	expect((await its.visitor().ask('/settings', 'POST')).status).toBe(405);
});

test('a link is made, listed, changed and revoked by those who are signed in', async () => {
	const body = (value: unknown) => JSON.stringify(value);
	const refused = await fetch(`${its.url}/api/shares`, { method: 'POST', body: body({ capture: 'clip' }) });
	expect(refused.status).toBe(401);
	const made = await its.api('/api/shares', { method: 'POST', body: body({ capture: 'shot', password: PASSWORD }) });
	const { share, address, qrSvg } = (await made.json()) as { share: Share; address: string; qrSvg?: string };
	expect(share).toMatchObject({
		...{ capture: 'shot', name: 'Night Train 0.41.12', state: 'open', hasPassword: true, views: 0, download: true },
		expiresAt: new Date(its.clock.now + 30 * 86_400_000).toISOString(),
	});
	// This machine alone is reached: the app knows where it is.
	expect(address).toMatch(/^\/s\/[\w-]{43}$/);
	expect(qrSvg).toBeUndefined();
	const list = async () => ((await (await its.api('/api/shares?capture=shot')).json()) as { shares: Share[] }).shares;
	expect(await list()).toEqual([share]);
	const changed = await its.api(`/api/shares/${share.id}`, {
		method: 'PATCH',
		body: body({ expiresInS: 60, maxViews: 2 }),
	});
	expect(await changed.json()).toMatchObject({ hasPassword: true, maxViews: 2, download: true });
	its.clock.now += 61_000;
	expect((await list())[0]?.state).toBe('expired');
	const longer = await its.api(`/api/shares/${share.id}`, { method: 'PATCH', body: body({ expiresInS: null }) });
	expect(await longer.json()).toMatchObject({ state: 'open', expiresAt: null });
	const revoked = await its.api(`/api/shares/${share.id}`, { method: 'DELETE' });
	expect(await revoked.json()).toMatchObject({ state: 'closed' });
	const late = await its.api(`/api/shares/${share.id}`, { method: 'PATCH', body: body({ download: false }) });
	expect(late.status).toBe(409);
	for (const method of ['PATCH', 'DELETE']) {
		expect((await its.api('/api/shares/none', { method, ...(method === 'PATCH' && { body: '{}' }) })).status).toBe(404);
	}
	expect((await its.api('/api/shares', { method: 'POST', body: body({ capture: 'none' }) })).status).toBe(404);
	its.captures.add({ id: 'later', status: 'pending' });
	expect((await its.api('/api/shares', { method: 'POST', body: body({ capture: 'later' }) })).status).toBe(409);
	expect(
		(await its.api('/api/shares', { method: 'POST', body: body({ capture: 'clip', expiresInS: 5 }) })).status,
	).toBe(400);
});

test('with one network there is an address for everybody, and a code', async () => {
	const server = await shareServer({ HOST: '192.0.2.9' });
	try {
		server.captures.add({ id: 'shot', format: 'jpeg' });
		const made = await server.api('/api/shares', { method: 'POST', body: JSON.stringify({ capture: 'shot' }) });
		const { address, qrSvg } = (await made.json()) as { address: string; qrSvg: string };
		expect(address).toMatch(/^http:\/\/192\.0\.2\.9:8787\/s\/[\w-]{43}$/);
		expect(qrSvg).toMatch(/^<svg/);
	} finally {
		await server.stop();
	}
});

test('a film on its way stops when its link is revoked or its capture deleted', async () => {
	its.captures.add({ id: 'long' });
	// Much larger than what sockets hold, and nobody reads.
	appendFileSync(its.captures.pathOf('long', 'mp4'), Buffer.alloc(64 * 1024 * 1024));
	for (const end of ['revoke', 'delete'] as const) {
		const { path, share } = await its.share('long');
		const socket = connect(Number(new URL(its.url).port), '127.0.0.1');
		socket.write(`GET ${path}/media HTTP/1.1\r\nHost: x\r\n\r\n`);
		const [first] = (await once(socket, 'data')) as [Buffer];
		socket.pause();
		expect(first.toString('latin1')).toMatch(/^HTTP\/1\.1 200/);
		if (end === 'revoke') its.shares.revoke(share.id);
		else its.captures.delete('long');
		let bytes = 0;
		socket.on('data', (part: Buffer) => (bytes += part.length)).on('error', () => undefined);
		socket.resume();
		await once(socket, 'close');
		expect(bytes, end).toBeLessThan(32 * 1024 * 1024);
	}
});

test('no token and no password stands in the database, in a line of the log or in a list', async () => {
	const { path } = await its.share('clip', { password: PASSWORD });
	const visitor = its.visitor();
	await visitor.unlock(path, PASSWORD);
	await visitor.ask(path);
	await visitor.ask(`${path}/media`);
	const token = path.slice('/s/'.length);
	const cookies = [...visitor.cookies.values()].map(({ value }) => value);
	const said = its.lines.join('');
	expect(said).toContain('GET /s/***/media 200');
	const lists = await (await its.api('/api/shares')).text();
	its.database.sqlite.pragma('wal_checkpoint(TRUNCATE)');
	const kept = readFileSync(`${its.folder}/db.sqlite`, 'latin1');
	for (const secret of [token, PASSWORD, encodeURIComponent(PASSWORD), ...cookies]) {
		for (const [where, text] of Object.entries({ said, lists, kept })) {
			expect(text.includes(secret), where).toBe(false);
		}
	}
});
