/** Diagonals at and below the main one: third differences couple four neighbours. */
export const BAND = 4;

/**
 * Replaces a symmetric positive definite heptadiagonal matrix by its Cholesky factor. `matrix[i * 4 + k]` is the entry (i, i − k). A pivot
 * that rounding has made too small is lifted, so that the factor always exists.
 */
export function factorise(matrix: Float64Array, count: number): void {
	let largest = 0;
	for (let i = 0; i < count; i += 1) largest = Math.max(largest, matrix[i * BAND] ?? 0);
	const least = largest * 1e-15 + Number.MIN_VALUE;
	for (let i = 0; i < count; i += 1) {
		const row = i * BAND;
		for (let k = Math.min(3, i); k >= 0; k -= 1) {
			const column = i - k;
			let sum = matrix[row + k] ?? 0;
			for (let j = Math.max(0, i - 3); j < column; j += 1) {
				sum -= (matrix[row + i - j] ?? 0) * (matrix[column * BAND + column - j] ?? 0);
			}
			matrix[row + k] = k === 0 ? Math.sqrt(Math.max(sum, least)) : sum / (matrix[column * BAND] ?? 1);
		}
	}
}

/** Replaces the right side by the solution; `factor` is what `factorise` left. */
export function solveFactorised(factor: Float64Array, side: Float64Array, count: number): void {
	for (let i = 0; i < count; i += 1) {
		let sum = side[i] ?? 0;
		for (let k = Math.min(3, i); k > 0; k -= 1) sum -= (factor[i * BAND + k] ?? 0) * (side[i - k] ?? 0);
		side[i] = sum / (factor[i * BAND] ?? 1);
	}
	for (let i = count - 1; i >= 0; i -= 1) {
		let sum = side[i] ?? 0;
		for (let k = Math.min(3, count - 1 - i); k > 0; k -= 1) {
			sum -= (factor[(i + k) * BAND + k] ?? 0) * (side[i + k] ?? 0);
		}
		side[i] = sum / (factor[i * BAND] ?? 1);
	}
}
