import { InvariantError } from '../result.ts';

/** Tar files are made of blocks of this many bytes. */
export const TAR_BLOCK = 512;
/** Two empty blocks end the file. */
export const TAR_END = new Uint8Array(2 * TAR_BLOCK);
/** The largest size that eleven octal digits hold. */
const MOST_BYTES = 8 ** 11 - 1;

/**
 * The header of one file in a tar (POSIX.1-1988 ustar). `name` is ASCII or UTF-8 of at most 100 bytes, or 255 when it can be split at a `/`;
 * `modifiedS` in whole seconds since 1970. Its content follows, filled up to whole blocks (`tarPadding`).
 */
export function tarHeader(name: string, bytes: number, modifiedS = 0): Uint8Array<ArrayBuffer> {
	if (!Number.isInteger(bytes) || bytes < 0 || bytes > MOST_BYTES) throw new InvariantError(`${bytes} bytes in a tar`);
	const { last, prefix } = splitName(name);
	const header = new Uint8Array(TAR_BLOCK);
	header.set(last, 0);
	put(header, 100, octal(0o644, 7));
	put(header, 108, octal(0, 7));
	put(header, 116, octal(0, 7));
	put(header, 124, octal(bytes, 11));
	put(header, 136, octal(Math.max(0, Math.floor(modifiedS)), 11));
	// The sum is taken with blanks in its own place.
	header.fill(0x20, 148, 156);
	put(header, 156, '0');
	put(header, 257, 'ustar\0');
	put(header, 263, '00');
	header.set(prefix, 345);
	const sum = header.reduce((total, byte) => total + byte, 0);
	put(header, 148, `${octal(sum, 6)}\0 `);
	return header;
}

/** How many empty bytes follow a content of `bytes`. */
export const tarPadding = (bytes: number): number => (TAR_BLOCK - (bytes % TAR_BLOCK)) % TAR_BLOCK;

function splitName(name: string): { last: Uint8Array; prefix: Uint8Array } {
	const whole = utf8(name);
	if (whole.length <= 100) return { last: whole, prefix: new Uint8Array(0) };
	for (let at = name.indexOf('/'); at !== -1; at = name.indexOf('/', at + 1)) {
		const [prefix, last] = [utf8(name.slice(0, at)), utf8(name.slice(at + 1))];
		if (prefix.length <= 155 && last.length <= 100 && last.length > 0) return { last, prefix };
	}
	throw new InvariantError(`"${name}" is too long for a tar`);
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');

function put(header: Uint8Array, at: number, ascii: string): void {
	for (let i = 0; i < ascii.length; i += 1) header[at + i] = ascii.charCodeAt(i);
}

/** UTF-8 of `text`; core has no TextEncoder. */
function utf8(text: string): Uint8Array {
	const bytes: number[] = [];
	for (const character of text) {
		const point = character.codePointAt(0) ?? 0;
		if (point < 0x80) bytes.push(point);
		else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
		else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
		else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
	}
	return Uint8Array.from(bytes);
}
