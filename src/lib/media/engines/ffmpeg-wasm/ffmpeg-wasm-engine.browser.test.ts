import { beforeAll, describe, expect, test } from 'vitest';
import type { ExportSettings } from '#core/export/export-settings';
import { ok } from '#core/result';
import { verifyOutput } from '$lib/media/verify/index';
import {
	exportTask,
	heardClicks,
	loadMedia,
	PORTRAIT,
	seenFrames,
	taskOf,
	type Media,
	type Span,
} from '../../../../../tests/media/trial.ts';
import { ensureCore } from '../../ffmpeg-wasm/index.ts';
import { FfmpegWasmEngine } from './index.ts';

const engine = new FfmpegWasmEngine();
beforeAll(async () => {
	const core = await ensureCore();
	if (!core.ok) throw new Error(JSON.stringify(core.error));
});

async function clipOf(media: Media, span: Span, settings: Partial<ExportSettings> = {}) {
	const task = taskOf(media, span, { shortSide: 240, ...settings });
	const ability = await engine.assess([task], () => media.facts);
	expect(ability).toMatchObject({ able: true });
	const result = await exportTask(engine, task, [media]);
	if (!result.ok) throw new Error(JSON.stringify(result.error));
	const verified = await verifyOutput(result.value.file, task);
	expect(verified, JSON.stringify(verified)).toMatchObject({ ok: true });
	const frame = { width: media.facts.video?.width ?? 0, height: media.facts.video?.height ?? 0 };
	const crop = { ...task.pieces[0]!.crop, frame };
	return {
		...result.value,
		numbers: async () => (await seenFrames(result.value.file, crop)).map(({ number }) => number),
	};
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('ffmpeg keeps exactly the frames asked for', () => {
	test('2 s of a 720p file cropped to 9:16 hold 60 frames, the right ones, and the sound that belongs to them', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const startedMs = performance.now();
		const clip = await clipOf(media, { inS: 10.3, outS: 12.3, crop: PORTRAIT }, { shortSide: 288 });
		console.info(`2 s of 720p to 9:16 took ${Math.round(performance.now() - startedMs)} ms`);
		expect(clip.made).toMatchObject({ frames: 60, width: 288, encoder: 'libx264 (ffmpeg.wasm)' });
		expect(await clip.numbers()).toEqual(range(309, 60));
		const clicks = await heardClicks(clip.file);
		expect(clicks).toHaveLength(2);
		expect(clicks[0]).toBeCloseTo(0.7, 2);
	});

	test('an AVI, from the middle of a group of pictures', async () => {
		const media = await loadMedia('mpeg4-mp3.avi');
		const [from, to] = [75, 105].map((n) => media.index!.ptsUs[n]! / 1e6);
		const clip = await clipOf(media, { inS: from!, outS: to! });
		expect(await clip.numbers()).toEqual(range(75, 30));
	});

	test.each([
		['hevc.mp4', 70, 20],
		['ten-bit-h264.mp4', 70, 20],
		['vfr.mp4', 70, 20],
		['rotated-90.mp4', 70, 20],
		['h264-aac.ts', 70, 20],
		['h264-opus.mkv', 70, 20],
	])('%s, frame %i and %i more', async (name, from, count) => {
		const media = await loadMedia(name);
		const [inS, outS] = [media.index!.ptsUs[from]! / 1e6, media.index!.ptsUs[from + count]! / 1e6];
		expect(await (await clipOf(media, { inS, outS })).numbers()).toEqual(range(from, count));
	});

	test('WebM with Opus', async () => {
		const media = await loadMedia('mpeg4-mp3.avi');
		const clip = await clipOf(media, { inS: 1, outS: 1.5 }, { format: 'webm' });
		expect((await clip.numbers()).length).toBe(clip.made.frames);
	});

	test('a film of two files', async () => {
		const [first, second] = [await loadMedia('h264-aac-60s.mp4'), await loadMedia('no-audio.mp4')];
		const one = taskOf(first, { inS: 2, outS: 3 }, { shortSide: 240 });
		const two = taskOf(second, { inS: 1, outS: 1.5 }, { shortSide: 240 });
		const video = { ...one.video, frames: 45 } as typeof one.video;
		const film = { ...one, pieces: [...one.pieces, ...two.pieces], video, durationS: 1.5 };
		const result = await exportTask(engine, film, [first, second]);
		if (!result.ok) throw new Error(JSON.stringify(result.error));
		const seen = await seenFrames(result.value.file);
		expect(seen.map(({ number }) => number)).toEqual([...range(60, 30), ...range(30, 15)]);
	});

	test('into a folder of the person’s, where ffmpeg cannot write by itself', async () => {
		const media = await loadMedia('no-audio.mp4');
		const root = await navigator.storage.getDirectory();
		const real = await root.getFileHandle('picked.mp4', { create: true });
		// Like a picked file: it can be written as a stream only, and the private file system does not know it.
		const picked = { createWritable: () => real.createWritable() } as unknown as FileSystemFileHandle;
		const task = taskOf(media, { inS: 1, outS: 2 });
		const made = await engine.run([task], {
			open: () => Promise.resolve(ok(media.file)),
			frameIndex: () => Promise.resolve(media.index),
			factsOf: () => media.facts,
			create: () => Promise.resolve(ok(picked)),
			createFolder: () => root.getDirectoryHandle('pictures.tmp', { create: true }).then(ok),
			createSound: () => Promise.resolve(ok(real)),
			signal: new AbortController().signal,
			onProgress: () => undefined,
		});
		expect(made).toMatchObject({ ok: true, value: [{ frames: 30 }] });
		expect((await seenFrames(await real.getFile())).map(({ number }) => number)).toEqual(range(30, 30));
	});

	test('sound alone', async () => {
		const media = await loadMedia('audio-only.m4a');
		const { file } = await clipOf(media, { inS: 0.5, outS: 2.5 });
		const clicks = await heardClicks(file);
		expect(clicks[0]).toBeCloseTo(0.5, 2);
	});
});

