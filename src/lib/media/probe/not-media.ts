import { readSpan, type MediaBytes } from '../media-bytes.ts';

const SNIFFED_BYTES = 4096;

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

/** What a file is that is surely no video or sound ("a text"), so that ffmpeg need not be fetched to find out. */
export async function otherKindOf(file: MediaBytes): Promise<string | undefined> {
	const bytes = new Uint8Array(await readSpan(file, 0, SNIFFED_BYTES));
	const known = SIGNATURES.find(([, ...signature]) => signature.every((byte, at) => bytes[at] === byte));
	if (known !== undefined) return known[0];
	if (bytes.every((byte) => byte === 0)) return 'empty space';
	return isText(bytes) ? 'a text' : undefined;
}

function isText(bytes: Uint8Array): boolean {
	if (bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c))
		return false;
	// A character may be cut in two where the sniffed bytes end: streaming mode forgives that.
	try {
		new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
		return true;
	} catch (thrown) {
		if (thrown instanceof TypeError) return false;
		throw thrown;
	}
}
