import { expect, test } from 'vitest';
import { isDisposable, nalLengthBytes } from './disposable.ts';

const nal = (refIdc: number, type: number): number => (refIdc << 5) | type;
const prefixed = (...headers: number[]): Uint8Array =>
	Uint8Array.from(headers.flatMap((header) => [0, 0, 0, 2, header, 0x88]));
const annexB = (...headers: number[]): Uint8Array =>
	Uint8Array.from(headers.flatMap((header) => [0, 0, 1, header, 0x88]));

test.each([
	['a B-frame nobody refers to', [nal(0, 1)], true],
	['a referenced slice', [nal(2, 1)], false],
	['a key frame behind its parameter sets', [nal(3, 7), nal(3, 8), nal(3, 5)], false],
	['a B-frame behind its delimiter and messages', [nal(0, 9), nal(0, 6), nal(0, 1)], true],
	['no picture at all', [nal(0, 6)], false],
])('%s', (_name, headers, disposable) => {
	expect(isDisposable(prefixed(...headers), 4)).toBe(disposable);
	expect(isDisposable(annexB(...headers), 0)).toBe(disposable);
});

test('a packet that lies about its lengths is kept', () => {
	expect(isDisposable(Uint8Array.from([0xff, 0xff, 0xff, 0xff, nal(0, 6)]), 4)).toBe(false);
	expect(isDisposable(new Uint8Array(), 4)).toBe(false);
});

test('the length of lengths stands in the fifth byte of avcC', () => {
	expect(nalLengthBytes(Uint8Array.from([1, 100, 0, 31, 0xff]))).toBe(4);
	expect(nalLengthBytes(Uint8Array.from([1, 100, 0, 31, 0xfd]))).toBe(2);
	expect(nalLengthBytes(undefined)).toBe(0);
});
