import type { Size } from '#core/crop/crop';

/**
 * Scales 8-bit planes of one fixed size the way encoders do, in whole numbers: halved (the mean of two or four samples) until less than half is
 * to go, then straight lines between samples. Several times faster than a filter in floats, and close to it.
 */
export class EvenScaler {
	readonly #halvings: readonly Halving[];
	readonly #from: Size;
	readonly #across: Steps;
	readonly #down: Steps;
	readonly #line: Uint16Array;

	constructor(
		from: Size,
		private readonly to: Size,
	) {
		const halvings: Halving[] = [];
		let { width, height } = from;
		// What is left over at an odd edge counts as half a sample.
		let [exactWidth, exactHeight] = [from.width, from.height];
		while (exactWidth >= 2 * to.width || exactHeight >= 2 * to.height) {
			const across = exactWidth >= 2 * to.width ? 2 : 1;
			const down = exactHeight >= 2 * to.height ? 2 : 1;
			const half = { width: Math.ceil(width / across), height: Math.ceil(height / down) };
			halvings.push({
				from: { width, height },
				across,
				down,
				plane: new Uint8Array(half.width * half.height),
				...half,
			});
			({ width, height } = half);
			[exactWidth, exactHeight] = [exactWidth / across, exactHeight / down];
		}
		this.#halvings = halvings;
		this.#from = { width, height };
		this.#across = stepsOf(exactWidth, width, to.width);
		this.#down = stepsOf(exactHeight, height, to.height);
		// One more than there is: the last sample has no next one, of which nothing goes in.
		this.#line = new Uint16Array(width + 1);
	}

	/** `source` has `stride` bytes a row; `target` is packed. */
	scale(source: Uint8Array, stride: number, target: Uint8Array): void {
		let [plane, rowBytes] = [source, stride];
		for (const halving of this.#halvings) {
			halve(plane, rowBytes, halving);
			[plane, rowBytes] = [halving.plane, halving.width];
		}
		this.#interpolate(plane, rowBytes, target);
	}

	#interpolate(source: Uint8Array, stride: number, target: Uint8Array): void {
		const { width, height } = this.to;
		const [across, down, line, length] = [this.#across, this.#down, this.#line, this.#from.width];
		for (let y = 0; y < height; y += 1) {
			const low = down.share[y] as number;
			const high = ONE - low;
			const above = (down.at[y] as number) * stride;
			const below = low === 0 ? above : above + stride;
			for (let x = 0; x < length; x += 1) {
				line[x] = (source[above + x] as number) * high + (source[below + x] as number) * low;
			}
			const row = y * width;
			for (let x = 0; x < width; x += 1) {
				const at = across.at[x] as number;
				const share = across.share[x] as number;
				const next = line[at + 1] as number;
				target[row + x] = ((line[at] as number) * (ONE - share) + next * share + HALF) >> (2 * BITS);
			}
		}
	}
}

interface Halving extends Size {
	readonly from: Size;
	/** 2 where that side is halved, else 1. */
	readonly across: 1 | 2;
	readonly down: 1 | 2;
	readonly plane: Uint8Array;
}

/** For each output sample the source sample before it, and how much of the next one goes in (of `ONE`). */
interface Steps {
	readonly at: Int32Array;
	readonly share: Uint8Array;
}

const BITS = 7;
const ONE = 1 << BITS;
const HALF = 1 << (2 * BITS - 1);

/** `length` samples lie there, of which `exact` count. */
function stepsOf(exact: number, length: number, to: number): Steps {
	const at = new Int32Array(to);
	const share = new Uint8Array(to);
	for (let i = 0; i < to; i += 1) {
		const position = Math.min(length - 1, Math.max(0, ((i + 0.5) * exact) / to - 0.5));
		const rounded = Math.round(position * ONE);
		at[i] = rounded >> BITS;
		share[i] = rounded & (ONE - 1);
	}
	return { at, share };
}

function halve(source: Uint8Array, stride: number, { from, across, down, plane, width, height }: Halving): void {
	for (let y = 0; y < height; y += 1) {
		const above = y * down * stride;
		const below = Math.min(from.height - 1, y * down + down - 1) * stride;
		const row = y * width;
		const whole = across === 1 ? width : from.width >> 1;
		const side = across - 1;
		for (let x = 0, i = 0; x < whole; x += 1, i += across) {
			const sum =
				(source[above + i] as number) +
				(source[above + i + side] as number) +
				(source[below + i] as number) +
				(source[below + i + side] as number);
			plane[row + x] = (sum + 2) >> 2;
		}
		const last = from.width - 1;
		if (whole < width) {
			plane[row + whole] = ((source[above + last] as number) + (source[below + last] as number) + 1) >> 1;
		}
	}
}
