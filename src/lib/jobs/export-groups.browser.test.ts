import { afterEach, describe, expect, test, vi } from 'vitest';
import { err, ok, present } from '#core/result';
import {
	BYTES,
	closeTabs,
	engineOfMany,
	openTab,
	writeBytes,
	writeEach,
	writeInto,
	type RunMany,
} from './export-queue-fixture.ts';
import { batchRequests, keptTree, pathsIn, pickedFolder, textIn } from './export-groups-fixture.ts';

afterEach(closeTabs);

function omit<T extends object, Key extends keyof T>(whole: T, key: Key): Omit<T, Key> {
	const rest = { ...whole };
	delete rest[key];
	return rest;
}

const openGroups = (run: RunMany, options: Parameters<typeof openTab>[1] = {}) =>
	openTab(writeBytes, { engines: [engineOfMany(run)], ...options });

describe('a group', () => {
	test('is given to the engine in one run, and its files lie in the tree', async () => {
		const run = vi.fn(writeEach);
		const { queue, storage, until } = await openGroups(run);
		const ids = await queue.enqueue(batchRequests());
		queue.start();
		for (const id of ids) {
			const { result } = await until(id, 'done');
			expect(result).toMatchObject({ bytes: 1000, path: `clips/walk/clip_001/${result?.fileName}` });
		}
		expect(run.mock.calls.map(([tasks]) => tasks.length)).toEqual([3]);
		await vi.waitFor(async () =>
			expect(await pathsIn(await keptTree(storage))).toEqual([
				'walk/clip_001/clip_001_0.mp4',
				'walk/clip_001/clip_001_1.mp4',
				'walk/clip_001/clip_001_2.mp4',
				'walk/dataset.json',
			]),
		);
		expect(await storage.files.list('exports')).toEqual([]);
		const result = await queue.result(ids[1]!);
		expect(result.ok && new Uint8Array(await result.value.arrayBuffer())).toEqual(BYTES);
	});

	test('other groups and single jobs are runs of their own', async () => {
		const run = vi.fn(writeEach);
		const { queue, until } = await openGroups(run);
		const [single] = batchRequests({ name: 'single', count: 1 });
		const alone = omit(single!, 'group');
		const ids = await queue.enqueue([...batchRequests(), alone, ...batchRequests({ counter: 2, count: 2 })]);
		queue.start();
		for (const id of ids) await until(id, 'done');
		expect(run.mock.calls.map(([tasks]) => tasks.length)).toEqual([3, 1, 2]);
	});

	test('one that fails does not stop the others', async () => {
		const { queue, until } = await openGroups(async (tasks, io) => {
			io.onFailed?.(tasks[1]!.id, { kind: 'source-unreadable', subject: 'film.mp4', detail: 'a bad frame' });
			return writeEach([tasks[0]!, tasks[2]!], io);
		});
		const ids = await queue.enqueue(batchRequests());
		queue.start();
		await until(ids[0]!, 'done');
		await until(ids[2]!, 'done');
		expect((await until(ids[1]!, 'failed')).job.error).toMatchObject({ detail: 'a bad frame' });
	});

	test('of one that breaks, what is missing is made by the next engine', async () => {
		const half: RunMany = async (tasks, io) => {
			await writeEach(tasks.slice(0, 1), io);
			return err({ kind: 'worker-crashed', subject: 'clip', detail: 'out of memory' });
		};
		const second = vi.fn(writeEach);
		const { queue, until } = await openTab(writeBytes, {
			engines: [engineOfMany(half), engineOfMany(second, 'ffmpeg-wasm')],
		});
		const ids = await queue.enqueue(batchRequests());
		queue.start();
		const engines = await Promise.all(ids.map(async (id) => (await until(id, 'done')).engine));
		expect(engines).toEqual(['webcodecs', 'ffmpeg-wasm', 'ffmpeg-wasm']);
		expect(second.mock.calls[0]?.[0]).toHaveLength(2);
	});

	test('one that no engine can make is left out of the run', async () => {
		const { queue, until } = await openGroups(writeEach, {
			planner: ([first], _choice, tasks) =>
				Promise.resolve(
					tasks.some(({ output }) => output.name.endsWith('_1'))
						? err({ kind: 'unsupported', subject: 'clip', detail: 'too large' })
						: ok({
								engine: present(first, 'engine'),
								ability: { able: true, how: 'encode', costS: 1, encoder: 'x', notes: [] },
								reason: '',
							}),
				),
		});
		const ids = await queue.enqueue(batchRequests());
		queue.start();
		await until(ids[0]!, 'done');
		await until(ids[2]!, 'done');
		expect((await until(ids[1]!, 'failed')).job.error?.kind).toBe('unsupported');
	});

	test('one that is cancelled is not kept, the others are', async () => {
		let go = (): void => undefined;
		const gate = new Promise<void>((resolve) => (go = resolve));
		const { queue, storage, until } = await openGroups(async (tasks, io) => {
			await gate;
			return writeEach(tasks, io);
		});
		const ids = await queue.enqueue(batchRequests());
		queue.start();
		for (const id of ids) await until(id, 'running');
		await queue.cancel(ids[1]!);
		go();
		await until(ids[0]!, 'done');
		await until(ids[2]!, 'done');
		await until(ids[1]!, 'cancelled');
		await vi.waitFor(async () =>
			expect(await pathsIn(await keptTree(storage))).toEqual([
				'walk/clip_001/clip_001_0.mp4',
				'walk/clip_001/clip_001_2.mp4',
				'walk/dataset.json',
			]),
		);
	});

	test('cancelled as a whole, it is left at once, whatever the engine does, and the next one begins', async () => {
		const run = vi.fn(writeEach).mockImplementationOnce(() => new Promise(() => undefined));
		const { queue, until, storage } = await openGroups(run);
		const ids = await queue.enqueue(batchRequests());
		const next = await queue.enqueue(batchRequests({ counter: 2, count: 1 }));
		queue.start();
		for (const id of ids) await until(id, 'running');
		for (const id of ids) await queue.cancel(id);
		for (const id of ids) await until(id, 'cancelled');
		await until(next[0] ?? '', 'done');
		expect(run.mock.calls[0]?.[1].signal.aborted).toBe(true);
		await vi.waitFor(async () => expect(await storage.files.list('exports')).toEqual([]));
		expect((await pathsIn(await keptTree(storage))).filter((path) => path.endsWith('.mp4'))).toEqual([
			'walk/clip_002/clip_002_0.mp4',
		]);
	});

	test('after a crash only what was not done is made again', async () => {
		const run = vi.fn(writeEach);
		const { queue, storage, until, one } = await openGroups(run);
		const ids = await queue.enqueue(batchRequests());
		queue.start();
		for (const id of ids) await until(id, 'done');
		await queue.stop();
		await storage.jobs.update(ids[1]!, (record) => {
			const rest = omit(omit(record, 'result'), 'recorded');
			return { ...rest, job: { ...record.job, state: 'running', attempts: 1 } };
		});
		await (await keptTree(storage)).remove('walk/clip_001/clip_001_1.mp4');
		run.mockClear();
		queue.start();
		await until(ids[1]!, 'done');
		expect(run.mock.calls.map(([tasks]) => tasks.map(({ output }) => output.name))).toEqual([['clip_001_1']]);
		expect((await one(ids[0]!)).job.attempts).toBe(1);
	});
});

