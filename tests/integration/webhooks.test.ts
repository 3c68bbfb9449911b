import { createHmac } from 'node:crypto';
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formOf, WebhookReceiver } from '../webhook-receiver.ts';
import { type WebhookServer, webhookServer, type WebhookServerWith } from './webhook-server.ts';

let there: WebhookReceiver;
let elsewhere: WebhookReceiver;
const opened: WebhookServer[] = [];

beforeEach(async () => {
	there = await new WebhookReceiver().start();
	elsewhere = await new WebhookReceiver().start();
});
afterEach(async () => {
	for (const its of opened.splice(0)) {
		expect(its.errors).toEqual([]);
		await its.stop();
	}
	await Promise.all([there.stop(), elsewhere.stop()]);
});

async function server(options: WebhookServerWith = {}): Promise<WebhookServer> {
	const its = await webhookServer({
		...options,
		environment: { DISCORD_ORIGINS: there.origin, ...options.environment },
	});
	opened.push(its);
	return its;
}
const SECRET_PART = 'aTokenOfDiscord-0123456789_abcdef';
const discord = () => `${there.origin}/api/webhooks/123456789/${SECRET_PART}`;
const jsonOf = (body: Buffer) => JSON.parse(body.toString('utf8')) as Record<string, unknown>;

describe('Discord', () => {
	test('a clip arrives with its file, and calls nobody', async () => {
		const its = await server();
		const { id } = await its.add('discord', discord());
		its.captures.add({ id: 'clip', title: '@everyone **Night** <@123> [Train](https://evil.example)', name: 'x' });
		its.captures.tell('clip');
		expect(await its.settled(id)).toMatchObject({ state: 'done', attempts: 1, status: 204, event: 'capture.complete' });
		const [message] = await there.got(1);
		expect(message!.path).toBe(`/api/webhooks/123456789/${SECRET_PART}?wait=true`);
		const form = await formOf(message!);
		const payload = JSON.parse(form.get('payload_json') as string) as { content: string; allowed_mentions: unknown };
		expect(payload.allowed_mentions).toEqual({ parse: [] });
		expect(payload.content).toContain(
			'\\@everyone \\*\\*Night\\*\\* \\<\\@123\\> \\[Train\\]\\(https\\:\\/\\/evil\\.example\\) \\(1959\\)',
		);
		const file = form.get('files[0]') as File;
		expect([file.name, file.type]).toEqual(['x.mp4', 'video/mp4']);
		const sent = Buffer.from(await file.arrayBuffer());
		expect(sent.equals(readFileSync(its.captures.pathOf('clip', 'mp4')))).toBe(true);
		expect(message!.headers['octocut-event']).toBeUndefined();
	});

	test('429 is waited for, then it arrives', async () => {
		const its = await server();
		const { id } = await its.add('discord', discord());
		there.reply = (response, nth) =>
			nth === 1
				? response.writeHead(429, { 'Retry-After': '0.02' }).end('{"retry_after":0.02}')
				: response.writeHead(200, { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset-After': '0.02' }).end('{}');
		its.captures.add({ id: 'shot', format: 'jpeg' });
		its.captures.tell('shot');
		expect(await its.settled(id)).toMatchObject({ state: 'done', attempts: 2, status: 200 });
		// The rest after the last allowed one is kept as well.
		its.captures.tell('shot');
		expect(await its.settled(id)).toMatchObject({ state: 'done', status: 200 });
		expect(there.received).toHaveLength(3);
	});

	test('a file that is too large becomes a link where others reach the server, else words', async () => {
		for (const environment of [{ PUBLIC_URL: 'https://clips.example.org/cut' }, {}] as Record<string, string>[]) {
			const its = await server({ environment });
			const { id } = await its.add('discord', discord(), { events: ['capture.complete', 'share.created'] });
			its.captures.add({ id: 'clip' });
			appendFileSync(its.captures.pathOf('clip', 'mp4'), Buffer.alloc(8_000_000));
			its.captures.change('clip', { bytes: statSync(its.captures.pathOf('clip', 'mp4')).size });
			its.captures.tell('clip');
			expect(await its.settled(id)).toMatchObject({ state: 'done' });
			const { content, flags } = jsonOf(there.received.at(-1)!.body) as { content: string; flags?: number };
			expect(content).toContain('**Night Train 0\\.41\\.12**');
			const links = its.shares.list(10);
			if (environment['PUBLIC_URL'] === undefined) {
				expect([content.includes('http'), flags, links]).toEqual([false, 4, []]);
			} else {
				expect(content).toMatch(/\nhttps:\/\/clips\.example\.org\/cut\/s\/[\w-]{43}$/);
				expect(flags).toBeUndefined();
				// One link, of which nobody is told a second time.
				expect(links).toMatchObject([{ capture: 'clip', state: 'open', hasPassword: false }]);
				expect(await its.deliveries(id)).toHaveLength(1);
			}
		}
	});

	test('a server with a smaller limit gets the words', async () => {
		const its = await server();
		const { id } = await its.add('discord', discord());
		there.reply = (response, nth) => response.writeHead(nth === 1 ? 413 : 200).end();
		its.captures.add({ id: 'clip' });
		its.captures.tell('clip');
		const delivery = await its.settled(id);
		expect(delivery).toMatchObject({ state: 'done', message: 'Sent without the file, which is too large there.' });
		expect(there.received[1]!.headers['content-type']).toBe('application/json');
	});

	test('a capture that failed is told with its reason', async () => {
		const its = await server();
		const { id } = await its.add('discord', discord(), { events: ['capture.failed'] });
		its.captures.add({ id: 'clip', status: 'failed', message: 'The film ended before 0:41:12.' });
		its.captures.tell('clip', 'failed');
		expect(await its.settled(id)).toMatchObject({ state: 'done', event: 'capture.failed' });
		expect(jsonOf(there.received[0]!.body)['content']).toContain(
			'could not be made. The film ended before 0\\:41\\:12\\.',
		);
	});
});

describe('any receiver', () => {
	const SECRET = 'correct horse battery';

	test('a message is signed over its time and its body', async () => {
		const its = await server();
		const { id, signed } = await its.add('generic', `${there.origin}/hook?x=1#part`, {
			...{ secret: SECRET, events: ['capture.complete', 'share.created'] },
		});
		expect(signed).toBe(true);
		its.captures.add({ id: 'clip', name: 'Nächtlicher Zug' });
		its.captures.tell('clip');
		await its.settled(id);
		const [message] = await there.got(1);
		const { headers, body, path } = message!;
		expect(path).toBe('/hook?x=1');
		const [, time = '', signature = ''] =
			/^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['octocut-signature'])) ?? [];
		expect(
			createHmac('sha256', SECRET)
				.update(`${time}.${body.toString('utf8')}`)
				.digest('hex'),
		).toBe(signature);
		expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(120);
		const [delivery] = await its.deliveries(id);
		expect(headers).toMatchObject({ 'octocut-event': 'capture.complete', 'octocut-delivery': delivery?.id });
		expect(jsonOf(body)).toMatchObject({
			...{ version: 1, id: delivery?.id, event: 'capture.complete' },
			capture: { id: 'clip', name: 'Nächtlicher Zug', format: 'mp4', type: 'clip', status: 'complete', startS: 2472 },
		});
		const made = await its.ask('POST', '/api/shares', { capture: 'clip', password: 'a password' });
		await its.settled(id);
		const told = jsonOf((await there.got(2))[1]!.body);
		expect(told).toMatchObject({ event: 'share.created', share: { address: made.json['address'], hasPassword: true } });
	});

	test('trouble of the receiver is tried again, up to eight times', async () => {
		const its = await server();
		const { id } = await its.add('generic', there.origin);
		its.captures.add({ id: 'shot', format: 'jpeg' });
		there.reply = (response) => response.writeHead(500).end('stack trace with secrets');
		its.captures.tell('shot');
		expect(await its.settled(id)).toMatchObject({
			...{ state: 'failed', attempts: 8, status: 500 },
			message: 'The receiver has trouble of its own (status 500).',
		});
		there.reply = (response, nth) => response.writeHead(nth === 10 ? 200 : 503).end();
		its.captures.tell('shot');
		expect(await its.settled(id)).toMatchObject({ state: 'done', attempts: 2 });
		const ids = there.received.slice(0, 8).map(({ headers }) => headers['octocut-delivery']);
		expect(new Set(ids).size).toBe(1);
	});

	test('what it refuses is final, and said in a sentence', async () => {
		const its = await server();
		const { id } = await its.add('generic', there.origin);
		its.captures.add({ id: 'shot', format: 'jpeg' });
		for (const [status, words] of [
			[404, 'nothing at this address'],
			[403, 'does not let this webhook send'],
			[400, 'did not take the message'],
		] as const) {
			there.reply = (response) => response.writeHead(status).end();
			its.captures.tell('shot');
			const delivery = await its.settled(id);
			expect(delivery).toMatchObject({ state: 'failed', attempts: 1, status });
			expect(delivery?.message).toContain(words);
		}
	});

	test('where it leads on to is not followed', async () => {
		const its = await server();
		const { id } = await its.add('generic', there.origin);
		for (const status of [301, 302, 307, 308]) {
			there.reply = (response) => response.writeHead(status, { Location: `${elsewhere.origin}/inside` }).end();
			const delivery = await its.test(id);
			expect(delivery).toMatchObject({ state: 'failed', status });
			expect(delivery.message).toContain('which is not followed');
		}
		expect(elsewhere.received).toEqual([]);
	});

	test('one that says nothing is given up on', async () => {
		const its = await server({ timeoutMs: 50 });
		const { id } = await its.add('generic', there.origin);
		there.reply = () => undefined;
		expect(await its.test(id)).toMatchObject({ state: 'failed', message: 'There was no answer for ten seconds.' });
	});

	test('an answer without end is not read', async () => {
		const its = await server();
		const { id } = await its.add('generic', there.origin);
		const closed = new Promise<void>((resolve) => {
			there.reply = (response) => {
				response.writeHead(200).write('x'.repeat(1000));
				const more = () => response.write(Buffer.alloc(1024 * 1024));
				response.on('drain', more).once('close', resolve);
				more();
			};
		});
		expect(await its.test(id)).toMatchObject({ state: 'done', status: 200 });
		await closed;
	});

	test('nobody there, an unknown name and a certificate of nobody are told apart', async () => {
		const its = await server({
			resolve: (name) =>
				name === 'nowhere.example'
					? Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }))
					: Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
		});
		await elsewhere.stop();
		const say = async (address: string) => (await its.test((await its.add('generic', address)).id)).message;
		expect(await say('http://127.0.0.1:1/')).toContain('Nobody took the message');
		expect(await say('http://nowhere.example/')).toContain('name of the address is not known');
		expect(await say(`https://127.0.0.1:${there.port}/`)).toContain('encryption');
	});
});

