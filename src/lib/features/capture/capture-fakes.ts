import type { Capture } from '#contract/captures';
import type { Session } from '#contract/sessions';
import { createServerClient, type ServerClient } from '$lib/remote/server-client';

export const AT = Date.parse('2026-01-01T20:00:00.000Z');

export const fakeSession = (more: Partial<Session> = {}): Session => ({
	...{ id: 'plex-1', source: 'plex', kind: 'plex', sourceName: 'Attic', title: 'Big Walk', mediaKind: 'movie' },
	...{ state: 'playing', positionS: 100, at: new Date(AT).toISOString(), durationS: 600, transcoding: false },
	media: { state: 'file', media: 'film' },
	...more,
});

export const fakeCapture = (more: Partial<Capture> = {}): Capture => ({
	...{ id: 'c1', type: 'screenshot', status: 'pending', progress: 0, notes: [], name: 'Big Walk at 0:01:40' },
	...{ source: 'plex', sourceName: 'Attic', title: 'Big Walk', startS: 100, format: 'jpeg', bytes: 0 },
	...{ favourite: false, createdAt: new Date(AT).toISOString(), shares: 0 },
	...more,
});

export interface FakeAsked {
	readonly method: string;
	readonly path: string;
	readonly body: unknown;
}

/** A server of answers: `answer` gives what a request is replied with; undefined: it is away. */
export function fakeServer(answer: (asked: FakeAsked) => { status?: number; body: unknown } | undefined): {
	readonly client: ServerClient;
	readonly asked: FakeAsked[];
} {
	const asked: FakeAsked[] = [];
	const client = createServerClient('http://server.test', (url, init) => {
		const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
		const request = { method: init.method ?? 'GET', path: new URL(url).pathname, body };
		asked.push(request);
		const reply = answer(request);
		if (reply === undefined) throw new TypeError('Failed to fetch');
		return new Response(JSON.stringify(reply.body), { status: reply.status ?? 200 });
	});
	return { client, asked };
}
