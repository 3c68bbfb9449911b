import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ExportTask } from '#core/export-task';
import type { Failure } from '#core/failure';
import type { MediaFacts } from '#core/media-facts';
import { err, ok, type Result } from '#core/result';
import type { EngineIo, EngineName, MadeFile, MediaEngine } from '$lib/media/engine';
import type { JobRecord } from '$lib/storage/job-record';
import { openStorage } from '$lib/storage/open-storage';
import type { Storage } from '$lib/storage/storage';
import { ExportQueue, type ExportQueueOptions, type ExportRequest } from './export-queue.ts';
import type { Planner, Verifier } from './export-parts.ts';

const MEDIA = `5-${'b'.repeat(64)}`;
const BYTES = new Uint8Array(1000).fill(7);

const facts: MediaFacts = {
	fingerprint: MEDIA,
	name: 'film.mp4',
	bytes: 5,
	container: 'mp4',
	reader: 'mediabunny',
	durationS: 10,
	firstTimestampS: 0,
	audio: [],
	subtitles: [],
	playable: 'native',
	truncated: false,
	notes: [],
};

const task = (name: string): ExportTask => ({
	id: `task ${name}`,
	container: 'mp4',
	pieces: [{ media: MEDIA, inS: 0, outS: 1, crop: { x: 0, y: 0, width: 16, height: 16 } }],
	video: { kind: 'none' },
	audio: { kind: 'none' },
	output: { name, extension: 'mp4' },
	durationS: 1,
});

const request = (name: string, extra: Partial<ExportRequest> = {}): ExportRequest => ({
	task: task(name),
	facts: [facts],
	engineChoice: 'auto',
	destination: { kind: 'browser' },
	notes: [],
	...extra,
});

type Run = (task: ExportTask, io: EngineIo) => Promise<Result<readonly MadeFile[], Failure>>;

const made = (task: ExportTask): MadeFile => ({
	taskId: task.id,
	bytes: BYTES.length,
	frames: 25,
	durationS: 1,
	width: 16,
	height: 16,
	encoder: 'bytes',
});

/** A small real engine: reads the source, writes bytes to the file it is given. */
const writeBytes: Run = async (task, io) => {
	const source = await io.open(MEDIA);
	if (!source.ok) return source;
	const target = await io.create(task);
	if (!target.ok) return target;
	const writable = await target.value.createWritable();
	await writable.write(BYTES);
	io.onProgress({ share: 0.5, step: 'Encoding', speed: 2 });
	await writable.close();
	return ok([made(task)]);
};

/** Writes a little, then works until it is told to stop. */
const endless: Run = async (task, io) => {
	const target = await io.create(task);
	if (!target.ok) return target;
	const writable = await target.value.createWritable();
	await writable.write(BYTES);
	await writable.close();
	io.onProgress({ share: 0.25, step: 'Encoding' });
	return new Promise((_, reject) => {
		io.signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
	});
};

const engine = (run: Run, name: EngineName = 'webcodecs'): MediaEngine => ({
	name,
	assess: () => Promise.resolve({ able: true, how: 'encode', costS: 1, encoder: 'bytes', notes: [] }),
	run: ([task], io) => run(task!, io),
});

const planner: Planner = async ([first], _choice, tasks, factsOf) =>
	first === undefined
		? err({ kind: 'unsupported', subject: 'x', detail: 'no engine' })
		: ok({ engine: first, ability: await first.assess(tasks, factsOf), reason: `${first.name} is first` });

const verify: Verifier = (file, { output }) =>
	Promise.resolve(
		file.size === BYTES.length
			? ok({ frames: 25, durationS: 1, width: 16, height: 16 })
			: err({ kind: 'output-wrong', subject: output.name, detail: `${file.size} bytes` }),
	);

const opened: { storage: Storage; queue: ExportQueue }[] = [];

interface Tab {
	readonly storage: Storage;
	readonly queue: ExportQueue;
	readonly one: (id: string) => Promise<JobRecord>;
	readonly until: (id: string, state: JobRecord['job']['state']) => Promise<JobRecord>;
}

