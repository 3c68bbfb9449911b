import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Marker } from '#core/project/profile';
import type { Destination } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import type { ExportRequest } from './export-request.ts';
import {
	BYTES,
	closeTabs,
	engineOfMany,
	openTab,
	request,
	writeBytes,
	writeEach,
	type RunMany,
} from './export-queue-fixture.ts';
import {
	batchRequests,
	keptTree,
	pathsIn as pathsOf,
	pickedFolder,
	textIn,
	type BatchAsked,
} from './export-groups-fixture.ts';

afterEach(closeTabs);

const pathsIn = async (tree: Parameters<typeof pathsOf>[0]): Promise<string[]> => (await pathsOf(tree)).sort();

const LABEL = 'a "small", dog\nruns 🐕';
type Tab = Awaited<ReturnType<typeof openTab>>;
const BROWSER: Destination = { kind: 'browser' };

/** Pictures as the export panel asks for them: a folder of their own, beside the groups. */
function pictureFolder(name: string, destination: Destination): ExportRequest {
	const { task } = batchRequests({ pictures: true, count: 1 })[0]!;
	const output = { name, extension: '' };
	return request(name, { destination, task: { ...task, audio: { kind: 'none' }, output } });
}

const openGroups = (run: RunMany = writeEach, options: Parameters<typeof openTab>[1] = {}): Promise<Tab> =>
	openTab(writeBytes, { engines: [engineOfMany(run)], ...options });

/** Exports a batch and waits until all of it is written down. */
async function exported({ queue, storage }: Tab, asked: BatchAsked): Promise<readonly string[]> {
	const ids = await queue.enqueue(batchRequests(asked));
	queue.start();
	await vi.waitFor(async () => {
		for (const id of ids) expect(await storage.jobs.get(id)).toHaveProperty('recorded');
	});
	return ids;
}
const troubleOf = async (storage: Storage, id: string | undefined): Promise<readonly string[]> =>
	(await storage.jobs.get(id ?? ''))?.recorded?.trouble ?? [];
const markersOf = async (storage: Storage): Promise<readonly Marker[]> =>
	(await storage.profiles.open('default')).profile.markers;

