import { derivativeRows, FRAME_S, LEAST_STEP_S, type DerivativeRows } from './derivative-rows.ts';
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

/**
 * Weights of speed, acceleration and jerk for frames of 1/30 s. Grundmann, Kwatra and Essa (2011) give 10, 1 and 100; a little more on speed
 * and less on jerk stands still more often, and the square rounds the corners that absolute values leave.
 */
const SPEED = 25;
const ACCELERATION = 1;
const JERK = 40;
/** Places are fractions of the picture, so a square counts for little: 1e4 is strong from 1/250 of the picture per frame³ on. */
const JERK_SQUARE = 1e4;
/** What a step outside of the comfortable place costs, and outside of the crop on top of that. */
const [COMFORT, CONTAIN] = [10, 20];
/** The fastest pan, per second: a hundredth of the picture on each frame of 1/30 s. */
const MOST_SPEED = 0.29995;
/** A way of about this length or less before the camera turns back is not worth going: speed there costs up to so many times more. */
const [SHORT_WAY, SHORT_WAY_COST] = [0.02, 10];
/** Weigh so much that they are never traded for anything else, and the second not even for the first. */
const [ALWAYS, ABOVE_ALL] = [1e5, 2e6];
const NUDGE = 1e-3;
/** Less than this on a frame is no movement but what the solver has left over: 0.02 px of 1920. */
const LEFT_OVER = 1e-5;

type Rows = DerivativeRows;

/** The best course of the centre: see `AxisProblem` and the weights above. Frames count by the time they last, not by their number. */
export function solveAxis(problem: AxisProblem): Float64Array {
	const { timesS, low, high, fixed } = problem;
	const count = timesS.length;
	if (high <= low) return new Float64Array(count).fill((low + high) / 2);
	const start = firstGuess(problem);
	if (fixed.length === 0 && problem.target.every(Number.isNaN)) return start;
	const [speed, acceleration, jerk] = [1, 2, 3].map((order) => derivativeRows(timesS, order)) as [Rows, Rows, Rows];
	const [once, always] = [windows(problem), limits(problem, speed)];
	const squares = [{ ...jerk, weight: jerk.share.map((share) => share * JERK_SQUARE) }, nudge(start)];
	const solve = (from: Float64Array, speedCosts: Float64Array): Float64Array =>
		minimise(
			from,
			[
				{ ...speed, rise: speedCosts, fall: speedCosts },
				{ ...acceleration, ...even(acceleration, ACCELERATION) },
				{ ...jerk, ...even(jerk, JERK) },
				...once,
				...always,
			],
			squares,
		);
	const costs = even(speed, SPEED).rise;
	const path = solve(start, costs);
	const ways = waysOf(path);
	// Whoever sways makes the camera sway along by little; it had better stand (reweighted L1: Candès, Wakin, Boyd 2008).
	const dearer = ways.map((way) => 1 + SHORT_WAY_COST * Math.exp(-((way / SHORT_WAY) ** 4)));
	const settled = ways.some((way) => way > 0 && way < 2 * SHORT_WAY)
		? solve(
				path,
				costs.map((cost, n) => cost * (dearer[n] ?? 1)),
			)
		: path;
	return stilled(settled.map((value) => Math.min(high, Math.max(low, value))));
}

/** The comfortable place and the crop around the subject. */
function windows({ timesS, low, high, target, comfort, contain }: AxisProblem): readonly Terms[] {
	const known = Int32Array.from(timesS.keys()).filter((n) => !Number.isNaN(target[n] ?? NaN));
	const edge = (sign: 1 | -1, half: Float64Array): Float64Array =>
		Float64Array.from(known, (n) => Math.min(high, Math.max(low, (target[n] ?? 0) + sign * (half[n] ?? 0))));
	return [
		places(timesS, known, edge(1, comfort), COMFORT, 0),
		places(timesS, known, edge(-1, comfort), 0, COMFORT),
		places(timesS, known, edge(1, contain), CONTAIN, 0),
		places(timesS, known, edge(-1, contain), 0, CONTAIN),
	];
}

/** What holds whatever it costs: the edges of the picture, the fastest pan, and above these the places that are given. */
function limits({ timesS, low, high, fixed }: AxisProblem, speed: Rows): readonly Terms[] {
	const all = Int32Array.from(timesS.keys());
	const each = (value: number): Float64Array => speed.offset.map(() => value);
	const most = MOST_SPEED * FRAME_S;
	return [
		{ ...speed, offset: each(most), rise: each(ALWAYS), fall: each(0) },
		{ ...speed, offset: each(-most), rise: each(0), fall: each(ALWAYS) },
		places(timesS, all, new Float64Array(all.length).fill(high), ALWAYS, 0),
		places(timesS, all, new Float64Array(all.length).fill(low), 0, ALWAYS),
		places(
			timesS,
			Int32Array.from(fixed, ({ frame }) => frame),
			Float64Array.from(fixed, ({ value }) => Math.min(high, Math.max(low, value))),
			ABOVE_ALL,
			ABOVE_ALL,
		),
	];
}

/** Chooses among paths that are otherwise as good; too weak to move the camera. */
const nudge = (start: Float64Array): Squares => ({
	reach: 1,
	first: Int32Array.from(start.keys()),
	coefficients: new Float64Array(start.length).fill(1),
	offset: start,
	weight: new Float64Array(start.length).fill(NUDGE),
});

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

const even = ({ share }: Rows, weight: number): Pick<Terms, 'rise' | 'fall'> => {
	const weights = share.map((value) => value * weight);
	return { rise: weights, fall: weights };
};

/** Rows that look at one frame each; a frame weighs as much as it is long. */
function places(timesS: Float64Array, which: Int32Array, offset: Float64Array, rise: number, fall: number): Terms {
	const last = timesS.length - 1;
	const share = Float64Array.from(which, (n) => {
		const span = (timesS[Math.min(last, n + 1)] ?? 0) - (timesS[Math.max(0, n - 1)] ?? 0);
		return last === 0 ? 1 : Math.max(LEAST_STEP_S, n === 0 || n === last ? span : span / 2) / FRAME_S;
	});
	return {
		reach: 1,
		first: which,
		coefficients: new Float64Array(which.length).fill(1),
		offset,
		rise: share.map((value) => value * rise),
		fall: share.map((value) => value * fall),
	};
}

/** For each step, how far the camera goes in its direction before it turns back. */
function waysOf(path: Float64Array): Float64Array {
	const ways = new Float64Array(Math.max(0, path.length - 1));
	let from = 0;
	let direction = 0;
	for (let n = 0; n <= ways.length; n += 1) {
		const step = n === ways.length ? 0 : (path[n + 1] ?? 0) - (path[n] ?? 0);
		const turn = Math.abs(step) < LEFT_OVER ? 0 : Math.sign(step);
		const ends = n === ways.length || (turn !== 0 && direction !== 0 && turn !== direction);
		if (ends) {
			ways.fill(Math.abs((path[n] ?? 0) - (path[from] ?? 0)), from, n);
			from = n;
		}
		if (turn !== 0) direction = turn;
	}
	return ways;
}

/** The path with its rests truly at rest. */
function stilled(path: Float64Array): Float64Array {
	let from = 0;
	for (let n = 1; n <= path.length; n += 1) {
		const here = path[from] ?? 0;
		if (n < path.length && Math.abs((path[n] ?? 0) - here) < LEFT_OVER) continue;
		if (n - from > 2) path.fill(path[(from + n) >> 1] ?? here, from, n);
		from = n;
	}
	return path;
}
