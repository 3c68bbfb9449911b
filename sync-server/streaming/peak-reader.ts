import { BUCKETS_PER_S, CHUNK_BUCKETS, WaveformPyramid } from '#core/sound/pyramid';
import { ChunkSum } from '#core/sound/summing';

/** Sound is summed up at this rate. */
export const PEAK_RATE_HZ = 48_000;
const CHUNK_SAMPLES = (CHUNK_BUCKETS / BUCKETS_PER_S) * PEAK_RATE_HZ;

/** Sums up a film's sound as it comes: 16-bit samples of `channels` channels in turn, from the first moment of the film. */
export class PeakReader {
	readonly #pyramid: WaveformPyramid;
	readonly #channels: number;
	readonly #sum = new ChunkSum();
	#rest: Buffer = Buffer.alloc(0);
	#chunk = 0;
	/** Samples of the chunk so far. */
	#filled = 0;

	constructor(originS: number, durationS: number, channels: number) {
		this.#pyramid = new WaveformPyramid(originS, durationS);
		this.#channels = channels;
	}

	add(bytes: Buffer): void {
		const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
		const frameBytes = 2 * this.#channels;
		const frames = Math.floor(all.length / frameBytes);
		this.#rest = Buffer.from(all.subarray(frames * frameBytes));
		for (let from = 0; from < frames;) {
			const count = Math.min(frames - from, CHUNK_SAMPLES - this.#filled);
			for (let channel = 0; channel < this.#channels; channel += 1) {
				const samples = new Float32Array(count);
				for (let n = 0; n < count; n += 1) samples[n] = all.readInt16LE((from + n) * frameBytes + 2 * channel) / 32_768;
				this.#sum.add(samples, this.#filled, PEAK_RATE_HZ);
			}
			from += count;
			this.#filled += count;
			if (this.#filled === CHUNK_SAMPLES) this.#take();
		}
	}

	/** The whole; where the sound ended early there is silence. */
	finish(): WaveformPyramid {
		while (this.#chunk < this.#pyramid.filled.length) this.#take();
		return this.#pyramid;
	}

	#take(): void {
		this.#pyramid.put(this.#chunk, this.#sum.take());
		this.#chunk += 1;
		this.#filled = 0;
	}
}
