import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { isWholeFrame, outputSize, resolveCrop, WHOLE_FRAME, type CropState } from './crop.ts';

const fullHd = { width: 1920, height: 1080 };
const crop = (width: number, height: number, x = 0.5, y = 0.5, zoom = 1): CropState => ({
	...WHOLE_FRAME,
	ratio: { width, height },
	centre: { x, y },
	zoom,
});

describe('resolveCrop', () => {
	test('9:16 of 1080p is 608 wide, full height, centred', () => {
		expect(resolveCrop(crop(9, 16), fullHd)).toEqual({ x: 656, y: 0, width: 608, height: 1080 });
	});
	test('a centre at the edge is pushed back inside', () => {
		expect(resolveCrop(crop(9, 16, 0), fullHd)).toMatchObject({ x: 0, width: 608 });
		expect(resolveCrop(crop(9, 16, 1), fullHd)).toMatchObject({ x: 1312, width: 608 });
	});
	test('zoom halves both sides', () => {
		expect(resolveCrop(crop(1, 1, 0.5, 0.5, 2), fullHd)).toEqual({ x: 690, y: 270, width: 540, height: 540 });
	});
	test('the whole frame of an odd picture loses its last row and column', () => {
		const resolved = resolveCrop(WHOLE_FRAME, { width: 321, height: 241 });
		expect(resolved).toEqual({ x: 0, y: 0, width: 320, height: 240 });
		expect(isWholeFrame(resolved, { width: 321, height: 241 })).toBe(true);
	});
	test('every crop is even and inside the frame', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 2, max: 8000 }),
				fc.integer({ min: 2, max: 8000 }),
				fc.double({ min: 0.02, max: 50, noNaN: true }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.double({ min: 1, max: 32, noNaN: true }),
				(width, height, ratio, x, y, zoom) => {
					const box = resolveCrop(crop(ratio, 1, x, y, zoom), { width, height });
					for (const side of [box.x, box.y, box.width, box.height]) expect(side % 2).toBe(0);
					expect(box.x).toBeGreaterThanOrEqual(0);
					expect(box.x + box.width).toBeLessThanOrEqual(width);
					expect(box.y + box.height).toBeLessThanOrEqual(height);
				},
			),
		);
	});
});

describe('outputSize', () => {
	test('short side 288 of 9:16 is 288×512', () => {
		expect(outputSize(resolveCrop(crop(9, 16), fullHd), { width: 9, height: 16 }, 288)).toEqual({
			width: 288,
			height: 512,
		});
	});
	test('the long side follows the ratio, not the rounded pixels of the crop', () => {
		const small = resolveCrop(crop(9, 16), { width: 1280, height: 720 });
		expect(small.width).toBe(406);
		expect(outputSize(small, { width: 9, height: 16 }, 288)).toEqual({ width: 288, height: 512 });
	});
	test('without a short side the crop keeps its own pixels', () => {
		expect(outputSize({ width: 608, height: 1080 }, { width: 9, height: 16 }, null)).toEqual({
			width: 608,
			height: 1080,
		});
	});
	test('sides are multiples as asked', () => {
		expect(outputSize({ width: 1920, height: 1080 }, null, 500, 32)).toEqual({ width: 896, height: 512 });
	});
});
