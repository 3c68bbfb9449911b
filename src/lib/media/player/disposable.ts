const SLICE = 1;
const IDR_SLICE = 5;

/**
 * True when no other picture of an H.264 stream refers to this one (`nal_ref_idc` is 0, H.264 §7.4.1): it can be left out on the
 * way to a later frame. `lengthBytes` is the size of the NAL length fields, 0 for Annex B start codes.
 */
export function isDisposable(data: Uint8Array, lengthBytes: number): boolean {
	for (const at of lengthBytes === 0 ? afterStartCodes(data) : afterLengths(data, lengthBytes)) {
		const header = data[at] ?? 0;
		const type = header & 31;
		if (type >= SLICE && type <= IDR_SLICE) return (header >> 5) % 4 === 0;
	}
	return false;
}

/** Size of the NAL length fields that an avcC record announces (ISO/IEC 14496-15 §5.3.3.1); 0 without a record: Annex B. */
export function nalLengthBytes(description: AllowSharedBufferSource | undefined): number {
	if (description === undefined) return 0;
	const bytes = ArrayBuffer.isView(description)
		? new Uint8Array(description.buffer, description.byteOffset, description.byteLength)
		: new Uint8Array(description);
	return ((bytes[4] ?? 3) & 3) + 1;
}

function* afterLengths(data: Uint8Array, lengthBytes: number): Generator<number> {
	for (let at = 0; at + lengthBytes < data.length;) {
		let length = 0;
		for (let i = 0; i < lengthBytes; i += 1) length = length * 256 + (data[at + i] ?? 0);
		yield at + lengthBytes;
		at += lengthBytes + length;
	}
}

function* afterStartCodes(data: Uint8Array): Generator<number> {
	for (let at = 0; at + 3 < data.length; at += 1) {
		if (data[at] === 0 && data[at + 1] === 0 && data[at + 2] === 1) yield at + 3;
	}
}
