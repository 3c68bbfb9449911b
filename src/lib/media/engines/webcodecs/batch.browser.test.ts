import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { WHOLE_FRAME, type CropState } from '#core/crop/crop';
import type { ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import { err, ok } from '#core/result';
import { verifyOutput } from '$lib/media/verify/index';
import type { EngineIo, MadeFile } from '../../engine.ts';
import { heardClicks, loadMedia, PORTRAIT, seenFrames, taskOf, type Media } from '../../../../../tests/media/trial.ts';
import { WebCodecsEngine } from './index.ts';
import { runTasks } from './run-task.ts';
import type { TaskRequest } from './task-request.ts';

const engine = new WebCodecsEngine();
afterAll(() => engine.dispose());
afterEach(() => vi.unstubAllGlobals());

const SQUARE: CropState = { ...WHOLE_FRAME, ratio: { width: 1, height: 1 }, centre: { x: 0.3, y: 0.5 }, zoom: 1.2 };
const CROPS = [PORTRAIT, SQUARE, WHOLE_FRAME];
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** Three clips of 4 s, 1 s apart, each cropped otherwise. */
const batchOf = (media: Media): readonly ExportTask[] =>
	CROPS.map((crop, n) => taskOf(media, { inS: 10.3 + n, outS: 14.3 + n, crop }, { shortSide: 200 + 40 * n }));

const newFile = async (): Promise<FileSystemFileHandle> =>
	(await navigator.storage.getDirectory()).getFileHandle(`${crypto.randomUUID()}.tmp`, { create: true });

/** What a run works with, and what it told and wrote. */
function trial(media: Media, options: Partial<EngineIo> = {}) {
	const files = new Map<string, FileSystemFileHandle>();
	const [made, failed]: [MadeFile[], [string, Failure][]] = [[], []];
	const io: EngineIo = {
		open: () => Promise.resolve(ok(media.file)),
		frameIndex: () => Promise.resolve(media.index),
		factsOf: () => media.facts,
		create: async ({ id }) => {
			files.set(id, await newFile());
			return ok(files.get(id)!);
		},
		createFolder: () => Promise.reject(new Error('no folder is asked for')),
		createSound: () => newFile().then(ok),
		onMade: (file) => void made.push(file),
		onFailed: (id, failure) => void failed.push([id, failure]),
		signal: new AbortController().signal,
		onProgress: () => undefined,
		...options,
	};
	return { io, made, failed, fileOf: async ({ id }: ExportTask) => files.get(id)!.getFile(), files };
}

async function expectClip(media: Media, task: ExportTask, file: Blob): Promise<void> {
	expect(await verifyOutput(file, task)).toMatchObject({ ok: true });
	const [{ inS, outS, crop }] = task.pieces as [ExportTask['pieces'][number]];
	const { width, height } = media.facts.video!;
	const seen = await seenFrames(file, { ...crop, frame: { width, height } });
	expect(seen.map(({ number }) => number)).toEqual(range(Math.round(inS * 30), Math.round((outS - inS) * 30)));
	const clicks = range(0, 60)
		.map((second) => second - inS)
		.filter((atS) => atS >= 0 && atS < outS - inS - 0.01);
	const heard = await heardClicks(file);
	expect(heard).toHaveLength(clicks.length);
	heard.forEach((atS, i) => expect(Math.abs(atS - clicks[i]!)).toBeLessThan(0.004));
}

describe('a batch is made in one pass', () => {
	test('every clip has its own frames, crop, size and sound', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const tasks = batchOf(media);
		const { io, made, failed, fileOf } = trial(media);
		const shares: number[] = [];
		const result = await engine.run(tasks, { ...io, onProgress: ({ share }) => void shares.push(share) });
		expect(result).toMatchObject({ ok: true, value: tasks.map(({ id }) => ({ taskId: id, frames: 120 })) });
		expect(failed).toEqual([]);
		// The clip that ends first is told first, before the others are done.
		expect(made.map(({ taskId }) => taskId)).toEqual(tasks.map(({ id }) => id));
		expect(shares.at(-1)).toBe(1);
		expect(shares).toEqual([...shares].sort((a, b) => a - b));
		for (const task of tasks) await expectClip(media, task, await fileOf(task));
	});

	test('each frame of the source is decoded once, and few are open at a time', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const decoder = countDecoded();
		const requests = await requestsOf(media, batchOf(media));
		const ends = await runTasks(requests, { signal: new AbortController().signal, report: () => undefined });
		expect(ends.map(({ result }) => result.ok)).toEqual([true, true, true]);
		// From the key frame at 10.0 s to 16.3 s: 189 frames, and a few that were under way when the last one was out.
		expect(decoder.frames).toBeGreaterThanOrEqual(189);
		expect(decoder.frames).toBeLessThan(189 + 40);
		expect(decoder.made).toBe(1);
		expect(decoder.mostOpen).toBeLessThan(60);
		await vi.waitFor(() => expect(decoder.open).toBe(0));
	});

	test('an encoder that is taken away costs nobody a frame', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const tasks = batchOf(media);
		breakEncoder(40);
		const requests = await requestsOf(media, tasks);
		const ends = await runTasks(requests, { signal: new AbortController().signal, report: () => undefined });
		expect(ends.map(({ result }) => result.ok)).toEqual([true, true, true]);
		for (const { task, output } of requests) {
			await expectClip(media, task, await (output as { file: FileSystemFileHandle }).file.getFile());
		}
	});
});

