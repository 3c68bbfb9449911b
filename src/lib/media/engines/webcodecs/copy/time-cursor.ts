import type { Box } from '../../../probe/mp4/boxes.ts';

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
	readonly #view: DataView;
	readonly #times: number;
	readonly #entries: number;
	readonly #offsets: number;
	readonly #offsetEntries: number;

	/** `times` and `offsets`: the boxes `stts` and `ctts`. */
	constructor(view: DataView, times: Box, offsets: Box | undefined) {
		this.#view = view;
		this.#times = times.start + 8;
		this.#entries = view.getUint32(times.start + 4);
		this.#offsets = offsets === undefined ? 0 : offsets.start + 8;
		this.#offsetEntries = offsets === undefined ? 0 : view.getUint32(offsets.start + 4);
		this.#settle();
	}

	get shownAt(): number {
		return this.#decodedAt + this.#offset;
	}

	get length(): number {
		return this.#step;
	}

	next(): void {
		this.n += 1;
		this.#decodedAt += this.#step;
		this.#left -= 1;
		this.#offsetLeft -= 1;
		this.#settle();
	}

	/** Goes on to sample `n`, in whole runs. */
	skipTo(n: number): void {
		while (this.n < n && this.#entry < this.#entries) {
			const offsetRoom = this.#offsetEntry < this.#offsetEntries ? this.#offsetLeft : Infinity;
			const steps = Math.min(n - this.n, this.#left, offsetRoom);
			this.n += steps;
			this.#decodedAt += steps * this.#step;
			this.#left -= steps;
			this.#offsetLeft -= steps;
			this.#settle();
		}
	}

	#settle(): void {
		while (this.#left <= 0 && this.#entry < this.#entries) {
			this.#entry += 1;
			if (this.#entry === this.#entries) break;
			this.#left = this.#view.getUint32(this.#times + 8 * this.#entry);
			this.#step = this.#view.getUint32(this.#times + 8 * this.#entry + 4);
		}
		while (this.#offsetLeft <= 0 && this.#offsetEntry < this.#offsetEntries) {
			this.#offsetEntry += 1;
			if (this.#offsetEntry === this.#offsetEntries) break;
			this.#offsetLeft = this.#view.getUint32(this.#offsets + 8 * this.#offsetEntry);
			// Signed in version 1; writers put negative offsets into version 0 too.
			this.#offset = this.#view.getInt32(this.#offsets + 8 * this.#offsetEntry + 4);
		}
	}
}
