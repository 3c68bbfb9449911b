import { concat, u32, type Bytes } from './box-writing.ts';

/** How H.264 is decoded, as its configuration says (ISO/IEC 14496-15 §5.3.3.1). */
export interface ParameterSets {
	/** Bytes of the length before each unit. */
	readonly lengthBytes: number;
	/** Sequence and picture parameter sets, each behind its length in four bytes: ready to stand before a key frame. */
	readonly inBand: Bytes;
}

/** Undefined when `avcC` is cut off. */
export function parameterSets(avcC: Uint8Array): ParameterSets | undefined {
	const sets: Uint8Array[] = [];
	let at = 5;
	// The upper bits of the first count are reserved.
	for (const mask of [0x1f, 0xff]) {
		const count = avcC[at];
		if (count === undefined) return undefined;
		at += 1;
		for (let n = 0; n < (count & mask); n += 1) {
			const length = ((avcC[at] ?? 0) << 8) | (avcC[at + 1] ?? 0);
			const set = avcC.subarray(at + 2, at + 2 + length);
			if (length === 0 || set.length < length) return undefined;
			sets.push(u32(length), set);
			at += 2 + length;
		}
	}
	return { lengthBytes: ((avcC[4] ?? 0) & 3) + 1, inBand: concat(sets) };
}

/** The same of HEVC (§8.3.3.1), from `hvcC`: its lists of units, each with a type. */
export function hevcParameterSets(hvcC: Uint8Array): ParameterSets | undefined {
	const sets: Uint8Array[] = [];
	let at = 23;
	for (let list = 0; list < (hvcC[22] ?? 0); list += 1) {
		const count = ((hvcC[at + 1] ?? 0) << 8) | (hvcC[at + 2] ?? 0);
		at += 3;
		for (let n = 0; n < count; n += 1) {
			const length = ((hvcC[at] ?? 0) << 8) | (hvcC[at + 1] ?? 0);
			const set = hvcC.subarray(at + 2, at + 2 + length);
			if (length === 0 || set.length < length) return undefined;
			sets.push(u32(length), set);
			at += 2 + length;
		}
	}
	return sets.length === 0 ? undefined : { lengthBytes: ((hvcC[21] ?? 0) & 3) + 1, inBand: concat(sets) };
}

const SLICE_OF_IDR = 5;
/** HEVC: pictures at which decoding may begin, IDR, BLA and CRA alike. What an open group shows before its CRA, plans leave out. */
const [FIRST_OF_IRAP, LAST_OF_IRAP] = [16, 21];

/** True when the packet (units behind lengths of `lengthBytes`) holds a picture that everything after it can start from. */
export function isIdr(packet: Uint8Array, lengthBytes: number, codec: 'avc' | 'hevc' = 'avc'): boolean {
	for (let at = 0; at + lengthBytes < packet.length;) {
		let length = 0;
		for (let i = 0; i < lengthBytes; i += 1) length = length * 256 + (packet[at + i] ?? 0);
		const first = packet[at + lengthBytes] ?? 0;
		const type = codec === 'avc' ? first & 0x1f : (first >> 1) & 0x3f;
		const isStart = codec === 'avc' ? type === SLICE_OF_IDR : type >= FIRST_OF_IRAP && type <= LAST_OF_IRAP;
		if (isStart) return true;
		at += lengthBytes + length;
	}
	return false;
}
