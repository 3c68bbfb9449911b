import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shareServer, type ShareVisitor } from './share-server.ts';

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

const NOWHERE = 'This link leads nowhere';
const PASSWORD = 'ein Käse & mehr';

describe('what is reached in which state', () => {
	const parts = ['page', 'media', 'poster', 'download', 'unlock', 'HEAD page', 'HEAD media'] as const;
	type Part = (typeof parts)[number];

	async function look(visitor: ShareVisitor, path: string): Promise<Record<Part, number>> {
		const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
		const found: Partial<Record<Part, number>> = {};
		found.page = (await visitor.ask(path)).status;
		for (const part of ['media', 'poster', 'download'] as const) {
			found[part] = (await visitor.ask(`${path}/${part}`)).status;
		}
		found['HEAD page'] = (await visitor.ask(path, 'HEAD')).status;
		found['HEAD media'] = (await visitor.ask(`${path}/media`, 'HEAD')).status;
		found.unlock = (await visitor.ask(`${path}/unlock`, 'POST', form, 'password=nonsense')).status;
		return found as Record<Part, number>;
	}
	const all = (status: number) => Object.fromEntries(parts.map((part) => [part, status])) as Record<Part, number>;
	const open = { ...all(200), unlock: 303 };
	const closed = all(404);
	const locked = { ...all(403), page: 200, 'HEAD page': 200 };

	test('open', async () => {
		const { path } = await its.share('clip');
		expect(await look(its.visitor(), path)).toEqual(open);
	});

	test('with a password, until it is told', async () => {
		const { path } = await its.share('clip', { password: PASSWORD });
		const visitor = its.visitor();
		expect(await look(visitor, path)).toEqual(locked);
		expect((await visitor.unlock(path, 'ein Kaese')).status).toBe(403);
		expect(await look(visitor, path)).toEqual(locked);
		const right = await visitor.unlock(path, PASSWORD);
		expect([right.status, right.headers['location']]).toEqual([303, path]);
		expect(await look(visitor, path)).toEqual(open);
		// Another visitor learns nothing from it.
		expect(await look(its.visitor(), path)).toEqual(locked);
	});

	test('over, and revoked', async () => {
		const over = await its.share('clip', { expiresInS: 60 });
		const revoked = await its.share('clip');
		const visitor = its.visitor();
		expect(await look(visitor, over.path)).toEqual(open);
		expect(await look(visitor, revoked.path)).toEqual(open);
		its.clock.now += 60_000;
		its.shares.revoke(revoked.share.id);
		for (const { path } of [over, revoked]) {
			expect(await look(visitor, path)).toEqual(closed);
			expect(await look(its.visitor(), path)).toEqual(closed);
		}
	});

	test('seen as often as it may be: those who saw it may go on', async () => {
		const { path } = await its.share('clip', { maxViews: 1 });
		const first = its.visitor();
		const program = its.visitor();
		expect((await program.ask(`${path}/media`)).status).toBe(403);
		expect(await look(first, path)).toEqual(open);
		expect(await look(its.visitor(), path)).toEqual(closed);
		expect((await program.ask(`${path}/media`)).status).toBe(404);
		expect(await look(first, path)).toEqual(open);
	});

	test('seen as often as it may be, with a password', async () => {
		const { path } = await its.share('clip', { maxViews: 1, password: PASSWORD });
		const first = its.visitor();
		await first.unlock(path, PASSWORD);
		expect(await look(first, path)).toEqual(open);
		const second = its.visitor();
		expect(await look(second, path)).toEqual(closed);
		expect((await second.unlock(path, PASSWORD)).status).toBe(404);
	});

	test('its capture is deleted', async () => {
		its.captures.add({ id: 'gone' });
		const { path } = await its.share('gone');
		const visitor = its.visitor();
		expect(await look(visitor, path)).toEqual(open);
		its.captures.delete('gone');
		expect(await look(visitor, path)).toEqual(closed);
	});

	test('its capture is being made, or failed', async () => {
		its.captures.add({ id: 'pending' });
		const { path } = await its.share('pending');
		its.captures.change('pending', { status: 'pending' });
		expect(await look(its.visitor(), path)).toEqual(all(503));
		its.captures.change('pending', { status: 'failed' });
		expect(await look(its.visitor(), path)).toEqual(closed);
	});

	test('not for saving', async () => {
		const { path } = await its.share('clip', { download: false });
		const visitor = its.visitor();
		expect(await look(visitor, path)).toEqual({ ...open, download: 403 });
		expect((await visitor.ask(path)).text).not.toContain('/download');
	});
});

