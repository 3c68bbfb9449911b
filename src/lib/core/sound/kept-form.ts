import { BUCKETS_PER_S, CHUNK_BUCKETS, QUIETEST, WaveformPyramid } from './pyramid.ts';

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

/**
 * The whole waveform in `bytes` for a file that begins at `originS` and lasts `durationS`: whoever made it may have measured these a little otherwise.
 * Undefined when it is none, or not whole.
 */
export function refitWaveform(
	bytes: ArrayBuffer,
	originS: number,
	durationS: number,
): Uint8Array<ArrayBuffer> | undefined {
	if (bytes.byteLength < HEADER_BYTES) return undefined;
	const header = new DataView(bytes);
	const kept = new WaveformPyramid(header.getFloat64(16), header.getUint32(8) / BUCKETS_PER_S);
	if (!decodeWaveform(bytes, kept) || !kept.complete) return undefined;
	const wanted = new WaveformPyramid(originS, durationS);
	const shift = Math.round((originS - kept.originS) * BUCKETS_PER_S);
	const { finest } = kept;
	for (let chunk = 0; chunk < wanted.filled.length; chunk += 1) {
		const first = chunk * CHUNK_BUCKETS + shift;
		const numbers = Array.from({ length: CHUNK_BUCKETS }, (_, n) => first + n);
		wanted.put(chunk, {
			min: Int8Array.from(numbers, (n) => finest.min[n] ?? 0),
			max: Int8Array.from(numbers, (n) => finest.max[n] ?? 0),
			loudness: Uint8Array.from(numbers, (n) => finest.loudness[n] ?? QUIETEST),
		});
	}
	return encodeWaveform(wanted);
}
