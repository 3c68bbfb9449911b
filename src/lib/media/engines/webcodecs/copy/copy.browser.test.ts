import { describe, expect, test } from 'vitest';
import { cut, expectClicks, expectFrames } from './test-cut.ts';

const FILES = [
	['h264-aac-60s.mp4', 130, 251, 0.003],
	['eight-b-frames.mp4', 40, 133, 0.003],
	['h264-aac.mov', 40, 133, 0.003],
	['rotated-90.mp4', 40, 133, 0.003],
	['non-square-pixels.mp4', 40, 133, 0.003],
	['vfr.mp4', 40, 100, 0.003],
	['ntsc.mp4', 40, 133, 0.003],
	['no-audio.mp4', 40, 133, 0],
	['fragmented.mp4', 40, 133, 0.003],
	['h264-pcm.mov', 40, 133, 0.001],
	['h264-pcm.mkv', 40, 133, 0.002],
	['h264-opus.mkv', 40, 133, 0.012],
	['vp9-opus.webm', 40, 133, 0.012],
	['av1.mp4', 40, 110, 0.003],
] as const;

describe('a copy starts at a key frame and is exact from there', () => {
	test.each([
		...FILES,
		['hevc.mp4', 40, 133, 0.003],
		['ten-bit.webm', 40, 133, 0.012],
		['vp8-vorbis.webm', 40, 133, 0.03],
	] as const)('%s', async (name, from, to, clicksS) => {
		const made = await cut(name, from, to, 'copy');
		expectFrames(made);
		expect(made.first).toBeLessThanOrEqual(from);
		expect(made.media.index!.key[made.first]).toBe(1);
		if (clicksS > 0) expectClicks(made, clicksS);
	});

	test('open groups: the frames shown before the key frame are left out', async () => {
		const made = await cut('open-gop.mp4', 70, 133, 'copy');
		expect(made.first).toBe(60);
		expectFrames(made);
	});

	test('a first timestamp that is not 0', async () => {
		const made = await cut('first-timestamp-5s.mp4', 70, 133, 'copy');
		expectFrames(made);
		expectClicks(made, 0.003);
	});
});

describe('an exact cut has every frame that was marked and no other', () => {
	test.each(FILES)('%s', async (name, from, to, clicksS) => {
		const made = await cut(name, from, to, 'smart');
		expect([made.first, made.last]).toEqual([from, to]);
		expectFrames(made);
		if (clicksS > 0) expectClicks(made, clicksS);
	});
});
