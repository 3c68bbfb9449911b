import { predict, smooth, stepOf, vague, type Drift } from './drift.ts';
import { updateMotion, type Motion } from './kalman.ts';

/**
 * The likeliest course of one number through noisy, uneven measurements that may hold blunders: a Kalman filter with the fixed-interval
 * smoother of Rauch, Tung and Striebel (1965) over a number whose speed wanders and, unless that is 0, fades at some rate while the number
 * drifts back to its mean: a Gaussian process of the Matérn 3/2 kind (Hartikainen and Särkkä 2010), without fading the cubic smoothing spline
 * (Wecker and Ansley 1983). How much it wanders and fades is not set by hand: the pair with the largest likelihood is taken (Harvey 1989).
 */
export interface Course {
	/** Values and standard deviations at ascending `times`, which may lie between, before and after the measurements. */
	at(times: Float64Array): { readonly value: Float64Array; readonly spread: Float64Array };
	/** 1 where a measurement was taken for a blunder. */
	readonly blunder: Uint8Array;
}

/** Wander over noise, in units of size² / s³ over size²: from a thing nailed down to a dancer. */
const RATIOS = Float64Array.from({ length: 13 }, (_, n) => 10 ** (-2 + n * 0.75));
/** How fast speed fades, per second: not at all, as someone who walks on, up to one who sways several times a second. */
const FADES = [0, 1.5, 3, 5, 8];
/** How many measurements the belief about the noise weighs. */
const BELIEF = 4;
/** How far the variance may be from what is believed: otherwise a dancer passes for a bad detector. */
const [LEAST_NOISE, MOST_NOISE] = [0.02, 4];
/** One measurement in fifty is a blunder, anywhere within this many deviations of noise (a good box side). */
const [BLUNDER_SHARE, BLUNDER_SPAN] = [0.02, 30];
const SUSPECTS = 3;
const MOST_BLUNDERS = 0.2;
/** How many measurements at most are taken to drift alike: about 10 s at 6 looks a second. */
const ALIKE = 64;

/** `noise` is the standard deviation to expect of a measurement before any is seen. `times` ascend strictly; at least one. */
export function courseThrough(times: Float64Array, values: Float64Array, noise: number): Course {
	const pieces = Math.max(1, Math.ceil(times.length / ALIKE));
	const blunder = new Uint8Array(times.length);
	const piece = (n: number): Drift => {
		const from = Math.round((n * times.length) / pieces);
		const to = Math.round(((n + 1) * times.length) / pieces);
		return fitted(times.subarray(from, to), values.subarray(from, to), blunder.subarray(from, to), noise);
	};
	const drifts = [piece(0), ...Array.from({ length: pieces - 1 }, (_, n) => piece(n + 1))] as const;
	const kept = times.filter((_, n) => blunder[n] === 0);
	const keptValues = values.filter((_, n) => blunder[n] === 0);
	return { blunder, at: (wanted) => smooth(kept, keptValues, wanted, drifts) };
}

/** How a piece drifts; what is a blunder is marked as one. */
function fitted(times: Float64Array, values: Float64Array, blunder: Uint8Array, noise: number): Fit {
	const count = times.length;
	let fit = bestFit(times, values, blunder, noise);
	const unlikely = Math.log(BLUNDER_SHARE / (BLUNDER_SPAN * noise)) + 0.5 * Math.log(2 * Math.PI);
	for (let left = count < 5 ? 0 : Math.max(1, Math.floor(count * MOST_BLUNDERS)); left > 0; left -= 1) {
		let [best, at]: [Fit | null, number] = [null, -1];
		for (const n of suspects(times, values, blunder, fit)) {
			blunder[n] = 1;
			const without = bestFit(times, values, blunder, noise);
			blunder[n] = 0;
			if (without.likelihood > (best?.likelihood ?? -Infinity)) [best, at] = [without, n];
		}
		if (best === null || best.likelihood + unlikely < fit.likelihood) break;
		blunder[at] = 1;
		fit = best;
	}
	return fit;
}

interface Fit extends Drift {
	/** Logarithm, but for a constant. */
	readonly likelihood: number;
}

function bestFit(times: Float64Array, values: Float64Array, blunder: Uint8Array, noise: number): Fit {
	const [mean, fromS, believed] = [meanOf(values, blunder), times[0] ?? 0, noise * noise];
	let best: Fit = { fromS, noise: believed, wander: believed, fade: 0, mean, likelihood: -Infinity };
	for (const fade of FADES) {
		for (const ratio of RATIOS) {
			const { likelihood, variance } = likelihoodOf(times, values, blunder, mean, ratio, fade, believed);
			if (likelihood <= best.likelihood) continue;
			best = { fromS, noise: variance, wander: ratio * variance, fade, mean, likelihood };
		}
	}
	return best;
}

function meanOf(values: Float64Array, blunder: Uint8Array): number {
	let [sum, count] = [0, 0];
	for (const [n, value] of values.entries()) {
		if (blunder[n] === 1) continue;
		sum += value;
		count += 1;
	}
	return count === 0 ? 0 : sum / count;
}

/** The log likelihood of a ratio and a fade, the noise being the best one for them. */
function likelihoodOf(
	times: Float64Array,
	values: Float64Array,
	blunder: Uint8Array,
	mean: number,
	ratio: number,
	fade: number,
	believed: number,
): { likelihood: number; variance: number } {
	let motion: Motion | null = null;
	let lastS = 0;
	let step = stepOf(0, ratio, fade);
	let [seen, squares, logs] = [0, BELIEF * believed, 0];
	for (let n = 0; n < times.length; n += 1) {
		if (blunder[n] === 1) continue;
		const [time, value] = [times[n] ?? 0, (values[n] ?? 0) - mean];
		if (motion === null) motion = vague(value, 1);
		else {
			// Looks mostly come at an even pace.
			if (Math.abs(time - lastS - step.dt) > 1e-9) step = stepOf(time - lastS, ratio, fade);
			predict(motion, step);
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

/** The measurements that the others contradict most. */
function suspects(times: Float64Array, values: Float64Array, blunder: Uint8Array, fit: Fit): readonly number[] {
	const kept = [...times.keys()].filter((n) => blunder[n] === 0);
	const [at, value] = [Float64Array.from(kept, (n) => times[n] ?? 0), Float64Array.from(kept, (n) => values[n] ?? 0)];
	const { value: course, spread } = smooth(at, value, at, [fit]);
	const away = kept.map((n, k) => {
		// What the others leave open: a measurement draws the course to itself.
		const open = Math.max(0.02, 1 - (spread[k] ?? 0) ** 2 / fit.noise);
		return { n, far: Math.abs((value[k] ?? 0) - (course[k] ?? 0)) / Math.sqrt(open) };
	});
	return away
		.sort((a, b) => b.far - a.far)
		.slice(0, SUSPECTS)
		.map(({ n }) => n);
}
