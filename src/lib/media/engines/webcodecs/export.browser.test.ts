import { afterAll, describe, expect, test } from 'vitest';
import { WHOLE_FRAME } from '#core/crop/crop';
import type { ExportSettings } from '#core/export/export-settings';
import { verifyOutput } from '$lib/media/verify/index';
import {
	exportTask,
	heardClicks,
	loadMedia,
	PORTRAIT,
	seenCentre,
	seenFrames,
	taskOf,
	type Media,
	type Span,
} from '../../../../../tests/media/trial.ts';
import { WebCodecsEngine } from './index.ts';

const engine = new WebCodecsEngine();
afterAll(() => engine.dispose());

async function clipOf(media: Media, span: Span, settings: Partial<ExportSettings> = {}) {
	const task = taskOf(media, span, settings);
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
		task,
		numbers: async () => (await seenFrames(result.value.file, crop)).map(({ number }) => number),
	};
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('the browser engine keeps exactly the frames asked for', () => {
	test('8 s of a 720p file cropped to 9:16 hold 240 frames, the right ones', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const clip = await clipOf(media, { inS: 10.3, outS: 18.3, crop: PORTRAIT }, { shortSide: 288 });
		expect(clip.made).toMatchObject({ frames: 240, width: 288 });
		expect(await clip.numbers()).toEqual(range(309, 240));
	});

	test('IN is inside and OUT is not, to the frame', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const clip = await clipOf(media, { inS: 2, outS: 2 + 1 / 30 }, { shortSide: 240 });
		expect(await clip.numbers()).toEqual([60]);
	});

	test('the very end of a file', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const clip = await clipOf(media, { inS: 59.5, outS: 60 }, { shortSide: 240 });
		expect(await clip.numbers()).toEqual(range(1785, 15));
	});

	test('at source rate, frames of a variable-rate file keep their own times', async () => {
		const media = await loadMedia('vfr.mp4');
		const [from, to] = [20, 100];
		const [inS, outS] = [media.index!.ptsUs[from]! / 1e6, media.index!.ptsUs[to]! / 1e6];
		const { file } = await clipOf(media, { inS, outS });
		const seen = await seenFrames(file);
		expect(seen.map(({ number }) => number)).toEqual(range(from, to - from));
		seen.forEach(({ atS }, i) => expect(atS).toBeCloseTo(media.index!.ptsUs[from + i]! / 1e6 - inS, 3));
	});

	test('at 25 frames a second, each output frame shows what is on screen at its time', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const clip = await clipOf(media, { inS: 10, outS: 14 }, { rate: { num: 25, den: 1 }, shortSide: 240 });
		const seen = await seenFrames(clip.file);
		expect(seen.map(({ number }) => number)).toEqual(range(0, 100).map((i) => Math.floor(30 * (10 + i / 25) + 1e-6)));
		seen.forEach(({ atS }, i) => expect(atS).toBeCloseTo(i / 25, 6));
	});

	test('at 60 frames a second, every frame comes twice', async () => {
		const media = await loadMedia('no-audio.mp4');
		const clip = await clipOf(media, { inS: 1, outS: 2 }, { rate: { num: 60, den: 1 } });
		expect(await clip.numbers()).toEqual(range(0, 60).map((i) => 30 + Math.floor(i / 2)));
	});

	test.each([
		['h264-opus.mkv', 1, 3, 30, 60],
		['vp9-opus.webm', 1, 3, 30, 60],
		['h264-aac.mov', 1, 3, 30, 60],
		['h264-aac.ts', 1, 3, 30, 60],
		['first-timestamp-5s.mp4', 1, 3, 30, 60],
		['av1.mp4', 1, 3, 30, 60],
		['long-gop.mp4', 25, 27, 750, 60],
		['edit-list.mp4', 1, 3, 105, 60],
		['ntsc.mp4', 1.001, 3.003, 30, 60],
		['no-audio.mp4', 0, 5, 0, 150],
		['ten-bit.webm', 1, 3, 30, 60],
		['ten-bit-h264.mp4', 1, 3, 30, 60],
	])('%s from second %f to second %f after its first frame', async (name, inS, outS, first, count) => {
		const media = await loadMedia(name);
		const startS = media.facts.firstTimestampS;
		const clip = await clipOf(media, { inS: startS + inS, outS: startS + outS });
		expect(await clip.numbers()).toEqual(range(first, count));
	});

	test('a truncated file gives what is there', async () => {
		const media = await loadMedia('truncated.mp4');
		const endS = media.facts.firstTimestampS + media.facts.durationS;
		const clip = await clipOf(media, { inS: 1, outS: endS });
		expect(media.facts.truncated).toBe(true);
		expect(await clip.numbers()).toEqual(range(30, media.index!.ptsUs.length - 30));
	});
});

