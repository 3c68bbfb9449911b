import type { FramePlane, FramePlanes } from './frame-planes.ts';

/** How brightness and colour make red, green and blue. */
export interface RgbMatrix {
	/** Shares of red and blue in brightness. */
	readonly red: number;
	readonly blue: number;
	readonly fullRange: boolean;
}

/** ITU-R BT.601, BT.709 and BT.2020. */
const SHARES: Readonly<Record<string, readonly [red: number, blue: number]>> = {
	smpte170m: [0.299, 0.114],
	bt470bg: [0.299, 0.114],
	bt709: [0.2126, 0.0722],
	'bt2020-ncl': [0.2627, 0.0593],
};
/** What does not tell is taken for BT.601 below this height in pixels, as players do. */
const HD_HEIGHT = 720;

export function rgbMatrix(
	space: { readonly matrix?: string | null; readonly fullRange?: boolean | null },
	codedHeight: number,
): RgbMatrix {
	const [red, blue] = SHARES[space.matrix ?? ''] ?? (codedHeight < HD_HEIGHT ? [0.299, 0.114] : [0.2126, 0.0722]);
	return { red, blue, fullRange: space.fullRange === true };
}

/** Samples taken across a pixel of the result, at most: a mean over all of a large picture would take longer than its decoding. */
const MOST_SAMPLES = 4;

/** Where the samples of each pixel of the result stand in a plane. */
interface Grid {
	readonly columns: Uint32Array;
	readonly rows: Uint32Array;
	readonly across: number;
	readonly down: number;
}

/** Shrinks planes of one geometry into red, green, blue: a pixel is the mean of samples spread over what falls on it. */
export class PlaneShrinker {
	readonly #luma: Grid;
	readonly #colour: Grid;
	readonly #sums: readonly [Uint32Array, Uint32Array, Uint32Array];

	constructor(
		{ luma, blue }: FramePlanes,
		private readonly width: number,
		private readonly height: number,
	) {
		this.#luma = gridOf(luma, width, height);
		this.#colour = gridOf(blue, width, height);
		this.#sums = [new Uint32Array(width), new Uint32Array(width), new Uint32Array(width)];
	}

	/** Writes `width` × `height` pixels of red, green, blue and 255. */
	shrink({ bytes, luma, blue, red, depth }: FramePlanes, to: Uint8ClampedArray, matrix: RgbMatrix): void {
		const [y, b, r] = this.#sums;
		const { width } = this;
		const scale = 2 ** (depth - 8);
		const lumaScale = 255 / ((matrix.fullRange ? 255 : 219) * scale * this.#luma.across * this.#luma.down);
		const colourScale = 255 / ((matrix.fullRange ? 255 : 224) * scale * this.#colour.across * this.#colour.down);
		const black = matrix.fullRange ? 0 : (16 * 255) / 219;
		const middle = (128 * 255) / (matrix.fullRange ? 255 : 224);
		const [redOf, blueOf] = [2 * (1 - matrix.red), 2 * (1 - matrix.blue)];
		const green = 1 - matrix.red - matrix.blue;
		const [greenByRed, greenByBlue] = [(matrix.red * redOf) / green, (matrix.blue * blueOf) / green];
		const sum = depth === 8 ? sumBytes : sumWords;
		for (let row = 0, at = 0; row < this.height; row += 1) {
			sum(bytes, luma, this.#luma, row, y);
			sum(bytes, blue, this.#colour, row, b);
			sum(bytes, red, this.#colour, row, r);
			for (let x = 0; x < width; x += 1, at += 4) {
				const light = (y[x] as number) * lumaScale - black;
				const pb = (b[x] as number) * colourScale - middle;
				const pr = (r[x] as number) * colourScale - middle;
				to[at] = light + redOf * pr;
				to[at + 1] = light - greenByRed * pr - greenByBlue * pb;
				to[at + 2] = light + blueOf * pb;
				to[at + 3] = 255;
			}
		}
	}
}

function gridOf({ width, height, step, stride }: FramePlane, columns: number, rows: number): Grid {
	const across = Math.min(MOST_SAMPLES, Math.max(1, Math.round(width / columns)));
	const down = Math.min(MOST_SAMPLES, Math.max(1, Math.round(height / rows)));
	return {
		across,
		down,
		columns: Uint32Array.from(
			{ length: columns * across },
			(_, n) => step * Math.floor(((n + 0.5) * width) / (columns * across)),
		),
		rows: Uint32Array.from(
			{ length: rows * down },
			(_, n) => stride * Math.floor(((n + 0.5) * height) / (rows * down)),
		),
	};
}

function sumBytes(
	bytes: Uint8Array,
	{ offset }: FramePlane,
	{ columns, rows, across, down }: Grid,
	row: number,
	into: Uint32Array,
): void {
	into.fill(0);
	for (let n = row * down; n < (row + 1) * down; n += 1) {
		const line = offset + (rows[n] as number);
		for (let x = 0, c = 0; x < into.length; x += 1) {
			let sum = 0;
			for (const end = c + across; c < end; c += 1) sum += bytes[line + (columns[c] as number)] as number;
			into[x] = (into[x] as number) + sum;
		}
	}
}

function sumWords(
	bytes: Uint8Array,
	{ offset }: FramePlane,
	{ columns, rows, across, down }: Grid,
	row: number,
	into: Uint32Array,
): void {
	into.fill(0);
	for (let n = row * down; n < (row + 1) * down; n += 1) {
		const line = offset + (rows[n] as number);
		for (let x = 0, c = 0; x < into.length; x += 1) {
			let sum = 0;
			for (const end = c + across; c < end; c += 1) {
				const at = line + (columns[c] as number);
				sum += (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
			}
			into[x] = (into[x] as number) + sum;
		}
	}
}
