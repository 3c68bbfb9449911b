import { afterEach, describe, expect, test, vi } from 'vitest';
import { err, ok } from '#core/result';
import { closeTabs, endless, engine, openTab, request, writeBytes, type Run } from './export-queue-fixture.ts';
import { TestServer } from './test-server.ts';

afterEach(closeTabs);

describe('cancel', () => {
	test('stops a running job within a second and removes what it wrote', async () => {
		const { queue, storage, until, one } = await openTab(endless);
		const [id = ''] = await queue.enqueue([request('a')]);
		queue.start();
		await until(id, 'running');
		await vi.waitFor(async () =>
			expect(await storage.files.list(`exports/${id}`)).toEqual([expect.stringMatching(/^a\.mp4\.\d+\.part$/)]),
		);
		const before = performance.now();
		await queue.cancel(id);
		expect(performance.now() - before).toBeLessThan(1000);
		expect((await one(id)).job.state).toBe('cancelled');
		expect(await storage.files.list(`exports/${id}`)).toEqual([]);
	});

	test('an engine that does not obey does not hold up the next job', async () => {
		const { queue, until } = await openTab((task, io) =>
			task.output.name === 'deaf' ? new Promise(() => undefined) : writeBytes(task, io),
		);
		const [deaf = '', next = ''] = await queue.enqueue([request('deaf'), request('next')]);
		queue.start();
		await until(deaf, 'running');
		const before = performance.now();
		await queue.cancel(deaf);
		expect(performance.now() - before).toBeLessThan(1000);
		await until(next, 'done');
	});

	test('reaches a waiting job, and one that runs in another tab', async () => {
		const name = `test-${crypto.randomUUID()}`;
		const here = await openTab(endless, { name });
		const there = await openTab(endless, { name });
		here.queue.start();
		there.queue.start();
		const [running = '', waiting = ''] = await here.queue.enqueue([request('a'), request('b')]);
		await there.until(running, 'running');
		await there.queue.cancel(waiting);
		await there.queue.cancel(running);
		expect((await here.one(waiting)).job.state).toBe('cancelled');
		await vi.waitFor(async () => expect(await here.storage.files.list(`exports/${running}`)).toEqual([]));
		expect((await here.one(running)).job).toMatchObject({ state: 'cancelled', attempts: 1 });
	});
});

describe('a killed tab', () => {
	test('its job starts again from the beginning, and after three starts waits for a person', async () => {
		const { queue, storage, until, one } = await openTab(writeBytes);
		const ids = await queue.enqueue([request('again'), request('often')]);
		const attempts = [1, 3];
		for (const [n, id] of ids.entries()) {
			await storage.jobs.update(id, (record) => ({
				...record,
				job: { ...record.job, state: 'running', progress: 0.4, attempts: attempts[n]! },
			}));
			await storage.files.create(`exports/${id}/left.mp4.part`);
		}
		await storage.files.create('exports/unknown/left.mp4');
		queue.start();
		expect((await until(ids[0]!, 'done')).job.attempts).toBe(2);
		expect((await one(ids[1]!)).job).toMatchObject({ state: 'failed', error: { kind: 'interrupted' } });
		expect(await storage.files.list('exports')).toEqual([ids[0]]);
		await queue.retry(ids[1]!);
		expect((await until(ids[1]!, 'done')).job).toMatchObject({ attempts: 1 });
	});

	test('its part may still be held by a worker: the job goes on all the same', async () => {
		const { queue, storage, until } = await openTab(writeBytes);
		const [id = ''] = await queue.enqueue([request('again')]);
		await storage.jobs.update(id, (record) => ({ ...record, job: { ...record.job, state: 'running', attempts: 1 } }));
		const held = await (await storage.files.create(`exports/${id}/again.mp4.part`)).createWritable();
		await expect(storage.files.remove(`exports/${id}`)).rejects.toMatchObject({ name: 'NoModificationAllowedError' });
		queue.start();
		expect((await until(id, 'done')).job.attempts).toBe(2);
		await held.close();
	});

	test('a page that was left in order does not count against its job', async () => {
		const { queue, storage, until } = await openTab(writeBytes);
		const [id = ''] = await queue.enqueue([request('again')]);
		const startedAt = '2026-01-01T00:00:00.000Z';
		await storage.jobs.update(id, (record) => ({
			...record,
			job: { ...record.job, state: 'running', attempts: 3, startedAt },
		}));
		storage.jobs.noteLeaving('2026-01-01T00:00:01.000Z');
		queue.start();
		expect((await until(id, 'done')).job.attempts).toBe(3);
	});

	test('another tab goes on with the queue', async () => {
		const name = `test-${crypto.randomUUID()}`;
		const first = await openTab(endless, { name });
		const second = await openTab(writeBytes, { name });
		first.queue.start();
		second.queue.start();
		const [id = ''] = await second.queue.enqueue([request('a')]);
		await first.until(id, 'running');
		await first.queue.stop();
		const record = await second.until(id, 'done');
		expect(record.job.attempts).toBe(1);
	});
});

