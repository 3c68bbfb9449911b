import type { PictureFormat } from '#core/export/output-file-name';

/** How much of a stream is looked at, at a time. */
const WINDOW_BYTES = 1 << 20;

/** Where the next picture of a stream ends: its length in bytes, or `more` when that lies behind what is there. */
type Measure = (bytes: Uint8Array) => number | 'more';

/**
 * Pictures that stand one after the other in `stream`, each as a part of it: nothing is copied. Throws a `RangeError` when something else than a
 * picture of this format comes.
 */
export async function* splitPictures(stream: Blob, format: PictureFormat): AsyncGenerator<Blob, void> {
	const measure = MEASURES[format];
	for (let at = 0; at < stream.size;) {
		let length: number | 'more' = 'more';
		for (let window = WINDOW_BYTES; length === 'more'; window *= 2) {
			const bytes = new Uint8Array(await stream.slice(at, at + window).arrayBuffer());
			length = measure(bytes);
			if (length === 'more' && at + window >= stream.size) throw new RangeError('the last picture is cut off');
		}
		yield stream.slice(at, at + length);
		at += length;
	}
}

const MEASURES: Readonly<Record<PictureFormat, Measure>> = { webp, png, jpeg };

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** RIFF: the length stands in front, parts are padded to even lengths. */
function webp(bytes: Uint8Array): number | 'more' {
	if (bytes.length < 12) return 'more';
	const view = viewOf(bytes);
	if (view.getUint32(0) !== 0x52494646 || view.getUint32(8) !== 0x57454250) throw new RangeError('no WebP picture');
	const length = view.getUint32(4, true);
	return 8 + length + (length % 2);
}

/** Chunks up to IEND. */
function png(bytes: Uint8Array): number | 'more' {
	const view = viewOf(bytes);
	if (bytes.length >= 4 && view.getUint32(0) !== 0x89504e47) throw new RangeError('no PNG picture');
	for (let at = 8; at + 8 <= bytes.length;) {
		const end = at + 12 + view.getUint32(at);
		if (view.getUint32(at + 4) === 0x49454e44) return end;
		at = end;
	}
	return 'more';
}

/** Segments up to the scan, then up to the end marker: inside the scan 0xFF is followed by 0 or a restart marker. */
function jpeg(bytes: Uint8Array): number | 'more' {
	const view = viewOf(bytes);
	if (bytes.length >= 2 && view.getUint16(0) !== 0xffd8) throw new RangeError('no JPEG picture');
	let at = 2;
	while (at + 4 <= bytes.length && bytes[at + 1] !== 0xda) at += 2 + view.getUint16(at + 2);
	for (; at + 2 <= bytes.length; at += 1) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return at + 2;
	return 'more';
}