describe('ffmpeg stops and fails in good order', () => {
	test('a cancelled export ends within a second and leaves its file free', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const task = taskOf(media, { inS: 0, outS: 50 });
		const abort = new AbortController();
		let cancelledMs = 0;
		const running = exportTask(engine, task, [media], {
			signal: abort.signal,
			name: 'cancelled.tmp',
			onProgress: ({ share }) => {
				if (share === 0 || abort.signal.aborted) return;
				cancelledMs = performance.now();
				abort.abort();
			},
		});
		await expect(running).rejects.toMatchObject({ name: 'AbortError' });
		expect(performance.now() - cancelledMs).toBeLessThan(1000);
		await (await navigator.storage.getDirectory()).removeEntry('cancelled.tmp');
	});

	test('progress grows and tells the speed', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const seen: { share: number; speed?: number }[] = [];
		await exportTask(engine, taskOf(media, { inS: 0, outS: 2 }, { shortSide: 240 }), [media], {
			onProgress: (progress) => seen.push(progress),
		});
		const shares = seen.map(({ share }) => share);
		expect(shares).toEqual([...shares].sort((a, b) => a - b));
		expect(shares.at(-1)).toBe(1);
		expect(seen.some(({ speed = 0 }) => speed > 0)).toBe(true);
	});

	test('a file that turned into noise is unreadable, by its name', async () => {
		const media = await loadMedia('mpeg4-mp3.avi');
		const noise = new File([crypto.getRandomValues(new Uint8Array(60_000))], 'noise.avi');
		const result = await exportTask(engine, taskOf(media, { inS: 0, outS: 1 }), [{ ...media, file: noise }]);
		expect(result).toMatchObject({ ok: false, error: { kind: 'source-unreadable', subject: 'mpeg4-mp3.avi' } });
	});

	test('AV1 is refused before the start', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const task = taskOf(media, { inS: 0, outS: 1 }, { format: 'webm', webmCodec: 'av1' });
		expect(await engine.assess([task], () => media.facts)).toMatchObject({
			able: false,
			reason: 'codec-not-encodable',
		});
		const source = await loadMedia('av1.mp4');
		const other = taskOf(source, { inS: 0, outS: 1 });
		expect(await engine.assess([other], () => source.facts)).toMatchObject({
			able: false,
			reason: 'codec-not-decodable',
		});
	});
});
