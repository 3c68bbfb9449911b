import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BAND, factorise, solveFactorised } from './banded.ts';
import { minimise, type Squares, type Terms } from './l1-solver.ts';

const rows = (
	count: number,
	stencil: readonly number[],
	offset: readonly number[],
	rise: number,
	fall: number,
): Terms => {
	const length = Math.max(0, count - stencil.length + 1);
	return {
		reach: stencil.length,
		first: Int32Array.from({ length }, (_, n) => n),
		coefficients: Float64Array.from({ length: length * stencil.length }, (_, n) => stencil[n % stencil.length]!),
		offset: Float64Array.from({ length }, (_, n) => offset[n] ?? 0),
		rise: new Float64Array(length).fill(rise),
		fall: new Float64Array(length).fill(fall),
	};
};
const nudge = (count: number): Squares => ({
	reach: 1,
	first: Int32Array.from({ length: count }, (_, n) => n),
	coefficients: new Float64Array(count).fill(1),
	offset: new Float64Array(count),
	weight: new Float64Array(count).fill(1e-6),
});
const cost = (path: Float64Array, all: readonly Terms[]): number =>
	all.reduce((sum, { reach, first, coefficients, offset, rise, fall }) => {
		for (const [r, from] of first.entries()) {
			let d = -offset[r]!;
			for (let k = 0; k < reach; k += 1) d += coefficients[r * reach + k]! * path[from + k]!;
			sum += d > 0 ? d * rise[r]! : -d * fall[r]!;
		}
		return sum;
	}, 0);

test('a factorised band solves its equations', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 30 }),
			fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
			(n, stream) => {
				const next = (): number => stream.next().value as number;
				const full = Array.from({ length: n }, () => new Float64Array(n));
				const band = new Float64Array(n * BAND);
				for (let i = 0; i < n; i += 1) {
					for (let k = 0; k <= Math.min(3, i); k += 1) {
						const value = k === 0 ? 7 + next() : next();
						band[i * BAND + k] = value;
						full[i]![i - k] = value;
						full[i - k]![i] = value;
					}
				}
				const wanted = Float64Array.from({ length: n }, next);
				const side = Float64Array.from(full, (row) => row.reduce((sum, value, j) => sum + value * wanted[j]!, 0));
				factorise(band, n);
				solveFactorised(band, side, n);
				for (let i = 0; i < n; i += 1) expect(side[i]).toBeCloseTo(wanted[i]!, 9);
			},
		),
	);
});

test('the least sum of distances to an odd number of values is at their median', () => {
	const values = [0.1, 0.9, 0.3, 0.35, 0.8];
	// One place for all: five frames that may not differ.
	const terms = [rows(5, [1], values, 1, 1), rows(5, [-1, 1], [], 1e4, 1e4)];
	for (const place of minimise(new Float64Array(5), terms, [nudge(5)])) expect(place).toBeCloseTo(0.35, 4);
});

test('no small change of the answer costs less', () => {
	fc.assert(
		fc.property(
			fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 40 }),
			fc.integer({ min: 1, max: 1_000_000 }),
			(values, seed) => {
				const n = values.length;
				const lower = values.map((value) => value - 0.1);
				const upper = values.map((value) => value + 0.1);
				const terms = [
					rows(n, [-1, 1], [], 10, 10),
					rows(n, [1, -2, 1], [], 1, 1),
					rows(n, [-1, 3, -3, 1], [], 100, 100),
					rows(n, [1], upper, 1e3, 0),
					rows(n, [1], lower, 0, 1e3),
				];
				const path = minimise(Float64Array.from(values), terms, [nudge(n)]);
				const least = cost(path, terms);
				let state = seed;
				for (let k = 0; k < 20; k += 1) {
					const other = path.map((value) => {
						state = (state * 48271) % 2147483647;
						return value + (k % 2 === 0 ? 1e-3 : 0.1) * (state / 2147483647 - 0.5);
					});
					expect(cost(other, terms)).toBeGreaterThanOrEqual(least - 1e-5 * (1 + least));
				}
			},
		),
	);
});
