import { predictMotion, updateMotion, type Motion } from './kalman.ts';

/**
 * The likeliest course of one number through noisy, uneven measurements that may hold blunders: a cubic smoothing spline, computed as a
 * Kalman filter with the fixed-interval smoother of Rauch, Tung and Striebel (1965) over a number whose speed wanders (Wahba 1978, Wecker and
 * Ansley 1983). How much it wanders is not set by hand: of a row of ratios the one with the largest likelihood is taken (Harvey 1989).
 */
export interface Spline {
	/** Values and standard deviations at ascending `times`, which may lie between, before and after the measurements. */
	at(times: Float64Array): { readonly value: Float64Array; readonly spread: Float64Array };
	/** 1 where a measurement was taken for a blunder. */
	readonly blunder: Uint8Array;
}

/** Wander over noise, in units of size² / s³ over size²: from a thing nailed down to a dancer. */
const RATIOS = Float64Array.from({ length: 19 }, (_, n) => 10 ** (-2 + n / 2));
/** How many measurements the belief about the noise weighs. */
const BELIEF = 4;
/** How far the variance may be from what is believed: otherwise a dancer passes for a bad detector. */
const [LEAST_NOISE, MOST_NOISE] = [0.02, 4];
/** A measurement farther off than this many standard deviations is a blunder, as long as few are. */
const BLUNDER = 3.5;
const MOST_BLUNDERS = 0.2;
const VAGUE = 1e6;

/** `noise` is the standard deviation to expect of a measurement before any is seen. `times` ascend strictly; at least one. */
export function splineThrough(times: Float64Array, values: Float64Array, noise: number): Spline {
	const count = times.length;
	const blunder = new Uint8Array(count);
	let fit = bestFit(times, values, blunder, noise);
	for (let left = count < 5 ? 0 : Math.max(1, Math.floor(count * MOST_BLUNDERS)); left > 0; left -= 1) {
		const worst = worstOf(times, values, blunder, fit);
		if (worst < 0) break;
		blunder[worst] = 1;
		fit = bestFit(times, values, blunder, noise);
	}
	const kept = times.filter((_, n) => blunder[n] === 0);
	const keptValues = values.filter((_, n) => blunder[n] === 0);
	return { blunder, at: (wanted) => smooth(kept, keptValues, wanted, fit) };
}

interface Fit {
	/** Variance of a measurement. */
	readonly noise: number;
	/** Variance that one second adds to the speed. */
	readonly wander: number;
}

function bestFit(times: Float64Array, values: Float64Array, blunder: Uint8Array, noise: number): Fit {
	let [best, bestLikelihood]: [Fit | null, number] = [null, -Infinity];
	for (const ratio of RATIOS) {
		const { likelihood, variance } = likelihoodOf(times, values, blunder, ratio, noise * noise);
		if (likelihood <= bestLikelihood) continue;
		[best, bestLikelihood] = [{ noise: variance, wander: ratio * variance }, likelihood];
	}
	return best ?? { noise: noise * noise, wander: noise * noise };
}

/** The log likelihood of a ratio, the noise being the best one for it. */
function likelihoodOf(
	times: Float64Array,
	values: Float64Array,
	blunder: Uint8Array,
	ratio: number,
	believed: number,
): { likelihood: number; variance: number } {
	let motion: Motion | null = null;
	let lastS = 0;
	let [seen, squares, logs] = [0, BELIEF * believed, 0];
	for (let n = 0; n < times.length; n += 1) {
		if (blunder[n] === 1) continue;
		const [time, value] = [times[n] ?? 0, values[n] ?? 0];
		if (motion === null) motion = vague(value, 1);
		else {
			predictMotion(motion, time - lastS, 0, ratio);
			// The first two measurements only tell where it is and how fast.
			if (seen > 1) {
				squares += (value - motion.value) ** 2 / (motion.pp + 1);
				logs += Math.log(motion.pp + 1);
			}
		}
		updateMotion(motion, value, 1);
		lastS = time;
		seen += 1;
	}
	const weight = BELIEF + Math.max(0, seen - 2);
	const variance = Math.min(believed * MOST_NOISE, Math.max(believed * LEAST_NOISE, squares / weight));
	return { likelihood: -0.5 * (weight * Math.log(variance) + logs + squares / variance), variance };
}

const vague = (value: number, noise: number): Motion => ({
	value,
	speed: 0,
	pp: VAGUE * noise,
	pv: 0,
	vv: VAGUE * noise,
});