test('a webhook is changed, turned off, tested and removed', async () => {
	const its = await server();
	const { id } = await its.add('generic', there.origin);
	its.captures.add({ id: 'shot', format: 'jpeg' });
	const change = async (body: object) => (await its.ask('PATCH', `/api/webhooks/${id}`, body)).json;
	expect(await change({ name: 'Attic', secret: 'eight or more' })).toMatchObject({ name: 'Attic', signed: true });
	expect(await its.test(id)).toMatchObject({ state: 'done', event: 'test', attempts: 1 });
	expect(there.received[0]!.headers['octocut-signature']).toMatch(/^t=/);
	expect(jsonOf(there.received[0]!.body)).toMatchObject({ version: 1, event: 'test' });
	// The secret stays with a new address, and goes when it is told to.
	expect(await change({ address: `${there.origin}/new` })).toMatchObject({ signed: true });
	expect(await change({ secret: null })).toMatchObject({ signed: false });
	await its.test(id);
	expect(there.received[1]).toMatchObject({ path: '/new' });
	expect(there.received[1]!.headers['octocut-signature']).toBeUndefined();
	expect((await its.ask('PATCH', `/api/webhooks/${id}`, { address: 'x' })).status).toBe(422);
	await change({ enabled: false });
	its.captures.tell('shot');
	await change({ enabled: true, events: ['share.created'] });
	its.captures.tell('shot');
	expect((await its.deliveries(id)).map(({ event }) => event)).toEqual(['test', 'test']);
	for (let more = 0; more < 4; more += 1) await its.test(id);
	expect((await its.ask('POST', `/api/webhooks/${id}/test`)).status).toBe(429);
	expect((await its.ask('DELETE', `/api/webhooks/${id}`)).json).toEqual({ removed: true });
	for (const [method, path] of [
		['DELETE', ''],
		['PATCH', ''],
		['POST', '/test'],
	] as const) {
		expect((await its.ask(method, `/api/webhooks/${id}${path}`, method === 'PATCH' ? {} : undefined)).status).toBe(404);
	}
});

