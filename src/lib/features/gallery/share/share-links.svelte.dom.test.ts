import { expect, test } from 'vitest';
import type { Share } from '#contract/shares';
import { fakeServer } from '../gallery-fakes.ts';
import { FIRST_TERMS, ShareLinks } from './share-links.svelte.ts';

const share: Share = {
	...{ id: 's1', capture: 'c1', name: 'Big Walk', state: 'open', createdAt: '2026-01-01T20:00:00.000Z' },
	...{ expiresAt: null, hasPassword: false, maxViews: null, views: 0, download: true },
};

function open(address = '/s/token') {
	const server = fakeServer(({ method, body }) => {
		if (method === 'GET') return { body: { shares: [share] } };
		if (method === 'DELETE') return { body: { ...share, state: 'closed' } };
		if (method === 'PATCH') return { body: { ...share, ...(body as object), hasPassword: true } };
		return { body: { share: { ...share, id: 's2' }, address } };
	});
	return { links: new ShareLinks(server, { id: 'c1' }), asked: server.asked };
}

test('a link lasts thirty days unless other terms are chosen, and its address is told once', async () => {
	const { links, asked } = open();
	await links.load();
	expect(links.made).toBeUndefined();
	expect(await links.make(FIRST_TERMS)).toBe(true);
	expect(asked.at(-1)?.body).toEqual({
		...{ capture: 'c1', expiresInS: 30 * 86_400, password: null, maxViews: null, download: true },
	});
	expect(links.made).toEqual({ id: 's2', url: 'http://server.test/s/token', qrSvg: undefined });
	expect(links.links.map(({ id }) => id)).toEqual(['s2', 's1']);
});

test('an address that is whole stays as it is', async () => {
	const { links } = open('https://film.example/s/token');
	await links.make(FIRST_TERMS);
	expect(links.made?.url).toBe('https://film.example/s/token');
});

test('a change sends what was changed, and an empty password takes it away', async () => {
	const { links, asked } = open();
	await links.load();
	await links.change('s1', { expiresInS: null, password: '' });
	expect(asked.at(-1)?.body).toEqual({ expiresInS: null, password: null });
	expect(links.links[0]?.hasPassword).toBe(true);
	await links.revoke('s1');
	expect(links.links[0]?.state).toBe('closed');
});
