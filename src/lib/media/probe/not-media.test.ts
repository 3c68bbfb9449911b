import { expect, test } from 'vitest';
import { otherKindOf } from './not-media.ts';

test.each([
	['This is a letter, not a film.\n', 'a text'],
	['Grüße aus Köln 🎬', 'a text'],
	['%PDF-1.7\n…', 'a PDF document'],
	['PK\u0003\u0004…', 'a ZIP archive or office document'],
])('%j is %s', async (content, kind) => expect(await otherKindOf(new Blob([content]))).toBe(kind));

test('a text is one although a letter is cut in two where looking ends', async () => {
	expect(await otherKindOf(new Blob(['x' + 'ü'.repeat(5000)]))).toBe('a text');
});

test('zeros are nothing', async () => expect(await otherKindOf(new Blob([new Uint8Array(9000)]))).toBe('empty space'));

test('what may be media is not ruled out', async () => {
	expect(
		await otherKindOf(new Blob([Uint8Array.of(0x52, 0x49, 0x46, 0x46, 0, 1, 2, 3, 0x41, 0x56, 0x49)])),
	).toBeUndefined();
});