test('a token that never was is answered as one that is over, to the letter', async () => {
	const { path, share } = await its.share('clip');
	its.shares.revoke(share.id);
	const [never, over, short] = await Promise.all(
		[`/s/${'x'.repeat(43)}`, path, '/s/x'].map((one) => its.visitor().ask(one)),
	);
	expect(never?.text).toContain(NOWHERE);
	expect(over?.text).toBe(never?.text);
	expect(short?.text).toBe(never?.text);
	const plain = ({ date: _date, ...headers }: Record<string, unknown>) => headers;
	expect(plain(over!.headers)).toEqual(plain(never!.headers));
	for (const other of ['/s', '/s/', `${path}/`, `${path}/media/x`, `${path}/../${path.slice(3)}/x`]) {
		expect((await its.visitor().ask(other)).status, other).toBe(404);
	}
});

test('whoever guesses tokens waits, also when one is right; who is in goes on', async () => {
	const { path } = await its.share('clip');
	const inside = its.visitor('203.0.113.7');
	await inside.ask(path);
	const guesser = its.visitor('203.0.113.7');
	for (let tries = 0; tries < 30; tries += 1) {
		expect((await guesser.ask(`/s/guess-${tries}-${'x'.repeat(30)}`)).status).toBe(404);
	}
	const refused = await guesser.ask(path);
	expect([refused.status, refused.headers['retry-after']]).toEqual([429, '60']);
	expect(refused.text).toContain('Wait 60 seconds');
	expect((await inside.ask(`${path}/media`)).status).toBe(200);
	expect((await its.visitor().ask(path)).status).toBe(200);
	its.clock.now += 61_000;
	expect((await guesser.ask(path)).status).toBe(200);
});

test('passwords are tried ten times a minute, by an address and for a link', async () => {
	const { path } = await its.share('clip', { password: PASSWORD });
	const known = its.visitor();
	await known.unlock(path, PASSWORD);
	const guesser = its.visitor();
	const tries = await Promise.all(Array.from({ length: 14 }, () => guesser.unlock(path, 'wrong')));
	expect(tries.filter(({ status }) => status === 403)).toHaveLength(10);
	expect(tries.filter(({ status }) => status === 429)).toHaveLength(4);
	// The right one, too, and from elsewhere.
	expect((await guesser.unlock(path, PASSWORD)).status).toBe(429);
	expect((await its.visitor().unlock(path, PASSWORD)).status).toBe(429);
	// By this address at other links.
	const other = await its.share('clip', { password: PASSWORD });
	expect((await guesser.unlock(other.path, PASSWORD)).status).toBe(429);
	expect((await known.ask(`${path}/media`)).status).toBe(200);
	its.clock.now += 61_000;
	expect((await guesser.unlock(path, PASSWORD)).status).toBe(303);
	// Right ones are no guesses.
	for (let times = 0; times < 12; times += 1) {
		expect((await its.visitor().unlock(other.path, PASSWORD)).status).toBe(303);
	}
});

