import type { ListRows } from './list-rows.ts';

/** Steps through the times of a track's samples in storage order. Times in the track's units, before its edit. */
export class TimeCursor {
	/** Number of the sample it stands on; one past the last when the table is at its end. */
	n = 0;
	#decodedAt = 0;
	#step = 0;
	#left = 0;
	#entry = -1;
	#offset = 0;
	#offsetLeft = 0;
	#offsetEntry = -1;

	private constructor(
		private readonly times: ListRows,
		private readonly offsets: ListRows,
	) {}

	/** On the first sample. `times` and `offsets`: the rows of `stts` and `ctts`. */
	static async open(times: ListRows, offsets: ListRows): Promise<TimeCursor> {
		const cursor = new TimeCursor(times, offsets);
		await cursor.#settle();
		return cursor;
	}

	get shownAt(): number {
		return this.#decodedAt + this.#offset;
	}

	get length(): number {
		return this.#step;
	}

	/** A promise only where rows have to be loaded: a film has hundreds of thousands of samples. */
	next(): Promise<void> | undefined {
		return this.#advance(1);
	}

	/** Goes on to sample `n`, in whole runs. */
	async skipTo(n: number): Promise<void> {
		while (this.n < n && this.#entry < this.times.count) {
			const offsetRoom = this.#offsetEntry < this.offsets.count ? this.#offsetLeft : Infinity;
			const loading = this.#advance(Math.min(n - this.n, this.#left, offsetRoom));
			if (loading !== undefined) await loading;
		}
	}

	#advance(samples: number): Promise<void> | undefined {
		this.n += samples;
		this.#decodedAt += samples * this.#step;
		this.#left -= samples;
		this.#offsetLeft -= samples;
		return this.#settle();
	}

	#settle(): Promise<void> | undefined {
		const { times, offsets } = this;
		while (this.#left <= 0 && this.#entry < times.count) {
			const entry = this.#entry + 1;
			if (entry < times.count) {
				if (!times.has(entry)) return this.#loadAnd(times, entry);
				this.#left = times.u32(entry);
				this.#step = times.u32(entry, 4);
			}
			this.#entry = entry;
		}
		while (this.#offsetLeft <= 0 && this.#offsetEntry < offsets.count) {
			const entry = this.#offsetEntry + 1;
			if (entry < offsets.count) {
				if (!offsets.has(entry)) return this.#loadAnd(offsets, entry);
				this.#offsetLeft = offsets.u32(entry);
				// Signed in version 1; writers put negative offsets into version 0 too.
				this.#offset = offsets.i32(entry, 4);
			}
			this.#offsetEntry = entry;
		}
		return undefined;
	}

	async #loadAnd(rows: ListRows, entry: number): Promise<void> {
		await rows.load(entry);
		await this.#settle();
	}
}
