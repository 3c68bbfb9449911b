import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ok, err } from '#core/result';
import type { ServerJob } from '#contract/jobs';
import { type Database, openDatabase } from '../db/open-database.ts';
import type { JobContext, JobEvent, JobHandler, NewJob } from './job-queue.ts';
import { type QueueOptions, SqliteJobQueue } from './sqlite-job-queue.ts';

let database: Database;
let queues: SqliteJobQueue[] = [];

beforeEach(() => {
	const opened = openDatabase(':memory:');
	if (!opened.ok) throw new Error(opened.error);
	database = opened.value;
});
afterEach(async () => {
	await Promise.all(queues.map((queue) => queue.stop()));
	queues = [];
	database.close();
});

const errors: unknown[] = [];
function makeQueue(options: Partial<QueueOptions> = {}): SqliteJobQueue {
	const lanes = { export: 1, interactive: 2, background: 1 };
	const queue = new SqliteJobQueue(database, { lanes, onError: (error) => errors.push(error), ...options });
	queues.push(queue);
	return queue;
}

const job = (title: string, more: Partial<NewJob> = {}): NewJob => ({
	kind: 'export',
	lane: 'export',
	title,
	payload: { title },
	...more,
});

const titleOf = (payload: unknown) => (payload as { title: string }).title;

/** Resolves with the job as soon as it is told in one of the states. */
function reached(queue: SqliteJobQueue, id: string, ...states: ServerJob['state'][]): Promise<ServerJob> {
	return new Promise((resolve) => {
		const check = (candidate: ServerJob | undefined) => {
			if (candidate?.id === id && states.includes(candidate.state)) resolve(candidate);
		};
		queue.subscribe((event) => {
			if (event.type === 'job') check(event.job);
		});
		check(queue.get(id));
	});
}

/** A handler whose jobs end when told to. */
function heldHandler() {
	const started: { title: string; context: JobContext; finish: (value?: unknown) => void }[] = [];
	const waiting: (() => void)[] = [];
	const handler: JobHandler = (payload, context) =>
		new Promise((resolve, reject) => {
			started.push({ title: titleOf(payload), context, finish: (value) => resolve(ok(value)) });
			context.signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
			for (const wake of waiting.splice(0)) wake();
		});
	/** The nth job that was started, from 0. */
	const nth = async (n: number) => {
		while (started.length <= n) await new Promise<void>((resolve) => waiting.push(resolve));
		return started[n]!;
	};
	return { handler, started, nth };
}

const add = (queue: SqliteJobQueue, ...jobs: NewJob[]) => queue.enqueue(jobs).map(({ id }) => id);

