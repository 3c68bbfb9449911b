import { afterEach, describe, expect, test, vi } from 'vitest';
import { err } from '#core/result';
import { BYTES, closeTabs, endless, openTab, request, writeBytes } from './export-queue-fixture.ts';

afterEach(closeTabs);

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

	test('with a moving crop gets its path when it runs, and again when it is retried', async () => {
		const path = { x: [0, 2, 4], y: [0, 0, 0], width: [8, 8, 8], height: [8, 8, 8] };
		const paths: unknown[] = [];
		const { queue, one, until } = await openTab((task) => {
			paths.push(task.pieces[0]?.path);
			return Promise.resolve(err({ kind: 'unexpected', subject: 'a', detail: 'the test wants it' }));
		});
		const { task, ...asked } = request('a');
		const pieces = task.pieces.map((piece) => ({ ...piece, path }));
		const [id = ''] = await queue.enqueue([{ ...asked, task: { ...task, pieces } }]);
		expect((await one(id)).task.pieces[0]).not.toHaveProperty('path');
		queue.start();
		await until(id, 'failed');
		await queue.retry(id);
		await vi.waitFor(() => expect(paths).toEqual([path, path]));
		await until(id, 'failed');
	});

	test('whose path is gone fails with a reason, and nothing is made', async () => {
		const run = vi.fn(writeBytes);
		const { queue, storage, until } = await openTab(run);
		const [id = ''] = await queue.enqueue([request('a')]);
		await storage.jobs.update(id, (record) => ({ ...record, moving: [0] }));
		queue.start();
		expect((await until(id, 'failed')).job.error).toMatchObject({ kind: 'unexpected', subject: 'a' });
		expect(run).not.toHaveBeenCalled();
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

	test('clips queued together are all kept, even when nobody waits for that', async () => {
		const { queue, storage } = await openTab(writeBytes);
		const seen: number[] = [];
		queue.watch().subscribe((records) => seen.push(records.length));
		await vi.waitFor(() => expect(seen).toEqual([0]));
		void queue.enqueue(['a', 'b', 'c'].map((name) => request(name)));
		// What is asked next comes after it.
		expect(await storage.jobs.all()).toHaveLength(3);
		await vi.waitFor(() => expect(seen.at(-1)).toBe(3));
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
		expect(await queue.result(id)).toMatchObject({ ok: true, value: { name: 'clip_3.mp4' } });
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
