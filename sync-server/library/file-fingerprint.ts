import { createHash } from 'node:crypto';
import { FINGERPRINT_EDGE_BYTES, type Fingerprint, formatFingerprint } from '#core/media/fingerprint';
import type { OpenFile } from '../static/open-file.ts';

/** The fingerprint of an open file: the same that the app makes. Reads 2 MiB at most. */
export async function fingerprintOf({ handle, bytes }: OpenFile): Promise<Fingerprint> {
	const hash = createHash('sha256');
	const short = bytes <= 2 * FINGERPRINT_EDGE_BYTES;
	const edge = Buffer.alloc(short ? bytes : FINGERPRINT_EDGE_BYTES);
	for (const start of short ? [0] : [0, bytes - edge.length]) {
		const { bytesRead } = await handle.read(edge, 0, edge.length, start);
		hash.update(edge.subarray(0, bytesRead));
	}
	return formatFingerprint(bytes, hash.digest('hex'));
}
