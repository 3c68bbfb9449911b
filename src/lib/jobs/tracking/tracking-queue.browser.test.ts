import { afterEach, expect, test, vi } from 'vitest';
import { centreAt } from '#core/crop/camera-path';
import { err, ok } from '#core/result';
import type { Span } from '#core/time/segment-arithmetic';
import {
	closeAll,
	ends,
	index,
	MEDIA,
	newQueue,
	newStorage,
	requestOf,
	sight,
	stateOf,
	untilAborted,
	walker,
} from './test-tracking.ts';

afterEach(closeAll);

test('a search puts a path that follows the walker into the project, as one undo step', async () => {
	const storage = await newStorage();
	const project = await storage.projects.current();
	project.setCrop(MEDIA, {
		...{
			ratio: { width: 9, height: 16 },
			centre: { x: 0.5, y: 0.5 },
			zoom: 1,
			randomPortrait: false,
			randomSquare: false,
		},
	});
	const queue = newQueue(storage, sight());
	const id = await queue.enqueue(await requestOf(storage, { inS: 4, outS: 20 }));
	await ends(storage, id, 'done');
	const [path] = project.project.crops[MEDIA]?.paths ?? [];
	expect([path?.inS, path?.outS, path?.style]).toEqual([4, 20, 'steady']);
	for (const atS of [5, 10, 15, 19]) {
		const subject = 0.2 + 0.012 * atS + 0.04;
		expect(Math.abs((path === undefined ? 9 : centreAt(path, atS, index).x) - subject)).toBeLessThan(0.08);
	}
	expect((await storage.tracking.all())[0]?.backend).toBe('wasm');
	project.undo();
	expect(project.project.crops[MEDIA]?.paths).toBeUndefined();
	expect(project.project.crops[MEDIA]?.base.ratio).toEqual({ width: 9, height: 16 });
});

test('what was seen is not seen again: another style, a longer span, a cancelled search', async () => {
	const storage = await newStorage();
	const seen: Span[] = [];
	const queue = newQueue(storage, sight(seen));
	await ends(storage, await queue.enqueue(await requestOf(storage, { inS: 0, outS: 8 })), 'done');
	expect(seen).toHaveLength(4);
	await ends(storage, await queue.enqueue(await requestOf(storage, { inS: 0, outS: 8 })), 'done');
	expect(seen).toHaveLength(4);
	await ends(storage, await queue.enqueue(await requestOf(storage, { inS: 2, outS: 12 })), 'done');
	expect(seen.slice(4)).toEqual([
		{ inS: 8, outS: 10 },
		{ inS: 10, outS: 12 },
	]);
});

test('clips of a batch that overlap are seen once and share a path; one that stands alone has its own', async () => {
	const storage = await newStorage();
	const seen: Span[] = [];
	const queue = newQueue(storage, sight(seen));
	const clips = [
		{ inS: 0, outS: 8 },
		{ inS: 4, outS: 12 },
		{ inS: 20, outS: 28 },
	];
	await ends(storage, await queue.enqueue(await requestOf(storage, ...clips)), 'done');
	expect(seen.map(({ inS }) => inS)).toEqual([0, 2, 4, 6, 8, 10, 20, 22, 24, 26]);
	const { crops } = (await storage.projects.current()).project;
	expect(crops[MEDIA]?.paths?.map(({ inS, outS }) => [inS, outS])).toEqual([
		[0, 12],
		[20, 28],
	]);
});

test('the time left is told as the detector tells it, and not before it knows', async () => {
	const storage = await newStorage();
	const told: (number | undefined)[] = [];
	let tell: ((etaS?: number) => void) | undefined;
	const eye = sight([], {
		analyse: (_, { signal, onProgress }) => {
			tell = (etaS) => onProgress({ share: 0.01, step: 'Looking', ...(etaS !== undefined && { etaS }) });
			return untilAborted(signal);
		},
	});
	const queue = newQueue(storage, eye);
	const watching = queue.watch().subscribe(([record]) => {
		if ((record?.job.progress ?? 0) > 0) told.push(record?.job.etaS);
	});
	await queue.enqueue(await requestOf(storage, { inS: 0, outS: 4 }));
	await vi.waitFor(() => expect(tell).toBeDefined());
	tell?.();
	await vi.waitFor(() => expect(told).toContain(undefined));
	tell?.(40);
	await vi.waitFor(() => expect(told.at(-1)).toBe(40));
	watching.unsubscribe();
});

