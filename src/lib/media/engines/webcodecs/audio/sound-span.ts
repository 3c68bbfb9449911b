import { mixTo, type Planes } from './mix.ts';
import { Resampler } from './resample.ts';

/** What a span of sound must become. */
export interface SoundSpanOptions {
	/** Start of the span on the source's timeline, in seconds. */
	readonly inS: number;
	/** Samples that come out, exactly. */
	readonly length: number;
	readonly rateHz: number;
	readonly channels: 1 | 2;
}

/** Longest block that is handed on, in samples: keeps buffers small when a long silence is filled. */
const BLOCK = 24_000;

/**
 * Turns decoded blocks of one span into exactly `length` samples: cut at the sample, gaps filled with silence, overlaps dropped, channels and
 * rate changed where needed. Blocks arrive in order, at their presentation time.
 */
export class SoundSpan {
	#cursor: number | undefined;
	#resampler: Resampler | undefined;
	#fromRateHz = 0;
	#made = 0;

	constructor(private readonly options: SoundSpanOptions) {}

	/** A decoded block that starts at `timestampS` on the source's timeline. */
	*push(block: { readonly timestampS: number; readonly rateHz: number; readonly planes: Planes }): Generator<Planes> {
		this.#begin(block.rateHz);
		const mixed = mixTo(block.planes, this.options.channels);
		const length = mixed[0]?.length ?? 0;
		const position = Math.round(block.timestampS * block.rateHz);
		const cursor = this.#cursor ?? position;
		if (position > cursor) yield* this.#silence(position - cursor);
		const skip = Math.min(length, Math.max(0, cursor - position));
		if (skip < length) yield* this.#take(mixed.map((plane) => plane.subarray(skip)));
	}

	/** Silence up to the full length. */
	*end(): Generator<Planes> {
		this.#begin(this.#fromRateHz || this.options.rateHz);
		if (this.#resampler !== undefined) yield* this.#cut(this.#resampler.end());
		while (this.#made < this.options.length)
			yield* this.#cut(this.#zeros(Math.min(BLOCK, this.options.length - this.#made)));
	}

	/** Seconds that came out. */
	get madeS(): number {
		return this.#made / this.options.rateHz;
	}

	get isFull(): boolean {
		return this.#made >= this.options.length;
	}

	/** The first block decides the source's rate; the cursor then stands at the span's first sample. */
	#begin(rateHz: number): void {
		if (this.#cursor !== undefined) return;
		const { inS, channels } = this.options;
		this.#fromRateHz = rateHz;
		if (rateHz === this.options.rateHz) {
			this.#cursor = Math.round(inS * rateHz);
			return;
		}
		this.#cursor = Math.floor(inS * rateHz);
		this.#resampler = new Resampler({
			from: rateHz,
			to: this.options.rateHz,
			start: inS * rateHz - this.#cursor,
			channels,
		});
	}

	*#silence(count: number): Generator<Planes> {
		for (let left = count; left > 0 && !this.isFull; left -= BLOCK)
			yield* this.#take(this.#zeros(Math.min(BLOCK, left)));
	}

	*#take(planes: Planes): Generator<Planes> {
		this.#cursor = (this.#cursor ?? 0) + (planes[0]?.length ?? 0);
		yield* this.#cut(this.#resampler?.push(planes) ?? planes);
	}

	*#cut(planes: Planes): Generator<Planes> {
		const available = Math.min(planes[0]?.length ?? 0, this.options.length - this.#made);
		if (available <= 0) return;
		this.#made += available;
		yield planes.map((plane) => plane.subarray(0, available));
	}

	#zeros(count: number): Planes {
		return Array.from({ length: this.options.channels }, () => new Float32Array(count));
	}
}
