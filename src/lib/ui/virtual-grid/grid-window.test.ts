import { expect, test } from 'vitest';
import { cellByKey, cellsInSight, grownTo, gridShape } from './grid-window.ts';

const square = { minWidth: 200, gap: 16, heightOf: (width: number) => width };

test('cells share the width, as many as are wide enough', () => {
	expect(gridShape(848, square)).toEqual({ columns: 4, cellWidth: 200, cellHeight: 200, rowStep: 216 });
	expect(gridShape(847, square).columns).toBe(3);
	expect(gridShape(120, square)).toMatchObject({ columns: 1, cellWidth: 120 });
});

test('of twenty thousand cells only those in sight are kept, with a row at each edge', () => {
	const shape = gridShape(848, square);
	const sight = { count: 20_000, height: 800, overscan: 1 };
	expect(cellsInSight(shape, { ...sight, above: 0 })).toEqual([0, 20]);
	expect(cellsInSight(shape, { ...sight, above: 2160 })).toEqual([36, 60]);
	expect(cellsInSight(shape, { ...sight, above: 216 * 4999 })).toEqual([19_992, 20_000]);
	expect(cellsInSight(shape, { ...sight, above: -500 })).toEqual([0, 12]);
});

test('arrows move by a cell and by a row, and stop at the edges', () => {
	expect(cellByKey('ArrowRight', 3, 4, 10)).toBe(4);
	expect(cellByKey('ArrowDown', 3, 4, 10)).toBe(7);
	expect(cellByKey('ArrowDown', 7, 4, 10)).toBeUndefined();
	expect(cellByKey('ArrowLeft', 0, 4, 10)).toBeUndefined();
	expect(cellByKey('End', 0, 4, 10)).toBe(9);
	expect(cellByKey('a', 0, 4, 10)).toBeUndefined();
});

test('what comes into sight is made a few cells at a time, and what has left it goes at once', () => {
	expect(grownTo([0, 20], [8, 28], 12, 3)).toEqual([8, 23]);
	expect(grownTo([8, 27], [8, 28], 12, 3)).toEqual([8, 28]);
	expect(grownTo([20, 40], [12, 32], 16, 3)).toEqual([17, 32]);
	expect(grownTo([20, 30], [12, 31], 16, 3)).toEqual([18, 31]);
});

test('after a leap the cells that are seen are made first', () => {
	expect(grownTo([0, 20], [1000, 1020], 1004, 3)).toEqual([1004, 1007]);
	expect(grownTo([1004, 1020], [1000, 1020], 1004, 3)).toEqual([1001, 1020]);
	expect(grownTo([900, 920], [0, 3], 0, 3)).toEqual([0, 3]);
	expect(grownTo([900, 920], [0, 0], 4, 3)).toEqual([0, 0]);
});