describe('one clip of a batch that cannot be made leaves the others alone', () => {
	test('when its file cannot be created', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const tasks = batchOf(media);
		const refused: Failure = { kind: 'output-permission', subject: 'clip' };
		const { io, made, failed, fileOf } = trial(media);
		const create: EngineIo['create'] = (task) => (task === tasks[1] ? Promise.resolve(err(refused)) : io.create(task));
		expect(await engine.run(tasks, { ...io, create })).toMatchObject({ ok: true, value: [{}, {}] });
		expect(failed).toEqual([[tasks[1]!.id, refused]]);
		expect(made).toHaveLength(2);
		for (const task of [tasks[0]!, tasks[2]!]) await expectClip(media, task, await fileOf(task));
	});

	test('when the disk is full for it on the way', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const tasks = batchOf(media);
		const requests = (await requestsOf(media, tasks)).map((request, n) =>
			n === 1 ? { ...request, output: { file: fullDisk() } } : request,
		);
		const ends = await runTasks(requests, { signal: new AbortController().signal, report: () => undefined });
		expect(ends.map(({ result }) => (result.ok ? 'made' : result.error.kind))).toEqual([
			'made',
			'out-of-space',
			'made',
		]);
	});

	test('and without anyone to tell, the first failure ends the run', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const tasks = batchOf(media);
		const refused: Failure = { kind: 'output-permission', subject: 'clip' };
		const { io } = trial(media);
		const alone: EngineIo = { ...io };
		delete (alone as { onFailed?: unknown }).onFailed;
		const create: EngineIo['create'] = (task) => (task === tasks[1] ? Promise.resolve(err(refused)) : io.create(task));
		expect(await engine.run(tasks, { ...alone, create })).toEqual({ ok: false, error: refused });
	});
});

test('a batch that is cancelled in the middle ends within a second and holds no file', async () => {
	const media = await loadMedia('h264-aac-60s.mp4');
	const tasks = range(0, 5).map((n) => taskOf(media, { inS: 1 + 2 * n, outS: 31 + 2 * n, crop: PORTRAIT }));
	const abort = new AbortController();
	let abortedMs = Infinity;
	const { io, files } = trial(media, {
		signal: abort.signal,
		onProgress: ({ share }) => {
			if (share < 0.05 || abort.signal.aborted) return;
			abortedMs = performance.now();
			abort.abort();
		},
	});
	await expect(engine.run(tasks, io)).rejects.toMatchObject({ name: 'AbortError' });
	expect(performance.now() - abortedMs).toBeLessThan(1000);
	const root = await navigator.storage.getDirectory();
	expect(files.size).toBe(5);
	for (const { name } of files.values()) await expect(root.removeEntry(name)).resolves.toBeUndefined();
});

const requestsOf = (media: Media, tasks: readonly ExportTask[]): Promise<readonly TaskRequest[]> =>
	Promise.all(
		tasks.map(async (task) => ({
			task,
			sources: [{ blob: media.file, facts: media.facts, index: media.index }],
			output: { file: await newFile() },
		})),
	);

const fullDisk = (): FileSystemFileHandle =>
	({
		createWritable: () =>
			Promise.resolve({
				write: () => Promise.reject(new DOMException('The disk is full', 'QuotaExceededError')),
				close: () => Promise.resolve(),
				abort: () => Promise.resolve(),
			}),
	}) as unknown as FileSystemFileHandle;

/** Counts what the browser's decoders give. */
function countDecoded() {
	const count = { made: 0, frames: 0, open: 0, mostOpen: 0 };
	const Decoder = globalThis.VideoDecoder;
	vi.stubGlobal(
		'VideoDecoder',
		new Proxy(Decoder, {
			construct: (target, [init]: [VideoDecoderInit]) => {
				count.made += 1;
				return new target({
					...init,
					output: (frame) => {
						count.frames += 1;
						count.open += 1;
						count.mostOpen = Math.max(count.mostOpen, count.open);
						const close = frame.close.bind(frame);
						let open = true;
						frame.close = () => {
							if (open) count.open -= 1;
							open = false;
							close();
						};
						init.output(frame);
					},
				});
			},
		}),
	);
	return count;
}

/** Takes the first encoder away at its picture `after`, as Chromium does. */
function breakEncoder(after: number): void {
	const Encoder = globalThis.VideoEncoder;
	let broken = false;
	vi.stubGlobal(
		'VideoEncoder',
		class extends Encoder {
			#calls = 0;
			readonly #error: WebCodecsErrorCallback;
			constructor(init: VideoEncoderInit) {
				super(init);
				this.#error = init.error;
			}
			override encode(frame: VideoFrame, options?: VideoEncoderEncodeOptions): void {
				this.#calls += 1;
				if (this.#calls === after && !broken) {
					broken = true;
					super.close();
					this.#error(new DOMException('Codec reclaimed due to inactivity.', 'QuotaExceededError'));
				}
				super.encode(frame, options);
			}
		},
	);
}