describe('what is written beside clips', () => {
	test('every list, a caption each, a shard, the history and the label', async () => {
		const tab = await openGroups();
		const { tree, destination } = await pickedFolder(tab.storage);
		const formats = ['json', 'txt', 'jsonl', 'csv', 'tar'] as const;
		const asked = { label: LABEL, category: 'Animal', formats, count: 2, destination } as const;
		await exported(tab, asked);
		expect(await pathsIn(tree)).toEqual(
			[
				'walk/clip-000001.tar',
				...[0, 1].flatMap((n) => ['mp4', 'txt'].map((end) => `walk/clip_001/clip_001_${n}.${end}`)),
				...['dataset.json', 'metadata.csv', 'metadata.jsonl'].map((name) => `walk/${name}`),
			].sort(),
		);
		const path = (n: number): string => `clip_001/clip_001_${n}.mp4`;
		expect(JSON.parse((await textIn(tree, 'walk/dataset.json')) ?? '')).toEqual(
			[0, 1].map((n) => ({ path: path(n), label: LABEL, category: 'Animal' })),
		);
		expect(await textIn(tree, 'walk/clip_001/clip_001_1.txt')).toBe(LABEL);
		expect(await textIn(tree, 'walk/metadata.csv')).toBe(
			`file_name,text,category\r\n${[0, 1].map((n) => `${path(n)},"a ""small"", dog\nruns 🐕",Animal\r\n`).join('')}`,
		);
		expect(await textIn(tree, 'walk/metadata.jsonl')).toBe(
			[0, 1].map((n) => `${JSON.stringify({ video_path: path(n), caption: LABEL, category: 'Animal' })}\n`).join(''),
		);
		const tar = await (await tree.file('walk/clip-000001.tar'))!.getFile();
		expect(tarNames(new Uint8Array(await tar.arrayBuffer()))).toEqual(
			[0, 1].flatMap((n) => ['mp4', 'txt', 'json'].map((end) => `clip_001_${n}.${end}`)),
		);
		const { profile } = await tab.storage.profiles.open('default');
		expect(profile.labels).toEqual([LABEL]);
		expect(profile.markers).toMatchObject([
			{ id: 'marker-clip_001', clips: [0, 1].map((n) => ({ path: `walk/${path(n)}`, inS: n, outS: n + 1 })) },
		]);
		// Overwritten: the same group, nothing twice.
		await exported(tab, { ...asked, label: 'a cat', overwrite: true });
		expect(JSON.parse((await textIn(tree, 'walk/dataset.json')) ?? '')).toEqual(
			[0, 1].map((n) => ({ path: path(n), label: 'a cat', category: 'Animal' })),
		);
		expect(await markersOf(tab.storage)).toMatchObject([{ id: 'marker-clip_001', label: 'a cat', clips: [{}, {}] }]);
		expect((await pathsIn(tree)).length).toBe(8);
	});

	test('a clip without label and category has a marker and no entry', async () => {
		const tab = await openGroups();
		await exported(tab, { label: ' ', formats: ['json', 'txt', 'csv', 'jsonl'] });
		expect((await pathsIn(await keptTree(tab.storage))).filter((path) => !path.endsWith('.mp4'))).toEqual([]);
		expect(await markersOf(tab.storage)).toHaveLength(1);
	});

	test('a list that is broken is kept aside under a free name and said', async () => {
		const tab = await openGroups();
		const { tree, destination } = await pickedFolder(tab.storage);
		await tree.write('walk/dataset.json', '{"not": "a list"}');
		await tree.write('walk/dataset.json.broken-1', 'older');
		const [id] = await exported(tab, { destination, count: 1 });
		expect(await textIn(tree, 'walk/dataset.json.broken-1')).toBe('older');
		expect(await textIn(tree, 'walk/dataset.json.broken-2')).toBe('{"not": "a list"}');
		expect(JSON.parse((await textIn(tree, 'walk/dataset.json')) ?? '')).toHaveLength(1);
		expect(await troubleOf(tab.storage, id)).toEqual([
			'“walk/dataset.json” could not be read (it is not a list). It was kept as “walk/dataset.json.broken-2” and a new one was begun.',
		]);
	});

	test('a list of 100 MB is not touched and said', async () => {
		const tab = await openGroups();
		const { tree, destination } = await pickedFolder(tab.storage);
		await tree.write('walk/dataset.json', new Blob([new Uint8Array(100_000_000).fill(32)]));
		const [id] = await exported(tab, { destination, count: 1 });
		expect(await troubleOf(tab.storage, id)).toEqual([
			'“walk/dataset.json” was not changed: with 100 MB it is too large. Export into another folder.',
		]);
		expect((await (await tree.file('walk/dataset.json'))!.getFile()).size).toBe(100_000_000);
	});

	test('what could not be written is written by a retry', async () => {
		const tab = await openGroups();
		const { tree, destination } = await pickedFolder(tab.storage);
		// A folder of that name is in the way.
		await tree.make('walk/clip_001/clip_001_0.txt/x');
		const [id = ''] = await exported(tab, { destination, count: 1, formats: ['json', 'txt'] });
		expect(await troubleOf(tab.storage, id)).toEqual([expect.stringContaining('clip_001_0.txt” could not be written')]);
		await tree.remove('walk/clip_001/clip_001_0.txt');
		await tab.queue.retry(id);
		expect(await troubleOf(tab.storage, id)).toEqual([]);
		expect(await textIn(tree, 'walk/clip_001/clip_001_0.txt')).toBe('a dog');
	});

	test('what a crash cut off is caught up at the next start, and nothing stands twice', async () => {
		const tab = await openGroups();
		const ids = await exported(tab, { formats: ['json', 'tar'] });
		await tab.queue.stop();
		const tree = await keptTree(tab.storage);
		const before = await textIn(tree, 'walk/dataset.json');
		await tree.remove('walk/clip-000001.tar');
		for (const id of ids) {
			await tab.storage.jobs.update(id, (record) => {
				const left = { ...record };
				delete left.recorded;
				return left;
			});
		}
		tab.queue.start();
		await vi.waitFor(async () => expect(await troubleOf(tab.storage, ids[2])).toEqual([]));
		await vi.waitFor(async () => expect(await tree.has('walk/clip-000001.tar')).toBe(true));
		expect(await textIn(tree, 'walk/dataset.json')).toBe(before);
		expect((await markersOf(tab.storage))[0]?.clips).toHaveLength(3);
	});
});

