import type { MediaFacts } from '#core/media/media-facts';

type Bytes = Uint8Array<ArrayBuffer>;

interface Box {
	readonly type: string;
	readonly start: number;
	readonly end: number;
}

const BOX_HEAD_BYTES = 8;

/**
 * Cuts the fragmented MP4 of a piece while it is written: first its head, which describes the tracks, then each fragment as soon as it is whole. What follows the
 * last fragment is left out; nothing is told where the first lacks a track, or the boxes make no sense.
 */
export class PieceCutter {
	readonly #tracks: number;
	readonly #tell: (part: Bytes) => void;
	#bytes: Bytes = new Uint8Array(0);
	/** Where the first box begins that was not looked at yet. */
	#at = 0;
	#told = 0;
	#unfit = false;

	constructor({ video, audio }: Pick<MediaFacts, 'video' | 'audio'>, tell: (part: Bytes) => void) {
		this.#tracks = (video === undefined ? 0 : 1) + (audio.length > 0 ? 1 : 0);
		this.#tell = tell;
	}

	/** Its head and some of its media were told. */
	get hasMedia(): boolean {
		return this.#told > 1;
	}

	add(bytes: Uint8Array): void {
		this.#bytes = joined([this.#bytes, bytes]);
		while (!this.#unfit) {
			const box = boxAt(this.#bytes, this.#at, this.#bytes.length);
			if (box === undefined) return;
			if (box.type === 'moof' && this.#told === 0) {
				this.#unfit = box.start === 0 || countIn(this.#bytes, box, 'traf') < this.#tracks;
				if (!this.#unfit) this.#take(box.start);
				continue;
			}
			this.#at = box.end;
			if (box.type === 'mdat') this.#take(box.end);
		}
	}

	/** Tells what stands before `end`. */
	#take(end: number): void {
		const part = this.#bytes.slice(0, end);
		this.#bytes = this.#bytes.slice(end);
		this.#at = 0;
		this.#told += 1;
		this.#tell(part);
	}
}

export function joined(parts: readonly Uint8Array[]): Bytes {
	const all = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}

/** The box at `at`; undefined while it is not all there before `end`, and where none can be. */
function boxAt(bytes: Uint8Array, at: number, end: number): Box | undefined {
	if (at + BOX_HEAD_BYTES > end) return undefined;
	const size = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0);
	if (size < BOX_HEAD_BYTES || at + size > end) return undefined;
	return { type: String.fromCharCode(...bytes.subarray(at + 4, at + 8)), start: at, end: at + size };
}

function countIn(bytes: Uint8Array, { start, end }: Box, type: string): number {
	let count = 0;
	for (let box = boxAt(bytes, start + BOX_HEAD_BYTES, end); box !== undefined; box = boxAt(bytes, box.end, end))
		if (box.type === type) count += 1;
	return count;
}