describe('when something breaks', () => {
	const crash: Run = () => Promise.resolve(err({ kind: 'worker-crashed', subject: 'a', detail: 'out of memory' }));

	test('under auto the next engine makes it, and the record says so', async () => {
		const { queue, until } = await openTab(crash, { engines: [engine(crash), engine(writeBytes, 'ffmpeg-wasm')] });
		const [id = ''] = await queue.enqueue([request('a', { notes: [{ kind: 'info', text: 'planned' }] })]);
		queue.start();
		const record = await until(id, 'done');
		expect(record.engine).toBe('ffmpeg-wasm');
		expect(record.notes.map(({ kind }) => kind)).toEqual(['info', 'warning']);
		expect(record.notes[1]?.text).toContain('out of memory');
	});

	test('an engine that was asked for by name is not replaced', async () => {
		const { queue, until } = await openTab(crash, { engines: [engine(crash), engine(writeBytes, 'ffmpeg-wasm')] });
		const [id = ''] = await queue.enqueue([request('a', { engineChoice: 'webcodecs' })]);
		queue.start();
		expect((await until(id, 'failed')).job.error?.kind).toBe('worker-crashed');
	});

	test('no engine at all is said', async () => {
		const { queue, until } = await openTab(crash, { engines: [] });
		const [id = ''] = await queue.enqueue([request('a')]);
		queue.start();
		expect((await until(id, 'failed')).job.error).toMatchObject({ kind: 'unsupported', detail: 'no engine' });
	});

	test('a source that was removed from the library is named', async () => {
		const { queue, storage, until } = await openTab(writeBytes);
		const [id = ''] = await queue.enqueue([request('a')]);
		await storage.media.remove(request('a').facts[0]!.fingerprint);
		queue.start();
		expect((await until(id, 'failed')).job.error).toEqual({ kind: 'source-missing', subject: 'film.mp4' });
	});

	test('permission that was lost waits for a click, which asks and goes on', async () => {
		const { queue, storage, until } = await openTab(writeBytes);
		const open = vi.spyOn(storage.media, 'open').mockImplementation((_media, { ask = false } = {}) => {
			if (ask) open.mockRestore();
			return Promise.resolve(err({ kind: 'source-permission', subject: 'film.mp4' }));
		});
		const [id = ''] = await queue.enqueue([request('a')]);
		queue.start();
		expect((await until(id, 'failed')).job.error?.kind).toBe('source-permission');
		await queue.retry(id);
		await until(id, 'done');
	});

	test('too little space is said before the start, with the size', async () => {
		const run = vi.fn(writeBytes);
		const { queue, storage, until } = await openTab(run);
		vi.spyOn(storage.files, 'usage').mockResolvedValue({ usedBytes: 990, quotaBytes: 1000, persisted: false });
		const [id = ''] = await queue.enqueue([request('a')]);
		queue.start();
		expect((await until(id, 'failed')).job.error).toMatchObject({ kind: 'out-of-space', neededBytes: 20_000 });
		expect(run).not.toHaveBeenCalled();
	});

	test('space that runs out on the way is said, and the part removed', async () => {
		const { queue, storage, until } = await openTab(async (task, io) => {
			await io.create(task);
			throw new DOMException('full', 'QuotaExceededError');
		});
		const [id = ''] = await queue.enqueue([request('a')]);
		queue.start();
		expect((await until(id, 'failed')).job.error?.kind).toBe('out-of-space');
		await vi.waitFor(async () => expect(await storage.files.list('exports')).toEqual([]));
	});
});

describe('the list', () => {
	test('forgets one job or all that ended, with their files', async () => {
		const { queue, storage, until } = await openTab(writeBytes);
		const [one = '', two = ''] = await queue.enqueue([request('a'), request('b')]);
		queue.start();
		await until(one, 'done');
		await until(two, 'done');
		await queue.remove(one);
		expect(await storage.files.list('exports')).toEqual([two]);
		await queue.clearFinished();
		expect([await storage.files.list('exports'), await storage.jobs.all()]).toEqual([[], []]);
		expect(await queue.result(two)).toMatchObject({ ok: false });
	});

	test('a result whose file is gone is said', async () => {
		const { queue, storage, until } = await openTab(writeBytes);
		const [id = ''] = await queue.enqueue([request('a')]);
		queue.start();
		await until(id, 'done');
		await storage.files.remove(`exports/${id}`);
		expect(await queue.result(id)).toMatchObject({ ok: false, error: { subject: 'a.mp4' } });
	});
});

test('what only the server can make waits while it is still looked for, and is made by it', async () => {
	const server = new TestServer();
	let isHere = false;
	let settle: () => void = () => undefined;
	const settled = new Promise<void>((resolve) => (settle = resolve));
	const asked: boolean[] = [];
	const { queue, until } = await openTab(writeBytes, {
		server: { ...server.side, here: () => (isHere ? server.side.here() : undefined), settled: () => settled },
		planner: (engines, _choice, [first]) => {
			asked.push(isHere);
			const [only] = engines;
			return Promise.resolve(
				isHere && only !== undefined
					? ok({ engine: only, ability: { able: true, how: 'encode', costS: 1, encoder: 'x', notes: [] }, reason: '' })
					: err({ kind: 'unsupported', subject: first?.output.name ?? '', detail: 'no server is connected' }),
			);
		},
	});
	const [id = ''] = await queue.enqueue([request('a')]);
	queue.start();
	await vi.waitFor(() => expect(asked).toEqual([false]));
	isHere = true;
	settle();
	await until(id, 'done');
	expect(asked).toEqual([false, true]);
});
