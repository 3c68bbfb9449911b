import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebhookReceiver } from '../webhook-receiver.ts';
import { OutsideAddresses } from '../../sync-server/webhooks/outside-addresses.ts';
import { postOnce } from '../../sync-server/webhooks/post-once.ts';
import { type WebhookServer, webhookServer, type WebhookServerWith } from './webhook-server.ts';

let there: WebhookReceiver;
const opened: WebhookServer[] = [];

beforeEach(async () => {
	there = await new WebhookReceiver().start();
});
afterEach(async () => {
	for (const its of opened.splice(0)) {
		expect(its.errors).toEqual([]);
		await its.stop();
	}
	await there.stop();
});

async function server(options: WebhookServerWith = {}): Promise<WebhookServer> {
	const its = await webhookServer(options);
	opened.push(its);
	return its;
}

describe('within the own network', () => {
	const inside = ['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', 'fd00:ec2::254', '::ffff:127.0.0.1'];

	test('an address is refused as it is entered', async () => {
		const its = await server({ environment: { WEBHOOK_ALLOW: '' } });
		for (const host of ['localhost', '127.1', '0x7f000001', '2130706433', 'a.localhost', ...inside]) {
			const address = `http://${host.includes(':') ? `[${host}]` : host}:${there.port}/hook`;
			const body = { name: 'x', kind: 'generic', address, events: ['capture.complete'] };
			const refused = await its.ask('POST', '/api/webhooks', body);
			expect(refused.status, host).toBe(422);
			expect(refused.json['message']).toContain('WEBHOOK_ALLOW');
		}
		expect(there.received).toEqual([]);
	});

	test('a name that leads there is refused, whatever else it leads to', async () => {
		for (const address of inside) {
			const its = await server({
				environment: { WEBHOOK_ALLOW: '' },
				resolve: () =>
					Promise.resolve([
						{ address: '93.184.215.14', family: 4 },
						{ address, family: address.includes(':') ? 6 : 4 },
					]),
			});
			const { id } = await its.add('generic', `http://hooks.example:${there.port}/`);
			const delivery = await its.test(id);
			expect([delivery.state, delivery.message], address).toEqual([
				'failed',
				expect.stringContaining('WEBHOOK_ALLOW') as string,
			]);
		}
		expect(there.received).toEqual([]);
	});

	test('the address that was checked is the one that is connected to: a name is asked once', async () => {
		const asked: string[] = [];
		const its = await server({
			resolve: (name) => {
				asked.push(name);
				return Promise.resolve([{ address: asked.length === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }]);
			},
		});
		const { id } = await its.add('generic', `http://hooks.example:${there.port}/`);
		expect(await its.test(id)).toMatchObject({ state: 'done', status: 204 });
		expect(asked).toEqual(['hooks.example']);
		expect(there.received[0]!.headers['host']).toBe(`hooks.example:${there.port}`);
	});

	test('names and nets are allowed by the owner', async () => {
		for (const allowed of ['hooks.lan', '127.0.0.0/8']) {
			const its = await server({
				environment: { WEBHOOK_ALLOW: allowed },
				resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
			});
			const { id } = await its.add('generic', `http://hooks.lan:${there.port}/`);
			expect(await its.test(id), allowed).toMatchObject({ state: 'done' });
		}
	});
});

test('an address that cannot be one is refused in a sentence that does not repeat it', async () => {
	const its = await server();
	for (const [kind, address] of [
		['generic', 'not an address'],
		['generic', 'ftp://example.org/x'],
		['generic', 'https://mia:hush@example.org/x'],
		['discord', 'https://evil.example/api/webhooks/1/hush'],
		['discord', 'http://discord.com/api/webhooks/1/hush'],
		['discord', 'https://discord.com.evil.example/api/webhooks/1/hush'],
		['discord', 'https://discord.com:8443/api/webhooks/1/hush'],
		['discord', 'https://discord.com/api/webhooks/1/hush/../../../users'],
		['discord', 'https://discord.com/api/webhooks/x/hush'],
	] as const) {
		const refused = await its.ask('POST', '/api/webhooks', { name: 'x', kind, address, events: ['capture.complete'] });
		expect([refused.status, refused.json['code']], address).toEqual([422, 'unprocessable']);
		expect(JSON.stringify(refused.json)).not.toContain('hush');
	}
	for (const host of ['discord.com', 'discordapp.com', 'ptb.discord.com', 'canary.discord.com']) {
		await its.add('discord', `https://${host}/api/webhooks/1/hush?thread_id=5&x=1`);
	}
	expect(await its.list()).toHaveLength(4);
});

test('a receiver that takes a little for ever is given up on', async () => {
	async function* endless() {
		for (;;) {
			yield Buffer.alloc(64);
			await new Promise(setImmediate);
		}
	}
	const posted = postOnce(new OutsideAddresses(['127.0.0.1']), {
		...{ url: new URL(`http://127.0.0.1:${there.port}/`), headers: {}, bytes: 1e12, body: endless() },
		...{ timeoutMs: 60_000, limitMs: 50, signal: new AbortController().signal },
	});
	expect(await posted).toEqual({ ok: false, error: 'timeout' });
});
