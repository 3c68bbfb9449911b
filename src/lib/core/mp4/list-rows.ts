import type { ByteSource } from '../media/byte-source.ts';
import { viewOf } from './boxes.ts';

interface Place {
	/** Where the first row stands. */
	readonly at: number;
	readonly count: number;
	readonly rowBytes: number;
}

/** A list of rows of the same length in a file, read in blocks, each of them once. */
export class FileList {
	readonly count: number;
	readonly rowBytes: number;
	/** Rows in a block. */
	readonly blockRows: number;
	readonly #at: number;
	readonly #blocks = new Map<number, Promise<DataView<ArrayBuffer>>>();

	constructor(
		private readonly file: ByteSource,
		{ at, count, rowBytes }: Place,
		blockBytes: number,
	) {
		[this.count, this.rowBytes, this.#at] = [count, rowBytes, at];
		this.blockRows = Math.floor(blockBytes / rowBytes);
	}

	/** Rows from `blockRows` × n on. */
	block(n: number): Promise<DataView<ArrayBuffer>> {
		const known = this.#blocks.get(n);
		if (known !== undefined) return known;
		const [first, last] = [n * this.blockRows, Math.min(this.count, (n + 1) * this.blockRows)];
		const block = viewOf(this.file, { start: this.#at + first * this.rowBytes, end: this.#at + last * this.rowBytes });
		this.#blocks.set(n, block);
		return block;
	}
}

/** Where one walk through a list stands: one block of it is at hand. */
export class ListRows {
	#first = 0;
	#loaded = 0;
	#rows = new DataView(new ArrayBuffer(0));

	/** Without a list, it has no rows. */
	constructor(private readonly list: FileList | undefined) {}

	get count(): number {
		return this.list?.count ?? 0;
	}

	/** True when row `n` can be read at once. */
	has(n: number): boolean {
		return n >= this.#first && n < this.#first + this.#loaded;
	}

	/** Makes row `n` and its block readable. Throws `RangeError` when the list has no such row, or the file ends before it. */
	async load(n: number): Promise<void> {
		const { list } = this;
		if (list === undefined || n < 0 || n >= list.count) throw new RangeError('a list of samples is too short');
		const block = Math.floor(n / list.blockRows);
		this.#rows = await list.block(block);
		[this.#first, this.#loaded] = [block * list.blockRows, Math.floor(this.#rows.byteLength / list.rowBytes)];
		if (!this.has(n)) throw new RangeError('the file ends inside a list of samples');
	}

	/** The 32 bits at byte `offset` of row `n`, which is loaded. */
	u32(n: number, offset = 0): number {
		return this.#rows.getUint32(this.#placeOf(n) + offset);
	}

	i32(n: number, offset = 0): number {
		return this.#rows.getInt32(this.#placeOf(n) + offset);
	}

	u64(n: number): number {
		return Number(this.#rows.getBigUint64(this.#placeOf(n)));
	}

	#placeOf(n: number): number {
		return (n - this.#first) * (this.list?.rowBytes ?? 0);
	}
}