test('a new password locks what an older one opened; other links are not opened by it', async () => {
	const { path, share } = await its.share('clip', { password: PASSWORD });
	const other = await its.share('clip', { password: PASSWORD });
	const visitor = its.visitor();
	await visitor.unlock(path, PASSWORD);
	expect((await visitor.ask(`${path}/media`)).status).toBe(200);
	const cookie = [...visitor.cookies].map(([name, { value }]) => `${name.split(' ')[0]}=${value}`).join('; ');
	expect((await its.visitor().ask(`${other.path}/media`, 'GET', { cookie })).status).toBe(403);
	await its.shares.change(share.id, { password: 'another' });
	expect((await visitor.ask(`${path}/media`)).status).toBe(403);
	await its.shares.change(share.id, { password: null });
	expect((await its.visitor().ask(`${path}/media`)).status).toBe(200);
});

test('what was unlocked is locked again after a day', async () => {
	const { path } = await its.share('clip', { password: PASSWORD });
	const visitor = its.visitor();
	await visitor.unlock(path, PASSWORD);
	its.clock.now += 86_400_000;
	expect((await visitor.ask(`${path}/media`)).status).toBe(403);
});

test('a form that is too long, of another site, or nonsense opens nothing', async () => {
	const { path } = await its.share('clip', { password: PASSWORD });
	const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
	const tries: [Record<string, string>, string][] = [
		[form, `password=${'x'.repeat(10_000)}`],
		[{ ...form, 'Sec-Fetch-Site': 'cross-site' }, new URLSearchParams({ password: PASSWORD }).toString()],
		[{ 'Content-Type': 'application/json' }, JSON.stringify({ password: PASSWORD })],
		[form, ''],
	];
	for (const [headers, body] of tries) {
		expect((await its.visitor().ask(`${path}/unlock`, 'POST', headers, body)).status).toBe(403);
	}
});

test('a view is a browser that opened the page and asked for the file, once', async () => {
	const { path, share } = await its.share('clip');
	const views = () => its.shares.list(500).find(({ id }) => id === share.id)?.views;
	const bot = its.visitor();
	for (const part of ['', '/poster', '/media', '/media']) await bot.ask(path + part, 'GET', { cookie: '' });
	await its.visitor().ask(path, 'HEAD');
	expect(views()).toBe(0);
	const visitor = its.visitor();
	await visitor.ask(path);
	await visitor.ask(`${path}/media`, 'HEAD');
	expect(views()).toBe(0);
	// A player asks for several parts before it has kept what the first answer said.
	await Promise.all(Array.from({ length: 6 }, () => visitor.ask(`${path}/media`, 'GET', { Range: 'bytes=0-9' })));
	await visitor.ask(path);
	await visitor.ask(`${path}/download`);
	expect(views()).toBe(1);
	const again = its.visitor();
	await again.ask(path);
	await again.ask(`${path}/media`);
	expect(views()).toBe(2);
});

test('the last view goes to one of many', async () => {
	const { path } = await its.share('clip', { maxViews: 3 });
	const visitors = Array.from({ length: 12 }, () => its.visitor());
	await Promise.all(visitors.map((visitor) => visitor.ask(path)));
	const answers = await Promise.all(visitors.map((visitor) => visitor.ask(`${path}/media`)));
	expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
	expect(answers.filter(({ status }) => status === 404)).toHaveLength(9);
});

test('cookies are for one link, out of reach of scripts, and sealed', async () => {
	const { path } = await its.share('clip', { password: PASSWORD });
	const visitor = its.visitor();
	const { headers } = await visitor.unlock(path, PASSWORD);
	const sets = [
		...(headers['set-cookie'] as string[]),
		...((await visitor.ask(path)).headers['set-cookie'] as string[]),
	];
	expect(sets).toHaveLength(2);
	for (const set of sets) expect(set).toMatch(new RegExp(`Path=${path}; HttpOnly; SameSite=Lax$`));
	const encrypted = await its.visitor().ask((await its.share('clip')).path, 'GET', { 'X-Forwarded-Proto': 'https' });
	expect(String(encrypted.headers['set-cookie'])).toContain('; Secure');
	const forged = its.visitor();
	for (const name of ['octocut-unlocked', 'octocut-visitor'])
		forged.cookies.set(`${name} ${path}`, { value: 'v1.AAAA', path });
	expect((await forged.ask(`${path}/media`)).status).toBe(403);
});