async function openTab(run: Run, options: Partial<ExportQueueOptions> & { name?: string } = {}): Promise<Tab> {
	const { name = `test-${crypto.randomUUID()}`, ...rest } = options;
	const storage = await openStorage(name);
	await storage.media.put({
		fingerprint: MEDIA,
		name: 'film.mp4',
		bytes: 5,
		lastModifiedMs: 0,
		addedAt: '2026-01-01T00:00:00.000Z',
		source: { kind: 'visit' },
		state: 'ready',
		message: '',
		facts,
	});
	storage.media.keepForVisit(MEDIA, new File(['12345'], 'film.mp4', { lastModified: 0 }));
	const queue = new ExportQueue({ storage, engines: [engine(run)], planner, verify, lock: `${name}:exports`, ...rest });
	opened.push({ storage, queue });
	const one = async (id: string): Promise<JobRecord> => (await storage.jobs.get(id))!;
	return {
		storage,
		queue,
		one,
		until: (id, state) =>
			vi.waitFor(
				async () => {
					const record = await one(id);
					expect(record.job).toMatchObject({ state });
					return record;
				},
				{ timeout: 5000, interval: 10 },
			),
	};
}

const textOf = async (file: Result<File, Failure>): Promise<string> => (file.ok ? file.value.name : file.error.kind);

afterEach(async () => {
	for (const { storage, queue } of opened.splice(0)) {
		await queue.stop();
		storage.close();
	}
});

describe('an export', () => {
	test('ends as a verified file under its name, with no part beside it', async () => {
		const { queue, storage, until } = await openTab(writeBytes);
		const [id = ''] = await queue.enqueue([request('clip_001')]);
		queue.start();
		const record = await until(id, 'done');
		expect(record).toMatchObject({
			engine: 'webcodecs',
			engineReason: 'webcodecs is first',
			job: { progress: 1, attempts: 1 },
			result: { fileName: 'clip_001.mp4', bytes: 1000, frames: 25, encoder: 'bytes' },
		});
		expect(await storage.files.list(`exports/${id}`)).toEqual(['clip_001.mp4']);
		const result = await queue.result(id);
		expect(result.ok && new Uint8Array(await result.value.arrayBuffer())).toEqual(BYTES);
	});

	test('watchers see progress with a step', async () => {
		const { queue } = await openTab(endless);
		const steps = new Set<string>();
		queue.watch().subscribe(([record]) => record && steps.add(`${record.job.step} ${record.job.progress}`));
		await queue.enqueue([request('a')]);
		queue.start();
		await vi.waitFor(() => expect([...steps]).toContain('Encoding 0.2425'));
	});

	test('jobs run one at a time, in order, higher priority first', async () => {
		const order: string[] = [];
		let [now, most] = [0, 0];
		const { queue, storage, until } = await openTab(async (task, io) => {
			most = Math.max(most, ++now);
			order.push(task.output.name);
			const result = await writeBytes(task, io);
			now -= 1;
			return result;
		});
		const ids = await queue.enqueue(['a', 'b', 'c'].map((name) => request(name)));
		await storage.jobs.update(ids[2]!, (record) => ({ ...record, job: { ...record.job, priority: 1 } }));
		queue.start();
		for (const id of ids) await until(id, 'done');
		expect([order, most]).toEqual([['c', 'a', 'b'], 1]);
	});

	test('names that are taken get the next free counter', async () => {
		const { queue, until } = await openTab(writeBytes);
		const ids = await queue.enqueue([request('same'), request('same'), request('Same')]);
		queue.start();
		const names = await Promise.all(ids.map(async (id) => (await until(id, 'done')).result?.fileName));
		expect(names).toEqual(['same.mp4', 'same_2.mp4', 'Same_3.mp4']);
	});

	test('a file that fails its check is not kept', async () => {
		const { queue, storage, until } = await openTab(writeBytes, {
			verify: () => Promise.resolve(err({ kind: 'output-wrong', subject: 'a.mp4', detail: '24 frames instead of 25' })),
		});
		const [id = ''] = await queue.enqueue([request('a')]);
		queue.start();
		expect((await until(id, 'failed')).job.error).toMatchObject({ kind: 'output-wrong' });
		await vi.waitFor(async () => expect(await storage.files.list('exports')).toEqual([]));
	});
});

