import { createHash } from 'node:crypto';
import { FINGERPRINT_EDGE_BYTES, formatFingerprint, type Fingerprint } from '#core/media/fingerprint';
import type { OpenFile } from '../static/open-file.ts';

/** How the same file is recognised on every device: its length and the SHA-256 of its first and last MiB. Reads 2 MiB at most. */
export async function fingerprintFile({ handle, bytes }: Pick<OpenFile, 'handle' | 'bytes'>): Promise<Fingerprint> {
	const hash = createHash('sha256');
	const edges =
		bytes <= 2 * FINGERPRINT_EDGE_BYTES
			? [{ from: 0, length: bytes }]
			: [
					{ from: 0, length: FINGERPRINT_EDGE_BYTES },
					{ from: bytes - FINGERPRINT_EDGE_BYTES, length: FINGERPRINT_EDGE_BYTES },
				];
	for (const { from, length } of edges) {
		const buffer = Buffer.alloc(length);
		let filled = 0;
		while (filled < length) {
			const { bytesRead } = await handle.read(buffer, filled, length - filled, from + filled);
			if (bytesRead === 0) break;
			filled += bytesRead;
		}
		hash.update(buffer.subarray(0, filled));
	}
	return formatFingerprint(bytes, hash.digest('hex'));
}
