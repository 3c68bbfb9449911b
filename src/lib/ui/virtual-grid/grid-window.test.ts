import { expect, test } from 'vitest';
import { cellByKey, cellsInSight, gridShape } from './grid-window.ts';

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
