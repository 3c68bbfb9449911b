/** Bytes of a box of an ISO base media file (ISO/IEC 14496-12 §4.2), or what goes into one. */
export type Bytes = Uint8Array<ArrayBuffer>;

export function concat(parts: readonly Uint8Array[]): Bytes {
	const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

export function u32(...values: readonly number[]): Bytes {
	const bytes = new Uint8Array(4 * values.length);
	const view = new DataView(bytes.buffer);
	values.forEach((value, i) => view.setUint32(4 * i, value));
	return bytes;
}

export function u64(...values: readonly number[]): Bytes {
	const bytes = new Uint8Array(8 * values.length);
	const view = new DataView(bytes.buffer);
	values.forEach((value, i) => view.setBigInt64(8 * i, BigInt(value)));
	return bytes;
}

export const ascii = (text: string): Bytes => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

export function box(type: string, ...parts: readonly Uint8Array[]): Bytes {
	const size = parts.reduce((sum, { length }) => sum + length, 8);
	return concat([u32(size), ascii(type), ...parts]);
}

/** A box with a version and no flags but `flags`. */
export const fullBox = (type: string, version: number, flags: number, ...parts: readonly Uint8Array[]): Bytes =>
	box(type, u32(version * 2 ** 24 + flags), ...parts);

/** A full box of 32-bit numbers. Takes any number of them, where arguments would not fit on the stack. */
export function list32(type: string, ...parts: readonly (readonly number[])[]): Bytes {
	const bytes = new Uint8Array(12 + 4 * parts.reduce((sum, { length }) => sum + length, 0));
	const view = new DataView(bytes.buffer);
	view.setUint32(0, bytes.length);
	bytes.set(ascii(type), 4);
	let at = 12;
	for (const part of parts) {
		for (const value of part) {
			view.setUint32(at, value);
			at += 4;
		}
	}
	return bytes;
}
