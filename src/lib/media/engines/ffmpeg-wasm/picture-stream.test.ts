import { expect, test } from 'vitest';
import { splitPictures } from './picture-stream.ts';

const bytes = (...parts: (string | number[])[]): number[] =>
	parts.flatMap((part) => (typeof part === 'string' ? [...part].map((letter) => letter.charCodeAt(0)) : part));

const webp = (size: number): number[] =>
	bytes('RIFF', [size & 255, size >> 8, 0, 0], 'WEBP', Array<number>(size - 4 + (size % 2)).fill(7));
const png = (data: number): number[] => [
	...bytes([0x89], 'PNG', [13, 10, 26, 10]),
	...bytes([0, 0, 0, data], 'IDAT', Array<number>(data).fill(1), [0, 0, 0, 0]),
	...bytes([0, 0, 0, 0], 'IEND', [1, 2, 3, 4]),
];
/** A quantisation table that holds the bytes of an end marker, then a scan. */
const jpeg = (scan: number): number[] => [
	...[0xff, 0xd8, 0xff, 0xdb, 0, 6, 0xff, 0xd9, 0, 0, 0xff, 0xda, 0, 2],
	...[...Array<number>(scan).fill(9), 0xff, 0, 0xff, 0xd9],
];

async function sizes(stream: number[], format: 'webp' | 'png' | 'jpeg'): Promise<number[]> {
	const found: number[] = [];
	for await (const picture of splitPictures(new Blob([new Uint8Array(stream)]), format)) found.push(picture.size);
	return found;
}

test('pictures one after the other are told apart', async () => {
	expect(await sizes([...webp(30), ...webp(31), ...webp(5000)], 'webp')).toEqual([38, 40, 5008]);
	expect(await sizes([...png(3), ...png(200)], 'png')).toEqual([png(3).length, png(200).length]);
	expect(await sizes([...jpeg(10), ...jpeg(3000)], 'jpeg')).toEqual([jpeg(10).length, jpeg(3000).length]);
});

test('a picture may be larger than what is looked at', async () => {
	expect(await sizes([...jpeg(3_000_000), ...jpeg(10)], 'jpeg')).toEqual([3_000_018, 28]);
});

test('anything else is refused', async () => {
	await expect(sizes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 'webp')).rejects.toThrow(RangeError);
	await expect(sizes(jpeg(100).slice(0, 60), 'jpeg')).rejects.toThrow('cut off');
});
