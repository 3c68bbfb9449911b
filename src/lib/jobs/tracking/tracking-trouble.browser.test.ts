import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Span } from '#core/time/segment-arithmetic';
import { WorkerCrashedError } from '$lib/media/worker-rpc/connect';
import type { ModelNotes } from '$lib/storage/model-record';
import { openStorage } from '$lib/storage/open-storage';
import type { Storage } from '$lib/storage/storage';
import {
	closeAll,
	ends,
	errorOf,
	MEDIA,
	newQueue,
	newStorage,
	opened,
	requestOf,
	sight,
	slow,
	stateOf,
	walker,
} from './test-tracking.ts';
import { TrackingQueue } from './tracking-queue.ts';

afterEach(closeAll);

describe('a search ends when what it works with goes, and keeps nothing after that', () => {
	const notes: ModelNotes = {
		...{
			title: 'Mine',
			fileName: 'mine.onnx',
			family: 'YOLOv10',
			licence: '',
			head: { kind: 'end-to-end', output: 'y' },
		},
		input: {
			...{ name: 'x', width: 64, height: 64, layout: 'nchw', channels: 'rgb', fit: 'stretch' },
			...{ mean: [0, 0, 0], deviation: [1, 1, 1] },
		},
		classes: [{ id: 0, name: 'person' }],
	};
	const file = new File(['bytes of a model'], 'mine.onnx');

	test.each<[what: string, go: (storage: Storage, id: string) => Promise<unknown>, detail: string]>([
		['the detector', (storage, id) => storage.models.remove(id), 'it was removed from this browser'],
		[
			'the way it is read',
			(storage) => storage.models.add(file, { ...notes, classes: [{ id: 0, name: 'dog' }] }),
			'it is read in another way now',
		],
	])('%s', async (_, go, detail) => {
		const storage = await newStorage();
		const added = await storage.models.add(file, notes);
		if (!added.ok) throw new Error(JSON.stringify(added.error));
		const { id: model } = added.value;
		const queue = newQueue(storage, slow());
		const id = await queue.enqueue({ ...(await requestOf(storage, { inS: 0, outS: 30 })), model });
		await ends(storage, id, 'running');
		await go(storage, model);
		expect(await errorOf(storage, id)).toEqual({ kind: 'model-refused', subject: 'Mine', detail });
		expect(await storage.files.list(`derived/${MEDIA}/seen/${model}`)).toEqual([]);
		const next = await queue.enqueue(await requestOf(storage, { inS: 31, outS: 33 }));
		await ends(storage, next, 'running');
		expect(await storage.files.list(`derived/${MEDIA}/seen/${model}`)).toEqual([]);
	});

	test('the file', async () => {
		const storage = await newStorage();
		const queue = newQueue(storage, slow());
		const id = await queue.enqueue(await requestOf(storage, { inS: 0, outS: 30 }));
		await ends(storage, id, 'running');
		await storage.media.remove(MEDIA);
		expect(await stateOf(storage, id)).toBe('cancelled');
		expect(await storage.files.list('derived')).toEqual([]);
		await queue.retry(id);
		await ends(storage, id, 'failed');
		expect(await errorOf(storage, id)).toEqual({ kind: 'source-missing', subject: 'walk.mp4' });
	});
});

describe('with the disk full', () => {
	const full = new DOMException('no space', 'QuotaExceededError');
	afterEach(() => vi.restoreAllMocks());

	test('a search stops as soon as it cannot keep what it sees, and leaves nothing half', async () => {
		const storage = await newStorage();
		const seen: Span[] = [];
		vi.spyOn(FileSystemWritableFileStream.prototype, 'write').mockRejectedValue(full);
		const queue = newQueue(storage, sight(seen));
		const id = await queue.enqueue(await requestOf(storage, { inS: 0, outS: 40 }));
		await ends(storage, id, 'failed');
		expect(await errorOf(storage, id)).toEqual({ kind: 'out-of-space', subject: 'walk.mp4' });
		expect(seen.length).toBeLessThan(20);
		expect(await storage.files.list(`derived/${MEDIA}/seen/ssd`)).toEqual([]);
		vi.restoreAllMocks();
		await queue.retry(id);
		await ends(storage, id, 'done');
	});

	test('a path that cannot be kept is no success; tried again it is there after a restart', async () => {
		vi.spyOn(console, 'warn').mockImplementation(() => undefined);
		const name = `test-${crypto.randomUUID()}`;
		const storage = await newStorage(name);
		const project = await storage.projects.current();
		const write = methodOf<IDBDatabase['transaction']>(IDBDatabase.prototype, 'transaction');
		vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, stores, ...mode) {
			if ([stores].flat().includes('docUpdates') && mode[0] === 'readwrite') throw full;
			return write.call(this, stores, ...mode);
		});
		const queue = newQueue(storage, sight());
		const id = await queue.enqueue(await requestOf(storage, { inS: 0, outS: 4 }));
		await ends(storage, id, 'failed');
		expect(await errorOf(storage, id)).toEqual({ kind: 'out-of-space', subject: 'walk.mp4' });
		vi.restoreAllMocks();
		await queue.retry(id);
		await ends(storage, id, 'done');
		expect(project.problem).toBeUndefined();
		const again = await openStorage(name);
		opened.push({ storage: again, queues: [] });
		expect((await again.projects.current()).project.crops[MEDIA]?.paths).toEqual(project.project.crops[MEDIA]?.paths);
	});
});

