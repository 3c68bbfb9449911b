import type { FrameIndex } from './frame-index.ts';

/** Thrown when bytes are no frame index, one of another version, or a damaged one. */
export class FrameIndexFormatError extends Error {
	override name = 'FrameIndexFormatError';
}

/*
 * Layout: "OFI", version; then as variable-length integers (7 bits a byte, lowest first, high bit: more follows; signed ones in
 * zigzag order): number of frames, first timestamp, length of the last frame, and for each further frame by how much its
 * distance to the one before differs from the distance before that. Even spacing makes these 0 or ±1: one byte a frame.
 * At last the key flags, eight to a byte, lowest bit first; in version 2 the flags of where the file can be divided follow them.
 */
const MAGIC = [0x4f, 0x46, 0x49] as const;
const VERSION = 1;
const VERSION_WITH_DIVISIONS = 2;
const LARGEST = Number.MAX_SAFE_INTEGER;

/** `index` in about 1.3 bytes a frame. Timestamps must be ascending integers within ±2^51 µs (70 years). */
export function encodeFrameIndex(index: FrameIndex): Uint8Array<ArrayBuffer> {
	const { ptsUs, key, endUs, divisible } = index;
	const out = new ByteWriter(16 + 2 * ptsUs.length);
	for (const byte of [...MAGIC, divisible === undefined ? VERSION : VERSION_WITH_DIVISIONS]) out.byte(byte);
	out.unsigned(ptsUs.length);
	out.signed(ptsUs[0] ?? 0);
	out.signed(endUs - (ptsUs[ptsUs.length - 1] ?? 0));
	let stepBefore = 0;
	for (let n = 1; n < ptsUs.length; n += 1) {
		const step = (ptsUs[n] ?? 0) - (ptsUs[n - 1] ?? 0);
		out.signed(step - stepBefore);
		stepBefore = step;
	}
	out.flags(key);
	if (divisible !== undefined) out.flags(divisible);
	return out.finish();
}

/** The index that `encodeFrameIndex` wrote. Throws `FrameIndexFormatError` when `bytes` are anything else. */
export function decodeFrameIndex(bytes: Uint8Array): FrameIndex {
	const source = new ByteReader(bytes);
	if (MAGIC.some((byte) => source.byte() !== byte)) throw new FrameIndexFormatError('these bytes are no frame index');
	const version = source.byte();
	if (version !== VERSION && version !== VERSION_WITH_DIVISIONS)
		throw new FrameIndexFormatError(`version ${version} of the frame index is not known here`);
	const count = source.unsigned();
	if (count > bytes.length) throw new FrameIndexFormatError('the frame index is cut off');
	const ptsUs = new Float64Array(count);
	let time = source.signed();
	const lastLength = source.signed();
	let step = 0;
	for (let n = 0; n < count; n += 1) {
		if (n > 0) {
			step += source.signed();
			time += step;
			if (step <= 0 || Math.abs(time) > LARGEST) throw new FrameIndexFormatError('its timestamps do not ascend');
		}
		ptsUs[n] = time;
	}
	const key = source.flags(count);
	const divisible = version === VERSION ? {} : { divisible: source.flags(count) };
	if (!source.atEnd) throw new FrameIndexFormatError('something follows the frame index');
	return { ptsUs, key, endUs: (count === 0 ? 0 : time) + lastLength, ...divisible };
}

class ByteWriter {
	#bytes: Uint8Array<ArrayBuffer>;
	#length = 0;

	constructor(expected: number) {
		this.#bytes = new Uint8Array(expected);
	}

	byte(value: number): void {
		if (this.#length === this.#bytes.length) {
			const larger = new Uint8Array(2 * this.#bytes.length);
			larger.set(this.#bytes);
			this.#bytes = larger;
		}
		this.#bytes[this.#length] = value;
		this.#length += 1;
	}

	/** Bit operations end at 32 bits, timestamps do not. */
	unsigned(value: number): void {
		let rest = value;
		for (; rest >= 128; rest = Math.floor(rest / 128)) this.byte((rest % 128) + 128);
		this.byte(rest);
	}

	signed(value: number): void {
		this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
	}

	flags(values: Uint8Array): void {
		for (let n = 0; n < values.length; n += 8) {
			let byte = 0;
			for (let bit = 0; bit < 8; bit += 1) byte |= (values[n + bit] ?? 0) << bit;
			this.byte(byte);
		}
	}

	finish(): Uint8Array<ArrayBuffer> {
		return this.#bytes.slice(0, this.#length);
	}
}

class ByteReader {
	readonly #bytes: Uint8Array;
	#at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	get atEnd(): boolean {
		return this.#at === this.#bytes.length;
	}

	byte(): number {
		const value = this.#bytes[this.#at];
		if (value === undefined) throw new FrameIndexFormatError('the frame index is cut off');
		this.#at += 1;
		return value;
	}

	unsigned(): number {
		let [value, weight] = [0, 1];
		for (;;) {
			const byte = this.byte();
			value += (byte % 128) * weight;
			if (value > LARGEST) throw new FrameIndexFormatError('a number in the frame index is too large');
			if (byte < 128) return value;
			weight *= 128;
		}
	}

	signed(): number {
		const value = this.unsigned();
		return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
	}

	flags(count: number): Uint8Array {
		const values = new Uint8Array(count);
		for (let n = 0; n < count; n += 8) {
			const byte = this.byte();
			for (let bit = 0; bit < 8 && n + bit < count; bit += 1) values[n + bit] = (byte >> bit) & 1;
		}
		return values;
	}
}
