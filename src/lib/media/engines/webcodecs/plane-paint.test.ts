import { expect, test } from 'vitest';
import { differs, recolour } from './plane-colour.ts';
import { mixPlanes, ownCanvas, padded, planesOfRgba } from './plane-paint.ts';
import type { Plane } from './planes.ts';

const flat = (width: number, height: number, luma: number, blue = 128, red = 128): Plane[] => [
	{ data: new Uint8Array(width * height).fill(luma), width, height },
	{ data: new Uint8Array((width * height) / 4).fill(blue), width: width / 2, height: height / 2 },
	{ data: new Uint8Array((width * height) / 4).fill(red), width: width / 2, height: height / 2 },
];

test('bars are black, the picture stands where it was put', () => {
	const made = padded(flat(4, 4, 200, 90, 60), { width: 8, height: 4 }, { x: 2, y: 0, width: 4, height: 4 }, 16);
	expect([...made[0]!.data.subarray(0, 8)]).toEqual([16, 16, 200, 200, 200, 200, 16, 16]);
	expect([...made[1]!.data.subarray(0, 4)]).toEqual([128, 90, 90, 128]);
	expect([...made[2]!.data.subarray(0, 4)]).toEqual([128, 60, 60, 128]);
});

test('a canvas in the pixels of the picture has the shape of the output', () => {
	const place = { x: 240, y: 0, width: 1440, height: 1080 };
	const { canvas, at } = ownCanvas({ width: 640, height: 480 }, place, { width: 1920, height: 1080 });
	expect(canvas).toEqual({ width: 854, height: 480 });
	expect(at).toEqual({ x: 106, y: 0, width: 640, height: 480 });
});

test('two pictures are mixed by their share', () => {
	expect(mixPlanes(flat(2, 2, 0), flat(2, 2, 200), 0.25)[0]!.data[0]).toBe(50);
	expect(mixPlanes(flat(2, 2, 10), flat(2, 2, 200), 1)[0]!.data[0]).toBe(200);
});

test('primary colours come out as BT.709 says', () => {
	const rgba = (r: number, g: number, b: number) => {
		const data = Uint8ClampedArray.from(Array.from({ length: 4 }, () => [r, g, b, 255]).flat());
		return planesOfRgba(data, { width: 2, height: 2 }).map(({ data: plane }) => plane[0]);
	};
	expect(rgba(255, 255, 255)).toEqual([235, 128, 128]);
	expect(rgba(0, 0, 0)).toEqual([16, 128, 128]);
	expect(rgba(255, 0, 0)).toEqual([63, 102, 240]);
});

test('red of BT.601 stays red in BT.709', () => {
	const planes = flat(2, 2, 81, 90, 240);
	recolour(planes, { matrix: 'smpte170m', fullRange: false }, { matrix: 'bt709', fullRange: false });
	const [luma, blue, red] = planes.map(({ data }) => data[0]!);
	expect(Math.abs(luma! - 63)).toBeLessThanOrEqual(1);
	expect(Math.abs(blue! - 102)).toBeLessThanOrEqual(1);
	expect(Math.abs(red! - 240)).toBeLessThanOrEqual(1);
});

test('full range becomes limited range', () => {
	const planes = flat(2, 2, 255);
	recolour(planes, { matrix: 'bt709', fullRange: true }, { matrix: 'bt709', fullRange: false });
	expect(planes[0]!.data[0]).toBe(235);
	expect(planes[1]!.data[0]).toBe(128);
});

test('what a file does not tell counts as the same', () => {
	const told = { matrix: 'bt709', fullRange: false };
	expect(differs({ matrix: null, fullRange: false }, told)).toBe(false);
	expect(differs({ matrix: 'smpte170m', fullRange: false }, told)).toBe(true);
	expect(differs({ matrix: 'bt709', fullRange: true }, told)).toBe(true);
});
