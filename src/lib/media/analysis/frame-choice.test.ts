import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameIndexFrom, type FrameIndex } from '#core/time/frame-index';
import { chosenFrames, mergedRuns } from './frame-choice.ts';

/** `count` frames at `rate` a second, the first one at `startS` seconds. */
function indexOf(count: number, rate: number, startS = 0): FrameIndex {
	const ptsUs = Float64Array.from({ length: count }, (_, n) => Math.round((startS + n / rate) * 1e6));
	return frameIndexFrom(ptsUs, new Uint8Array(count).fill(1), Math.round(1e6 / rate));
}

describe('the runs of frames behind spans', () => {
	test('spans that overlap or touch are one run, whatever their order', () => {
		const spans = [
			{ inS: 4, outS: 5 },
			{ inS: 0.5, outS: 1.5 },
			{ inS: 1, outS: 2 },
			{ inS: 2, outS: 3 },
		];
		expect(mergedRuns(indexOf(60, 10), spans)).toEqual([
			{ from: 5, to: 30 },
			{ from: 40, to: 50 },
		]);
	});

	test('a span between two frames holds none', () => {
		expect(mergedRuns(indexOf(60, 10), [{ inS: 1.01, outS: 1.09 }])).toEqual([]);
	});
});

describe('the frames to look at', () => {
	test('six a second of thirty are every fifth one, and the last', () => {
		expect([...chosenFrames(indexOf(60, 30), { from: 0, to: 32 }, 6)]).toEqual([0, 5, 10, 15, 20, 25, 30, 31]);
	});

	test('a run of one frame is looked at', () => {
		expect([...chosenFrames(indexOf(60, 30), { from: 7, to: 8 }, 6)]).toEqual([7]);
	});

	test('with fewer frames than asked for, all are', () => {
		expect([...chosenFrames(indexOf(10, 4, 5), { from: 0, to: 10 }, 6)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
	});

	test('a run that goes on where another ended sees the same frames, and its own ends', () => {
		const index = indexOf(300, 29.97, 1.2);
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 299 }), (at) => {
				const whole = new Set(chosenFrames(index, { from: 0, to: 300 }, 6));
				const parts = [
					...chosenFrames(index, { from: 0, to: at }, 6),
					...chosenFrames(index, { from: at, to: 300 }, 6),
				];
				const more = parts.filter((frame) => !whole.has(frame));
				expect([...whole].every((frame) => parts.includes(frame))).toBe(true);
				expect(more.every((frame) => frame === at || frame === at - 1)).toBe(true);
			}),
		);
	});
});
