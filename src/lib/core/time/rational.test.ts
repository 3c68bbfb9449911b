import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { approximate, nearestRate, reduce, sameRatio, toNumber } from './rational.ts';

const positive = fc.integer({ min: 1, max: 1_000_000 });

describe('rational', () => {
	test('reducing keeps the value and leaves no common factor', () => {
		fc.assert(
			fc.property(positive, positive, positive, (num, den, factor) => {
				const reduced = reduce({ num: num * factor, den: den * factor });
				expect(sameRatio(reduced, { num, den })).toBe(true);
				expect(reduce(reduced)).toEqual(reduced);
			}),
		);
	});

	test.each([
		[23.976023976, 24000, 1001],
		[24, 24, 1],
		[25, 25, 1],
		[29.97, 30000, 1001],
		[29.97002997, 30000, 1001],
		[30, 30, 1],
		[30.0001, 30, 1],
		[59.94, 60000, 1001],
		[60, 60, 1],
		[12.5, 25, 2],
		[17, 17, 1],
		[7.5, 15, 2],
	])('%d fps is %d/%d', (value, num, den) => expect(nearestRate(value)).toEqual({ num, den }));

	test.each([0, -1, NaN, Infinity])('%d is no rate: one frame a second stands in', (value) =>
		expect(nearestRate(value)).toEqual({ num: 1, den: 1 }),
	);

	test('of two standard rates within the tolerance the closer one is taken', () => {
		expect(nearestRate(29.98, 0.01)).toEqual({ num: 30000, den: 1001 });
		expect(nearestRate(29.99, 0.01)).toEqual({ num: 30, den: 1 });
	});

	test('an approximation is as close as its denominator allows', () => {
		fc.assert(
			fc.property(
				fc.double({ min: 0.5, max: 1000, noNaN: true }),
				fc.integer({ min: 1, max: 5000 }),
				(value, largest) => {
					const { num, den } = approximate(value, largest);
					expect(den).toBeLessThanOrEqual(largest);
					expect(Number.isInteger(num) && Number.isInteger(den) && num > 0 && den > 0).toBe(true);
					// Every convergent p/q is within 1/q² of the value; q = 1 may be off by one.
					expect(Math.abs(num / den - value)).toBeLessThanOrEqual(1 / den ** 2 + 1e-9);
				},
			),
		);
	});

	test('a fraction with a small denominator is found again', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 240_000 }), fc.integer({ min: 1, max: 1001 }), (num, den) => {
				expect(sameRatio(approximate(toNumber({ num, den }), 1001), { num, den })).toBe(true);
			}),
		);
	});
});
