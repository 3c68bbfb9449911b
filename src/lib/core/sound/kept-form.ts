import { BUCKETS_PER_S, CHUNK_BUCKETS, type WaveformPyramid } from './pyramid.ts';

/** "OWF1" */
const MAGIC = 0x4f574631;
const HEADER_BYTES = 24;

/**
 * The finest level of a waveform as it is kept: a header of six big-endian fields (magic, buckets a second, number of buckets, number of
 * chunks, origin in seconds as float64), which chunks are known, then lowest, highest and loudness of each bucket, a byte each.
 */
export function encodeWaveform({ originS, count, finest, filled }: WaveformPyramid): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(HEADER_BYTES + filled.length + 3 * count);
	const header = new DataView(bytes.buffer);
	header.setUint32(0, MAGIC);
	header.setUint32(4, BUCKETS_PER_S);
	header.setUint32(8, count);
	header.setUint32(12, filled.length);
	header.setFloat64(16, originS);
	let at = HEADER_BYTES;
	for (const part of [filled, finest.min, finest.max, finest.loudness]) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
}

/** Takes what is kept into `pyramid`. False, with nothing taken, when it is of another file, scale or form, or cut off. */
export function decodeWaveform(bytes: ArrayBuffer, pyramid: WaveformPyramid): boolean {
	const { count, originS, filled } = pyramid;
	if (bytes.byteLength !== HEADER_BYTES + filled.length + 3 * count) return false;
	const header = new DataView(bytes);
	const same =
		header.getUint32(0) === MAGIC &&
		header.getUint32(4) === BUCKETS_PER_S &&
		header.getUint32(8) === count &&
		header.getFloat64(16) === originS;
	if (!same) return false;
	const known = new Uint8Array(bytes, HEADER_BYTES, filled.length);
	const at = HEADER_BYTES + filled.length;
	const [min, max] = [new Int8Array(bytes, at, count), new Int8Array(bytes, at + count, count)];
	const loudness = new Uint8Array(bytes, at + 2 * count, count);
	known.forEach((is, chunk) => {
		if (is !== 1) return;
		const [from, to] = [chunk * CHUNK_BUCKETS, (chunk + 1) * CHUNK_BUCKETS];
		pyramid.put(chunk, {
			min: min.subarray(from, to),
			max: max.subarray(from, to),
			loudness: loudness.subarray(from, to),
		});
	});
	return true;
}