describe('a final name', () => {
	test('that was about to be given when the page died is given at the next start', async () => {
		const run = vi.fn(writeEach);
		const { queue, storage, until } = await openGroups(run);
		const [id = ''] = await queue.enqueue(batchRequests({ count: 1 }));
		const startedAt = '2026-01-01T00:00:00.000Z';
		const saving = {
			...{ fileName: 'clip_001_0.mp4', bytes: 1000, frames: 25, durationS: 1, width: 16, height: 16 },
			...{ encoder: 'bytes', tookS: 1, path: 'clips/walk/clip_001/clip_001_0.mp4' },
			files: ['walk/clip_001/clip_001_0.mp4'],
		};
		await storage.jobs.update(id, (record) => ({
			...record,
			saving,
			job: { ...record.job, state: 'running', attempts: 1, startedAt },
		}));
		await writeInto(await storage.files.create(`exports/${id}/clip_001_0.mp4.${Date.parse(startedAt)}.part`), BYTES);
		queue.start();
		const record = await until(id, 'done');
		expect([record.result, record.saving, run.mock.calls.length]).toEqual([saving, undefined, 0]);
		expect(await pathsIn(await keptTree(storage))).toContain('walk/clip_001/clip_001_0.mp4');
		// Caught up as well: the history and the list.
		await vi.waitFor(async () => expect((await storage.jobs.get(id))?.recorded).toEqual({ trouble: [] }));
		expect((await storage.profiles.open('default')).profile.markers[0]?.clips).toHaveLength(1);
	});

	test('of a group that exists is not taken again, unless it is to be replaced', async () => {
		const { queue, storage, until } = await openGroups(writeEach);
		const first = await queue.enqueue(batchRequests({ count: 1 }));
		const second = await queue.enqueue(batchRequests({ count: 1, markerId: 'other' }));
		const third = await queue.enqueue(batchRequests({ count: 1, overwrite: true, markerId: 'again' }));
		queue.start();
		expect((await until(second[0]!, 'done')).result?.fileName).toBe('clip_001_0_2.mp4');
		expect((await until(third[0]!, 'done')).result?.fileName).toBe('clip_001_0.mp4');
		// Its file was replaced, so there is nothing left to show.
		expect(await storage.jobs.get(first[0]!)).toBeUndefined();
		expect(await pathsIn(await keptTree(storage))).toEqual(
			expect.arrayContaining(['walk/clip_001/clip_001_0.mp4', 'walk/clip_001/clip_001_0_2.mp4']),
		);
	});

	test('keeps its old file when the new one fails its check', async () => {
		const { queue, storage, until } = await openGroups(writeEach, {
			verify: () => Promise.resolve(err({ kind: 'output-wrong', subject: 'clip', detail: '1 frame short' })),
		});
		const { tree, destination } = await pickedFolder(storage);
		await tree.write('walk/clip_001/clip_001_0.mp4', 'old');
		const [id = ''] = await queue.enqueue(batchRequests({ count: 1, overwrite: true, destination }));
		queue.start();
		await until(id, 'failed');
		await vi.waitFor(async () => expect(await pathsIn(tree)).toEqual(['walk/clip_001/clip_001_0.mp4']));
		expect(await textIn(tree, 'walk/clip_001/clip_001_0.mp4')).toBe('old');
	});
});

