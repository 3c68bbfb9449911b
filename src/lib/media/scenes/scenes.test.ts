import { describe, expect, test } from 'vitest';
import { CutFinder } from './cut-finder.ts';
import { CELLS, distance, GRID, shrink, type Luma } from './luma.ts';

/** A picture of stripes that move with `phase`, around `level`. */
const picture = (level: number, phase = 0): Luma =>
	Uint8Array.from({ length: CELLS }, (_, n) =>
		Math.min(255, Math.max(0, level + 30 * Math.sin((n % GRID.width) / 4 + phase))),
	);

function cutsOf(pictures: readonly Luma[], threshold?: number): number[] {
	const finder = new CutFinder(threshold);
	const found = pictures.map((luma, frame) => finder.push(frame, luma));
	return [...found, ...finder.end()].filter((cut) => cut !== undefined).map(({ frame }) => frame);
}

const shot = (length: number, level: number, speed = 0.05, from = 0): Luma[] =>
	Array.from({ length }, (_, n) => picture(level, from + n * speed));

describe('cuts', () => {
	test('are the first frames of new shots, also near both ends', () => {
		expect(cutsOf([...shot(2, 60), ...shot(30, 180), ...shot(7, 90), ...shot(3, 200)])).toEqual([2, 32, 39]);
	});

	test('are not motion, however fast', () => {
		expect(cutsOf(shot(80, 120, 1.4))).toEqual([]);
	});

	test('are not fades', () => {
		const fade = Array.from({ length: 25 }, (_, n) => picture(50 + n * 7, n * 0.05));
		expect(cutsOf([...shot(20, 50), ...fade, ...shot(20, 225)])).toEqual([]);
	});

	test('are not flashes of one to three frames', () => {
		for (const length of [1, 2, 3]) {
			const flash = Array.from({ length }, () => new Uint8Array(CELLS).fill(255));
			expect(cutsOf([...shot(20, 60), ...flash, ...shot(20, 60, 0.05, 1)]), `${length}`).toEqual([]);
		}
	});

	test('are fewer with a higher threshold', () => {
		const film = [...shot(20, 100), ...shot(20, 125), ...shot(20, 240)];
		expect(cutsOf(film, 0.05)).toEqual([20, 40]);
		expect(cutsOf(film, 0.5)).toEqual([40]);
	});

	test('of an empty film are none', () => {
		expect(cutsOf([])).toEqual([]);
	});
});

test('pictures differ from nothing to wholly', () => {
	expect(distance(picture(100), picture(100))).toBe(0);
	expect(distance(new Uint8Array(CELLS), new Uint8Array(CELLS).fill(255))).toBe(1);
});

test('a plane shrinks to the mean of its cells, with 8 and with 10 bits', () => {
	const [width, height, stride] = [640, 360, 660];
	const bytes = Uint8Array.from({ length: stride * height + 10 }, (_, n) => ((n - 10) % stride < 320 ? 40 : 200));
	const wide = new Uint8Array(Uint16Array.from(bytes, (value) => value << 2).buffer);
	for (const luma of [
		shrink({ bytes, offset: 10, stride, width, height, depth: 8 }),
		shrink({ bytes: wide, offset: 20, stride: 2 * stride, width, height, depth: 10 }),
	]) {
		expect([luma[0], luma[31], luma[32], luma[CELLS - 1]]).toEqual([40, 40, 200, 200]);
	}
});
