import { expect, test } from 'vitest';
import { isGif, measureGif } from './measure-gif.ts';

const { signal } = new AbortController();
const head = [...'GIF89a'].map((letter) => letter.charCodeAt(0));
const screen = [0x20, 1, 0x10, 0, 0x80, 0, 0, ...[0, 0, 0, 255, 255, 255]];
const loop = [0x21, 0xff, 3, 1, 2, 3, 2, 9, 9, 0];
const picture = (delay: number): number[] => [
	...[0x21, 0xf9, 4, 0, delay, 0, 0, 0],
	...[0x2c, 0, 0, 0, 0, 0x20, 1, 0x10, 0, 0x80, 1, 2, 3, 4, 5, 6, 2, 2, 0x2c, 0x3b, 0],
];
const gif = (...parts: number[][]): Blob => new Blob([new Uint8Array([...head, ...screen, ...parts.flat()])]);

test('pictures and their times are counted, whatever their bytes look like', async () => {
	const file = gif(loop, picture(8), picture(8), picture(4), [0x3b]);
	expect(await isGif(file)).toBe(true);
	expect(await measureGif(file, signal)).toEqual({
		...{ frames: 3, durationS: 0.2, longestFrameS: 0.08, width: 288, height: 16 },
		...{ codec: 'gif', decodes: undefined },
	});
});

test('a GIF that ends too soon is none', async () => {
	await expect(measureGif(gif(picture(8)), signal)).rejects.toThrow('cut off');
	expect(await isGif(new Blob(['RIFFxx']))).toBe(false);
});
