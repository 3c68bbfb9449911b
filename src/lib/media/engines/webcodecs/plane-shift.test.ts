import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shiftedPlane } from './plane-shift.ts';

const plane = (width: number, height: number, of: (x: number, y: number) => number) => ({
	...{ width, height },
	data: Uint8Array.from({ length: width * height }, (_, n) => of(n % width, Math.floor(n / width))),
});

describe('a plane between samples', () => {
	it('is the samples themselves where the offset is whole', () => {
		const source = plane(8, 6, (x, y) => x * 10 + y);
		const part = shiftedPlane(source, { x: 2, y: 1 }, { width: 4, height: 3 });
		expect([...part.data.subarray(0, 4)]).toEqual([21, 31, 41, 51]);
		expect([...part.data.subarray(8, 12)]).toEqual([23, 33, 43, 53]);
	});

	it('follows a ramp exactly, across and down', () => {
		const source = plane(16, 16, (x, y) => x * 8 + y * 4);
		const part = shiftedPlane(source, { x: 3.25, y: 2.5 }, { width: 8, height: 8 });
		for (let y = 0; y < 8; y += 1) {
			for (let x = 0; x < 8; x += 1) {
				expect(Math.abs((part.data[y * 8 + x] ?? 0) - ((x + 3.25) * 8 + (y + 2.5) * 4))).toBeLessThanOrEqual(1);
			}
		}
	});

	it('stays an even grey, whatever the offset', () => {
		fc.assert(
			fc.property(
				fc.double({ min: -2, max: 6, noNaN: true }),
				fc.double({ min: -2, max: 6, noNaN: true }),
				fc.integer({ min: 0, max: 255 }),
				(x, y, grey) => {
					const part = shiftedPlane(
						plane(9, 7, () => grey),
						{ x, y },
						{ width: 5, height: 4 },
					);
					expect(part.data.every((value) => value === grey)).toBe(true);
				},
			),
		);
	});

	it('keeps an edge sharper than the mean of two samples would', () => {
		const source = plane(12, 1, (x) => (x < 6 ? 0 : 200));
		const part = shiftedPlane(source, { x: 0.5, y: 0 }, { width: 11, height: 1 });
		expect(part.data[5]).toBe(100);
		expect(part.data[4]).toBeLessThanOrEqual(4);
		expect(part.data[6]).toBeGreaterThanOrEqual(200);
	});
});
