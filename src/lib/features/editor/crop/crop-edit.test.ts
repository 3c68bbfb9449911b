import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolveCrop, WHOLE_FRAME, type CropState } from '#core/crop/crop';
import { changesShape, choiceOf, dragCorner, keepsAll, moveCrop, placeCrop, RATIO_PRESETS } from './crop-edit.ts';

const frame = { width: 1920, height: 1080 };
const portrait: CropState = { ...WHOLE_FRAME, ratio: RATIO_PRESETS['9:16'] };

test('the buttons know their ratio', () => {
	expect(choiceOf(null)).toBe('none');
	expect(choiceOf({ width: 9, height: 16 })).toBe('9:16');
	expect(choiceOf({ width: 18, height: 32 })).toBe('9:16');
	expect(choiceOf({ width: 4, height: 5 })).toBe('4:5');
	expect(choiceOf({ width: 2, height: 2 })).toBe('1:1');
	expect(choiceOf({ width: 16, height: 9 })).toBe('custom');
});

test('only the whole frame needs no box', () => {
	expect(keepsAll(WHOLE_FRAME)).toBe(true);
	expect(keepsAll(portrait)).toBe(false);
	expect(keepsAll({ ...WHOLE_FRAME, zoom: 2 })).toBe(false);
});

test('a picture that has a shape already cannot be drawn to it', () => {
	expect(changesShape(WHOLE_FRAME, frame, '9:16')).toBe(true);
	expect(changesShape(portrait, frame, '9:16')).toBe(false);
	expect(changesShape(WHOLE_FRAME, { width: 720, height: 1280 }, '9:16')).toBe(false);
	expect(changesShape(WHOLE_FRAME, { width: 720, height: 1280 }, '1:1')).toBe(true);
});

describe('moving', () => {
	test('two pixels are two pixels in the exported crop', () => {
		const before = resolveCrop(portrait, frame);
		expect(resolveCrop(moveCrop(portrait, frame, 2, 0), frame).x).toBe(before.x + 2);
		expect(resolveCrop(moveCrop(portrait, frame, -20, 0), frame).x).toBe(before.x - 20);
	});

	test('from beyond an edge the first step is seen at once', () => {
		const pushed: CropState = { ...portrait, centre: { x: 0, y: 0.5 } };
		expect(resolveCrop(pushed, frame).x).toBe(0);
		expect(resolveCrop(moveCrop(pushed, frame, 2, 0), frame).x).toBe(2);
	});

	test('a drag past an edge and back ends where it began', () => {
		const from = resolveCrop(portrait, frame);
		expect(resolveCrop(placeCrop(portrait, frame, from, 5000, 0), frame).x).toBe(frame.width - from.width);
		expect(resolveCrop(placeCrop(portrait, frame, from, 0, 0), frame)).toEqual(from);
	});
});

describe('resizing by a corner', () => {
	test('the opposite corner stays and the shape stays', () => {
		const from = resolveCrop({ ...portrait, zoom: 2 }, frame);
		const next = dragCorner(
			{ ...portrait, zoom: 2 },
			frame,
			from,
			{ x: 1, y: 1 },
			{ x: from.x + 200, y: from.y + 100 },
		);
		const box = resolveCrop(next, frame);
		expect(Math.abs(box.x - from.x)).toBeLessThanOrEqual(2);
		expect(Math.abs(box.y - from.y)).toBeLessThanOrEqual(2);
		expect(box.width / box.height).toBeCloseTo(9 / 16, 1);
		expect(box.width).toBeCloseTo(200, -1);
	});

	test('the box never leaves the picture', () => {
		const whole = { min: -3000, max: 3000 };
		fc.assert(
			fc.property(
				fc.constantFrom<-1 | 1>(-1, 1),
				fc.constantFrom<-1 | 1>(-1, 1),
				fc.integer(whole),
				fc.integer(whole),
				(x, y, toX, toY) => {
					const from = resolveCrop({ ...portrait, zoom: 2 }, frame);
					const box = resolveCrop(dragCorner(portrait, frame, from, { x, y }, { x: toX, y: toY }), frame);
					expect(box.x + box.width).toBeLessThanOrEqual(frame.width);
					expect(box.y + box.height).toBeLessThanOrEqual(frame.height);
					expect(box.width).toBeGreaterThan(0);
				},
			),
		);
	});
});