describe('a job', () => {
	test('runs, tells how far it is and keeps what it said', async () => {
		const queue = makeQueue();
		queue.handle('export', (_payload, context) => {
			context.onProgress({ progress: 0.5, step: 'Encoding', speed: 2, etaS: 3 });
			context.note('NVENC failed; made with libx264.');
			context.log('frame=1');
			return Promise.resolve(ok({ bytes: 7 }));
		});
		queue.start();
		const events: JobEvent[] = [];
		queue.subscribe((event) => events.push(event));
		const [id = ''] = add(queue, job('a.mp4', { device: 'phone', group: 'g' }));
		expect(await reached(queue, id, 'done')).toMatchObject({
			title: 'a.mp4',
			device: 'phone',
			group: 'g',
			progress: 1,
			attempts: 1,
			notes: ['NVENC failed; made with libx264.'],
			result: { bytes: 7 },
		});
		expect(queue.log(id)).toEqual(['frame=1']);
		expect(queue.payload(id)).toEqual({ title: 'a.mp4' });
		expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
		expect(queue.seq).toBe(events.length);
	});

	test('is told at most four times a second, and the log keeps its last 200 lines', async () => {
		const queue = makeQueue();
		queue.handle('export', (_payload, { onProgress, log }) => {
			for (let n = 0; n < 1000; n++) onProgress({ progress: n / 1000, step: 'Encoding' });
			for (let n = 0; n < 1000; n++) log(`line ${n}`);
			return Promise.resolve(ok(undefined));
		});
		queue.start();
		const events: JobEvent[] = [];
		queue.subscribe((event) => events.push(event));
		const [id = ''] = add(queue, job('a'));
		await reached(queue, id, 'done');
		expect(events).toHaveLength(4); // queued, running, the first progress, done
		expect(queue.log(id)).toHaveLength(200);
		expect(queue.log(id)?.at(-1)).toBe('line 999');
	});

	test('waits at least as long as was asked for, an hour at most', async () => {
		let nowMs = 1000;
		const queue = makeQueue({ now: () => nowMs, firstPauseMs: 100 });
		const failure = { kind: 'unexpected', subject: 'A', detail: 'asked to wait' } as const;
		const pauses = [50, 5000, 86_400_000];
		queue.handle('export', () => Promise.resolve(err({ failure, mayPass: true, pauseMs: pauses.shift() ?? 0 })));
		const [{ id }] = queue.enqueue([job('A', { maxAttempts: 4 })]) as [ServerJob];
		queue.start();
		const runAfter = () =>
			(database.sqlite.prepare('select run_after from jobs where id = ?').get(id) as { run_after: number }).run_after;
		for (const [attempts, pauseMs] of [
			[1, 100],
			[2, 5000],
			[3, 3_600_000],
		] as const) {
			await expect.poll(() => [queue.get(id)?.attempts, runAfter() - nowMs]).toEqual([attempts, pauseMs]);
			nowMs += pauseMs;
			// Another one wakes the lane.
			queue.enqueue([job('B', { kind: 'audio' })]);
		}
		expect((await reached(queue, id, 'failed')).attempts).toBe(4);
	});

	test('that may do better is tried again after a pause, and fails for good at its last start', async () => {
		const queue = makeQueue({ firstPauseMs: 1 });
		const failure = { kind: 'out-of-space', subject: 'a' } as const;
		queue.handle('export', () => Promise.resolve(err({ failure, mayPass: true })));
		queue.start();
		const [id = ''] = add(queue, job('a'));
		expect(await reached(queue, id, 'failed')).toMatchObject({ attempts: 3, error: failure });
	});

	test('that cannot do better fails at once', async () => {
		const queue = makeQueue({ firstPauseMs: 1 });
		const failure = { kind: 'source-missing', subject: 'a' } as const;
		queue.handle('export', () => Promise.resolve(err({ failure, mayPass: false })));
		queue.start();
		const [id = ''] = add(queue, job('a'));
		expect(await reached(queue, id, 'failed')).toMatchObject({ attempts: 1, error: failure });
	});

	test('whose handler throws is failed with what was thrown', async () => {
		const queue = makeQueue();
		queue.handle('export', () => Promise.reject(new TypeError('x is undefined')));
		queue.start();
		const [id = ''] = add(queue, job('a'));
		expect(await reached(queue, id, 'failed')).toMatchObject({
			error: { kind: 'unexpected', detail: 'x is undefined' },
		});
		expect(errors.at(-1)).toBeInstanceOf(TypeError);
	});

	test('that makes no progress is stopped and tried again', async () => {
		const queue = makeQueue({ stallMs: 20, firstPauseMs: 1 });
		let starts = 0;
		queue.handle('export', (_payload, { signal }) => {
			if (++starts === 2) return Promise.resolve(ok('made'));
			return new Promise((_resolve, reject) =>
				signal.addEventListener('abort', () => reject(new DOMException('stalled', 'AbortError'))),
			);
		});
		queue.start();
		const [id = ''] = add(queue, job('a'));
		expect(await reached(queue, id, 'done')).toMatchObject({ attempts: 2, result: 'made' });
	});
});

