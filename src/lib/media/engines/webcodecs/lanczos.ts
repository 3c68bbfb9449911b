/** Filter taps of one output sample: `weights` start at source sample `first` and sum to 1. */
interface Taps {
	readonly first: Int32Array;
	readonly weights: Float32Array;
	readonly perSample: number;
}

const REACH = 3;

function lanczos(x: number): number {
	if (x === 0) return 1;
	if (Math.abs(x) >= REACH) return 0;
	const angle = Math.PI * x;
	return (REACH * Math.sin(angle) * Math.sin(angle / REACH)) / (angle * angle);
}

/** Taps that turn `from` samples into `to`. Shrinking widens the kernel, so that nothing aliases; edges repeat the last sample. */
export function scalingTaps(from: number, to: number): Taps {
	const scale = from / to;
	const widen = Math.max(1, scale);
	const perSample = Math.min(from, 2 * Math.ceil(REACH * widen) + 1);
	const first = new Int32Array(to);
	const weights = new Float32Array(to * perSample);
	for (let i = 0; i < to; i += 1) {
		const centre = (i + 0.5) * scale - 0.5;
		const start = Math.min(Math.max(0, Math.ceil(centre - REACH * widen)), from - perSample);
		first[i] = start;
		let sum = 0;
		for (let source = Math.ceil(centre - REACH * widen); source <= centre + REACH * widen; source += 1) {
			const weight = lanczos((source - centre) / widen);
			const tap = Math.min(Math.max(source - start, 0), perSample - 1);
			weights[i * perSample + tap] = (weights[i * perSample + tap] ?? 0) + weight;
			sum += weight;
		}
		for (let tap = 0; tap < perSample; tap += 1) {
			weights[i * perSample + tap] = (weights[i * perSample + tap] ?? 0) / sum;
		}
	}
	return { first, weights, perSample };
}

/** Scales 8-bit planes of one fixed size with Lanczos-3: rows first, then columns, in floats, rounded once. */
export class PlaneScaler {
	readonly #across: Taps;
	readonly #down: Taps;
	readonly #rows: Float32Array;

	constructor(
		private readonly from: { readonly width: number; readonly height: number },
		private readonly to: { readonly width: number; readonly height: number },
	) {
		this.#across = scalingTaps(from.width, to.width);
		this.#down = scalingTaps(from.height, to.height);
		this.#rows = new Float32Array(to.width * from.height);
	}

	/** `source` has `stride` bytes a row; `target` is packed. */
	scale(source: Uint8Array, stride: number, target: Uint8Array): void {
		this.#scaleRows(source, stride);
		this.#scaleColumns(target);
	}

	#scaleRows(source: Uint8Array, stride: number): void {
		const { first, weights, perSample } = this.#across;
		const rows = this.#rows;
		const { width } = this.to;
		for (let y = 0; y < this.from.height; y += 1) {
			const row = y * stride;
			for (let x = 0; x < width; x += 1) {
				const start = row + (first[x] as number);
				const base = x * perSample;
				let sum = 0;
				for (let tap = 0; tap < perSample; tap += 1) {
					sum += (source[start + tap] as number) * (weights[base + tap] as number);
				}
				rows[y * width + x] = sum;
			}
		}
	}

	#scaleColumns(target: Uint8Array): void {
		const { first, weights, perSample } = this.#down;
		const rows = this.#rows;
		const { width, height } = this.to;
		const line = new Float32Array(width);
		for (let y = 0; y < height; y += 1) {
			line.fill(0);
			for (let tap = 0; tap < perSample; tap += 1) {
				const weight = weights[y * perSample + tap] as number;
				if (weight === 0) continue;
				const row = ((first[y] as number) + tap) * width;
				for (let x = 0; x < width; x += 1) line[x] = (line[x] as number) + (rows[row + x] as number) * weight;
			}
			for (let x = 0; x < width; x += 1) {
				const value = (line[x] as number) + 0.5;
				target[y * width + x] = value < 0 ? 0 : value > 255 ? 255 : value;
			}
		}
	}
}
