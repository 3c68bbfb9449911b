import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

/**
 * The plain files of a gzipped tar archive as npm packs them (POSIX ustar, https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html), by path.
 * Links, folders and extended headers are passed over. Nothing is written to disk, so a path that leads elsewhere does no harm.
 *
 * @throws RangeError when the archive ends too early; what `gunzip` throws when it is not gzip
 */
export function readTarball(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
	const bytes = gunzipSync(archive);
	const text = (from: number, length: number): string => {
		const field = bytes.toString('utf8', from, from + length);
		const end = field.indexOf('\0');
		return end < 0 ? field : field.slice(0, end);
	};
	const files = new Map<string, Uint8Array>();
	let at = 0;
	// A block of zeros ends the archive.
	while (bytes[at] !== 0) {
		const size = Number.parseInt(text(at + 124, 12), 8);
		const start = at + BLOCK;
		if (!Number.isSafeInteger(size) || start + size > bytes.length) {
			throw new RangeError(`the archive ends too early, at ${at}`);
		}
		const kind = text(at + 156, 1);
		const prefix = text(at + 345, 155);
		const path = prefix === '' ? text(at, 100) : `${prefix}/${text(at, 100)}`;
		if (kind === '0' || kind === '') files.set(path, bytes.subarray(start, start + size));
		at = start + Math.ceil(size / BLOCK) * BLOCK;
	}
	return files;
}
