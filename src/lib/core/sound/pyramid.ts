/** How finely sound is summed up: buckets a second, 5 ms each. */
export const BUCKETS_PER_S = 200;
/** Sound is read and told of in pieces of this many buckets: ten seconds. */
export const CHUNK_BUCKETS = 10 * BUCKETS_PER_S;
/** How many buckets of a level make one of the next. */
const FACTOR = 4;
/** Loudness of a bucket is kept in halves of a decibel below full scale; this means silence, or that nothing is known. */
export const QUIETEST = 255;

/** Loudness as it is kept, from a root mean square of samples between −1 and 1. */
export const loudnessOf = (rms: number): number =>
	rms <= 0 ? QUIETEST : Math.min(QUIETEST, Math.max(0, Math.round(-40 * Math.log10(rms))));

/** Decibels below full scale (0 or less) of a kept loudness; −∞ for silence. */
export const decibelsOf = (loudness: number): number => (loudness === QUIETEST ? -Infinity : -loudness / 2);

/** Neighbouring buckets: lowest and highest sample (−127 … 127 for −1 … 1) and loudness of each. */
export interface Buckets {
	readonly min: Int8Array;
	readonly max: Int8Array;
	readonly loudness: Uint8Array;
}

/** Lowest and highest sample of a stretch, −127 … 127. */
export interface Peaks {
	readonly min: Int8Array;
	readonly max: Int8Array;
}

const bucketsOf = (count: number): Buckets => ({
	min: new Int8Array(count),
	max: new Int8Array(count),
	loudness: new Uint8Array(count).fill(QUIETEST),
});

/**
 * The sound of a file at every scale, filled in any order: 600 bytes and a third a second, 12 MB for four hours. Bucket 0 begins at
 * `originS` (seconds on the file's own timeline).
 */
export class WaveformPyramid {
	readonly originS: number;
	/** Buckets at the finest level. */
	readonly count: number;
	readonly finest: Buckets;
	/** 1 for each piece of `CHUNK_BUCKETS` that is known. */
	readonly filled: Uint8Array;
	/** Coarser and coarser; the first is the finest. */
	readonly #levels: Peaks[];
	#missing: number;

	constructor(originS: number, durationS: number) {
		this.originS = originS;
		this.count = Math.max(1, Math.ceil(durationS * BUCKETS_PER_S - 1e-6));
		this.finest = bucketsOf(this.count);
		this.filled = new Uint8Array(Math.ceil(this.count / CHUNK_BUCKETS));
		this.#missing = this.filled.length;
		this.#levels = [this.finest];
		for (let size = this.count; size > FACTOR;) {
			size = Math.ceil(size / FACTOR);
			this.#levels.push({ min: new Int8Array(size), max: new Int8Array(size) });
		}
	}

	get complete(): boolean {
		return this.#missing === 0;
	}

	/** How much is known, 0..1. */
	get share(): number {
		return 1 - this.#missing / this.filled.length;
	}

	/** Takes what is known of chunk `chunk`; what reaches beyond the end is left out. */
	put(chunk: number, { min, max, loudness }: Buckets): void {
		const from = chunk * CHUNK_BUCKETS;
		const size = Math.min(CHUNK_BUCKETS, this.count - from, min.length);
		if (size <= 0) return;
		this.finest.min.set(min.subarray(0, size), from);
		this.finest.max.set(max.subarray(0, size), from);
		this.finest.loudness.set(loudness.subarray(0, size), from);
		this.#sumUp(from, from + size);
		if (this.filled[chunk] === 0) this.#missing -= 1;
		this.filled[chunk] = 1;
	}

	/**
	 * The peaks of `into.min.length` even columns from `fromS` on, each `columnS` seconds wide, written into `into`. Columns outside the
	 * sound are 0; those that are finer than a bucket repeat it.
	 */
	peaks(fromS: number, columnS: number, into: Peaks): void {
		const perColumn = columnS * BUCKETS_PER_S;
		const depth = Math.max(
			0,
			Math.min(this.#levels.length - 1, Math.floor(Math.log(perColumn / 2) / Math.log(FACTOR))),
		);
		const level = this.#levels[depth] ?? this.finest;
		const scale = BUCKETS_PER_S / FACTOR ** depth;
		const start = (fromS - this.originS) * scale;
		const step = columnS * scale;
		for (let column = 0; column < into.min.length; column += 1) {
			const from = Math.floor(start + column * step + 1e-9);
			const to = Math.max(from + 1, Math.floor(start + (column + 1) * step + 1e-9));
			let [low, high] = [0, 0];
			for (let n = Math.max(0, from); n < to && n < level.min.length; n += 1) {
				low = Math.min(low, level.min[n] ?? 0);
				high = Math.max(high, level.max[n] ?? 0);
			}
			into.min[column] = low;
			into.max[column] = high;
		}
	}

	#sumUp(from: number, to: number): void {
		let [first, end] = [from, to];
		for (let depth = 1; depth < this.#levels.length; depth += 1) {
			const [fine, coarse] = [this.#levels[depth - 1], this.#levels[depth]];
			if (fine === undefined || coarse === undefined) return;
			first = Math.floor(first / FACTOR);
			end = Math.ceil(end / FACTOR);
			for (let n = first; n < end; n += 1) {
				let [low, high] = [0, 0];
				for (let i = n * FACTOR; i < (n + 1) * FACTOR; i += 1) {
					low = Math.min(low, fine.min[i] ?? 0);
					high = Math.max(high, fine.max[i] ?? 0);
				}
				coarse.min[n] = low;
				coarse.max[n] = high;
			}
		}
	}
}