test('a cancelled search keeps what it saw and changes no crop', async () => {
	const storage = await newStorage();
	const seen: Span[] = [];
	let hold: (() => void) | undefined;
	const slow = sight(seen, {
		analyse: async ({ spans: [span] }, { signal, onSeen }) => {
			onSeen({ span: { inS: span!.inS, outS: span!.inS + 2 }, frames: walker(span!.inS, span!.inS + 2), cutsS: [] });
			await new Promise<void>((_, reject) => {
				hold = () => undefined;
				signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
			});
			return ok(undefined);
		},
	});
	const queue = newQueue(storage, slow);
	const id = await queue.enqueue(await requestOf(storage, { inS: 0, outS: 30 }));
	await vi.waitFor(() => expect(hold).toBeDefined());
	await queue.cancel(id);
	await vi.waitFor(async () => expect(await storage.detections.covered(MEDIA, 'ssd')).toEqual([{ inS: 0, outS: 2 }]));
	expect(await stateOf(storage, id)).toBe('cancelled');
	expect((await storage.projects.current()).project.crops[MEDIA]).toBeUndefined();
});

test('a search that a closed tab left goes on in the next one', async () => {
	const name = `test-${crypto.randomUUID()}`;
	const storage = await newStorage(name);
	const first = newQueue(storage, sight([], { analyse: (_, { signal }) => untilAborted(signal) }));
	const id = await first.enqueue(await requestOf(storage, { inS: 0, outS: 4 }));
	await ends(storage, id, 'running');
	await first.close();
	expect(await stateOf(storage, id)).toBe('queued');
	newQueue(storage, sight());
	await ends(storage, id, 'done');
});

test('a search that brought the page down three times waits to be asked', async () => {
	const storage = await newStorage();
	const record = await requestOf(storage, { inS: 0, outS: 4 });
	await storage.tracking.add({
		...record,
		...{ remarks: [] },
		job: {
			...{ id: 'crashed', kind: 'tracking', state: 'running', progress: 0, step: '', attempts: 3, priority: 0 },
			...{ createdAt: '2026-01-01T00:00:00.000Z', startedAt: '2099-01-01T00:00:01.000Z' },
		},
	});
	const queue = newQueue(storage, sight());
	await ends(storage, 'crashed', 'failed');
	expect((await storage.tracking.all())[0]?.job.error?.kind).toBe('interrupted');
	await queue.retry('crashed');
	await ends(storage, 'crashed', 'done');
});

test('nobody in the picture: the crop is held where it was, and that is said', async () => {
	const storage = await newStorage();
	const empty = sight([], {
		analyse: ({ spans }, { onSeen }) => {
			for (const span of spans) onSeen({ span, frames: [], cutsS: [] });
			return Promise.resolve(ok(undefined));
		},
	});
	const queue = newQueue(storage, empty);
	const id = await queue.enqueue(await requestOf(storage, { inS: 0, outS: 4 }));
	await ends(storage, id, 'done');
	const [record] = await storage.tracking.all();
	expect(record?.remarks).toEqual([
		'No person was found from 0:00.000 to 0:04.000; the crop stays where it was there.',
	]);
	const [path] = (await storage.projects.current()).project.crops[MEDIA]?.paths ?? [];
	expect(path === undefined ? undefined : centreAt(path, 2, index).x).toBeCloseTo(0.5, 4);
});

test('a queue that is closed ends, whatever it was about to do', async () => {
	const storage = await newStorage();
	for (let waits = 0; waits < 30; waits += 1) {
		const queue = newQueue(storage, sight());
		for (let n = 0; n < waits; n += 1) await storage.tracking.all();
		await queue.close();
	}
	for (const waitMs of [0, 1, 2, 3, 5, 8]) {
		const queue = newQueue(storage, sight());
		await new Promise((resolve) => setTimeout(resolve, waitMs));
		await queue.close();
	}
});

test('a failure of the detector is the search’s own, and the next one runs', async () => {
	const storage = await newStorage();
	let first = true;
	const eye = sight();
	const queue = newQueue(storage, {
		...eye,
		analyse: (...asked) => {
			if (!first) return eye.analyse(...asked);
			first = false;
			return Promise.resolve(err({ kind: 'offline', subject: 'The detector' }));
		},
	});
	const lost = await queue.enqueue(await requestOf(storage, { inS: 0, outS: 2 }));
	const next = await queue.enqueue(await requestOf(storage, { inS: 10, outS: 12 }));
	await ends(storage, lost, 'failed');
	await ends(storage, next, 'done');
	expect((await storage.tracking.all()).find(({ job }) => job.id === lost)?.job.error?.kind).toBe('offline');
});
