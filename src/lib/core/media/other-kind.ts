/** How many of the first bytes are looked at. */
export const SNIFFED_BYTES = 4096;

const SIGNATURES: readonly (readonly [kind: string, ...bytes: number[]])[] = [
	['a PDF document', 0x25, 0x50, 0x44, 0x46, 0x2d],
	['a ZIP archive or office document', 0x50, 0x4b, 0x03, 0x04],
	['a gzip archive', 0x1f, 0x8b],
	['a RAR archive', 0x52, 0x61, 0x72, 0x21],
	['a 7z archive', 0x37, 0x7a, 0xbc, 0xaf],
	['a PNG picture', 0x89, 0x50, 0x4e, 0x47],
	['a JPEG picture', 0xff, 0xd8, 0xff],
	['a program', 0x7f, 0x45, 0x4c, 0x46],
];

/** What a file is that is surely no video or sound, by its first bytes ("a text"). */
export function otherKindOf(bytes: Uint8Array): string | undefined {
	const known = SIGNATURES.find(([, ...signature]) => signature.every((byte, at) => bytes[at] === byte));
	if (known !== undefined) return known[0];
	if (bytes.every((byte) => byte === 0)) return 'empty space';
	return isText(bytes) ? 'a text' : undefined;
}

function isText(bytes: Uint8Array): boolean {
	if (bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c))
		return false;
	return isUtf8(bytes);
}

/** A character may be cut in two where the bytes end. */
function isUtf8(bytes: Uint8Array): boolean {
	for (let at = 0; at < bytes.length;) {
		const first = bytes[at] ?? 0;
		const following =
			first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
		if (following < 0) return false;
		const rest = bytes.subarray(at + 1, at + 1 + following);
		if (rest.some((byte) => (byte & 0xc0) !== 0x80)) return false;
		at += 1 + following;
	}
	return true;
}
