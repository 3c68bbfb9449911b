/** Bytes of a block: many small reads fall into one, and one is fetched in no time. */
export const BLOCK_BYTES = 256 * 1024;

/**
 * Fills `into` from offset `at` of a file of `size` bytes, block by block; returns how many bytes there were. A block that is shorter than it
 * should be ends it.
 */
export function readBlocks(
	into: Uint8Array,
	at: number,
	size: number,
	blockAt: (number: number) => Uint8Array,
): number {
	const end = Math.min(at + into.length, size);
	let position = at;
	while (position < end) {
		const number = Math.floor(position / BLOCK_BYTES);
		const inBlock = position - number * BLOCK_BYTES;
		const part = blockAt(number).subarray(inBlock, inBlock + end - position);
		if (part.length === 0) break;
		into.set(part, position - at);
		position += part.length;
	}
	return Math.max(0, position - at);
}

/** Parts of a file that were read lately, in blocks of the same size. Bounded in memory. */
export class ByteBlocks {
	/** By number, the longest unused first. */
	readonly #blocks = new Map<number, Uint8Array>();

	constructor(private readonly most: number) {}

	has(n: number): boolean {
		return this.#blocks.has(n);
	}

	get(n: number): Uint8Array | undefined {
		const block = this.#blocks.get(n);
		if (block === undefined) return undefined;
		this.#blocks.delete(n);
		this.#blocks.set(n, block);
		return block;
	}

	/** Takes `bytes` apart that begin with block `first`. */
	put(first: number, bytes: Uint8Array): void {
		for (let at = 0, n = first; at < bytes.length; at += BLOCK_BYTES, n += 1) {
			// A copy: a view would keep all the others alive.
			this.#blocks.delete(n);
			this.#blocks.set(n, bytes.slice(at, at + BLOCK_BYTES));
		}
		for (const [oldest] of this.#blocks) {
			if (this.#blocks.size <= this.most) return;
			this.#blocks.delete(oldest);
		}
	}
}
