import { afterEach, describe, expect, test, vi } from 'vitest';
import { centresOf } from '#core/crop/camera-path';
import { WHOLE_FRAME, type Ratio } from '#core/crop/crop';
import { frameCount, framesIn, timeOfFrame } from '#core/time/frame-index';
import type { Span } from '#core/time/segment-arithmetic';
import { TrackingQueue } from '$lib/jobs/tracking/tracking-queue';
import { testFile, type TestFile } from '$lib/media/player/test-player';
import { openStorage } from '$lib/storage/open-storage';
import type { Storage } from '$lib/storage/storage';
import { drawPlace, makeFilm } from '$lib/vision/test-film';
import { fixedAnswer } from '$lib/vision/test-onnx-file';
import { ModelShelf } from './model-shelf.ts';
import { ShelfSight } from './sight.ts';

/* The whole way, with a detector that a person brought: it sees someone at the right edge of every picture. */

const detector = new File(
	[
		fixedAnswer(
			{ images: [1, 3, 64, 64] },
			{ output: { dims: [1, 1, 6], data: Float32Array.of(48, 16, 60, 48, 0.9, 0) } },
		),
	],
	'right.onnx',
);
const CENTRE = { x: 54 / 64, y: 32 / 64 };

const opened: { storage: Storage; queue: TrackingQueue }[] = [];
afterEach(async () => {
	for (const { storage, queue } of opened.splice(0)) {
		await queue.close();
		storage.close();
	}
});

async function open() {
	const storage = await openStorage(`sight-${crypto.randomUUID()}`);
	const added = await storage.models.add(detector, {
		...{ title: 'Right', fileName: 'right.onnx', family: 'YOLOv10', licence: '' },
		...{ head: { kind: 'end-to-end', output: 'output' }, classes: [{ id: 0, name: 'person' }] },
		input: {
			...{ name: 'images', width: 64, height: 64, layout: 'nchw', channels: 'rgb', fit: 'stretch' },
			...{ mean: [0, 0, 0], deviation: [255, 255, 255] },
		},
	});
	if (!added.ok) throw new Error(JSON.stringify(added.error));
	const shelf = new ModelShelf(storage);
	const queue = new TrackingQueue({
		...{ storage, lock: `lock-${crypto.randomUUID()}` },
		sight: () => Promise.resolve(new ShelfSight(shelf)),
	});
	queue.start();
	opened.push({ storage, queue });
	const record = async (id: string) => (await storage.tracking.all()).find(({ job }) => job.id === id);
	const ask = async ({ facts, index }: TestFile, span: Span, ratio: Ratio) => {
		await storage.media.putFrameIndex(facts.fingerprint, index);
		const project = await storage.projects.current();
		project.setCrop(facts.fingerprint, { ...WHOLE_FRAME, ratio });
		return queue.enqueue({
			...{ media: facts.fingerprint, name: facts.name, project: project.id, spans: [span], model: added.value.id },
			follow: { style: 'steady', labels: ['person'], picks: [], fixes: [] },
		});
	};
	const ended = (id: string) =>
		vi.waitFor(
			async () => {
				const job = (await record(id))?.job;
				expect(['done', 'failed']).toContain(job?.state);
				return job;
			},
			{ timeout: 50_000, interval: 50 },
		);
	return { storage, ask, ended, record };
}

async function add(storage: Storage, { file, facts }: TestFile): Promise<void> {
	await storage.media.put({
		...{ fingerprint: facts.fingerprint, name: facts.name, bytes: file.size, lastModifiedMs: file.lastModified },
		...{ addedAt: '2026-01-01T00:00:00.000Z', source: { kind: 'visit' }, state: 'ready', message: '', facts },
	});
	storage.media.keepForVisit(facts.fingerprint, file);
}

const drawn = (name: string, width: number, height: number, frames = 12): Promise<TestFile> =>
	makeFilm({ name, frames, size: [width, height], draw: (context) => drawPlace(context, 'outside') });

describe('a path has a centre for every frame of its span, and goes where someone is seen', () => {
	const [narrow, square]: readonly Ratio[] = [
		{ width: 9, height: 16 },
		{ width: 1, height: 1 },
	];
	test.each<[what: string, film: () => Promise<TestFile>, ratio: Ratio | undefined]>([
		['frames of uneven length', () => testFile('vfr.mp4'), narrow],
		['stored lying on its side', () => testFile('rotated-90.mp4'), narrow],
		['odd sides', () => testFile('odd-size.mp4'), narrow],
		['pixels that are not square', () => testFile('non-square-pixels.mp4'), narrow],
		['a first frame at 5 s', () => testFile('first-timestamp-5s.mp4'), narrow],
		['frames before 0 s', () => testFile('edit-list.mp4'), narrow],
		['cut off', () => testFile('truncated.mp4'), narrow],
		['four times as wide as high', () => drawn('wide.mp4', 640, 160), narrow],
		['one frame', () => drawn('one.mp4', 320, 180, 1), narrow],
		['portrait, and a portrait crop of another shape', () => drawn('portrait.mp4', 180, 320), square],
		['portrait, and the same portrait crop', () => drawn('same.mp4', 180, 320), narrow],
	])('%s', async (_, film, ratio = narrow) => {
		const { storage, ask, ended } = await open();
		const source = await film();
		await add(storage, source);
		const { index, facts } = source;
		const first = timeOfFrame(index, 0);
		const span = { inS: first, outS: Math.min(first + 1, timeOfFrame(index, frameCount(index))) };
		const job = await ended(await ask(source, span, ratio ?? { width: 9, height: 16 }));
		expect(job?.error).toBeUndefined();
		const [path, ...more] = (await storage.projects.current()).project.crops[facts.fingerprint]?.paths ?? [];
		expect(more).toEqual([]);
		if (path === undefined) throw new Error('no path');
		const { x, y } = centresOf(path);
		expect([x.length, y.length]).toEqual(new Array(2).fill(framesIn(index, span.inS, span.outS)));
		const { width = 1, height = 1 } = facts.video ?? {};
		const sides = [1, 1];
		const wanted = ratio!.width / ratio!.height;
		if (wanted < width / height) sides[0] = (wanted * height) / width;
		else sides[1] = width / height / wanted;
		const inside = (side: number, centre: number): number => Math.min(1 - side / 2, Math.max(side / 2, centre));
		for (const n of [0, x.length - 1]) {
			expect(Math.abs(x[n]! - inside(sides[0]!, CENTRE.x))).toBeLessThan(0.3 * sides[0]!);
			expect(Math.abs(y[n]! - inside(sides[1]!, CENTRE.y))).toBeLessThan(0.3 * sides[1]!);
		}
	});
});

test('a file that is written anew while it is searched is told to have changed, and no path is made', async () => {
	const { storage, ask, ended, record } = await open();
	const source = await testFile('h264-aac-60s.mp4');
	await add(storage, source);
	const media = source.facts.fingerprint;
	const handle = await storage.files.create('film.mp4');
	const write = async (bytes: Blob | string): Promise<void> => {
		const writable = await handle.createWritable();
		await writable.write(bytes);
		await writable.close();
	};
	await write(source.file);
	await storage.media.keepHandle(media, handle);
	const id = await ask(source, { inS: 0, outS: 60 }, { width: 9, height: 16 });
	await vi.waitFor(async () => expect((await record(id))?.backend).toBe('wasm'), { timeout: 30_000, interval: 10 });
	await write('something else');
	const job = await ended(id);
	expect(job?.error).toEqual({ kind: 'source-changed', subject: source.facts.name });
	expect((await storage.projects.current()).project.crops[media]?.paths).toBeUndefined();
});