describe('who is next', () => {
	test('the highest priority, then the device that was served longest ago, then the oldest', async () => {
		const queue = makeQueue();
		const order: string[] = [];
		queue.handle('export', (payload) => {
			order.push(titleOf(payload));
			return Promise.resolve(ok(undefined));
		});
		const ids = add(
			queue,
			...['a1', 'a2', 'a3'].map((title) => job(title, { device: 'a' })),
			...['b1', 'b2'].map((title) => job(title, { device: 'b' })),
			job('c1', { device: 'c' }),
			job('now', { device: 'a', priority: 5 }),
		);
		queue.start();
		await Promise.all(ids.map((id) => reached(queue, id, 'done')));
		expect(order).toEqual(['now', 'b1', 'c1', 'a1', 'b2', 'a2', 'a3']);
	});

	test('each lane has its own number of jobs at a time', async () => {
		const queue = makeQueue();
		const { handler, started, nth } = heldHandler();
		queue.handle('export', handler);
		queue.handle('transcode', handler);
		queue.start();
		const lane = { kind: 'transcode', lane: 'interactive' } as const;
		add(queue, job('e1'), job('e2'), job('t1', lane), job('t2', lane), job('t3', lane));
		await nth(2);
		expect(started.map(({ title }) => title).sort()).toEqual(['e1', 't1', 't2']);
		started.find(({ title }) => title === 't1')?.finish();
		expect((await nth(3)).title).toBe('t3');
	});

	test('five hundred jobs wait without making the next claim slow', () => {
		const queue = makeQueue();
		add(queue, ...Array.from({ length: 500 }, (_, n) => job(`job ${n}`, { device: `device ${n % 7}` })));
		const plan = database.sqlite
			.prepare(
				`explain query plan select j.number from jobs j left join job_turns t on t.lane = j.lane and t.device = j.device
				where j.lane = 'export' and j.state = 'queued' and j.run_after <= 1 order by j.priority desc, coalesce(t.served, 0), j.number limit 1`,
			)
			.all() as { detail: string }[];
		const details = plan.map(({ detail }) => detail).join('\n');
		expect(details).toContain('USING INDEX jobs_claim');
		expect(details).not.toMatch(/SCAN (j|t)\b/);
	});
});

describe('a key', () => {
	test('gives the job that waits or runs already, and is free again when it has ended', async () => {
		const queue = makeQueue();
		const { handler, nth } = heldHandler();
		queue.handle('export', handler);
		queue.start();
		const [first = ''] = add(queue, job('a', { key: 'k' }));
		const held = await nth(0);
		expect(add(queue, job('a', { key: 'k' }), job('b', { key: 'other' }), job('b', { key: 'other' }))).toEqual([
			first,
			expect.any(String),
			expect.any(String),
		]);
		expect(queue.list()).toHaveLength(2);
		held.finish();
		await reached(queue, first, 'done');
		expect(add(queue, job('a', { key: 'k' }))).not.toEqual([first]);
	});
});

describe('cancelling', () => {
	test('stops a job that runs, and is answered when nothing of it runs any more', async () => {
		const queue = makeQueue();
		const { handler, nth } = heldHandler();
		queue.handle('export', handler);
		queue.start();
		const [id = ''] = add(queue, job('a'));
		await nth(0);
		expect(await queue.cancel(id)).toMatchObject({ state: 'cancelled' });
	});

	test('takes a waiting job out of the queue', async () => {
		const queue = makeQueue();
		const [id = ''] = add(queue, job('a'));
		expect(await queue.cancel(id)).toMatchObject({ state: 'cancelled', attempts: 0 });
	});

	test('leaves a job alone that has ended, and knows none that is not there', async () => {
		const queue = makeQueue();
		queue.handle('export', () => Promise.resolve(ok(1)));
		queue.start();
		const [id = ''] = add(queue, job('a'));
		await reached(queue, id, 'done');
		expect(await queue.cancel(id)).toMatchObject({ state: 'done' });
		expect(await queue.cancel('nope')).toBeUndefined();
	});

	test('can be taken back', async () => {
		const queue = makeQueue();
		queue.handle('export', () => Promise.resolve(ok(1)));
		const [id = ''] = add(queue, job('a'));
		await queue.cancel(id);
		expect(queue.remove('nope')).toBe(false);
		expect(queue.retry(id)).toMatchObject({ state: 'queued', attempts: 0 });
		expect(queue.retry(id)).toBeUndefined();
		expect(queue.remove(id)).toBe(false);
		queue.start();
		await reached(queue, id, 'done');
		expect(queue.remove(id)).toBe(true);
		expect(queue.get(id)).toBeUndefined();
	});
});

