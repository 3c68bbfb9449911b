import { expect, test } from 'vitest';
import { otherKindOf } from './other-kind.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test('text is told by its characters, also where the last one is cut in two', () => {
	const text = utf8('Ein Brief, kein Film: äöü 猫 🎬');
	expect(otherKindOf(text)).toBe('a text');
	for (let length = 1; length < text.length; length += 1) expect(otherKindOf(text.subarray(0, length))).toBe('a text');
});

test.each([[[0x80]], [[0xc0, 0x80]], [[0x41, 0xe2, 0x28, 0xa1]], [[0xf8, 0x88, 0x80, 0x80]], [[0x41, 0x00]]])(
	'%j is no text',
	(bytes) => {
		expect(otherKindOf(Uint8Array.from(bytes))).toBeUndefined();
	},
);
