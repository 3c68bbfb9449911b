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
const VAGUE = 1e6;

/** `noise` is the standard deviation to expect of a measurement before any is seen. `times` ascend strictly; at least one. */
export function courseThrough(times: Float64Array, values: Float64Array, noise: number): Course {
	const count = times.length;
	const blunder = new Uint8Array(count);
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
	const kept = times.filter((_, n) => blunder[n] === 0);
	const keptValues = values.filter((_, n) => blunder[n] === 0);
	return { blunder, at: (wanted) => smooth(kept, keptValues, wanted, fit) };
}

interface Fit {
	/** Variance of a measurement. */
	readonly noise: number;
	/** Variance that one second adds to the speed, and the rate at which speed fades. */
	readonly wander: number;
	readonly fade: number;
	/** Logarithm, but for a constant. */
	readonly likelihood: number;
}

function bestFit(times: Float64Array, values: Float64Array, blunder: Uint8Array, noise: number): Fit {
	let best: Fit = { noise: noise * noise, wander: noise * noise, fade: 0, likelihood: -Infinity };
	const mean = meanOf(values, blunder);
	for (const fade of FADES) {
		for (const ratio of RATIOS) {
			const { likelihood, variance } = likelihoodOf(times, values, blunder, mean, ratio, fade, noise * noise);
			if (likelihood > best.likelihood) best = { noise: variance, wander: ratio * variance, fade, likelihood };
		}
	}
	return best;
}

function meanOf(values: Float64Array, blunder?: Uint8Array): number {
	let [sum, count] = [0, 0];
	for (const [n, value] of values.entries()) {
		if (blunder?.[n] === 1) continue;
		sum += value;
		count += 1;
	}
	return count === 0 ? 0 : sum / count;
}

/** How a state goes over `dt`: the transition [f11 f12; f21 f22] and the variances that are added. */
interface Step {
	dt: number;
	f11: number;
	f12: number;
	f21: number;
	f22: number;
	qpp: number;
	qpv: number;
	qvv: number;
}

function stepOf(dt: number, wander: number, fade: number): Step {
	if (fade === 0) {
		const [qpp, qpv, qvv] = [(wander * dt ** 3) / 3, (wander * dt * dt) / 2, wander * dt];
		return { dt, f11: 1, f12: dt, f21: 0, f22: 1, qpp, qpv, qvv };
	}
	const a = fade * dt;
	const [decay, size] = [Math.exp(-a), wander / (4 * fade ** 3)];
	const square = decay * decay;
	return {
		dt,
		f11: decay * (1 + a),
		f12: decay * dt,
		f21: -decay * fade * a,
		f22: decay * (1 - a),
		qpp: size * (1 - square * (1 + 2 * a + 2 * a * a)),
		qpv: 2 * size * fade * a * a * square,
		qvv: size * fade * fade * (1 - square * (1 - 2 * a + 2 * a * a)),
	};
}

function predict(motion: Motion, { f11, f12, f21, f22, qpp, qpv, qvv }: Step): void {
	const { value, speed, pp, pv, vv } = motion;
	motion.value = f11 * value + f12 * speed;
	motion.speed = f21 * value + f22 * speed;
	motion.pp = f11 * (f11 * pp + f12 * pv) + f12 * (f11 * pv + f12 * vv) + qpp;
	motion.pv = f21 * (f11 * pp + f12 * pv) + f22 * (f11 * pv + f12 * vv) + qpv;
	motion.vv = f21 * (f21 * pp + f22 * pv) + f22 * (f21 * pv + f22 * vv) + qvv;
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

const vague = (value: number, noise: number): Motion => ({
	value,
	speed: 0,
	pp: VAGUE * noise,
	pv: 0,
	vv: VAGUE * noise,
});

/** The measurements that the others contradict most. */
function suspects(times: Float64Array, values: Float64Array, blunder: Uint8Array, fit: Fit): readonly number[] {
	const kept = [...times.keys()].filter((n) => blunder[n] === 0);
	const [at, value] = [Float64Array.from(kept, (n) => times[n] ?? 0), Float64Array.from(kept, (n) => values[n] ?? 0)];
	const { value: course, spread } = smooth(at, value, at, fit);
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
	const mean = meanOf(values);
	const motion = vague((values[0] ?? 0) - mean, fit.noise);
	let [i, j, lastS] = [0, 0, firstS];
	for (let step = 0; step < total; step += 1) {
		const measured = i < times.length && (j >= wanted.length || (times[i] ?? 0) <= (wanted[j] ?? 0));
		const time = (measured ? times[i] : wanted[j]) ?? lastS;
		elapsed[step] = time - lastS;
		if (time > lastS) predict(motion, stepOf(time - lastS, fit.wander, fit.fade));
		lastS = time;
		store(predicted, step, motion);
		if (measured) {
			updateMotion(motion, (values[i] ?? 0) - mean, fit.noise);
			i += 1;
		} else {
			owner[step] = j;
			j += 1;
		}
		store(estimated, step, motion);
	}
	const { value, spread } = backwards(elapsed, predicted, estimated, owner, wanted.length, fit);
	return { value: value.map((each) => each + mean), spread };
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
	fit: Fit,
): { value: Float64Array; spread: Float64Array } {
	const [outValue, outSpread] = [new Float64Array(count), new Float64Array(count)];
	const last = owner.length - 1;
	const now = estimated.slice(last * 5, last * 5 + 5);
	for (let step = last; step >= 0; step -= 1) {
		if (step < last) rauchTungStriebel(now, estimated, step, predicted, elapsed[step + 1] ?? 0, fit);
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
	{ wander, fade }: Fit,
): void {
	const [value = 0, speed = 0, pp = 0, pv = 0, vv = 0] = estimated.subarray(step * 5, step * 5 + 5);
	if (dt <= 0) {
		// Nothing moved in between: what is known one step later is known here.
		return;
	}
	const [nextValue = 0, nextSpeed = 0, npp = 0, npv = 0, nvv = 0] = predicted.subarray((step + 1) * 5, step * 5 + 10);
	const determinant = npp * nvv - npv * npv;
	if (!(determinant > 0)) return;
	// Gain = P Fᵀ N⁻¹.
	const { f11, f12, f21, f22 } = stepOf(dt, wander, fade);
	const [a, b] = [pp * f11 + pv * f12, pp * f21 + pv * f22];
	const [c, d] = [pv * f11 + vv * f12, pv * f21 + vv * f22];
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
