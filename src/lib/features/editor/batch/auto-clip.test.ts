import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchSpanS } from '#core/batch/batch';
import { clipsToCover } from './auto-clip.ts';

const shape = { lengthS: 8, spreadS: 3 };

test('a pause within the first clip needs one clip', () => {
	expect(clipsToCover(shape, 0)).toBe(1);
	expect(clipsToCover(shape, 8)).toBe(1);
});

test('each spread further needs one more', () => {
	expect(clipsToCover(shape, 8.04)).toBe(2);
	expect(clipsToCover(shape, 11)).toBe(2);
	expect(clipsToCover(shape, 14)).toBe(3);
});

test('clips at the same place never reach further', () => {
	expect(clipsToCover({ lengthS: 8, spreadS: 0 }, 60)).toBe(1);
});

test('the batch reaches the pause, and one clip fewer would not', () => {
	const seconds = { min: 0.1, max: 600, noNaN: true };
	fc.assert(
		fc.property(fc.double(seconds), fc.double(seconds), fc.double(seconds), (lengthS, spreadS, pauseS) => {
			const count = clipsToCover({ lengthS, spreadS }, pauseS);
			expect(batchSpanS({ lengthS, spreadS, count })).toBeGreaterThanOrEqual(pauseS - 1e-3);
			if (count > 1) expect(batchSpanS({ lengthS, spreadS, count: count - 1 })).toBeLessThan(pauseS);
		}),
	);
});