describe('a folder that turns bad', () => {
	test('deleted in the middle: what is left fails with a way out, the batch ends', async () => {
		const gone: string[] = [];
		const tab = await openGroups(async (tasks, io) => {
			const first = await writeEach(tasks.slice(0, 1), io);
			await vi.waitFor(async () => expect((await tab.storage.jobs.all()).at(-1)?.job.state).toBe('done'));
			await (await navigator.storage.getDirectory()).removeEntry(gone[0] ?? '', { recursive: true });
			const rest = await writeEach(tasks.slice(1), io);
			return first.ok ? rest : first;
		});
		const { tree, destination } = await pickedFolder(tab.storage);
		gone.push(tree.root.name);
		const ids = await tab.queue.enqueue(batchRequests({ destination }));
		tab.queue.start();
		await tab.until(ids[0]!, 'done');
		for (const id of ids.slice(1)) {
			expect((await tab.until(id, 'failed')).job.error?.kind).toBe('output-permission');
		}
		await vi.waitFor(async () => expect((await troubleOf(tab.storage, ids[0]))[0]).toContain('dataset.json'));
	});

	test('read-only: each clip says so', async () => {
		const tab = await openGroups();
		const { destination } = await pickedFolder(tab.storage);
		// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
		const { getDirectoryHandle } = FileSystemDirectoryHandle.prototype;
		const make = vi.spyOn(FileSystemDirectoryHandle.prototype, 'getDirectoryHandle').mockImplementation(function (
			this: FileSystemDirectoryHandle,
			name,
			options,
		) {
			if (name === 'walk') return Promise.reject(new DOMException('read-only', 'NoModificationAllowedError'));
			return getDirectoryHandle.call(this, name, options);
		});
		const ids = await tab.queue.enqueue(batchRequests({ destination }));
		tab.queue.start();
		for (const id of ids) expect((await tab.until(id, 'failed')).job.error?.kind).toBe('output-permission');
		make.mockRestore();
	});

	test('full: each clip says so, and nothing half stays', async () => {
		const tab = await openGroups((tasks, io) => {
			for (const { id } of tasks) io.onFailed?.(id, { kind: 'out-of-space', subject: 'clip' });
			return writeEach([], io);
		});
		const { tree, destination } = await pickedFolder(tab.storage);
		const ids = await tab.queue.enqueue(batchRequests({ destination }));
		tab.queue.start();
		for (const id of ids) expect((await tab.until(id, 'failed')).job.error?.kind).toBe('out-of-space');
		await vi.waitFor(async () => expect(await tree.list('')).toEqual([]));
	});
});

