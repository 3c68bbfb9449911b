import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadMedia, PORTRAIT, seenFrames, taskOf, type Media } from '../../../../../tests/media/trial.ts';
import type { Failure } from '#core/failure';
import type { Result } from '#core/result';
import type { MadeFile } from '../../engine.ts';
import { runTasks } from './run-task.ts';
import type { RunContext, RunReport, TaskRequest } from './task-request.ts';

afterEach(() => vi.unstubAllGlobals());

/** A file in memory that can be told to fail, in the shape of the handles that the browser gives. */
function fakeHandle(write: (position: number, length: number) => void = () => undefined) {
	const parts: { position: number; data: Uint8Array }[] = [];
	const state = { closed: false, aborted: false };
	const stream = {
		write: ({ data, position }: { data: Uint8Array; position: number }) => {
			write(position, data.byteLength);
			parts.push({ position, data: data.slice() });
			return Promise.resolve();
		},
		close: () => Promise.resolve(void (state.closed = true)),
		abort: () => Promise.resolve(void (state.aborted = true)),
	};
	const handle = { createWritable: () => Promise.resolve(stream) } as unknown as FileSystemFileHandle;
	const file = (): Blob => {
		const bytes = new Uint8Array(Math.max(...parts.map(({ position, data }) => position + data.length)));
		for (const { position, data } of parts) bytes.set(data, position);
		return new Blob([bytes]);
	};
	return { handle, state, file };
}

const requestOf = (media: Media, output: FileSystemFileHandle, outS = 3): TaskRequest => ({
	task: taskOf(media, { inS: 1, outS, crop: PORTRAIT }),
	sources: [{ blob: media.file, facts: media.facts, index: media.index }],
	output: { file: output },
});

async function runTask(request: TaskRequest, given: RunContext): Promise<Result<MadeFile, Failure>> {
	const [end] = await runTasks([request], given);
	return end!.result;
}

const context = { signal: new AbortController().signal, report: () => undefined };

describe('writing fails', () => {
	test('a full disk is told as such, and the file is let go of', async () => {
		const media = await loadMedia('h264-aac.mov');
		const { handle, state } = fakeHandle(() => {
			throw new DOMException('The disk is full', 'QuotaExceededError');
		});
		const result = await runTask(requestOf(media, handle), context);
		expect(result).toMatchObject({ ok: false, error: { kind: 'out-of-space' } });
		expect(state).toEqual({ closed: false, aborted: true });
	});

	test('permission that is taken back is told as such', async () => {
		const media = await loadMedia('h264-aac.mov');
		const { handle } = fakeHandle(() => {
			throw new DOMException('not allowed any more', 'NotAllowedError');
		});
		expect(await runTask(requestOf(media, handle), context)).toMatchObject({ error: { kind: 'output-permission' } });
	});

	test('a file that cannot be opened is told as such', async () => {
		const media = await loadMedia('h264-aac.mov');
		const handle = {
			createWritable: () => Promise.reject(new DOMException('locked', 'NoModificationAllowedError')),
		} as unknown as FileSystemFileHandle;
		expect(await runTask(requestOf(media, handle), context)).toMatchObject({ error: { kind: 'output-permission' } });
	});
});

/** Breaks the `kind` codec `times` times, each after `after` calls, as Chromium does when it takes codecs back. */
function reclaim(kind: 'VideoDecoder' | 'VideoEncoder', after: number, times: number) {
	const Original = globalThis[kind] as unknown as new (init: { error: (thrown: DOMException) => void }) => object;
	const method = kind === 'VideoDecoder' ? 'decode' : 'encode';
	let left = times;
	class Breaking extends Original {
		#calls = 0;
		#error: (thrown: DOMException) => void;
		constructor(init: { error: (thrown: DOMException) => void }) {
			super(init);
			this.#error = init.error;
		}
		[method](...args: unknown[]): void {
			this.#calls += 1;
			if (this.#calls === after && left > 0) {
				left -= 1;
				(Original.prototype as { close(): void }).close.call(this);
				this.#error(new DOMException('Codec reclaimed due to inactivity.', 'QuotaExceededError'));
			}
			(Original.prototype as Record<string, (...all: unknown[]) => void>)[method]!.apply(this, args);
		}
	}
	vi.stubGlobal(kind, Breaking);
}