test('a worker that dies is told, what it saw is kept, and the search goes on from there when it is asked to', async () => {
	const storage = await newStorage();
	const seen: Span[] = [];
	let dies = true;
	const eye = sight(seen);
	const queue = newQueue(storage, {
		...eye,
		analyse: async (request, io) => {
			if (!dies) return eye.analyse(request, io);
			dies = false;
			io.onSeen({ span: { inS: 0, outS: 6 }, frames: walker(0, 6), cutsS: [] });
			return Promise.reject(new WorkerCrashedError('out of memory'));
		},
	});
	const id = await queue.enqueue(await requestOf(storage, { inS: 0, outS: 8 }));
	await ends(storage, id, 'failed');
	expect(await errorOf(storage, id)).toMatchObject({ kind: 'worker-crashed', subject: 'walk.mp4' });
	expect((await storage.projects.current()).project.crops[MEDIA]).toBeUndefined();
	await queue.retry(id);
	await ends(storage, id, 'done');
	expect(seen).toEqual([{ inS: 6, outS: 8 }]);
});

test('a span between two frames is told to hold none, and those beside it are followed', async () => {
	const storage = await newStorage();
	const queue = newQueue(storage, sight());
	const id = await queue.enqueue(await requestOf(storage, { inS: 1, outS: 3 }, { inS: 4.01, outS: 4.03 }));
	await ends(storage, id, 'done');
	expect((await storage.tracking.all())[0]?.remarks).toEqual([
		'There is no frame from 0:04.010 to 0:04.030, so nothing is followed there.',
	]);
	const project = await storage.projects.current();
	expect(project.project.crops[MEDIA]?.paths?.map(({ inS, outS }) => [inS, outS])).toEqual([[1, 3]]);
});

test('spans that begin and end between frames take the place of parts of others', async () => {
	const storage = await newStorage();
	const queue = newQueue(storage, sight());
	await ends(storage, await queue.enqueue(await requestOf(storage, { inS: 1.01, outS: 2.99 })), 'done');
	await ends(storage, await queue.enqueue(await requestOf(storage, { inS: 1.03, outS: 2.97 })), 'done');
	const project = await storage.projects.current();
	expect(project.project.crops[MEDIA]?.paths?.map(({ inS, outS }) => [inS, outS])).toEqual([[1.03, 2.97]]);
});

test('two tabs that ask at once: one works, each search is done once', async () => {
	const name = `test-${crypto.randomUUID()}`;
	const [one, two] = [await newStorage(name), await newStorage(name)];
	const seen: Span[] = [];
	const lock = `lock-${crypto.randomUUID()}`;
	const queues = [one, two].map((storage) => {
		const queue = new TrackingQueue({ storage, sight: () => Promise.resolve(sight(seen)), lock });
		opened.find((entry) => entry.storage === storage)?.queues.push(queue);
		queue.start();
		return queue;
	});
	const ids = await Promise.all([
		queues[0]!.enqueue(await requestOf(one, { inS: 0, outS: 8 })),
		queues[1]!.enqueue(await requestOf(two, { inS: 20, outS: 28 })),
	]);
	for (const id of ids) await ends(two, id, 'done');
	expect(seen.map(({ inS }) => inS).sort((a, b) => a - b)).toEqual([0, 2, 4, 6, 20, 22, 24, 26]);
	for (const storage of [one, two]) {
		const paths = () => storage.projects.current().then(({ project }) => project.crops[MEDIA]?.paths ?? []);
		await vi.waitFor(async () => expect((await paths()).map(({ inS }) => inS)).toEqual([0, 20]));
	}
});

/** To be called for an object of one's own choice. */
const methodOf = <T>(prototype: object, name: string): T => (prototype as Record<string, unknown>)[name] as T;
