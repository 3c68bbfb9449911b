import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framesIn, type FrameIndex } from '#core/time/frame-index';
import { dragSpan, magnet, snapTime, stepTime, type SnapGrid } from './snap.ts';

const frames = (count: number, fps: number, firstUs = 0): FrameIndex => ({
	ptsUs: Float64Array.from({ length: count }, (_, n) => firstUs + Math.round((n * 1e6) / fps)),
	key: Uint8Array.from({ length: count }, (_, n) => (n % 30 === 0 ? 1 : 0)),
	endUs: firstUs + Math.round((count * 1e6) / fps),
});
const grid: SnapGrid = { index: frames(300, 30), firstS: 0, endS: 10 };
const sound: SnapGrid = { index: undefined, firstS: 1, endS: 11 };
const span = { id: 'a', inS: 2, outS: 4 };

describe('snapping', () => {
	test('goes to the nearest frame, and to the end of the last one', () => {
		expect(snapTime(grid, 2.012)).toBeCloseTo(2, 6);
		expect(snapTime(grid, 2.02)).toBeCloseTo(61 / 30, 6);
		expect(snapTime(grid, 99)).toBeCloseTo(10, 6);
	});

	test('without frames stays where it is put, to the millisecond, inside the file', () => {
		expect(snapTime(sound, 3.14159)).toBe(3.142);
		expect(snapTime(sound, 0)).toBe(1);
	});

	test('steps go from frame to frame and stop at the ends', () => {
		expect(stepTime(grid, 2, 1)).toBeCloseTo(61 / 30, 6);
		expect(stepTime(grid, 0, -5)).toBe(0);
		expect(stepTime(grid, 10, 1)).toBeCloseTo(10, 6);
	});
});

describe('dragging', () => {
	test('an edge never crosses the other: one frame stays', () => {
		expect(framesIn(grid.index!, dragSpan(grid, span, 'in', 9).inS, 4)).toBe(1);
		expect(framesIn(grid.index!, 2, dragSpan(grid, span, 'out', 0).outS)).toBe(1);
	});

	test('OUT can be taken to the very end, so that the last frame is kept', () => {
		const { inS, outS } = dragSpan(grid, span, 'out', 50);
		expect(framesIn(grid.index!, inS, outS)).toBe(240);
	});

	test('a body keeps its frames wherever it goes', () => {
		fc.assert(
			fc.property(fc.double({ min: -5, max: 20, noNaN: true }), (toS) => {
				const { inS, outS } = dragSpan(grid, span, 'body', toS);
				expect(framesIn(grid.index!, inS, outS)).toBe(60);
				expect(inS).toBeGreaterThanOrEqual(0);
				expect(outS).toBeLessThanOrEqual(10 + 1e-9);
			}),
		);
	});

	test('without frames a body keeps its length', () => {
		const moved = dragSpan(sound, span, 'body', 20);
		expect(moved.outS - moved.inS).toBeCloseTo(2, 9);
		expect(moved.outS).toBeLessThanOrEqual(11 + 1e-9);
	});
});

test('a magnet takes the closest target within reach', () => {
	expect(magnet(5, [4.95, 5.2], 0.1)).toBe(4.95);
	expect(magnet(5, [4.5], 0.1)).toBe(5);
	expect(magnet(5, [5], 0)).toBe(5);
});
