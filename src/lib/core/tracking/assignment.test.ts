import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assign } from './assignment.ts';

/** The least sum over all ways to pair up, leaving out allowed at `limit`. */
function least(cost: Float64Array, rows: number, columns: number, limit: number, row = 0, taken = 0): number {
	if (row === rows) return 0;
	let best = limit + least(cost, rows, columns, limit, row + 1, taken);
	for (let column = 0; column < columns; column += 1) {
		const value = cost[row * columns + column]!;
		if ((taken >> column) & 1 || value >= limit) continue;
		best = Math.min(best, value + least(cost, rows, columns, limit, row + 1, taken | (1 << column)));
	}
	return best;
}

const sum = (cost: Float64Array, columns: number, limit: number, columnOf: Int32Array): number =>
	columnOf.reduce((total, column, row) => total + (column < 0 ? limit : cost[row * columns + column]!), 0);

test('the sum is the least there is, and no column is given twice', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 6 }),
			fc.integer({ min: 1, max: 6 }),
			fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { minLength: 36, maxLength: 36 }),
			fc.double({ min: 0.1, max: 1.9, noNaN: true }),
			(rows, columns, values, limit) => {
				const cost = Float64Array.from(values.slice(0, rows * columns));
				const columnOf = assign(cost, rows, columns, limit);
				const given = columnOf.filter((column) => column >= 0);
				expect(new Set(given).size).toBe(given.length);
				for (const [row, column] of columnOf.entries()) {
					if (column >= 0) expect(cost[row * columns + column]).toBeLessThan(limit);
				}
				expect(sum(cost, columns, limit, columnOf)).toBeCloseTo(least(cost, rows, columns, limit), 9);
			},
		),
	);
});

test('nothing is given to nothing', () => {
	expect(assign(new Float64Array(0), 0, 3)).toEqual(new Int32Array(0));
	expect(assign(new Float64Array(0), 2, 0)).toEqual(Int32Array.of(-1, -1));
	expect(assign(Float64Array.of(NaN, Infinity), 1, 2, 1)).toEqual(Int32Array.of(-1));
});

test('250 rows and columns find their own', () => {
	const n = 250;
	const cost = new Float64Array(n * n).map((_, at) => Math.abs(((Math.floor(at / n) * 7) % n) - (at % n)) / n);
	expect([...assign(cost, n, n, 0.8)]).toEqual(Array.from({ length: n }, (_, row) => (row * 7) % n));
});
