import type { RemoteBytes } from '#core/media/remote-bytes';
import { BLOCK_BYTES, ByteBlocks, readBlocks } from '../remote-bytes/byte-blocks.ts';
import type { RemotePlace } from '../remote-bytes/fetch-range.ts';
import { ReadAhead } from '../remote-bytes/read-ahead.ts';
import { requestRange } from '../remote-bytes/request-range.ts';
import type { FileBytes } from './file-bytes.ts';

/** 8 MiB. */
const BLOCKS_KEPT = 32;
/** 2 MiB a request when read through. */
const LONGEST_RUN = 8;

/** A file on a server for ffmpeg, which asks for 32 kB at a time and waits: fetched in blocks, in longer runs where it reads on. */
export class RemoteFileBytes implements FileBytes {
	readonly size: number;
	readonly #place: RemotePlace;
	readonly #blocks = new ByteBlocks(BLOCKS_KEPT);
	readonly #ahead = new ReadAhead(LONGEST_RUN);

	constructor(file: RemoteBytes) {
		this.size = file.size;
		this.#place = { ...file };
	}

	/** Throws a `readingError`. */
	read(into: Uint8Array, at: number): number {
		return readBlocks(into, at, this.size, (number) => this.#block(number));
	}

	#block(number: number): Uint8Array {
		const kept = this.#blocks.get(number);
		if (kept !== undefined) return kept;
		const last = this.#ahead.endOfRun(number, number + 1);
		const span = { start: number * BLOCK_BYTES, end: Math.min(this.size, last * BLOCK_BYTES) };
		const bytes = requestRange(this.#place, span);
		this.#blocks.put(number, bytes);
		return bytes.subarray(0, BLOCK_BYTES);
	}
}