describe('the browser takes a codec away', () => {
	test.each([
		['VideoDecoder', 50],
		['VideoEncoder', 20],
	] as const)('once a %s: the export goes on, every frame in its place', async (kind, after) => {
		const media = await loadMedia('h264-aac.mov');
		reclaim(kind, after, 1);
		const { handle, file } = fakeHandle();
		const request = requestOf(media, handle);
		const result = await runTask(request, context);
		expect(result).toMatchObject({ ok: true, value: { frames: 60 } });
		const crop = { ...request.task.pieces[0]!.crop, frame: { width: 640, height: 360 } };
		const numbers = (await seenFrames(file(), crop)).map(({ number }) => number);
		expect(numbers).toEqual(Array.from({ length: 60 }, (_, i) => 30 + i));
	});

	test('again and again: the export fails and says so', async () => {
		const media = await loadMedia('h264-aac.mov');
		reclaim('VideoDecoder', 3, 100);
		const result = await runTask(requestOf(media, fakeHandle().handle), context);
		expect(result).toMatchObject({ ok: false, error: { kind: 'decoder-lost' } });
	});
});

/** Counts frames that are open: made by hand, cloned or given by a decoder, and not closed yet. */
function countFrames() {
	const Frame = globalThis.VideoFrame;
	const open = new Set<object>();
	let [most, made] = [0, 0];
	const track = <T extends object>(frame: T): T => {
		open.add(frame);
		made += 1;
		most = Math.max(most, open.size);
		return frame;
	};
	const close = vi.spyOn(Frame.prototype, 'close').mockImplementation(function (this: VideoFrame) {
		open.delete(this);
		realClose.call(this);
	});
	const clone = vi.spyOn(Frame.prototype, 'clone').mockImplementation(function (this: VideoFrame) {
		return track(realClone.call(this));
	});
	vi.stubGlobal(
		'VideoFrame',
		new Proxy(Frame, { construct: (target, args) => track(Reflect.construct(target, args) as object) }),
	);
	const Decoder = globalThis.VideoDecoder;
	vi.stubGlobal(
		'VideoDecoder',
		new Proxy(Decoder, {
			construct: (target, [init]: [VideoDecoderInit]) =>
				new target({ ...init, output: (frame) => init.output(track(frame)) }),
		}),
	);
	return {
		get open() {
			return open.size;
		},
		get most() {
			return most;
		},
		get made() {
			return made;
		},
		restore: () => {
			close.mockRestore();
			clone.mockRestore();
		},
	};
}
// eslint-disable-next-line @typescript-eslint/unbound-method -- called on their frame above
const { close: realClose, clone: realClone } = VideoFrame.prototype;

describe('every frame is closed', () => {
	test('after an export, and only a few are open at a time', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const frames = countFrames();
		const result = await runTask(requestOf(media, fakeHandle().handle, 9), context);
		expect(result).toMatchObject({ ok: true, value: { frames: 240 } });
		expect(frames.made).toBeGreaterThan(240);
		expect(frames.open).toBe(0);
		expect(frames.most).toBeLessThan(60);
		frames.restore();
	});

	test('after a cancel in the middle', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const frames = countFrames();
		const abort = new AbortController();
		const { handle, state } = fakeHandle();
		const report = (said: RunReport): void => {
			if (said.kind === 'reached' && said.reachedS > 2) abort.abort();
		};
		await expect(runTask(requestOf(media, handle, 30), { signal: abort.signal, report })).rejects.toMatchObject({
			name: 'AbortError',
		});
		// Pictures that were already under way in the decoder come out a moment later, and are closed then.
		await vi.waitFor(() => expect(frames.open).toBe(0));
		expect(state).toEqual({ closed: false, aborted: true });
		frames.restore();
	});
});
