import { expect, test } from 'vitest';
import { evenTimes, slotSeconds, slotsIn, wantedKeys } from './tile-plan.ts';

const keys = evenTimes(0, 3600, 2);

test('a slot is between half a picture and a whole one wide', () => {
	for (const secondsPerPx of [0.0005, 0.013, 0.4, 2.5, 10]) {
		const px = slotSeconds(secondsPerPx, 100) / secondsPerPx;
		expect(px).toBeGreaterThan(50);
		expect(px).toBeLessThanOrEqual(100);
	}
});

test('the slots fill what is seen and no more', () => {
	const view = { fromS: 100, toS: 200, secondsPerPx: 0.1, tilePx: 100, originS: 0 };
	const slots = slotsIn(view, keys);
	expect(slots[0]!.atS).toBeLessThanOrEqual(100);
	expect(slots[0]!.atS + 8).toBeGreaterThan(100);
	expect(slots[slots.length - 1]!.atS).toBeLessThan(200);
	expect(slots).toHaveLength(13);
});

test('zooming out asks for pictures that are there already', () => {
	const close = slotsIn({ fromS: 0, toS: 400, secondsPerPx: 0.2, tilePx: 100, originS: 0 }, keys);
	const far = slotsIn({ fromS: 0, toS: 400, secondsPerPx: 0.4, tilePx: 100, originS: 0 }, keys);
	const have = new Set(close.map(({ keyS }) => keyS));
	expect(far.every(({ keyS }) => have.has(keyS))).toBe(true);
	expect(far.length).toBeLessThan(close.length);
});

test('slots between two key frames share a picture, which is made once, the nearest first', () => {
	const slots = slotsIn({ fromS: 10, toS: 16, secondsPerPx: 0.01, tilePx: 100, originS: 0 }, keys);
	expect(wantedKeys(slots, 13)).toEqual([12, 14, 10]);
});

test('a file that starts late has its first slot there', () => {
	const slots = slotsIn({ fromS: 0, toS: 30, secondsPerPx: 0.1, tilePx: 64, originS: 5 }, evenTimes(5, 20, 2));
	expect(slots[0]).toEqual({ atS: 5, keyS: 5 });
});
