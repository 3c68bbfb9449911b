import { describe, expect, test } from 'vitest';
import type { FramePlanes } from './frame-planes.ts';
import { PlaneShrinker, rgbMatrix } from './planes-to-rgb.ts';

/** 4:2:0 planes of one colour but for what `paint` sets in the brightness. */
function planes(
	[width, height]: [number, number],
	[y, blue, red]: [number, number, number],
	{ depth = 8, interleaved = false, paint = (_: number, __: number): number => y } = {},
): FramePlanes {
	const wide = depth > 8 ? 2 : 1;
	const [w, h] = [width / 2, height / 2];
	const bytes = new Uint8Array(wide * (width * height + 2 * w * h));
	const set = (at: number, value: number): void => {
		bytes[at] = value & 255;
		if (wide === 2) bytes[at + 1] = value >> 8;
	};
	for (let n = 0; n < width * height; n += 1) set(wide * n, paint(n % width, Math.floor(n / width)));
	const start = wide * width * height;
	for (let n = 0; n < w * h; n += 1) {
		set(start + wide * (interleaved ? 2 * n : n), blue);
		set(start + wide * (interleaved ? 2 * n + 1 : w * h + n), red);
	}
	const colour = { width: w, height: h, step: interleaved ? 2 : wide, stride: wide * (interleaved ? 2 * w : w) };
	return {
		...{ bytes, depth },
		luma: { offset: 0, stride: wide * width, step: wide, width, height },
		blue: { offset: start, ...colour },
		red: { offset: interleaved ? start + 1 : start + wide * w * h, ...colour },
	};
}

function shrunk(
	from: FramePlanes,
	width: number,
	height: number,
	matrix = rgbMatrix({ matrix: 'bt709' }, 1080),
): number[] {
	const rgba = new Uint8ClampedArray(4 * width * height);
	new PlaneShrinker(from, width, height).shrink(from, rgba, matrix);
	return [...rgba];
}

/** Rounding of the planes moves a colour by one or two. */
const pureRed: readonly unknown[] = [255, 0, 0, 255].map((value): unknown => expect.closeTo(value, -0.5));

describe('planes made into red, green and blue', () => {
	test('black, white and grey of limited range fill the whole range', () => {
		expect(shrunk(planes([8, 8], [16, 128, 128]), 1, 1)).toEqual([0, 0, 0, 255]);
		expect(shrunk(planes([8, 8], [235, 128, 128]), 1, 1)).toEqual([255, 255, 255, 255]);
		const full = rgbMatrix({ matrix: 'bt709', fullRange: true }, 1080);
		expect(shrunk(planes([8, 8], [77, 128, 128]), 1, 1, full)).toEqual([77, 77, 77, 255]);
	});

	test('pure red of BT.709 and of BT.601 is red', () => {
		expect(shrunk(planes([8, 8], [63, 102, 240]), 1, 1)).toEqual(pureRed);
		const sd = rgbMatrix({ matrix: null }, 576);
		expect(shrunk(planes([8, 8], [81, 90, 240]), 1, 1, sd)).toEqual(pureRed);
	});

	test('ten bits and interleaved colours give the same as plain ones', () => {
		const plain = shrunk(planes([16, 16], [120, 90, 200]), 4, 4);
		expect(shrunk(planes([16, 16], [480, 360, 800], { depth: 10 }), 4, 4)).toEqual(plain);
		expect(shrunk(planes([16, 16], [120, 90, 200], { interleaved: true }), 4, 4)).toEqual(plain);
	});

	test('a pixel is the mean of what falls on it', () => {
		const checks = planes([8, 8], [0, 128, 128], { paint: (x, y) => ((x + y) % 2 === 0 ? 16 : 235) });
		expect(shrunk(checks, 2, 2).filter((_, n) => n % 4 !== 3)).toEqual(Array.from({ length: 12 }, () => 128));
		const halves = planes([8, 8], [0, 128, 128], { paint: (x) => (x < 4 ? 16 : 235) });
		expect(shrunk(halves, 2, 1)).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
	});
});
