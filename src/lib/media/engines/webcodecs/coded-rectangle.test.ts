import { expect, test } from 'vitest';
import { codedRectangle, type Rotation } from './coded-rectangle.ts';

const visible = { x: 0, y: 0, width: 1920, height: 1080 };

test('without a turn the crop is the coded rectangle', () => {
	const crop = { x: 656, y: 0, width: 608, height: 1080 };
	expect(codedRectangle(crop, { width: 1920, height: 1080 }, 0, visible)).toEqual(crop);
});

test.each<[Rotation, object]>([
	[90, { x: 40, y: 680, width: 300, height: 200 }],
	[180, { x: 1540, y: 740, width: 200, height: 300 }],
	[270, { x: 1580, y: 200, width: 300, height: 200 }],
])('turned by %i°, the same corner of the shown picture is found in the coded one', (rotation, expected) => {
	const turned = rotation !== 180;
	const display = turned ? { width: 1080, height: 1920 } : { width: 1920, height: 1080 };
	const crop = turned ? { x: 200, y: 40, width: 200, height: 300 } : { x: 180, y: 40, width: 200, height: 300 };
	expect(codedRectangle(crop, display, rotation, visible)).toEqual(expected);
});

test('wide pixels: the crop of the shown picture is narrower in coded pixels', () => {
	const rect = codedRectangle({ x: 120, y: 0, width: 240, height: 270 }, { width: 480, height: 270 }, 0, {
		...visible,
		width: 360,
		height: 270,
	});
	expect(rect).toEqual({ x: 90, y: 0, width: 180, height: 270 });
});

test('offsets and sizes are even and stay inside an odd picture', () => {
	const odd = { x: 0, y: 0, width: 321, height: 241 };
	const rect = codedRectangle({ x: 2, y: 2, width: 318, height: 238 }, { width: 321, height: 241 }, 0, odd);
	expect(rect).toEqual({ x: 2, y: 2, width: 318, height: 238 });
});

test('the visible part of a coded picture may start inside it', () => {
	const rect = codedRectangle({ x: 10, y: 10, width: 100, height: 100 }, { width: 640, height: 360 }, 0, {
		x: 16,
		y: 8,
		width: 640,
		height: 360,
	});
	expect(rect).toEqual({ x: 26, y: 18, width: 100, height: 100 });
});
