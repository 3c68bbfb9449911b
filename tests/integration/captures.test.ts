import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFrameNumbers } from '../fixtures/decode.ts';
import { probeFile } from '../fixtures/ffmpeg.ts';
import { fixturePath } from '../fixtures/make.ts';
import { CaptureServer, playing } from './capture-server.ts';

const names = [
	'long-gop.mp4',
	'h264-aac-60s.mp4',
	'h264-opus.mkv',
	'h264-aac.ts',
	'hdr.webm',
	'rotated-90.mp4',
	'vfr.mp4',
	'non-square-pixels.mp4',
	'audio-only.m4a',
	'first-timestamp-5s.mp4',
	'mpeg4-mp3.avi',
	'no-audio.mp4',
];
const its = new CaptureServer(names.map(fixturePath).filter(existsSync));
beforeAll(() => its.start());
afterAll(async () => {
	await its.stop();
	its.remove();
	expect(its.errors).toEqual([]);
});

const at = (name: string, positionS: number, durationS = 60) => its.play(playing(name, positionS, durationS)).id;
const frames = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

describe('a screenshot', () => {
	test.each([
		['long-gop.mp4', 31.01, 930],
		['long-gop.mp4', 0, 0],
		['long-gop.mp4', 59.999, 1799],
		['long-gop.mp4', 10, 300],
		['h264-aac-60s.mp4', 33.349, 1000],
		['h264-opus.mkv', 3.05, 91],
		// Its sound begins 21 ms before its picture, and players count from there.
		['h264-aac.ts', 4.05, 120],
		['h264-aac.ts', 0, 0],
		['rotated-90.mp4', 2.02, 60],
		['non-square-pixels.mp4', 2.02, 60],
		['first-timestamp-5s.mp4', 7.02, 60],
	])('of %s at %d s shows frame %d', async (name, atS, frame) => {
		const { capture, path } = await its.make({ type: 'screenshot', session: at(name, atS) });
		expect(await readFrameNumbers(path)).toEqual([frame]);
		expect(capture).toMatchObject({ type: 'screenshot', progress: 1, startS: atS, format: 'jpeg' });
		expect(path).toMatch(/\/\d{4}-\d{2}\/[^/]+\.jpg$/);
	});

	test.each(['png', 'webp', 'jpeg'] as const)('is a %s of the size asked for', async (format) => {
		const request = {
			type: 'screenshot',
			session: at('long-gop.mp4', 12),
			format,
			shortSide: 180,
			offsetS: 0.5,
		} as const;
		const { capture, path } = await its.make(request);
		expect(capture).toMatchObject({ width: 320, height: 180, format });
		expect(await readFrameNumbers(path)).toEqual([375]);
	});

	test('past the end is the last picture, and says so', async () => {
		const { capture, path } = await its.make({ type: 'screenshot', session: at('long-gop.mp4', 20), atS: 400 });
		expect(await readFrameNumbers(path)).toEqual([1799]);
		expect(capture.notes).toEqual(['The film ends at 0:01:00.0, so this is its last picture.']);
	});

	test('of HDR is tone-mapped', async () => {
		const { path } = await its.make({ type: 'screenshot', session: at('hdr.webm', 2.02, 5) });
		expect(await readFrameNumbers(path)).toEqual([60]);
	});
});

describe('a clip', () => {
	test.each([
		['long-gop.mp4', 'mp4', 12.5, 14, frames(375, 420)],
		['h264-opus.mkv', 'mp4', 1.007, 2.507, frames(30, 75)],
		['h264-aac.ts', 'mp4', 1.0214, 2.5213, frames(30, 75)],
		['first-timestamp-5s.mp4', 'mp4', 6, 7.5, frames(30, 75)],
		['long-gop.mp4', 'webm', 58.9, 60, frames(1767, 1800)],
		['rotated-90.mp4', 'mp4', 1, 2, frames(30, 60)],
	] as const)(
		'of %s as precise %s from %d to %d s has exactly its frames',
		async (name, format, startS, endS, shown) => {
			const session = at(name, 3);
			const span = { kind: 'exact', startS, endS } as const;
			const { capture, path } = await its.make({ type: 'clip', session, span, format, shortSide: 180 });
			expect(await readFrameNumbers(path)).toEqual(shown);
			expect(capture.startS).toBeCloseTo(startS, 3);
			expect(capture.endS).toBeCloseTo(endS, 3);
		},
	);

	test('that is fast starts at the key frame it says, and tells', async () => {
		const session = at('long-gop.mp4', 28.4);
		const { capture, path } = await its.make({
			type: 'clip',
			session,
			mode: 'fast',
			span: { kind: 'last', seconds: 4 },
		});
		expect(capture).toMatchObject({ startS: 20, notes: ['Starts at 0:00:20.0, at the key frame before.'] });
		const shown = await readFrameNumbers(path);
		expect(shown.slice(0, 5)).toEqual(frames(600, 605));
		expect(shown.length).toBeGreaterThanOrEqual(252);
		expect(shown.length).toBeLessThanOrEqual(255);
	});

	test('of a Matroska film that is fast starts at the key frame', async () => {
		const session = at('h264-opus.mkv', 4.4, 5);
		const span = { kind: 'exact', startS: 2.03, endS: 4 } as const;
		const { capture, path } = await its.make({ type: 'clip', session, mode: 'fast', span });
		expect(capture.startS).toBeCloseTo(2.007, 3);
		expect((await readFrameNumbers(path))[0]).toBe(60);
		const { streams } = await probeFile(path);
		expect(streams.map(({ codec_name: codec }) => codec)).toEqual(['h264', 'aac']);
	});

	test('is an animated picture, or sound alone', async () => {
		const session = at('long-gop.mp4', 30);
		const span = { kind: 'last', seconds: 2 } as const;
		const gif = await its.make({ type: 'clip', session, format: 'gif', span, shortSide: 120 });
		expect(gif.capture).toMatchObject({ width: 214, height: 120 });
		expect(await readFrameNumbers(gif.path)).toHaveLength(40);
		const mp3 = await its.make({ type: 'clip', session, format: 'mp3', span });
		expect(mp3.capture.durationS).toBeCloseTo(2, 0);
		expect((await probeFile(mp3.path)).streams.map(({ codec_name: codec }) => codec)).toEqual(['mp3']);
	});

	test('of more than a minute is no GIF', async () => {
		const session = its.play(playing('long-gop.mp4', 100, 600)).id;
		const refused = await its.refused({ type: 'clip', session, format: 'gif', span: { kind: 'last', seconds: 61 } });
		expect(refused).toMatchObject({ status: 422, message: expect.stringContaining('a minute long at most') as string });
	});
});
