import { fixedAnswer } from '../../src/lib/vision/test-onnx-file.ts';

/** A side of 64 pixels has 8 × 8, 4 × 4 and 2 × 2 cells of 8, 16 and 32 pixels. */
export const CELLS = 84;

/** The smallest file that is a detector of this shape: it takes a picture of 64 × 64 pixels, and gives zeros for each. */
export function tinyModel(dims: readonly number[]): Buffer {
	const data = new Float32Array(dims.reduce((product, side) => product * side, 1));
	return Buffer.from(fixedAnswer({ images: [1, 3, 64, 64] }, { output: { dims, data } }));
}
