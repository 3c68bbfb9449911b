import type { Planes } from './mix.ts';

/** Samples of the source on each side of an output sample, before the kernel is widened for lower rates. */
const REACH = 16;
/** Kernel positions between two source samples; values between are interpolated. */
const PHASES = 512;
const KAISER_BETA = 9;

/**
 * Changes the sample rate of a contiguous stream with a Kaiser-windowed sinc (stop band under −90 dB).
 *
 * Output sample k stands at source position `start + k · from / to`, counted in source samples from the first one pushed.
 */
export class Resampler {
	readonly #step: number;
	readonly #reach: number;
	readonly #kernel: Float32Array;
	#buffer: Float32Array<ArrayBuffer>[];
	/** Source position of the buffer's first sample. */
	#bufferStart: number;
	#made = 0;

	constructor(
		private readonly options: {
			readonly from: number;
			readonly to: number;
			readonly start: number;
			readonly channels: number;
		},
	) {
		this.#step = options.from / options.to;
		const widen = Math.max(1, this.#step);
		this.#reach = Math.ceil(REACH * widen);
		this.#kernel = kernel(this.#reach, 1 / widen);
		this.#buffer = Array.from({ length: options.channels }, () => new Float32Array(this.#reach));
		this.#bufferStart = -this.#reach;
	}

	/** Takes the next source samples; gives what is complete by then. */
	push(planes: Planes): Planes {
		this.#buffer = this.#buffer.map((held, channel) =>
			joined(held, planes[channel] ?? new Float32Array(planes[0]?.length ?? 0)),
		);
		const length = this.#buffer[0]?.length ?? 0;
		const lastPosition = this.#bufferStart + length - this.#reach - 1;
		const until = Math.floor((lastPosition - this.options.start) / this.#step);
		const count = Math.max(0, until - this.#made);
		const made = this.#buffer.map((source) => this.#convolve(source, count));
		this.#made += count;
		const keepFrom = Math.floor(this.options.start + this.#made * this.#step) - this.#reach - this.#bufferStart;
		if (keepFrom > 0) {
			this.#buffer = this.#buffer.map((source) => source.slice(keepFrom));
			this.#bufferStart += keepFrom;
		}
		return made;
	}

	/** Gives the rest, as if silence followed. */
	end(): Planes {
		return this.push(this.#buffer.map(() => new Float32Array(2 * this.#reach + Math.ceil(this.#step))));
	}

	#convolve(source: Float32Array, count: number): Float32Array<ArrayBuffer> {
		const made = new Float32Array(count);
		const width = 2 * this.#reach;
		for (let k = 0; k < count; k += 1) {
			const position = this.options.start + (this.#made + k) * this.#step - this.#bufferStart;
			const whole = Math.floor(position);
			const phase = (position - whole) * PHASES;
			const low = Math.floor(phase);
			const share = phase - low;
			const [row, next] = [low * width, (low + 1) * width];
			const first = whole - this.#reach + 1;
			let sum = 0;
			for (let tap = 0; tap < width; tap += 1) {
				const a = this.#kernel[row + tap] as number;
				sum += (source[first + tap] ?? 0) * (a + ((this.#kernel[next + tap] as number) - a) * share);
			}
			made[k] = sum;
		}
		return made;
	}
}

function joined(a: Float32Array, b: Float32Array): Float32Array<ArrayBuffer> {
	const both = new Float32Array(a.length + b.length);
	both.set(a);
	both.set(b, a.length);
	return both;
}

/** Rows of `2 · reach` weights for each of `PHASES + 1` positions; every row sums to 1. */
function kernel(reach: number, cutoff: number): Float32Array {
	const width = 2 * reach;
	const table = new Float32Array((PHASES + 1) * width);
	for (let phase = 0; phase <= PHASES; phase += 1) {
		let sum = 0;
		for (let tap = 0; tap < width; tap += 1) {
			const x = tap - reach + 1 - phase / PHASES;
			const weight = sinc(x * cutoff) * kaiser(x / reach);
			table[phase * width + tap] = weight;
			sum += weight;
		}
		for (let tap = 0; tap < width; tap += 1) {
			table[phase * width + tap] = (table[phase * width + tap] as number) / sum;
		}
	}
	return table;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const kaiser = (x: number): number =>
	Math.abs(x) > 1 ? 0 : bessel(KAISER_BETA * Math.sqrt(1 - x * x)) / bessel(KAISER_BETA);

/** Modified Bessel function of the first kind, order zero. */
function bessel(x: number): number {
	let [sum, term] = [1, 1];
	for (let k = 1; k < 40; k += 1) {
		term *= (x / (2 * k)) ** 2;
		sum += term;
	}
	return sum;
}
