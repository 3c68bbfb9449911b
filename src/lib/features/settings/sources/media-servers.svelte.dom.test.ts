import { expect, test } from 'vitest';
import { createServerClient } from '$lib/remote/server-client';
import { MediaServers } from './media-servers.svelte.ts';

const typed = { kind: 'plex', secret: 'walnut-cake', label: '' } as const;

test.each([
	['nas:32400', 'http://nas:32400'],
	[' 192.168.1.5:32400 ', 'http://192.168.1.5:32400'],
	['https://plex.example', 'https://plex.example'],
])('%s is tried as %s', async (address, whole) => {
	const sent: unknown[] = [];
	const client = createServerClient('http://server.test', (_, init) => {
		if (typeof init.body === 'string') sent.push(JSON.parse(init.body));
		return Response.json({ ok: true, name: 'Attic', version: '1.0', sessions: 0 });
	});
	const servers = new MediaServers({ client });
	expect(await servers.testNew({ ...typed, address })).toMatchObject({ ok: true });
	expect(sent).toMatchObject([{ kind: 'plex', address: whole }]);
	expect([servers.busy, servers.problem]).toEqual([false, '']);
});

test('without a server a media server cannot be tried, and why is told', async () => {
	const servers = new MediaServers({ client: undefined });
	expect(await servers.testNew({ ...typed, address: 'nas' })).toBeUndefined();
	expect(servers.problem).toContain('cannot be reached');
});
