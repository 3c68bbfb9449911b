import { afterEach, expect, test, vi } from 'vitest';
import { loadWebp } from './webp-encoder.ts';

afterEach(() => vi.unstubAllGlobals());

test('libwebp is at hand without a network', async () => {
	vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
	const encode = await loadWebp();
	const file = encode(new ImageData(16, 16), 80);
	expect(new TextDecoder().decode(file.subarray(8, 12))).toBe('WEBP');
	expect(await createImageBitmap(new Blob([file], { type: 'image/webp' }))).toMatchObject({ width: 16, height: 16 });
});