describe('pictures', () => {
	test('come to lie in a folder with their sound beside it, and replace an older, longer set', async () => {
		const { queue, storage, until } = await openGroups(writeEach);
		const { tree, destination } = await pickedFolder(storage);
		await tree.write('walk/clip_001/clip_001_0/frame_0001.webp', 'old');
		await tree.write('walk/clip_001/clip_001_0/frame_0004.webp', 'old');
		await tree.write('walk/clip_001/clip_001_0/notes.md', 'mine');
		const asked = { pictures: true, destination, count: 1, formats: ['jsonl', 'txt'] as const };
		const [free = ''] = await queue.enqueue(batchRequests(asked));
		const [again = ''] = await queue.enqueue(batchRequests({ ...asked, overwrite: true }));
		queue.start();
		expect((await until(free, 'done')).result).toMatchObject({
			fileName: 'clip_001_0_2',
			files: ['walk/clip_001/clip_001_0_2', 'walk/clip_001/clip_001_0_2.wav'],
			pictures: 3,
		});
		await until(again, 'done');
		await vi.waitFor(async () => expect((await storage.jobs.get(again))?.recorded).toEqual({ trouble: [] }));
		const pictures = [1, 2, 3].map((n) => `frame_000${n}.webp`);
		expect(await pathsIn(tree)).toEqual([
			...[...pictures, 'notes.md'].map((name) => `walk/clip_001/clip_001_0/${name}`),
			'walk/clip_001/clip_001_0.txt',
			'walk/clip_001/clip_001_0.wav',
			...pictures.map((name) => `walk/clip_001/clip_001_0_2/${name}`),
			'walk/clip_001/clip_001_0_2.txt',
			'walk/clip_001/clip_001_0_2.wav',
			'walk/metadata.jsonl',
		]);
		expect(await textIn(tree, 'walk/clip_001/clip_001_0/frame_0001.webp')).not.toBe('old');
		expect((await textIn(tree, 'walk/metadata.jsonl'))?.split('\n')[1]).toBe(
			'{"video_path":"clip_001/clip_001_0","caption":"a dog","audio_path":"clip_001/clip_001_0.wav"}',
		);
		const files = await queue.results(again);
		expect(files.ok && files.value.map(({ path }) => path).at(-1)).toBe('walk/clip_001/clip_001_0.wav');
	});
});

test.for(['../up', '/abs', 'a//b', 'a/../../b', ''])(
	'a task that would leave its folder by “%s” is refused',
	async (folder) => {
		const { queue, storage } = await openGroups(writeEach);
		const [asked] = batchRequests({ count: 1 });
		const task = { ...asked!.task, output: { ...asked!.task.output, folder } };
		await expect(queue.enqueue([{ ...asked!, task }])).rejects.toThrow('is not a path');
		expect(await storage.jobs.all()).toEqual([]);
	},
);
