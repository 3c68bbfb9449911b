import type { ByteSource, Stop } from '../media/byte-source.ts';
import { readHeader, viewOf, type Box, type FileSpan } from './boxes.ts';
import { box, concat, u64, type Bytes } from './box-writing.ts';

const BRANCHES = ['trak', 'edts', 'mdia', 'minf', 'stbl', 'tref', 'mvex'];
const LEAVES = ['mvhd', 'tkhd', 'elst', 'mdhd', 'hdlr', 'vmhd', 'smhd', 'stsd', 'chap'];
/** They grow with the film. */
const LISTS = ['stts', 'ctts', 'stss', 'stsc', 'stsz', 'stco', 'co64'];

/** Bytes of a list that come before its first row in any of them. */
const LIST_HEAD = 12;
/** Bytes read at a time: many small boxes stand together, a list is stepped over. */
const AHEAD_BYTES = 128 * 1024;

/**
 * The content of a movie box with everything that says what its tracks are. Of the lists of samples it holds the heads alone, see `listIn`: in a
 * film of hours they are megabytes, of which a cut needs little.
 */
export async function readOutline(file: ByteSource, movie: FileSpan, signal: Stop): Promise<DataView> {
	const { buffer } = await outlineOf(new FileWindow(file, movie.end), movie, signal);
	return new DataView(buffer);
}

/** Where the whole of a list lies in the file, from its place in an outline. */
export function listIn(outline: DataView, { start }: Box): FileSpan {
	const at = start + LIST_HEAD;
	return { start: Number(outline.getBigUint64(at)), end: Number(outline.getBigUint64(at + 8)) };
}

async function outlineOf(window: FileWindow, within: FileSpan, signal: Stop): Promise<Bytes> {
	const boxes: Bytes[] = [];
	for (let at = within.start; at + 8 <= within.end;) {
		signal.throwIfAborted();
		const header = readHeader(await window.view(at, Math.min(at + 16, within.end)), 0, within.end - at);
		if (header === undefined) break;
		const { type, headerBytes, bytes } = header;
		const inside = { start: at + headerBytes, end: Math.min(within.end, at + bytes) };
		if (BRANCHES.includes(type)) boxes.push(box(type, await outlineOf(window, inside, signal)));
		else if (LEAVES.includes(type)) boxes.push(box(type, await window.bytes(inside.start, inside.end)));
		else if (LISTS.includes(type)) {
			const head = new Uint8Array(LIST_HEAD);
			head.set(await window.bytes(inside.start, Math.min(inside.end, inside.start + LIST_HEAD)));
			boxes.push(box(type, head, u64(inside.start, inside.end)));
		}
		at += bytes;
	}
	return concat(boxes);
}

/** Reads on from where it is asked to, so that what stands close together takes one request. */
class FileWindow {
	#start = 0;
	#bytes: Bytes = new Uint8Array();

	constructor(
		private readonly file: ByteSource,
		/** Nothing is wanted from here on. */
		private readonly end: number,
	) {}

	async bytes(start: number, end: number): Promise<Bytes> {
		if (start < this.#start || end > this.#start + this.#bytes.length) {
			const { buffer } = await viewOf(this.file, {
				start,
				end: Math.max(end, Math.min(this.end, start + AHEAD_BYTES)),
			});
			[this.#start, this.#bytes] = [start, new Uint8Array(buffer)];
		}
		return this.#bytes.subarray(start - this.#start, end - this.#start);
	}

	async view(start: number, end: number): Promise<DataView> {
		const { buffer, byteOffset, byteLength } = await this.bytes(start, end);
		return new DataView(buffer, byteOffset, byteLength);
	}
}
