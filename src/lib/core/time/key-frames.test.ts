import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countBefore } from './count-before.ts';
import { keyFramesOf, nearestTime, timeBeside } from './key-frames.ts';

const index = {
	ptsUs: Float64Array.from({ length: 10 }, (_, n) => 5e6 + n * 40_000),
	key: Uint8Array.from([1, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
	endUs: 5.4e6,
};

test('the key frames of a file come with the times they are shown at', () => {
	const keys = keyFramesOf(index);
	expect([...keys.frames]).toEqual([0, 4, 9]);
	expect([...keys.timesS]).toEqual([5, 5.16, 5.36]);
});

test('the nearest of sorted times is what a search through all of them finds', () => {
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 0, max: 1000 })), fc.integer({ min: -10, max: 1010 }), (values, timeS) => {
			const times = [...values].sort((a, b) => a - b);
			const closest = Math.min(...times.map((time) => Math.abs(time - timeS)));
			const found = nearestTime(times, timeS);
			expect(found === undefined ? Infinity : Math.abs(found - timeS)).toBe(closest);
			expect(countBefore(times, timeS)).toBe(times.filter((time) => time < timeS).length);
		}),
	);
});

test('a step from a key frame goes to the next one, a step from between to the one beside', () => {
	const { timesS } = keyFramesOf(index);
	expect(timeBeside(timesS, 5.16, 1)).toBe(5.36);
	expect(timeBeside(timesS, 5.16, -1)).toBe(5);
	expect(timeBeside(timesS, 5.2, 1)).toBe(5.36);
	expect(timeBeside(timesS, 5.2, -1)).toBe(5.16);
	expect(timeBeside(timesS, 5.36, 1)).toBe(5.36);
	expect(timeBeside(timesS, 0, -3)).toBe(5);
	expect(timeBeside([], 1, 1)).toBeUndefined();
});
