import { expect, test } from 'vitest';
import { EvenScaler } from './even-scaler.ts';

/** What `scale` makes of a plane whose sample at x, y is `value(x, y)`. */
function scaled(
	from: { width: number; height: number },
	to: { width: number; height: number },
	value: (x: number, y: number) => number,
): number[][] {
	const source = new Uint8Array(from.width * from.height);
	for (let i = 0; i < source.length; i += 1) source[i] = value(i % from.width, Math.floor(i / from.width));
	const target = new Uint8Array(to.width * to.height);
	new EvenScaler(from, to).scale(source, from.width, target);
	return Array.from({ length: to.height }, (_, y) => [...target.subarray(y * to.width, (y + 1) * to.width)]);
}

test.each([
	[1920, 1080, 910, 512],
	[607, 1081, 288, 512],
	[100, 60, 200, 120],
	[4096, 16, 128, 16],
])('an even plane of %i×%i stays even at %i×%i', (fromWidth, fromHeight, width, height) => {
	const rows = scaled({ width: fromWidth, height: fromHeight }, { width, height }, () => 137);
	expect(new Set(rows.flat())).toEqual(new Set([137]));
});

test('a ramp stays where it is, to one level', () => {
	const [from, to] = [
		{ width: 640, height: 8 },
		{ width: 151, height: 4 },
	];
	const [row] = scaled(from, to, (x) => Math.round((x * 255) / 639));
	row!.slice(1, -1).forEach((level, i) => {
		const centre = ((i + 1.5) * from.width) / to.width - 0.5;
		expect(Math.abs(level - (centre * 255) / 639)).toBeLessThan(1.5);
	});
});

test('half the size is the mean of four samples', () => {
	expect(scaled({ width: 4, height: 2 }, { width: 2, height: 1 }, (x, y) => 10 * x + 40 * y)).toEqual([[25, 45]]);
});

test('stripes finer than the output become grey, also far below half the size', () => {
	const rows = scaled({ width: 1024, height: 64 }, { width: 200, height: 20 }, (x) => (x % 2) * 200);
	for (const level of rows.flat()) expect(Math.abs(level - 100)).toBeLessThanOrEqual(1);
});
