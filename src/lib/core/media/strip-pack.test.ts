import { expect, test } from 'vitest';
import { readStripPack, writeStripPack } from './strip-pack.ts';

const tiles = [0, 4_004_000, 7_200_000_000].map((timeUs, n) => ({
	timeUs,
	picture: Uint8Array.from({ length: 5 + n }, () => n),
}));

test('what is packed comes out, picture by picture', () => {
	const pack = readStripPack(writeStripPack(128, tiles).buffer);
	expect(pack?.heightPx).toBe(128);
	expect(pack?.tiles.map(({ timeUs, picture }) => [timeUs, [...picture]])).toEqual(
		tiles.map(({ timeUs, picture }) => [timeUs, [...picture]]),
	);
	expect(readStripPack(writeStripPack(64, []).buffer)).toEqual({ heightPx: 64, tiles: [] });
});

test('what is no pack, or cut off anywhere, is not read', () => {
	const whole = writeStripPack(128, tiles);
	for (let length = 0; length < whole.length; length += 1)
		expect(readStripPack(whole.slice(0, length).buffer)).toBeUndefined();
	expect(readStripPack(new ArrayBuffer(100))).toBeUndefined();
});