describe('the browser engine keeps the picture upright and in shape', () => {
	test.each([
		['rotated-90.mp4', WHOLE_FRAME, 'fast'],
		['rotated-90.mp4', { ...WHOLE_FRAME, ratio: { width: 16, height: 9 }, centre: { x: 0.5, y: 0.45 } }, 'fast'],
		['rotated-90.mp4', WHOLE_FRAME, 'lanczos'],
		['non-square-pixels.mp4', WHOLE_FRAME, 'fast'],
		['non-square-pixels.mp4', { ...PORTRAIT, centre: { x: 0.8, y: 0.5 } }, 'fast'],
		['non-square-pixels.mp4', WHOLE_FRAME, 'lanczos'],
		['odd-size.mp4', WHOLE_FRAME, 'fast'],
		['odd-size.mp4', WHOLE_FRAME, 'lanczos'],
		['h264-aac-60s.mp4', { ...PORTRAIT, centre: { x: 0.2, y: 0.5 } }, 'lanczos'],
		['hdr.webm', WHOLE_FRAME, 'fast'],
	] as const)('%s, crop %j, scaled %s', async (name, crop, scaling) => {
		const media = await loadMedia(name);
		const startS = media.facts.firstTimestampS;
		const span = { inS: startS + 1, outS: startS + 1.5, crop };
		const clip = await clipOf(media, span, { scaling, ...(scaling === 'lanczos' ? { shortSide: 200 } : {}) });
		expect(await clip.numbers()).toEqual(range(30, 15));
		if (name === 'hdr.webm') return;
		const { x, y, width, height } = clip.task.pieces[0]!.crop;
		const { video } = media.facts;
		const centre = await seenCentre(clip.file);
		expect(centre.x).toBeCloseTo((x + width / 2) / video!.width, 1.3);
		expect(centre.y).toBeCloseTo((y + height / 2) / video!.height, 1.3);
	});
});

describe('the browser engine writes', () => {
	test.each(['vp9', 'av1'] as const)('WebM with %s and Opus', async (webmCodec) => {
		const media = await loadMedia('h264-aac.mov');
		const clip = await clipOf(media, { inS: 1, outS: 3 }, { format: 'webm', webmCodec });
		expect(await clip.numbers()).toEqual(range(30, 60));
		expect(await verifyOutput(clip.file, clip.task)).toMatchObject({
			value: { videoCodec: webmCodec, audioCodec: 'opus', frames: 60 },
		});
	});

	test.each(['mp4', 'webm'] as const)('%s with sound only', async (format) => {
		const media = await loadMedia('audio-only.m4a');
		const clip = await clipOf(media, { inS: 1, outS: 3.5 }, { format });
		expect(clip.made.frames).toBe(0);
		expectClicks(await heardClicks(clip.file), [0, 1, 2]);
	});

	test('an MP4 whose index stands before the media', async () => {
		const media = await loadMedia('no-audio.mp4');
		const { file } = await clipOf(media, { inS: 0, outS: 2 });
		const head = new TextDecoder('latin1').decode(await file.slice(0, 4096).arrayBuffer());
		expect(head.indexOf('moov')).toBeGreaterThan(0);
	});

	test('at the bitrate asked for, to a fifth', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const clip = await clipOf(media, { inS: 5, outS: 15 }, { quality: { bitrate: 1_000_000 }, audio: 'off' });
		expect((clip.file.size * 8) / 10).toBeGreaterThan(500_000);
		expect((clip.file.size * 8) / 10).toBeLessThan(1_250_000);
	});
});

