import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FLOAT16_MAX, toFloat16 } from './float16.ts';

/** By the definition of binary16. */
function fromFloat16(half: number): number {
	const [sign, exponent, mantissa] = [half & 0x8000 ? -1 : 1, (half >> 10) & 31, half & 0x3ff];
	if (exponent === 31) return mantissa ? NaN : sign * Infinity;
	return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

test.each([
	[0, 0x0000],
	[-0, 0x8000],
	[1, 0x3c00],
	[-2, 0xc000],
	[FLOAT16_MAX, 0x7bff],
	[65520, 0x7c00],
	[2 ** -14, 0x0400],
	[2 ** -24, 0x0001],
	[2 ** -25, 0x0000],
	[1.5 * 2 ** -25, 0x0001],
	[2 ** -30, 0x0000],
	// Half way: to the even one, down and up.
	[1 + 2 ** -11, 0x3c00],
	[1 + 3 * 2 ** -11, 0x3c02],
	[1 + 2 ** -11 + 2 ** -20, 0x3c01],
])('%d is %d in half precision', (value, half) => expect(toFloat16(value)).toBe(half));

test('every number of half precision is itself', () => {
	for (let half = 0; half < 0x10000; half++) {
		const value = fromFloat16(half);
		if (Number.isFinite(value)) expect(toFloat16(value)).toBe(half);
	}
});

test('no other number of half precision is nearer', () => {
	fc.assert(
		fc.property(fc.float({ min: -FLOAT16_MAX, max: FLOAT16_MAX, noNaN: true }), (value) => {
			const half = toFloat16(value);
			const error = Math.abs(fromFloat16(half) - value);
			for (const other of [half - 1, half + 1]) {
				const neighbour = fromFloat16(other & 0xffff);
				if (Number.isFinite(neighbour)) expect(error).toBeLessThanOrEqual(Math.abs(neighbour - value));
			}
		}),
		{ seed: 1 },
	);
});
