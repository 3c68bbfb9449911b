import { expect, test } from 'vitest';
import { BLOCK_BYTES, ByteBlocks } from './byte-blocks.ts';
import { ReadAhead } from './read-ahead.ts';

test('reading on doubles what is fetched, up to the limit', () => {
	const ahead = new ReadAhead(8);
	const ends: number[] = [];
	for (let at = 0; at < 50;) ends.push((at = ahead.endOfRun(at, at + 1)));
	expect(ends).toEqual([1, 3, 7, 15, 23, 31, 39, 47, 55]);
});

test('looking here and there fetches no more than is looked at', () => {
	const ahead = new ReadAhead(8);
	for (const at of [1000, 10, 500, 20, 700]) {
		expect(ahead.endOfRun(at, at + 2)).toBe(at + 2);
		expect(ahead.ahead(at + 2)).toBeUndefined();
	}
});

test('two tracks that are read side by side do not disturb each other', () => {
	const ahead = new ReadAhead(8);
	let [picture, sound] = [0, 1000];
	for (let n = 0; n < 5; n += 1) {
		picture = ahead.endOfRun(picture, picture + 1);
		sound = ahead.endOfRun(sound, sound + 1);
	}
	expect([picture, sound]).toEqual([23, 1023]);
});

test('once it is read on from, the next run is fetched before the last one is used up', () => {
	const ahead = new ReadAhead(8);
	const end = ahead.endOfRun(ahead.endOfRun(0, 2), 3);
	expect(end).toBe(6);
	expect(ahead.ahead(4)).toBeUndefined();
	expect(ahead.ahead(5)).toEqual({ from: 6, to: 14 });
	expect(ahead.ahead(6)).toBeUndefined();
});

test('a long span is fetched whole', () => {
	expect(new ReadAhead(8).endOfRun(3, 20)).toBe(20);
});

test('blocks are kept up to the limit, those used lately the longest', () => {
	const blocks = new ByteBlocks(3);
	blocks.put(0, new Uint8Array(3 * BLOCK_BYTES - 10).fill(7));
	expect(blocks.get(2)?.length).toBe(BLOCK_BYTES - 10);
	expect(blocks.get(0)?.[0]).toBe(7);
	blocks.put(9, new Uint8Array(5));
	expect([0, 1, 2, 9].map((n) => blocks.has(n))).toEqual([true, false, true, true]);
});