describe('the next number', () => {
	const place = { folder: 'walk', name: 'clip' } as const;

	test('follows the history, the disk and the queue', async () => {
		const tab = await openGroups();
		const { tree, destination } = await pickedFolder(tab.storage);
		const next = (name = 'clip'): Promise<number> => tab.queue.nextCounter({ ...place, name, destination });
		expect(await next()).toBe(1);
		await tree.make('walk/Clip_004');
		await tree.make('walk/clip_x');
		await tree.make('clip_900');
		expect(await next()).toBe(5);
		await tab.queue.enqueue(batchRequests({ destination, counter: 6 }));
		expect(await next()).toBe(7);
		const profile = await tab.storage.profiles.open('other');
		const [{ after } = {}] = batchRequests({ destination, counter: 1007 });
		profile.recordClip(after!.marker, { path: 'walk/clip_1007/clip_1007_0.mp4', inS: 0, outS: 1 });
		expect(await next()).toBe(1008);
		expect(await next('other')).toBe(1);
		expect(await tab.queue.nextCounter({ ...place, destination: { kind: 'browser' } })).toBe(1);
	});

	test('is another one in each of two tabs that take it at once', async () => {
		const name = `test-${crypto.randomUUID()}`;
		const tabs = [await openGroups(writeEach, { name }), await openGroups(writeEach, { name })];
		const asked = { ...place, destination: { kind: 'browser' } } as const;
		const taken = await Promise.all(
			[...tabs, ...tabs].map(({ queue }) =>
				queue.takeCounter(asked, async (counter) => {
					await queue.enqueue(batchRequests({ counter, count: 1 }));
					return counter;
				}),
			),
		);
		expect(taken.sort()).toEqual([1, 2, 3, 4]);
		expect(await tabs[0]!.queue.nextCounter(asked)).toBe(5);
	});

	test('that was taken for nothing is given out again', async () => {
		const { queue } = await openGroups();
		const asked = { ...place, destination: { kind: 'browser' } } as const;
		await expect(queue.takeCounter(asked, () => Promise.reject(new Error('no plan')))).rejects.toThrow('no plan');
		expect(await queue.takeCounter(asked, (counter) => Promise.resolve(counter))).toBe(1);
	});

	test.for(['picked folder', 'browser'])('follows picture folders that are no group, in the %s', async (where) => {
		const tab = await openGroups();
		const { destination } = where === 'browser' ? { destination: BROWSER } : await pickedFolder(tab.storage);
		const next = (): Promise<number> => tab.queue.nextCounter({ folder: '', name: 'clip', destination });
		const [id = ''] = await tab.queue.enqueue([pictureFolder('clip_003', destination)]);
		expect(await next()).toBe(4);
		tab.queue.start();
		await tab.until(id, 'done');
		expect(await next()).toBe(4);
	});
});

describe('a picture folder that is no group', () => {
	test.for(['picked folder', 'browser'])('never takes the name of a group that waits, in the %s', async (where) => {
		const tab = await openGroups();
		const { destination } = where === 'browser' ? { destination: BROWSER } : await pickedFolder(tab.storage);
		const [first = ''] = await tab.queue.enqueue([pictureFolder('clip_001', destination)]);
		const group = await tab.queue.enqueue(batchRequests({ destination, counter: 1, count: 1, root: '' }));
		const [late = ''] = await tab.queue.enqueue([pictureFolder('Clip_001', destination)]);
		tab.queue.start();
		expect((await tab.until(first, 'done')).result?.files?.[0]).toBe('clip_001_2');
		expect((await tab.until(group[0]!, 'done')).result?.files?.[0]).toBe('clip_001/clip_001_0.mp4');
		const third = await tab.until(late, 'done');
		if (where === 'browser') expect(third.result?.files?.[0]).toBe('Clip_001_3');
	});
});

