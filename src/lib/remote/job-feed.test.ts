import { describe, expect, test } from 'vitest';
import type { ServerJob } from '#contract/jobs';
import type { ServerEvent } from '#contract/socket';
import { JobFeed, type Following, type JobEvents } from './job-feed.ts';
import { createServerClient } from './server-client.ts';
import type { LinkState } from './sync/server-link.ts';
import { Told } from './sync/told.ts';

const job = (id: string, change: Partial<ServerJob> = {}): ServerJob => ({
	...{ id, kind: 'export', state: 'running', title: id, device: '', priority: 0, progress: 0, step: '' },
	...{ attempts: 1, notes: [], createdAt: '2026-01-01T00:00:00.000Z' },
	...change,
});
const done = (id: string): ServerJob => job(id, { state: 'done', progress: 1, endedAt: '2026-01-01T00:00:01.000Z' });

/** A server that has these jobs, or is away; counts how often it was asked. */
function serverWith(jobs: ServerJob[]) {
	const server = { jobs, isAway: false, asked: 0 };
	const client = createServerClient('http://server.test', () => {
		server.asked += 1;
		if (server.isAway) throw new TypeError('away');
		return new Response(JSON.stringify({ seq: 1, jobs: server.jobs }));
	});
	return { server, client };
}

class Socket implements JobEvents {
	readonly link = new Told<LinkState>('open');
	readonly #listeners = new Set<(event: ServerEvent) => void>();
	onEvent(listener: (event: ServerEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}
	tell(event: ServerEvent): void {
		for (const listener of this.#listeners) listener(event);
	}
}

const welcome = (jobs: ServerJob[]): ServerEvent => ({ type: 'welcome', run: 'r', seq: 0, jobs });

/** Follows a and b, and keeps what was told: "a running", "b gone", "away". */
function following(told: string[], onTold: () => void = () => undefined): Following {
	const say = (words: string): void => {
		told.push(words);
		onTold();
	};
	return {
		ids: ['a', 'b'],
		signal: new AbortController().signal,
		onJob: ({ id, state, progress }) => say(`${id} ${state} ${progress}`),
		onGone: (id) => say(`${id} gone`),
		onReach: (isThere) => say(isThere ? 'there' : 'away'),
	};
}

describe('jobs of the server', () => {
	test('are asked about once, then the socket tells', async () => {
		const { server, client } = serverWith([job('a'), job('b')]);
		const socket = new Socket();
		const told: string[] = [];
		const ended = new JobFeed(socket, 1).follow(
			client,
			following(told, () => {
				if (told.at(-1) === 'b running 0') {
					setTimeout(() => {
						socket.tell({ type: 'job', seq: 1, job: job('a', { progress: 0.5 }) });
						socket.tell({ type: 'job', seq: 2, job: job('other', { progress: 0.9 }) });
						socket.tell({ type: 'job', seq: 3, job: done('a') });
						socket.tell({ type: 'job', seq: 4, job: done('b') });
					});
				}
			}),
		);
		await ended;
		expect(told).toEqual(['there', 'a running 0', 'b running 0', 'a running 0.5', 'a done 1', 'b done 1']);
		expect(server.asked).toBe(1);
	});

	test('that ended while the socket was away are found by asking when it is back', async () => {
		const { server, client } = serverWith([job('a'), job('b')]);
		const socket = new Socket();
		const told: string[] = [];
		const ended = new JobFeed(socket, 1).follow(
			client,
			following(told, () => {
				if (told.at(-1) !== 'b running 0' || server.asked > 1) return;
				server.jobs = [done('a'), done('b')];
				setTimeout(() => socket.tell(welcome([])));
			}),
		);
		await ended;
		expect(told.slice(-2)).toEqual(['a done 1', 'b done 1']);
		expect(server.asked).toBe(2);
	});

	test('are asked about again and again without a socket, also over a time in which the server is away', async () => {
		const { server, client } = serverWith([job('a'), job('b')]);
		const told: string[] = [];
		const ended = new JobFeed(undefined, 1).follow(
			client,
			following(told, () => {
				if (server.asked === 2) server.isAway = true;
				if (server.asked < 4) return;
				server.isAway = false;
				server.jobs = [done('a')];
			}),
		);
		await ended;
		expect(told).toContain('away');
		expect(told.slice(-3)).toEqual(['there', 'a done 1', 'b gone']);
	});

	test('are not followed any more when that is no longer wanted', async () => {
		const { client } = serverWith([job('a'), job('b')]);
		const abort = new AbortController();
		const told: string[] = [];
		const ended = new JobFeed(undefined, 1).follow(client, {
			...following(told, () => abort.abort()),
			signal: abort.signal,
		});
		await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
	});
});
