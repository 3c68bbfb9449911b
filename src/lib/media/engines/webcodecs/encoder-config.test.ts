import { expect, test } from 'vitest';
import { codecStrings, quantizerOf } from './encoder-config.ts';

test.each([
	[288, 512, 30, 1_000_000, 'avc1.64001e'],
	[1920, 1080, 30, 6_000_000, 'avc1.640028'],
	[1920, 1080, 60, 12_000_000, 'avc1.64002a'],
	[3840, 2160, 30, 40_000_000, 'avc1.640033'],
	[640, 360, 30, 20_000_000, 'avc1.640020'],
] as const)('H.264 %i×%i at %i frames and %i bit/s wants %s', (width, height, fps, bitrate, expected) => {
	expect(codecStrings('avc', width, height, fps, bitrate)[0]).toBe(expected);
});

test('H.264 falls back to simpler profiles of the same level', () => {
	expect(codecStrings('avc', 1920, 1080, 30, 6e6)).toEqual(['avc1.640028', 'avc1.4d0028', 'avc1.420028']);
});

test('VP9 and AV1 name the level of 1080p', () => {
	expect(codecStrings('vp9', 1920, 1080, 30, 4e6)).toEqual(['vp09.00.40.08']);
	expect(codecStrings('av1', 1920, 1080, 30, 4e6)).toEqual(['av01.0.08M.08']);
});

test('the x264 quality scale is bent to that of VP9 and AV1, and kept for H.264', () => {
	expect(quantizerOf('avc', 23)).toBe(23);
	expect([0, 18, 19, 23, 51].map((crf) => quantizerOf('vp9', crf))).toEqual([0, 36, 39, 50, 63]);
	expect(quantizerOf('av1', 40)).toBeGreaterThan(quantizerOf('av1', 28));
});
