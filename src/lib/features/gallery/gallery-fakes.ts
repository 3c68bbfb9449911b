import type { Capture } from '#contract/captures';
import type { ServerEvent } from '#contract/socket';
import { createServerClient, type ServerClient } from '$lib/remote/server-client';

export const fakeCapture = (n: number, more: Partial<Capture> = {}): Capture => ({
	...{ id: `c${n}`, type: 'screenshot', status: 'complete', progress: 1, notes: [], name: `Big Walk ${n}` },
	...{ source: 'plex', sourceName: 'Attic', title: 'Big Walk', startS: n, format: 'jpeg', bytes: 1000 },
	...{ favourite: false, createdAt: new Date(1_700_000_000_000 - n * 1000).toISOString(), shares: 0 },
	...more,
});

export interface FakeAsked {
	readonly method: string;
	readonly path: string;
	readonly query: Readonly<Record<string, string>>;
	readonly body: unknown;
}

/** A server of answers: `answer` gives what a request is replied with; undefined: it is away. */
export function fakeServer(
	answer: (asked: FakeAsked) => { readonly status?: number; readonly body: unknown } | undefined,
): { readonly client: ServerClient; readonly asked: FakeAsked[] } {
	const asked: FakeAsked[] = [];
	const client = createServerClient('http://server.test', async (url, init) => {
		const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
		const { pathname, searchParams } = new URL(url);
		const request = { method: init.method ?? 'GET', path: pathname, query: Object.fromEntries(searchParams), body };
		asked.push(request);
		// As a network does: not within the same turn.
		await new Promise((resolve) => setTimeout(resolve));
		init.signal?.throwIfAborted();
		const reply = answer(request);
		if (reply === undefined) throw new TypeError('Failed to fetch');
		return new Response(JSON.stringify(reply.body), { status: reply.status ?? 200 });
	});
	return { client, asked };
}

/** Pages of `all` as the server gives them. */
export function pageOf(all: readonly Capture[], { cursor = '0', limit = '100', favourite }: FakeAsked['query']) {
	const found = all.filter((one) => favourite !== 'true' || one.favourite);
	const [from, count] = [Number(cursor), Number(limit)];
	const next = from + count < found.length ? String(from + count) : null;
	return { body: { items: found.slice(from, from + count), next, total: found.length } };
}

/** Words of the socket. */
export class FakeEvents {
	readonly #listeners = new Set<(event: ServerEvent) => void>();

	onEvent(listener: (event: ServerEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	tell(event: ServerEvent): void {
		for (const listener of this.#listeners) listener(event);
	}
}
