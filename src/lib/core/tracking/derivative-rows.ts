import type { Squares } from './l1-solver.ts';

/** The length of a frame at which divided differences are plain ones, in seconds. */
export const FRAME_S = 1 / 30;
/** Frames with the same time are taken to be this far apart, in seconds. */
export const LEAST_STEP_S = 1e-3;

/** One derivative of a path at each place where it can be told. */
export interface DerivativeRows extends Omit<Squares, 'weight'> {
	/** How many frames of 1/30 s the row stands for. */
	readonly share: Float64Array;
}
/** Divided differences of order 1 to 3 in units of a frame of 1/30 s, so that frames of any length give the same path. */
export function derivativeRows(timesS: Float64Array, order: number): DerivativeRows {
	const rows = Math.max(0, timesS.length - order);
	const reach = order + 1;
	const coefficients = new Float64Array(rows * reach);
	const share = new Float64Array(rows);
	const step = (n: number): number => Math.max(LEAST_STEP_S, (timesS[n + 1] ?? 0) - (timesS[n] ?? 0)) / FRAME_S;
	for (let r = 0; r < rows; r += 1) {
		const steps = Array.from({ length: order }, (_, k) => step(r + k));
		coefficients.set(divided(steps), r * reach);
		share[r] = steps.reduce((sum, value) => sum + value, 0) / order;
	}
	return {
		reach,
		first: Int32Array.from({ length: rows }, (_, n) => n),
		coefficients,
		offset: new Float64Array(rows),
		share,
	};
}

/** Coefficients of the derivative whose order is the number of steps, through points that far apart (Newton's divided differences). */
function divided(steps: readonly number[]): number[] {
	if (steps.length === 0) return [1];
	const [left, right] = [divided(steps.slice(0, -1)), divided(steps.slice(1))];
	const span = steps.reduce((sum, value) => sum + value, 0) / steps.length;
	return Array.from({ length: steps.length + 1 }, (_, k) => ((right[k - 1] ?? 0) - (left[k] ?? 0)) / span);
}
