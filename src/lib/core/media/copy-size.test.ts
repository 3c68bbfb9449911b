import { expect, test } from 'vitest';
import { COPY_BOXES, fitInto } from './copy-size.ts';

test.each([
	[{ width: 3840, height: 2160 }, 'low', { width: 1280, height: 720 }],
	[{ width: 2160, height: 3840 }, 'low', { width: 720, height: 1280 }],
	[{ width: 3840, height: 1600 }, 'medium', { width: 1920, height: 800 }],
	[{ width: 640, height: 360 }, 'medium', { width: 640, height: 360 }],
	[{ width: 641, height: 361 }, 'high', { width: 642, height: 362 }],
] as const)('%o in %s is %o', (shape, quality, size) => {
	expect(fitInto(shape, COPY_BOXES[quality])).toEqual(size);
});