describe('deleting a group', () => {
	test.for(['picked folder', 'browser'])(
		'in the %s takes its files, entries, shard, history and jobs',
		async (where) => {
			const tab = await openGroups();
			const picked = await pickedFolder(tab.storage);
			const tree = where === 'browser' ? await keptTree(tab.storage) : picked.tree;
			const destination = where === 'browser' ? ({ kind: 'browser' } as const) : picked.destination;
			const formats = ['json', 'txt', 'jsonl', 'csv', 'tar'] as const;
			await exported(tab, { destination, formats, count: 2 });
			await exported(tab, { destination, formats, count: 1, counter: 2, label: 'stays' });
			await exported(tab, { destination, formats, count: 1, counter: 3, pictures: true, root: '', label: 'x' });
			const markers = await markersOf(tab.storage);
			for (const id of ['marker-clip_001', 'marker-clip_003']) {
				expect(await tab.queue.deleteGroup(markers.find((marker) => marker.id === id)!)).toMatchObject({ ok: true });
			}
			expect(await pathsIn(tree)).toEqual(
				[
					...['dataset.json', 'metadata.csv', 'metadata.jsonl'],
					...['mp4', 'txt'].map((end) => `walk/clip_002/clip_002_0.${end}`),
					...['clip-000002.tar', 'dataset.json', 'metadata.csv', 'metadata.jsonl'].map((name) => `walk/${name}`),
				].sort(),
			);
			expect(JSON.parse((await textIn(tree, 'walk/dataset.json')) ?? '')).toEqual([
				{ path: 'clip_002/clip_002_0.mp4', label: 'stays' },
			]);
			expect(JSON.parse((await textIn(tree, 'dataset.json')) ?? '')).toEqual([]);
			expect((await markersOf(tab.storage)).map(({ id }) => id)).toEqual(['marker-clip_002']);
			expect((await tab.storage.jobs.all()).map(({ task }) => task.output.name)).toEqual(['clip_002_0']);
		},
	);

	test('that may not be touched changes nothing', async () => {
		const tab = await openGroups();
		const [{ after } = {}] = batchRequests({ count: 1 });
		const marker = { ...after!.marker, destination: 'folder:gone', clips: [{ path: 'a/b.mp4', inS: 0, outS: 1 }] };
		(await tab.storage.profiles.open('default')).putMarker(marker);
		expect(await tab.queue.deleteGroup(marker)).toEqual({
			ok: false,
			error: { kind: 'output-permission', subject: 'a/b.mp4' },
		});
		expect(await markersOf(tab.storage)).toHaveLength(1);
	});

	test('a marker from elsewhere cannot reach outside of the folder', async () => {
		const tab = await openGroups();
		const { destination } = await pickedFolder(tab.storage);
		const [{ after } = {}] = batchRequests({ count: 1, destination });
		const marker = { ...after!.marker, clips: [{ path: '../secret.mp4', inS: 0, outS: 1 }] };
		expect(await tab.queue.deleteGroup(marker)).toMatchObject({ ok: false, error: { kind: 'unexpected' } });
	});

	test('a clip that is removed from the list leaves the history, when the browser kept it', async () => {
		const tab = await openGroups();
		const ids = await exported(tab, { formats: ['json', 'tar'] });
		await tab.queue.remove(ids[1]!);
		const tree = await keptTree(tab.storage);
		expect(JSON.parse((await textIn(tree, 'walk/dataset.json')) ?? '')).toHaveLength(2);
		expect((await markersOf(tab.storage))[0]?.clips).toHaveLength(2);
		const tar = await (await tree.file('walk/clip-000001.tar'))!.getFile();
		expect(tarNames(new Uint8Array(await tar.arrayBuffer()))).not.toContain('clip_001_1.mp4');
		await tab.queue.clearFinished();
		expect(await pathsIn(tree)).toEqual(['walk/dataset.json']);
		expect(await markersOf(tab.storage)).toEqual([]);
	});
});

test('a tree is saved as one ZIP, or copied into a folder', async () => {
	const tab = await openGroups();
	const ids = await exported(tab, { formats: ['json', 'txt', 'tar'], count: 2, label: LABEL });
	const files = await tab.queue.tree(ids);
	if (!files.ok) throw new Error(files.error.kind);
	const { copyInto, writeArchive } = await import('./export-archive.ts');
	const { tree } = await pickedFolder(tab.storage);
	const shares: number[] = [];
	await copyInto(files.value, tree, { onProgress: (share) => shares.push(share) });
	expect(await pathsIn(tree)).toEqual(await pathsIn(await keptTree(tab.storage)));
	expect(shares.at(-1)).toBe(1);
	const handle = await tab.storage.files.createForVisit('clips.zip');
	await writeArchive(files.value, await handle.createWritable());
	const { BlobReader, Uint8ArrayWriter, ZipReader } = await import('@zip.js/zip.js');
	const entries = await new ZipReader(new BlobReader(await handle.getFile())).getEntries();
	expect(entries.map(({ filename }) => filename).sort()).toEqual(await pathsIn(tree));
	const clip = entries.find(({ filename }) => filename.endsWith('_1.mp4'));
	if (clip === undefined || clip.directory) throw new Error('no clip');
	expect(await clip.getData(new Uint8ArrayWriter())).toEqual(BYTES);
	expect(clip.compressionMethod).toBe(0);
});

/** Names in a tar, read by its own rules: a header of 512 bytes, then whole blocks. */
function tarNames(bytes: Uint8Array): string[] {
	const names: string[] = [];
	const text = (from: number, length: number): string =>
		new TextDecoder().decode(bytes.subarray(from, from + length)).replace(/\0.*$/su, '');
	for (let at = 0; bytes[at] !== 0;) {
		names.push(text(at, 100));
		at += 512 + Math.ceil(parseInt(text(at + 124, 11), 8) / 512) * 512;
	}
	return names;
}
