import { expect, test } from 'vitest';
import { FrameRing } from './frame-ring.ts';

function ring(capacity: number) {
	const closed: number[] = [];
	const made = new FrameRing<{ close(): void }>(capacity);
	const put = (...frames: number[]): void =>
		frames.forEach((frame) => made.put(frame, { close: () => closed.push(frame) }));
	return { made, put, closed };
}

test('the picture furthest from where the person is makes room, and is closed', () => {
	const { made, put, closed } = ring(3);
	made.focus(10, 0);
	put(9, 10, 11, 4);
	expect(closed).toEqual([4]);
	put(12);
	expect(closed).toEqual([4, 12]);
	made.focus(13, 0);
	put(13);
	expect(closed).toEqual([4, 12, 9]);
});

test('on the way back what lies behind is kept', () => {
	const { made, put, closed } = ring(6);
	made.focus(10, -1);
	put(5, 6, 7, 8, 9, 10, 11);
	expect(closed).toEqual([11]);
});

test('the same frame put twice closes the first picture', () => {
	const { made, put, closed } = ring(4);
	put(1, 1);
	expect([closed, made.size]).toEqual([[1], 1]);
});

test('a run ends at the first gap', () => {
	const { made, put } = ring(10);
	put(3, 5, 6, 7);
	expect([made.runStart(7), made.runStart(3), made.runStart(9)]).toEqual([5, 3, 10]);
	expect([made.closestBefore(4), made.closestBefore(2)]).toEqual([3, undefined]);
});

test('clearing closes everything', () => {
	const { made, put, closed } = ring(4);
	put(1, 2, 3);
	made.clear();
	expect([closed, made.size]).toEqual([[1, 2, 3], 0]);
});