describe('stopping and starting again', () => {
	test('stop puts what runs back, and the start does not count', async () => {
		const first = makeQueue();
		const { handler, nth } = heldHandler();
		first.handle('export', handler);
		first.start();
		const [id = ''] = add(first, job('a'));
		await nth(0);
		await first.stop();
		expect(first.get(id)).toMatchObject({ state: 'queued', attempts: 0 });
		const second = makeQueue();
		second.handle('export', () => Promise.resolve(ok(1)));
		second.start();
		expect(await reached(second, id, 'done')).toMatchObject({ attempts: 1 });
	});

	test('a job that was running at three deaths of the server is not started again by itself', () => {
		const [id = ''] = add(makeQueue(), job('a', { maxAttempts: 1 }));
		const die = (attempts: number) =>
			database.sqlite
				.prepare(`update jobs set state = 'running', worker = '999999999:1:x', attempts = ? where id = ?`)
				.run(attempts, id);
		die(2);
		// No slot is free, so that it only waits.
		const queue = makeQueue({ lanes: { export: 0, interactive: 0, background: 0 } });
		queue.start();
		expect(queue.get(id)).toMatchObject({ state: 'queued' });
		die(3);
		const next = makeQueue({ lanes: { export: 0, interactive: 0, background: 0 } });
		next.start();
		expect(next.get(id)).toMatchObject({ state: 'failed', error: { kind: 'interrupted', subject: 'a' } });
	});

	test('what a living process holds is left to it until its lease runs out', () => {
		const [id = ''] = add(makeQueue(), job('a'));
		let nowMs = 1e12;
		const options = { lanes: { export: 0, interactive: 0, background: 0 }, now: () => nowMs, leaseMs: 30_000 };
		database.sqlite
			.prepare(`update jobs set state = 'running', worker = ?, lease_until = ? where id = ?`)
			.run(`${process.ppid}::x`, nowMs + 10, id);
		vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
		try {
			const queue = makeQueue(options);
			queue.start();
			expect(queue.get(id)).toMatchObject({ state: 'running' });
			nowMs += 10;
			vi.advanceTimersByTime(10_000);
			expect(queue.get(id)).toMatchObject({ state: 'queued' });
		} finally {
			vi.useRealTimers();
		}
	});

	test('a clock that was set back does not hold a job that paused', async () => {
		let nowMs = 2e12;
		const queue = makeQueue({ now: () => nowMs, firstPauseMs: 60_000 });
		let starts = 0;
		const failure = { kind: 'out-of-memory', subject: 'a' } as const;
		queue.handle('export', () => Promise.resolve(++starts === 1 ? err({ failure, mayPass: true }) : ok(undefined)));
		queue.start();
		const [id = ''] = add(queue, job('a'));
		await new Promise<void>((resolve) => {
			queue.subscribe((event) => event.type === 'job' && event.job.error && resolve());
		});
		await queue.stop();
		nowMs = 1e12;
		queue.start();
		await reached(queue, id, 'done');
	});
});

describe('the list', () => {
	test('is newest first, can be narrowed and read page by page', async () => {
		const queue = makeQueue();
		const ids = add(queue, ...Array.from({ length: 5 }, (_, n) => job(`j${n}`, { group: n < 2 ? 'one' : 'two' })));
		await queue.cancel(ids[4]!);
		const titles = (filter: Parameters<typeof queue.list>[0]) => queue.list(filter).map(({ title }) => title);
		expect(titles({})).toEqual(['j4', 'j3', 'j2', 'j1', 'j0']);
		expect(titles({ state: 'active' })).toEqual(['j3', 'j2', 'j1', 'j0']);
		expect(titles({ state: 'ended' })).toEqual(['j4']);
		expect(titles({ group: 'one' })).toEqual(['j1', 'j0']);
		const [, last] = queue.list({ limit: 2 });
		expect(titles({ before: last!.createdAt, limit: 2 })).toEqual(['j2', 'j1']);
	});
});
