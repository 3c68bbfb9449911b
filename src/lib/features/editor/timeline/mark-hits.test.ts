import { expect, test } from 'vitest';
import { markUnder } from './mark-hits.ts';

const view = { startS: 0, secondsPerPx: 0.1, widthPx: 1000 };
const band = { top: 24, height: 16 };
const keyframe = (atS: number) => ({ atS, randomPortrait: false, randomSquare: false });
const marker = (id: string, atS: number) => ({ id, atS, profile: 'default', spanS: 14, label: '' });
const marks = { keyframes: [keyframe(10), keyframe(50)], markers: [marker('a', 10), marker('b', 30)] };
const at = (x: number, reachPx = 7, y = 32) => markUnder(marks, view, band, { x, y }, reachPx);

test('a diamond is taken before the flag it lies on; the flag still shows beside it', () => {
	expect(at(100)).toEqual({ kind: 'keyframe', atS: 10 });
	expect(at(110)).toEqual({ kind: 'marker', id: 'a', atS: 10 });
});

test('a thumb reaches further than a mouse, sideways and in height', () => {
	expect(at(485)).toBeUndefined();
	expect(at(485, 22)).toEqual({ kind: 'keyframe', atS: 50 });
	expect(at(500, 7, 44)).toBeUndefined();
	expect(at(500, 22, 44)).toEqual({ kind: 'keyframe', atS: 50 });
});

test('the body of the timeline is not taken for a mark', () => {
	expect(at(100, 22, 70)).toBeUndefined();
	expect(markUnder(marks, view, null, { x: 100, y: 32 }, 22)).toBeUndefined();
});
