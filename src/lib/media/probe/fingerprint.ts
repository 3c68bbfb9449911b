import { FINGERPRINT_EDGE_BYTES, formatFingerprint, type Fingerprint } from '#core/media/fingerprint';

/**
 * How the same file is recognised again: its length and the SHA-256 of its first and last MiB. Reads 2 MiB at most.
 *
 * Rejects with `AbortError` on `signal`, and with the browser's own error when the file cannot be read.
 */
export async function fingerprintOf(file: Blob, signal?: AbortSignal): Promise<Fingerprint> {
	signal?.throwIfAborted();
	const edges =
		file.size <= 2 * FINGERPRINT_EDGE_BYTES
			? file
			: new Blob([file.slice(0, FINGERPRINT_EDGE_BYTES), file.slice(file.size - FINGERPRINT_EDGE_BYTES)]);
	const bytes = new Uint8Array(await edges.arrayBuffer());
	signal?.throwIfAborted();
	const digest = await sha256(bytes);
	signal?.throwIfAborted();
	return formatFingerprint(file.size, Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''));
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
	// Web Crypto exists only on secure pages: a plain-http address in the home network is not one.
	if ('subtle' in crypto) return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	const { sha256: hash } = await import('@noble/hashes/sha2.js');
	return hash(bytes);
}
