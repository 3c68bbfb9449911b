import { expect, test } from 'vitest';
import { coloursOf } from './colours.ts';

/** A picture of 40 × 40 pixels, red above its middle and blue below. */
const rgba = new Uint8ClampedArray(4 * 40 * 40);
for (let y = 0; y < 40; y += 1)
	for (let x = 0; x < 40; x += 1) rgba.set(y < 20 ? [200, 0, 0, 255] : [0, 0, 90, 255], 4 * (40 * y + x));
const picture = { width: 40, height: 40, rgba };

test('the upper and the lower half are told apart', () => {
	expect(coloursOf(picture, { left: 0.1, top: 0, right: 0.4, bottom: 1 })).toEqual([200, 0, 0, 0, 0, 90]);
	expect(coloursOf(picture, { left: 0.1, top: 0, right: 0.4, bottom: 0.5 })).toEqual([200, 0, 0, 200, 0, 0]);
});

test('a box without size and one outside of the picture have the colours of the nearest pixels', () => {
	expect(coloursOf(picture, { left: 0.5, top: 0.2, right: 0.5, bottom: 0.2 })).toEqual([200, 0, 0, 200, 0, 0]);
	expect(coloursOf(picture, { left: -2, top: 2, right: -1, bottom: 3 })).toEqual([0, 0, 90, 0, 0, 90]);
});
