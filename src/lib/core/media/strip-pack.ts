/** A small picture of the key frame at `timeUs` (microseconds on the file's own timeline). */
export interface StripTile {
	readonly timeUs: number;
	/** A whole WebP file. */
	readonly picture: Uint8Array<ArrayBuffer>;
}

/** "OSP1" */
const MAGIC = 0x4f535031;
const HEAD_BYTES = 12;
const ENTRY_BYTES = 16;

/**
 * Pictures of one height in one body: a head of three big-endian fields (magic, height, number of pictures; 32 bits each), then for each
 * picture its time (float64), where it begins and how long it is (32 bits each), then the pictures.
 */
export function writeStripPack(heightPx: number, tiles: readonly StripTile[]): Uint8Array<ArrayBuffer> {
	let at = HEAD_BYTES + ENTRY_BYTES * tiles.length;
	const bytes = new Uint8Array(tiles.reduce((sum, { picture }) => sum + picture.length, at));
	const view = new DataView(bytes.buffer);
	view.setUint32(0, MAGIC);
	view.setUint32(4, heightPx);
	view.setUint32(8, tiles.length);
	for (const [n, { timeUs, picture }] of tiles.entries()) {
		const entry = HEAD_BYTES + ENTRY_BYTES * n;
		view.setFloat64(entry, timeUs);
		view.setUint32(entry + 8, at);
		view.setUint32(entry + 12, picture.length);
		bytes.set(picture, at);
		at += picture.length;
	}
	return bytes;
}

/** The pictures of a pack, which share its memory; undefined when it is none, or cut off. */
export function readStripPack(bytes: ArrayBuffer): { heightPx: number; tiles: readonly StripTile[] } | undefined {
	if (bytes.byteLength < HEAD_BYTES) return undefined;
	const view = new DataView(bytes);
	const count = view.getUint32(8);
	if (view.getUint32(0) !== MAGIC || bytes.byteLength < HEAD_BYTES + ENTRY_BYTES * count) return undefined;
	const tiles: StripTile[] = [];
	for (let n = 0; n < count; n += 1) {
		const entry = HEAD_BYTES + ENTRY_BYTES * n;
		const [from, length] = [view.getUint32(entry + 8), view.getUint32(entry + 12)];
		if (from + length > bytes.byteLength) return undefined;
		tiles.push({ timeUs: view.getFloat64(entry), picture: new Uint8Array(bytes, from, length) });
	}
	return { heightPx: view.getUint32(4), tiles };
}
