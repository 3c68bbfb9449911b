import { expect, test } from 'vitest';
import { hevcParameterSets, isIdr, parameterSets } from './parameter-sets.ts';

const avcC = Uint8Array.of(1, 0x64, 0, 0x1f, 0xff, 0xe1, 0, 3, 0x67, 0x64, 9, 2, 0, 2, 0x68, 1, 0, 1, 0x68, 0xfd, 0xf8);

test('all sets of a configuration stand behind lengths of four bytes', () => {
	expect(parameterSets(avcC)).toEqual({
		lengthBytes: 4,
		inBand: Uint8Array.of(0, 0, 0, 3, 0x67, 0x64, 9, 0, 0, 0, 2, 0x68, 1, 0, 0, 0, 1, 0x68),
	});
});

test('a configuration that is cut off gives none', () => {
	for (let length = 0; length < 18; length += 1) expect(parameterSets(avcC.slice(0, length))).toBeUndefined();
});

test('a picture that stands alone is told from one that only players start at', () => {
	const packet = (...types: number[]): Uint8Array =>
		Uint8Array.from(types.flatMap((type) => [0, 0, 0, 2, 0x60 | type, 0]));
	expect(isIdr(packet(6, 7, 8, 5), 4)).toBe(true);
	expect(isIdr(packet(6, 7, 8, 1), 4)).toBe(false);
	expect(isIdr(new Uint8Array(3), 4)).toBe(false);
});

test('HEVC: sets of every list stand behind their lengths, CRA and IDR begin, others do not', () => {
	const head = new Uint8Array(22);
	head[21] = 0xff;
	const lists = [2, 0xa0, 0, 1, 0, 2, 0x40, 1, 0xa1, 0, 1, 0, 3, 0x42, 1, 9];
	expect(hevcParameterSets(Uint8Array.from([...head, ...lists]))).toEqual({
		lengthBytes: 4,
		inBand: Uint8Array.from([0, 0, 0, 2, 0x40, 1, 0, 0, 0, 3, 0x42, 1, 9]),
	});
	expect(hevcParameterSets(Uint8Array.from([...head, ...lists.slice(0, -1)]))).toBeUndefined();
	const starts = (type: number) => isIdr(Uint8Array.of(0, 0, 0, 2, type << 1, 1), 4, 'hevc');
	expect([1, 19, 20, 21, 32].map(starts)).toEqual([false, true, true, true, false]);
});