/** The measurement that the others contradict most, or −1 when none stands out. */
function worstOf(times: Float64Array, values: Float64Array, blunder: Uint8Array, fit: Fit): number {
	const kept = [...times.keys()].filter((n) => blunder[n] === 0);
	const [at, value] = [Float64Array.from(kept, (n) => times[n] ?? 0), Float64Array.from(kept, (n) => values[n] ?? 0)];
	const { value: course, spread } = smooth(at, value, at, fit);
	const away = Float64Array.from(kept, (_, k) => {
		const known = Math.max(0.02, 1 - (spread[k] ?? 0) ** 2 / fit.noise);
		return Math.abs((value[k] ?? 0) - (course[k] ?? 0)) / Math.sqrt(fit.noise * known);
	});
	// A few blunders make the noise look large: what most of the others are off tells better.
	const usual = Math.min(1, 1.4826 * ([...away].sort((a, b) => a - b)[away.length >> 1] ?? 0));
	let [worst, most] = [-1, BLUNDER * Math.max(usual, 0.3)];
	for (const [k, n] of kept.entries()) if ((away[k] ?? 0) > most) [worst, most] = [n, away[k] ?? 0];
	return worst;
}

/** Forwards through measurements and wanted times together, then backwards. */
function smooth(
	times: Float64Array,
	values: Float64Array,
	wanted: Float64Array,
	fit: Fit,
): { value: Float64Array; spread: Float64Array } {
	const total = times.length + wanted.length;
	// Per step: the elapsed time, the prediction and the estimate (value, speed, pp, pv, vv each), and whose it is.
	const elapsed = new Float64Array(total);
	const [predicted, estimated] = [new Float64Array(total * 5), new Float64Array(total * 5)];
	const owner = new Int32Array(total).fill(-1);
	const firstS = Math.min(times[0] ?? 0, wanted[0] ?? Infinity);
	const motion = vague(values[0] ?? 0, fit.noise);
	let [i, j, lastS] = [0, 0, firstS];
	for (let step = 0; step < total; step += 1) {
		const measured = i < times.length && (j >= wanted.length || (times[i] ?? 0) <= (wanted[j] ?? 0));
		const time = (measured ? times[i] : wanted[j]) ?? lastS;
		elapsed[step] = time - lastS;
		if (time > lastS) predictMotion(motion, time - lastS, 0, fit.wander);
		lastS = time;
		store(predicted, step, motion);
		if (measured) {
			updateMotion(motion, values[i] ?? 0, fit.noise);
			i += 1;
		} else {
			owner[step] = j;
			j += 1;
		}
		store(estimated, step, motion);
	}
	return backwards(elapsed, predicted, estimated, owner, wanted.length);
}

function store(into: Float64Array, step: number, { value, speed, pp, pv, vv }: Motion): void {
	into.set([value, speed, pp, pv, vv], step * 5);
}

function backwards(
	elapsed: Float64Array,
	predicted: Float64Array,
	estimated: Float64Array,
	owner: Int32Array,
	count: number,
): { value: Float64Array; spread: Float64Array } {
	const [outValue, outSpread] = [new Float64Array(count), new Float64Array(count)];
	const last = owner.length - 1;
	const now = estimated.slice(last * 5, last * 5 + 5);
	for (let step = last; step >= 0; step -= 1) {
		if (step < last) rauchTungStriebel(now, estimated, step, predicted, elapsed[step + 1] ?? 0);
		const mine = owner[step] ?? -1;
		if (mine < 0) continue;
		outValue[mine] = now[0] ?? 0;
		outSpread[mine] = Math.sqrt(Math.max(0, now[2] ?? 0));
	}
	return { value: outValue, spread: outSpread };
}

/** Turns `now`, the smoothed state of `step` + 1, into that of `step`. */
function rauchTungStriebel(
	now: Float64Array,
	estimated: Float64Array,
	step: number,
	predicted: Float64Array,
	dt: number,
): void {
	const [value = 0, speed = 0, pp = 0, pv = 0, vv = 0] = estimated.subarray(step * 5, step * 5 + 5);
	if (dt <= 0) {
		// Nothing moved in between: what is known one step later is known here.
		return;
	}
	const [nextValue = 0, nextSpeed = 0, npp = 0, npv = 0, nvv = 0] = predicted.subarray((step + 1) * 5, step * 5 + 10);
	const determinant = npp * nvv - npv * npv;
	if (!(determinant > 0)) return;
	// Gain = P Fᵀ N⁻¹ with F = [1 dt; 0 1].
	const [a, b, c, d] = [pp + dt * pv, pv, pv + dt * vv, vv];
	const g11 = (a * nvv - b * npv) / determinant;
	const g12 = (b * npp - a * npv) / determinant;
	const g21 = (c * nvv - d * npv) / determinant;
	const g22 = (d * npp - c * npv) / determinant;
	const [dv, ds] = [(now[0] ?? 0) - nextValue, (now[1] ?? 0) - nextSpeed];
	const [ep, ec, ev] = [(now[2] ?? 0) - npp, (now[3] ?? 0) - npv, (now[4] ?? 0) - nvv];
	now[0] = value + g11 * dv + g12 * ds;
	now[1] = speed + g21 * dv + g22 * ds;
	now[2] = pp + g11 * (g11 * ep + g12 * ec) + g12 * (g11 * ec + g12 * ev);
	now[3] = pv + g21 * (g11 * ep + g12 * ec) + g22 * (g11 * ec + g12 * ev);
	now[4] = vv + g21 * (g21 * ep + g22 * ec) + g22 * (g21 * ec + g22 * ev);
}
