import { minimise, type Squares, type Terms } from './l1-solver.ts';

/** One axis of the camera within one shot. Lengths are fractions of the picture's side, times seconds. */
export interface AxisProblem {
	readonly timesS: Float64Array;
	/** Where the centre may be: half a crop from either edge. */
	readonly low: number;
	readonly high: number;
	/** Centre of what is wanted in the crop; NaN where nothing is. */
	readonly target: Float64Array;
	/** How far the camera likes to be from it at most, and how far before some of it is cut off. */
	readonly comfort: Float64Array;
	readonly contain: Float64Array;
	/** Frames at which the centre is given. */
	readonly fixed: readonly { readonly frame: number; readonly value: number }[];
	/** Where it is without any of the above. */
	readonly rest: number;
}

/** Weights of speed, acceleration and jerk, told for frames of 1/30 s (Grundmann, Kwatra, Essa 2011). */
export const WEIGHTS = { speed: 10, acceleration: 1, jerk: 100, jerkSquare: 0, comfort: 10, contain: 100 };
export const LIMITS = { speed: 0.297 };
const FRAME_S = 1 / 30;
const LEAST_STEP_S = 1e-3;
/** Weighs so much that it is never traded for anything else. */
const ALWAYS = 1e5;
/** Chooses among paths that are otherwise as good; too weak to move the camera. */
const NUDGE = 1e-3;

export function solveAxis(problem: AxisProblem): Float64Array {
	const { timesS, low, high, fixed } = problem;
	const count = timesS.length;
	if (high <= low) return new Float64Array(count).fill((low + high) / 2);
	const start = firstGuess(problem);
	if (fixed.length === 0 && problem.target.every(Number.isNaN)) return start;
	const derivatives = [1, 2, 3].map((order) => derivativeRows(timesS, order));
	const [speed, acceleration, jerk] = derivatives;
	if (speed === undefined || acceleration === undefined || jerk === undefined) return start;
	const frames = Int32Array.from({ length: count }, (_, n) => n);
	const known = frames.filter((n) => !Number.isNaN(problem.target[n] ?? NaN));
	const side = (which: Int32Array, sign: 1 | -1, half: Float64Array, weight: number): Terms =>
		places(
			which,
			Float64Array.from(which, (n) => Math.min(high, Math.max(low, (problem.target[n] ?? 0) + sign * (half[n] ?? 0)))),
			sign > 0 ? weight : 0,
			sign > 0 ? 0 : weight,
			timesS,
		);
	const most = LIMITS.speed * FRAME_S;
	const terms: Terms[] = [
		{ ...speed, ...even(speed, WEIGHTS.speed) },
		{ ...acceleration, ...even(acceleration, WEIGHTS.acceleration) },
		{ ...jerk, ...even(jerk, WEIGHTS.jerk) },
		{
			...speed,
			offset: speed.offset.map(() => most),
			rise: speed.offset.map(() => ALWAYS),
			fall: speed.offset.map(() => 0),
		},
		{
			...speed,
			offset: speed.offset.map(() => -most),
			rise: speed.offset.map(() => 0),
			fall: speed.offset.map(() => ALWAYS),
		},
		side(known, 1, problem.comfort, WEIGHTS.comfort),
		side(known, -1, problem.comfort, WEIGHTS.comfort),
		side(known, 1, problem.contain, WEIGHTS.contain),
		side(known, -1, problem.contain, WEIGHTS.contain),
		places(frames, new Float64Array(count).fill(high), ALWAYS, 0, timesS),
		places(frames, new Float64Array(count).fill(low), 0, ALWAYS, timesS),
		places(
			Int32Array.from(fixed, ({ frame }) => frame),
			Float64Array.from(fixed, ({ value }) => Math.min(high, Math.max(low, value))),
			ALWAYS,
			ALWAYS,
			timesS,
		),
	];
	const squares: Squares[] = [
		{
			...places(frames, start, 0, 0, timesS),
			weight: new Float64Array(count).fill(NUDGE),
		},
		{ ...jerk, weight: jerk.share.map((share) => share * WEIGHTS.jerkSquare) },
	];
	const path = minimise(start, terms, squares);
	return path.map((value) => Math.min(high, Math.max(low, value)));
}

/** The target where it is known, drawn straight over what is not; the rest where nothing is. */
function firstGuess({ target, rest, low, high }: AxisProblem): Float64Array {
	const guess = target.map((value) => Math.min(high, Math.max(low, value)));
	let last = -1;
	for (let n = 0; n < guess.length; n += 1) {
		if (Number.isNaN(guess[n] ?? NaN)) continue;
		const to = guess[n] ?? rest;
		const from = last < 0 ? to : (guess[last] ?? to);
		for (let k = last + 1; k < n; k += 1) guess[k] = from + ((to - from) * (k - last)) / (n - last);
		last = n;
	}
	return guess.fill(last < 0 ? Math.min(high, Math.max(low, rest)) : (guess[last] ?? rest), last + 1);
}

interface Rows {
	readonly reach: number;
	readonly first: Int32Array;
	readonly coefficients: Float64Array;
	readonly offset: Float64Array;
	/** How many frames of 1/30 s the row stands for. */
	readonly share: Float64Array;
}

/** Divided differences of order 1 to 3 in units of a frame of 1/30 s, so that frames of any length give the same path. */
function derivativeRows(timesS: Float64Array, order: number): Rows {
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

const even = ({ share }: Rows, weight: number): Pick<Terms, 'rise' | 'fall'> => {
	const weights = share.map((value) => value * weight);
	return { rise: weights, fall: weights };
};

/** Rows that look at one frame each. */
function places(which: Int32Array, offset: Float64Array, rise: number, fall: number, timesS: Float64Array): Terms {
	const frameShare = (n: number): number => {
		const [from, to] = [timesS[Math.max(0, n - 1)] ?? 0, timesS[Math.min(timesS.length - 1, n + 1)] ?? 0];
		return timesS.length < 2
			? 1
			: Math.max(LEAST_STEP_S, (to - from) / (n === 0 || n === timesS.length - 1 ? 1 : 2)) / FRAME_S;
	};
	const share = Float64Array.from(which, frameShare);
	return {
		reach: 1,
		first: which,
		coefficients: new Float64Array(which.length).fill(1),
		offset,
		rise: share.map((value) => value * rise),
		fall: share.map((value) => value * fall),
	};
}
