import { expect, test } from 'vitest';
import type { Webhook } from '#contract/webhooks';
import { createServerClient } from '$lib/remote/server-client';
import { Webhooks, type TypedWebhook } from './webhooks.svelte.ts';

const house: Webhook = {
	...{
		id: 'w1',
		name: 'House',
		kind: 'generic',
		events: ['capture.complete'],
		enabled: true,
		signed: true,
		deliveries: [],
	},
};
const typed: TypedWebhook = {
	...{
		kind: 'generic',
		name: 'House',
		address: 'https://hook.example',
		events: ['capture.complete'],
		secret: 'walnut-cake',
	},
};

function begin(status = 200) {
	const sent: unknown[] = [];
	const client = createServerClient('http://server.test', (_, init) => {
		if (typeof init.body === 'string') sent.push(JSON.parse(init.body));
		const refused = { code: 'invalid_request', message: 'This address is inside of the network.' };
		return new Response(JSON.stringify(status === 200 ? house : refused), { status });
	});
	return { webhooks: new Webhooks({ client }), sent };
}

test('Discord gets no secret, and what is left empty on a change is not sent', async () => {
	const { webhooks, sent } = begin();
	await webhooks.add({ ...typed, kind: 'discord' });
	await webhooks.add(typed);
	await webhooks.change(house, { ...typed, address: '', secret: '' });
	expect(sent).toEqual([
		{ kind: 'discord', name: 'House', address: 'https://hook.example', events: ['capture.complete'] },
		{
			kind: 'generic',
			name: 'House',
			address: 'https://hook.example',
			events: ['capture.complete'],
			secret: 'walnut-cake',
		},
		{ name: 'House', events: ['capture.complete'] },
	]);
	expect(webhooks.all).toHaveLength(2);
});

test('an address that is refused tells why and adds nothing', async () => {
	const { webhooks } = begin(422);
	expect(await webhooks.add(typed)).toBe(false);
	expect([webhooks.problem, webhooks.all.length]).toEqual(['This address is inside of the network.', 0]);
});
