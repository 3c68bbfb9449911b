import type { ByteSource, Stop } from '../media/byte-source.ts';

/** A box of an ISO base media file (ISO/IEC 14496-12 §4.2): its content lies in `start`..`end` of what it was found in. */
export interface Box {
	readonly type: string;
	readonly start: number;
	readonly end: number;
}

/** The boxes that lie in `start`..`end` of `view`, in order. Stops where the bytes make no sense. */
export function* boxesIn(view: DataView, start = 0, end = view.byteLength): Generator<Box> {
	for (let at = start; at + 8 <= end;) {
		const header = readHeader(view, at, end - at);
		if (header === undefined) return;
		yield { type: header.type, start: at + header.headerBytes, end: Math.min(end, at + header.bytes) };
		at += header.bytes;
	}
}

/** The first box at the end of `path`, "mdia.minf.stbl" say. */
export function findBox(view: DataView, within: Box, path: string): Box | undefined {
	let found: Box | undefined = within;
	for (const type of path.split('.')) {
		if (found === undefined) return undefined;
		found = firstOf(boxesIn(view, found.start, found.end), type);
	}
	return found;
}

function firstOf(boxes: Iterable<Box>, type: string): Box | undefined {
	for (const box of boxes) if (box.type === type) return box;
	return undefined;
}

/** What `read` finds, or undefined where a wrong length or count leads it out of the bytes at hand. */
export function tolerant<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch (thrown) {
		if (thrown instanceof RangeError) return undefined;
		throw thrown;
	}
}

/** Bytes of a file, `end` exclusive. */
export interface FileSpan {
	readonly start: number;
	readonly end: number;
}

/** What the top of a file says, found by jumping from box to box. */
export interface FileLayout {
	/** Where the content of the movie box lies; undefined when it is missing or cut off. */
	readonly movie: FileSpan | undefined;
	/** There is media data, or the start of it. */
	readonly hasMedia: boolean;
	/** A box ends beyond the end of the file. */
	readonly cutOff: boolean;
}

/** More is no list of frames: 64 MB are about 40 hours of film. */
const LARGEST_MOVIE_BYTES = 256e6;

/** Reads the layout of `file`: a few bytes for each box. */
export async function readLayout(file: ByteSource, signal: Stop): Promise<FileLayout> {
	let [movie, hasMedia, cutOff]: [FileSpan | undefined, boolean, boolean] = [undefined, false, false];
	for (let at = 0; at + 8 <= file.size;) {
		signal.throwIfAborted();
		const header = readHeader(await viewOf(file, { start: at, end: at + 16 }), 0, file.size - at);
		if (header === undefined) break;
		const end = at + header.bytes;
		cutOff ||= end > file.size;
		if (header.type === 'mdat' || header.type === 'moof') hasMedia = true;
		if (header.type === 'moov' && end <= file.size && header.bytes <= LARGEST_MOVIE_BYTES)
			movie ??= { start: at + header.headerBytes, end };
		// A recording in fragments may have thousands; all that matters here is known by then.
		if (movie !== undefined && hasMedia) {
			cutOff ||= header.type !== 'moov' && end > file.size;
			break;
		}
		at = end;
	}
	return { movie, hasMedia, cutOff };
}

export async function viewOf(file: ByteSource, { start, end }: FileSpan): Promise<DataView<ArrayBuffer>> {
	return new DataView(await file.read(start, end));
}

/** The header of the box at `at`, which has `room` bytes at most; undefined when the bytes make no sense. */
export function readHeader(
	view: DataView,
	at: number,
	room: number,
): { type: string; headerBytes: number; bytes: number } | undefined {
	if (view.byteLength < at + 8) return undefined;
	const type = String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at + 4, 4));
	const short = view.getUint32(at);
	if (short === 1 && view.byteLength < at + 16) return undefined;
	const headerBytes = short === 1 ? 16 : 8;
	// 0: to the end of what it lies in; 1: the length follows in 64 bits.
	const bytes = short === 0 ? room : short === 1 ? Number(view.getBigUint64(at + 8)) : short;
	return bytes < headerBytes ? undefined : { type, headerBytes, bytes };
}
