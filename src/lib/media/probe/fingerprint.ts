import { FINGERPRINT_EDGE_BYTES, formatFingerprint, type Fingerprint } from '#core/media/fingerprint';
import { readSpan, type MediaBytes } from '../media-bytes.ts';

/**
 * How the same file is recognised again: its length and the SHA-256 of its first and last MiB. Reads 2 MiB at most.
 *
 * Rejects with `AbortError` on `signal`, and with what `readSpan` says when the file cannot be read.
 */
export async function fingerprintOf(file: MediaBytes, signal?: AbortSignal): Promise<Fingerprint> {
	signal?.throwIfAborted();
	const bytes = await edgesOf(file, signal);
	signal?.throwIfAborted();
	const digest = await sha256(bytes);
	signal?.throwIfAborted();
	return formatFingerprint(file.size, Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''));
}

async function edgesOf(file: MediaBytes, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
	const { size } = file;
	if (size <= 2 * FINGERPRINT_EDGE_BYTES) return new Uint8Array(await readSpan(file, 0, size, signal));
	const [first, last] = await Promise.all([
		readSpan(file, 0, FINGERPRINT_EDGE_BYTES, signal),
		readSpan(file, size - FINGERPRINT_EDGE_BYTES, size, signal),
	]);
	const edges = new Uint8Array(first.byteLength + last.byteLength);
	edges.set(new Uint8Array(first));
	edges.set(new Uint8Array(last), first.byteLength);
	return edges;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
	// Web Crypto exists only on secure pages: a plain-http address in the home network is not one.
	if ('subtle' in crypto) return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	const { sha256: hash } = await import('@noble/hashes/sha2.js');
	return hash(bytes);
}
