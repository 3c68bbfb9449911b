import { BUCKETS_PER_S, CHUNK_BUCKETS, loudnessOf, QUIETEST, type Buckets } from './pyramid.ts';

/** Sums up the samples of one chunk; samples come in any number of pieces. */
export class ChunkSum {
	readonly #low = new Float32Array(CHUNK_BUCKETS);
	readonly #high = new Float32Array(CHUNK_BUCKETS);
	readonly #squares = new Float64Array(CHUNK_BUCKETS);
	readonly #samples = new Uint32Array(CHUNK_BUCKETS);

	/**
	 * Adds one channel of a piece. `firstSample`: its place, counted at its rate from the start of the chunk; what lies before or behind the
	 * chunk is left out.
	 */
	add(samples: Float32Array, firstSample: number, sampleRateHz: number): void {
		const perBucket = sampleRateHz / BUCKETS_PER_S;
		let n = Math.max(0, -firstSample);
		while (n < samples.length) {
			const bucket = Math.floor((firstSample + n) / perBucket + 1e-9);
			if (bucket >= CHUNK_BUCKETS) return;
			const end = Math.min(samples.length, Math.ceil((bucket + 1) * perBucket - 1e-9) - firstSample);
			let [low, high, squares] = [this.#low[bucket] ?? 0, this.#high[bucket] ?? 0, 0];
			const from = n;
			for (; n < end; n += 1) {
				const sample = samples[n] ?? 0;
				if (sample < low) low = sample;
				else if (sample > high) high = sample;
				squares += sample * sample;
			}
			this.#low[bucket] = low;
			this.#high[bucket] = high;
			this.#squares[bucket] = (this.#squares[bucket] ?? 0) + squares;
			this.#samples[bucket] = (this.#samples[bucket] ?? 0) + n - from;
		}
	}

	/** The chunk so far; then it is empty again. */
	take(): Buckets {
		const inByte = (sample: number): number => Math.max(-127, Math.min(127, Math.round(sample * 127)));
		const buckets = {
			min: Int8Array.from(this.#low, inByte),
			max: Int8Array.from(this.#high, inByte),
			loudness: Uint8Array.from(this.#squares, (squares, n) => {
				const count = this.#samples[n] ?? 0;
				return count === 0 ? QUIETEST : loudnessOf(Math.sqrt(squares / count));
			}),
		};
		for (const sum of [this.#low, this.#high, this.#squares, this.#samples]) sum.fill(0);
		return buckets;
	}
}
