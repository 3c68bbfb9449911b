import type { FrameIndex } from '#core/frame-index';

/** Stands in for core's codec until it is there. */
export function encodeFrameIndex(index: FrameIndex): Uint8Array {
	const bytes = new Uint8Array(8 + index.ptsUs.length * 9);
	const view = new DataView(bytes.buffer);
	view.setFloat64(0, index.endUs);
	index.ptsUs.forEach((pts, n) => {
		view.setFloat64(8 + n * 9, pts);
		view.setUint8(16 + n * 9, index.key[n] ?? 0);
	});
	return bytes;
}

export function decodeFrameIndex(bytes: Uint8Array): FrameIndex {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const count = (bytes.length - 8) / 9;
	const ptsUs = Float64Array.from({ length: count }, (_, n) => view.getFloat64(8 + n * 9));
	const key = Uint8Array.from({ length: count }, (_, n) => view.getUint8(16 + n * 9));
	return { ptsUs, key, endUs: view.getFloat64(0) };
}
