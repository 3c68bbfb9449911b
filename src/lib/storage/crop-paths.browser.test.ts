import { Dexie } from 'dexie';
import { expect, test, vi } from 'vitest';
import type { CropPath, ExportTask } from '#core/export/export-task';
import type { JobRecord } from './job-record.ts';
import { openStorage } from './open-storage.ts';

const newName = (): string => `test-${crypto.randomUUID()}`;
const MEDIA = `5-${'b'.repeat(64)}`;
const FRAMES = 108_000;
const frames = Array.from({ length: FRAMES }, (_, n) => n);

const moving: CropPath = {
	x: frames.map((n) => 2 * (n % 400)),
	y: frames.map((n) => 2 * (n % 7)),
	width: frames.map(() => 606),
	height: frames.map(() => 1080),
};
const small: CropPath = { x: [0, 2], y: [70_000, -2], width: [8, 8], height: [8, 10] };

function recordOf(id: string, paths: readonly (CropPath | undefined)[]): JobRecord {
	const crop = { x: 0, y: 0, width: 606, height: 1080 };
	const task: ExportTask = {
		id: `task ${id}`,
		container: 'mp4',
		pieces: paths.map((path) => ({ media: MEDIA, inS: 0, outS: 1, crop, ...(path !== undefined && { path }) })),
		video: { kind: 'none' },
		audio: { kind: 'none' },
		output: { name: id, extension: 'mp4' },
		durationS: 1,
	};
	const createdAt = '2026-01-01T00:00:00.000Z';
	return {
		job: { id, kind: 'export', state: 'queued', progress: 0, step: '', attempts: 0, priority: 0, createdAt },
		task,
		facts: [],
		engineChoice: 'auto',
		engine: '',
		engineReason: '',
		destination: { kind: 'browser' },
		notes: [],
	};
}

test('an hour of a moving crop comes back as it was, and takes 2 bytes a number that changes', async () => {
	const name = newName();
	const storage = await openStorage(name);
	const record = recordOf('hour', [undefined, moving, small]);
	await storage.jobs.add([record]);
	const [listed] = await storage.jobs.all();
	expect(listed?.moving).toEqual([1, 2]);
	expect(JSON.stringify(listed).length).toBeLessThan(2000);
	expect((await storage.jobs.whole(listed!))?.task).toEqual(record.task);
	storage.close();

	const database = await new Dexie(name).open();
	const row: unknown = await database.table('cropPaths').get('hour');
	const { paths } = row as { paths: Record<string, { byteLength: number }>[] };
	expect(['x', 'y', 'width', 'height'].map((side) => paths[0]![side]!.byteLength)).toEqual([
		2 * FRAMES,
		2 * FRAMES,
		2,
		2,
	]);
	database.close();
});

test('neither looking at the list nor a change of a job reads a path', async () => {
	const storage = await openStorage(newName());
	await storage.jobs.add([recordOf('a', [small])]);
	const opened = vi.spyOn(IDBDatabase.prototype, 'transaction');
	const seen: (readonly JobRecord[])[] = [];
	const watching = storage.jobs.watch().subscribe((records) => seen.push(records));
	await vi.waitFor(() => expect(seen.at(-1)).toHaveLength(1));
	await storage.jobs.update('a', (record) => ({ ...record, job: { ...record.job, state: 'running' } }));
	await vi.waitFor(() => expect(seen.at(-1)?.[0]?.job.state).toBe('running'));
	expect(opened.mock.calls.flatMap(([stores]) => (typeof stores === 'string' ? [stores] : [...stores]))).not.toContain(
		'cropPaths',
	);
	opened.mockRestore();
	expect((await storage.jobs.whole(seen.at(-1)![0]!))?.task.pieces[0]?.path).toEqual(small);
	watching.unsubscribe();
	storage.close();
});

test('a removed job leaves no path, and a job whose path is gone is not taken for a still one', async () => {
	const storage = await openStorage(newName());
	await storage.jobs.add([recordOf('a', [small]), recordOf('b', [undefined])]);
	const [a, b] = [(await storage.jobs.get('a'))!, (await storage.jobs.get('b'))!];
	await storage.jobs.remove('a');
	expect(await storage.jobs.whole(a)).toBeUndefined();
	expect(await storage.jobs.whole(b)).toEqual(b);
	storage.close();
});

test('jobs of an app that kept paths in the list are opened, and rows that it cannot read stay as they are', async () => {
	const name = newName();
	const old = new Dexie(name);
	old.version(1).stores({
		media: 'fingerprint, addedAt',
		handles: 'id',
		frameIndexes: 'media',
		thumbnails: 'media',
		docUpdates: '++seq, doc',
		jobs: 'job.id, job.createdAt',
		settings: 'key',
	});
	await old.open();
	const odd = { job: { id: 'odd', createdAt: '2025-01-01T00:00:00.000Z' }, task: { pieces: [{ path: { x: 1 } }, 5] } };
	await old.table('jobs').bulkAdd([recordOf('a', [moving]), recordOf('still', [undefined]), odd]);
	old.close();

	const storage = await openStorage(name);
	vi.spyOn(console, 'warn').mockImplementation(() => undefined);
	const records = await storage.jobs.all();
	expect(records.map(({ job, moving }) => [job.id, moving]).sort()).toEqual([
		['a', [0]],
		['still', undefined],
	]);
	expect(storage.badRows).toBe(1);
	const a = records.find(({ job }) => job.id === 'a')!;
	expect(a.task.pieces[0]).not.toHaveProperty('path');
	expect((await storage.jobs.whole(a))?.task).toEqual(recordOf('a', [moving]).task);
	storage.close();
	const after = await new Dexie(name).open();
	expect(await after.table('jobs').get('odd')).toEqual(odd);
	after.close();
	vi.restoreAllMocks();
});
