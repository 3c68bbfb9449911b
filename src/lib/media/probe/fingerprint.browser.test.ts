import { expect, test } from 'vitest';
import { FINGERPRINT_EDGE_BYTES, Fingerprint } from '#core/media/fingerprint';
import { sha256 } from '@noble/hashes/sha2.js';
import { fingerprintOf } from './fingerprint.ts';

const MiB = FINGERPRINT_EDGE_BYTES;
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function noise(length: number): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(length);
	let state = 1;
	for (let n = 0; n < length; n += 1) bytes[n] = state = (state * 1103515245 + 12345) & 0x7fffffff;
	return bytes;
}

test.each([0, 1, 1000, MiB, 2 * MiB - 1, 2 * MiB])('a file of %d bytes is hashed whole', async (length) => {
	const bytes = noise(length);
	const fingerprint = await fingerprintOf(new Blob([bytes]));
	expect(fingerprint).toBe(`${length}-${hex(sha256(bytes))}`);
	expect(Fingerprint.safeParse(fingerprint).success).toBe(true);
});

test('of a longer file only the first and last MiB count, and its length', async () => {
	const bytes = noise(3 * MiB);
	const edges = new Uint8Array(2 * MiB);
	edges.set(bytes.subarray(0, MiB));
	edges.set(bytes.subarray(2 * MiB), MiB);
	const fingerprint = await fingerprintOf(new Blob([bytes]));
	expect(fingerprint).toBe(`${3 * MiB}-${hex(sha256(edges))}`);
	bytes[MiB + 5] = (bytes[MiB + 5] ?? 0) ^ 1;
	expect(await fingerprintOf(new Blob([bytes]))).toBe(fingerprint);
	bytes[3 * MiB - 1] = (bytes[3 * MiB - 1] ?? 0) ^ 1;
	expect(await fingerprintOf(new Blob([bytes]))).not.toBe(fingerprint);
});

test('a page without Web Crypto gets the same fingerprint', async () => {
	const file = new Blob([noise(5000)]);
	const usual = await fingerprintOf(file);
	const subtle = Object.getOwnPropertyDescriptor(Crypto.prototype, 'subtle')!;
	try {
		Reflect.deleteProperty(Crypto.prototype, 'subtle');
		expect(await fingerprintOf(file)).toBe(usual);
	} finally {
		Object.defineProperty(Crypto.prototype, 'subtle', subtle);
	}
});

test('abort is the platform’s AbortError', async () => {
	await expect(fingerprintOf(new Blob(['x']), AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
});
