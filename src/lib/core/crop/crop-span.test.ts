import { describe, expect, test } from 'vitest';
import { resolveCrop, WHOLE_FRAME, type CropState } from './crop.ts';
import { cropOfSpan, cropOnFrame } from './crop-span.ts';
import type { CropTrack } from './crop-track.ts';
import type { FrameIndex } from '../time/frame-index.ts';

const FRAME = { width: 1920, height: 1080 };
const portrait = (x: number, zoom = 1): CropState => ({
	...WHOLE_FRAME,
	ratio: { width: 9, height: 16 },
	centre: { x, y: 0.5 },
	zoom,
});
const track = (
	interpolation: CropTrack['interpolation'],
	...keyframes: readonly (readonly [number, CropState])[]
): CropTrack => ({
	base: portrait(0.5),
	keyframes: keyframes.map(([atS, crop]) => ({ atS, crop })),
	interpolation,
});
/** 10 frames a second, from `firstS`. */
const index = (count = 100, firstS = 0): FrameIndex => ({
	ptsUs: Float64Array.from({ length: count }, (_, n) => Math.round(firstS * 1e6) + n * 100_000),
	key: new Uint8Array(count),
	endUs: Math.round(firstS * 1e6) + count * 100_000,
});

test('a step keyframe takes hold on its own frame, not on the one before', () => {
	const steps = track('step', [2, portrait(0.3)]);
	expect(cropOnFrame(steps, 1.9667).centre.x).toBe(0.5);
	expect(cropOnFrame(steps, 2).centre.x).toBe(0.3);
	expect(cropOnFrame(steps, 1.9996).centre.x).toBe(0.3);
});

describe('the crop of a span', () => {
	test('stands still without keyframes, and has no path', () => {
		const span = cropOfSpan(track('smooth'), { inS: 1, outS: 3 }, index(), FRAME);
		expect(span).toEqual({
			crop: portrait(0.5),
			resolved: resolveCrop(portrait(0.5), FRAME),
			largest: resolveCrop(portrait(0.5), FRAME),
		});
	});

	test('has one box a frame, each as resolveCrop gives it', () => {
		const smooth = track('smooth', [1, portrait(0.3)], [2, portrait(0.7)]);
		const { path, resolved } = cropOfSpan(smooth, { inS: 1, outS: 2.1 }, index(), FRAME);
		const expected = Array.from({ length: 11 }, (_, n) => resolveCrop(portrait(0.3 + n * 0.04), FRAME));
		expect(path?.x).toEqual(expected.map(({ x }) => x));
		expect(path?.width).toEqual(expected.map(({ width }) => width));
		expect(resolved).toEqual(expected[0]);
		expect(new Set(path?.width).size).toBe(1);
	});

	test('jumps at a step keyframe inside the span', () => {
		const { path } = cropOfSpan(track('step', [1.5, portrait(0.7)]), { inS: 1, outS: 2 }, index(), FRAME);
		const [left, right] = [resolveCrop(portrait(0.5), FRAME).x, resolveCrop(portrait(0.7), FRAME).x];
		expect(path?.x).toEqual([left, left, left, left, left, right, right, right, right, right]);
	});

	test('begins at the first frame at or after IN', () => {
		const smooth = track('smooth', [1, portrait(0.3)], [2, portrait(0.7)]);
		const { crop, path } = cropOfSpan(smooth, { inS: 1.05, outS: 2 }, index(), FRAME);
		expect(crop.centre.x).toBeCloseTo(0.34);
		expect(path?.x).toHaveLength(9);
	});

	test('follows the times of a file that does not begin at 0', () => {
		const { path } = cropOfSpan(track('step', [11, portrait(0.7)]), { inS: 10.5, outS: 11.5 }, index(100, 10), FRAME);
		expect(path?.x).toHaveLength(10);
		expect(new Set(path?.x.slice(5))).toEqual(new Set([resolveCrop(portrait(0.7), FRAME).x]));
	});

	test('tells the largest box when the zoom moves', () => {
		const zooming = track('smooth', [1, portrait(0.5, 4)], [2, portrait(0.5, 1)]);
		const span = cropOfSpan(zooming, { inS: 1, outS: 2.1 }, index(), FRAME);
		expect(span.resolved.height).toBe(270);
		expect(span.largest.height).toBe(1080);
		expect(span.path?.height.at(-1)).toBe(1080);
	});

	test('keeps the shape it starts with and says where the track asks for another', () => {
		const square = { ...portrait(0.7), ratio: { width: 1, height: 1 } };
		const span = cropOfSpan(track('step', [1.5, square]), { inS: 1, outS: 2 }, index(), FRAME);
		expect(span.shapeChangesAtS).toBe(1.5);
		expect(new Set(span.path?.width)).toEqual(new Set([resolveCrop(portrait(0.5), FRAME).width]));
	});

	test('a keyframe that changes nothing makes no path', () => {
		const same = cropOfSpan(track('step', [1.5, portrait(0.5)]), { inS: 1, outS: 2 }, index(), FRAME);
		expect(same.path).toBeUndefined();
	});

	test('without an index it is the crop at IN', () => {
		const span = cropOfSpan(track('step', [1, portrait(0.3)]), { inS: 1.2, outS: 2 }, undefined, FRAME);
		expect(span.crop.centre.x).toBe(0.3);
		expect(span.path).toBeUndefined();
	});
});
