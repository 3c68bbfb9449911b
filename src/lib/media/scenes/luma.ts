/** Brightness of a picture on a small grid, row by row, 0..255. */
export type Luma = Uint8Array;

export const GRID = { width: 64, height: 36 } as const;
export const CELLS = GRID.width * GRID.height;
/** Samples taken across a cell: an average over all of a large picture would take longer than its decoding. */
const SAMPLES = 3;
/** A mean difference of a third of the range is as different as pictures get, a quarter between their histograms. */
const [SAD_SCALE, HISTOGRAM_SCALE] = [3 / 255, 4 / 255];

/**
 * How different two pictures are, 0..1: half by what stands where (sum of absolute differences), half by how bright they are
 * (distance between the histograms: how far brightness would have to be moved to make one of the other, so that a flat ground which
 * becomes a little darker is a little different, whatever bin it falls into).
 */
export function distance(a: Luma, b: Luma): number {
	const histogram = new Int32Array(256);
	let sum = 0;
	for (let n = 0; n < CELLS; n += 1) {
		const [left, right] = [a[n] ?? 0, b[n] ?? 0];
		sum += Math.abs(left - right);
		histogram[left] = (histogram[left] ?? 0) + 1;
		histogram[right] = (histogram[right] ?? 0) - 1;
	}
	let [moved, carried] = [0, 0];
	for (const count of histogram) {
		carried += count;
		moved += Math.abs(carried);
	}
	return (Math.min(1, (sum / CELLS) * SAD_SCALE) + Math.min(1, (moved / CELLS) * HISTOGRAM_SCALE)) / 2;
}

/** A plane of brightness as a decoder gives it. */
export interface LumaPlane {
	readonly bytes: Uint8Array;
	readonly offset: number;
	readonly stride: number;
	readonly width: number;
	readonly height: number;
	/** 8, or more: then two bytes a sample, the low one first. */
	readonly depth: number;
}

/** The grid of a plane: each cell the mean of nine samples spread over it. */
export function shrink({ bytes, offset, stride, width, height, depth }: LumaPlane): Luma {
	const luma = new Uint8Array(CELLS);
	const columns = Uint32Array.from({ length: GRID.width * SAMPLES }, (_, n) =>
		Math.floor(((n + 0.5) * width) / (GRID.width * SAMPLES)),
	);
	const shift = depth - 8;
	for (let y = 0; y < GRID.height; y += 1) {
		for (let x = 0; x < GRID.width; x += 1) {
			let sum = 0;
			for (let row = 0; row < SAMPLES; row += 1) {
				const line = offset + stride * Math.floor(((y * SAMPLES + row + 0.5) * height) / (GRID.height * SAMPLES));
				for (let n = x * SAMPLES; n < (x + 1) * SAMPLES; n += 1) {
					const column = columns[n] ?? 0;
					if (shift === 0) sum += bytes[line + column] ?? 0;
					else sum += ((bytes[line + 2 * column] ?? 0) | ((bytes[line + 2 * column + 1] ?? 0) << 8)) >> shift;
				}
			}
			luma[y * GRID.width + x] = sum / SAMPLES ** 2;
		}
	}
	return luma;
}
