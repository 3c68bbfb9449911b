import type { FileHandle } from 'node:fs/promises';
import type { ByteSource } from '#core/media/byte-source';

/** A file that is open, as the core reads it. Whoever opened it closes it. */
export const fileSource = (handle: FileHandle, bytes: number): ByteSource => ({
	size: bytes,
	read: async (start, end) => {
		const length = Math.max(0, Math.min(end, bytes) - start);
		const buffer = new ArrayBuffer(length);
		let filled = 0;
		while (filled < length) {
			const { bytesRead } = await handle.read(new Uint8Array(buffer, filled), 0, length - filled, start + filled);
			if (bytesRead === 0) return buffer.slice(0, filled);
			filled += bytesRead;
		}
		return buffer;
	},
});