describe('into a picked folder', () => {
	async function pickedFolder(): Promise<FileSystemDirectoryHandle> {
		const root = await navigator.storage.getDirectory();
		return root.getDirectoryHandle(`picked-${crypto.randomUUID()}`, { create: true });
	}
	async function listed(folder: FileSystemDirectoryHandle): Promise<string[]> {
		const names: string[] = [];
		for await (const name of folder.keys()) names.push(name);
		return names.sort();
	}
	async function write(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
		const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
		await writable.write('mine');
		await writable.close();
	}

	test.for(['by moving', 'by copying where the browser cannot move'])('never overwrites, %s', async (how) => {
		const move = how.includes('copying')
			? vi
					.spyOn(FileSystemFileHandle.prototype as unknown as { move: () => Promise<void> }, 'move')
					.mockRejectedValue(new DOMException('not here', 'NotSupportedError'))
			: undefined;
		const { queue, storage, until } = await openTab(writeBytes);
		const folder = await pickedFolder();
		await write(folder, 'clip.mp4');
		await write(folder, 'clip_2.mp4');
		const destination = { kind: 'folder', handleId: await storage.jobs.putFolder(folder), name: folder.name } as const;
		const [id = ''] = await queue.enqueue([request('clip', { destination })]);
		queue.start();
		const record = await until(id, 'done');
		move?.mockRestore();
		expect(record.result).toMatchObject({ fileName: 'clip_3.mp4' });
		expect(record.result?.path).toBeUndefined();
		expect(await listed(folder)).toEqual(['clip.mp4', 'clip_2.mp4', 'clip_3.mp4']);
		expect(await (await (await folder.getFileHandle('clip.mp4')).getFile()).text()).toBe('mine');
		expect(await textOf(await queue.result(id))).toBe('clip_3.mp4');
		// Removing the job leaves the person's folder alone.
		await queue.remove(id);
		expect(await listed(folder)).toContain('clip_3.mp4');
	});

	test('the same folder picked twice is one folder', async () => {
		const { storage } = await openTab(writeBytes);
		const folder = await pickedFolder();
		expect(await storage.jobs.putFolder(folder)).toBe(await storage.jobs.putFolder(folder));
	});

	test('a cancelled job leaves nothing in it', async () => {
		const { queue, storage, until } = await openTab(endless);
		const folder = await pickedFolder();
		const destination = { kind: 'folder', handleId: await storage.jobs.putFolder(folder), name: folder.name } as const;
		const [id = ''] = await queue.enqueue([request('clip', { destination })]);
		queue.start();
		await vi.waitFor(async () => expect(await listed(folder)).toHaveLength(1));
		await until(id, 'running');
		await queue.cancel(id);
		expect(await listed(folder)).toEqual([]);
	});

	test('a folder that is gone is a failure with a way out', async () => {
		const { queue, until } = await openTab(writeBytes);
		const destination = { kind: 'folder', handleId: 'folder:gone', name: 'Gone' } as const;
		const [id = ''] = await queue.enqueue([request('clip', { destination })]);
		queue.start();
		expect((await until(id, 'failed')).job.error).toEqual({ kind: 'output-permission', subject: 'clip.mp4' });
	});
});

describe('cancel', () => {
	test('stops a running job within a second and removes what it wrote', async () => {
		const { queue, storage, until, one } = await openTab(endless);
		const [id = ''] = await queue.enqueue([request('a')]);
		queue.start();
		await until(id, 'running');
		await vi.waitFor(async () => expect(await storage.files.list(`exports/${id}`)).toEqual(['a.mp4.part']));
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
