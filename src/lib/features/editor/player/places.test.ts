import { expect, test } from 'vitest';
import { fasterThan, Places } from './places.ts';

const index = { ptsUs: Float64Array.of(5e6, 5.1e6, 5.4e6), key: Uint8Array.of(1, 0, 0), endUs: 5.5e6 };

test('a time is the frame on screen then, and its start', () => {
	const places = new Places(index, 5, 5.5);
	expect(places.at(5.39)).toEqual({ frame: 1, timeS: 5.1 });
	expect([places.at(0), places.at(99)]).toEqual([places.first, places.last]);
	expect([places.ofFrame(-4).frame, places.ofFrame(7).frame]).toEqual([0, 2]);
});

test('sound alone is anywhere from its start to its end', () => {
	const places = new Places(undefined, 1, 4);
	expect([places.at(2.5).timeS, places.at(9).timeS, places.at(0).timeS]).toEqual([2.5, 4, 1]);
	expect([places.isLast(places.at(3.97)), places.isLast(places.at(3))]).toEqual([true, false]);
});

test('each press is faster, up to four times', () => {
	expect([-2, 0, 0.5, 1, 2, 4].map(fasterThan)).toEqual([1, 1, 1, 2, 4, 4]);
});