test('the last ten deliveries are kept; one whose job is cancelled waits no more', async () => {
	const its = await server();
	const { id } = await its.add('generic', there.origin);
	its.captures.add({ id: 'shot', format: 'jpeg' });
	for (let times = 0; times < 13; times += 1) its.captures.tell('shot');
	await there.got(13);
	await its.settled(id);
	expect(await its.deliveries(id)).toHaveLength(10);
	there.reply = (response) => response.writeHead(429, { 'Retry-After': '600' }).end();
	its.captures.tell('shot');
	await there.got(14);
	const waiting = async () => (await its.deliveries(id))[0];
	await expect.poll(async () => (await waiting())?.message).toBe('The receiver takes no more messages for 10 minutes.');
	expect((await waiting())?.state).toBe('waiting');
	const [job] = its.queue.list({ state: 'active' });
	await its.queue.cancel(job!.id);
	expect(await waiting()).toMatchObject({ state: 'failed', message: 'It was cancelled.' });
});

test('no address, secret or link stands in a reply, a job, a log or, readable, in the database', async () => {
	const its = await server({ environment: { PUBLIC_URL: 'https://clips.example.org' } });
	const secret = 'the secret that signs';
	const one = await its.add('discord', discord(), { events: ['capture.complete', 'share.created'] });
	const other = await its.add('generic', `${there.origin}/hidden-path`, { secret, events: ['share.created'] });
	its.captures.add({ id: 'clip' });
	its.captures.tell('clip');
	const made = await its.ask('POST', '/api/shares', { capture: 'clip' });
	its.replies.pop();
	const token = String(made.json['address']).split('/s/')[1]!;
	await its.settled(one.id);
	await its.settled(other.id);
	there.reply = (response) => response.writeHead(400).end(`echo ${secret}`);
	await its.test(one.id);
	await its.test(other.id);
	await its.list();
	await its.ask('GET', '/api/jobs');
	const [job] = its.queue.list({});
	await its.ask('GET', `/api/jobs/${job!.id}/log`);
	its.database.sqlite.pragma('wal_checkpoint(TRUNCATE)');
	const kept = readFileSync(`${its.folder}/db.sqlite`, 'latin1');
	for (const word of [SECRET_PART, '/hidden-path', secret, token, String(there.port)]) {
		const hidden: Record<string, string> = { replies: its.replies.join('\n'), log: its.lines.join('') };
		// The number of a port is found in any file.
		if (word !== String(there.port)) hidden['database'] = kept;
		for (const [where, text] of Object.entries(hidden)) expect(text.includes(word), `${word} in ${where}`).toBe(false);
	}
});
