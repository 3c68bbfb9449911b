import * as z from 'zod';

/** An exact ratio of two positive integers: a frame rate (frames per second) or a pixel aspect (width ÷ height). */
export const Rational = z.object({ num: z.int().positive(), den: z.int().positive() }).readonly();
export type Rational = z.infer<typeof Rational>;

export const toNumber = (ratio: Rational): number => ratio.num / ratio.den;

export const sameRatio = (a: Rational, b: Rational): boolean => a.num * b.den === b.num * a.den;

/** Cancels common factors: 30000/1000 becomes 30/1. */
export function reduce({ num, den }: Rational): Rational {
	const divisor = greatestCommonDivisor(num, den);
	return { num: num / divisor, den: den / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
	return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Rates that cameras and standards use (SMPTE ST 12-1 and web practice); a measured rate near one of them is that one. */
const STANDARD_RATES: readonly Rational[] = [
	...[8, 10, 12, 12.5, 15, 16, 20, 24, 25, 29, 30, 48, 50, 60, 72, 90, 100, 120, 144, 240].map((rate) =>
		rate % 1 === 0 ? { num: rate, den: 1 } : { num: rate * 2, den: 2 },
	),
	...[15, 24, 30, 48, 60, 120, 240].map((rate) => ({ num: rate * 1000, den: 1001 })),
];

/**
 * The rational that `value` (frames per second) stands for: the closest standard rate if it is within `tolerance` (a share of
 * the value; default 0.02 %, 29.97 and 30 differ by 0.1 %), otherwise the closest fraction with a denominator up to 1001.
 */
export function nearestRate(value: number, tolerance = 2e-4): Rational {
	if (!Number.isFinite(value) || value <= 0) return { num: 1, den: 1 };
	let [closest, distance]: [Rational | undefined, number] = [undefined, tolerance];
	for (const rate of STANDARD_RATES) {
		const off = Math.abs(toNumber(rate) / value - 1);
		if (off < distance) [closest, distance] = [rate, off];
	}
	return closest ?? approximate(value, 1001);
}

/** Best fraction for a positive `value` with a denominator up to `maxDenominator` (continued fractions). */
export function approximate(value: number, maxDenominator: number): Rational {
	let [num, den, previousNum, previousDen] = [1, 0, 0, 1];
	let rest = value;
	for (let step = 0; step < 40; step += 1) {
		const whole = Math.floor(rest);
		const nextDen = whole * den + previousDen;
		if (nextDen > maxDenominator) break;
		[num, previousNum] = [whole * num + previousNum, num];
		[den, previousDen] = [nextDen, den];
		const fraction = rest - whole;
		if (fraction < 1e-9) break;
		rest = 1 / fraction;
	}
	return { num: Math.max(1, num), den: Math.max(1, den) };
}