describe('sound stays with the picture', () => {
	// A click starts at each whole second of sound. In MPEG-TS everything is moved by the time of the first picture, and the cut of
	// edit-list.mp4 is at 2.5 s of its source.
	test.each([
		['h264-aac-60s.mp4', 'mp4', 10.3, 14.3, 0],
		['h264-aac-60s.mp4', 'webm', 10.3, 14.3, 0],
		['vp9-opus.webm', 'mp4', 0.5, 4.5, 0],
		['vp9-opus.webm', 'webm', 0.5, 4.5, 0],
		['h264-aac.ts', 'mp4', 0.5, 4.5, 'first picture'],
		['first-timestamp-5s.mp4', 'mp4', 0.5, 4.5, 0],
		['edit-list.mp4', 'mp4', 0.25, 4.25, 0.5],
		['h264-opus.mkv', 'mp4', 0.5, 4.5, 0],
	] as const)('%s as %s', async (name, format, fromS, toS, clickS) => {
		const media = await loadMedia(name);
		const startS = media.facts.firstTimestampS;
		const [inS, outS] = [startS + fromS, startS + toS];
		const clip = await clipOf(media, { inS, outS }, { format });
		const clickAtS = clickS === 'first picture' ? startS : clickS;
		const expected = range(0, 20)
			.map((second) => second + clickAtS - inS)
			.filter((atS) => atS >= 0 && atS < toS - fromS - 0.01);
		expectClicks(await heardClicks(clip.file), expected);
	});
});

describe('a run that does not end well', () => {
	test('is cancelled within a second and leaves the file free', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const task = taskOf(media, { inS: 0, outS: 60 });
		const abort = new AbortController();
		const name = `${crypto.randomUUID()}.tmp`;
		let abortedMs = Infinity;
		const run = exportTask(engine, task, [media], {
			name,
			signal: abort.signal,
			onProgress: ({ share }) => {
				if (share < 0.05 || abort.signal.aborted) return;
				abortedMs = performance.now();
				abort.abort();
			},
		});
		await expect(run).rejects.toMatchObject({ name: 'AbortError' });
		expect(performance.now() - abortedMs).toBeLessThan(1000);
		const root = await navigator.storage.getDirectory();
		await expect(root.removeEntry(name)).resolves.toBeUndefined();
		const again = await clipOf(media, { inS: 1, outS: 2 });
		expect(again.made.frames).toBe(30);
	});

	test('says that the source is gone', async () => {
		const media = await loadMedia('no-audio.mp4');
		const root = await navigator.storage.getDirectory();
		const handle = await root.getFileHandle('gone.mp4', { create: true });
		const writable = await handle.createWritable();
		await writable.write(media.file);
		await writable.close();
		const file = await handle.getFile();
		await root.removeEntry('gone.mp4');
		const result = await exportTask(engine, taskOf(media, { inS: 1, outS: 2 }), [{ ...media, file }]);
		expect(result).toEqual({ ok: false, error: { kind: 'source-missing', subject: 'no-audio.mp4' } });
	});

	test('cannot be asked of a file that the browser does not read', async () => {
		const media = await loadMedia('h264-aac.mov');
		const facts = { ...media.facts, reader: 'ffmpeg' as const, container: 'avi' };
		const ability = await engine.assess([taskOf(media, { inS: 0, outS: 1 })], () => facts);
		expect(ability).toMatchObject({ able: false, reason: 'container-not-readable' });
	});

	test('cannot be asked of sound that the browser does not decode', async () => {
		const media = await loadMedia('h264-aac.mov');
		const facts = { ...media.facts, audio: [{ codec: 'dts', sampleRateHz: 48_000, channels: 6 }] };
		const ability = await engine.assess([taskOf(media, { inS: 0, outS: 1 })], () => facts);
		expect(ability).toMatchObject({ able: false, reason: 'codec-not-decodable' });
	});
});

function expectClicks(heard: readonly number[], expected: readonly number[]): void {
	expect(heard.length).toBe(expected.length);
	// The first sample over the threshold of a 1 kHz click comes within a quarter of a millisecond; codecs smear it a little.
	heard.forEach((atS, i) => expect(Math.abs(atS - expected[i]!)).toBeLessThan(0.004));
}
