import { updateMotion, type Motion } from './kalman.ts';

/** How something drifts from `fromS` on (seconds): see `Course`. */
export interface Drift {
	readonly fromS: number;
	/** Variance of a measurement. */
	readonly noise: number;
	/** Variance that one second adds to the speed, the rate at which speed fades, and where the number drifts back to then. */
	readonly wander: number;
	readonly fade: number;
	readonly mean: number;
}

const VAGUE = 1e6;

/** How a state goes over `dt`: the transition [f11 f12; f21 f22] and the variances that are added. */
export interface Step {
	dt: number;
	f11: number;
	f12: number;
	f21: number;
	f22: number;
	qpp: number;
	qpv: number;
	qvv: number;
}

export function stepOf(dt: number, wander: number, fade: number): Step {
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

export function predict(motion: Motion, { f11, f12, f21, f22, qpp, qpv, qvv }: Step): void {
	const { value, speed, pp, pv, vv } = motion;
	motion.value = f11 * value + f12 * speed;
	motion.speed = f21 * value + f22 * speed;
	motion.pp = f11 * (f11 * pp + f12 * pv) + f12 * (f11 * pv + f12 * vv) + qpp;
	motion.pv = f21 * (f11 * pp + f12 * pv) + f22 * (f11 * pv + f12 * vv) + qpv;
	motion.vv = f21 * (f21 * pp + f22 * pv) + f22 * (f21 * pv + f22 * vv) + qvv;
}

/** A state of which next to nothing is known. */
export const vague = (value: number, noise: number): Motion => ({
	value,
	speed: 0,
	pp: VAGUE * noise,
	pv: 0,
	vv: VAGUE * noise,
});

/**
 * Values and standard deviations at the `wanted` times (ascending): forwards through measurements and wanted times together, then backwards
 * (Rauch, Tung and Striebel 1965). `drifts` are in order of time; the first holds before its own time too.
 */
export function smooth(
	times: Float64Array,
	values: Float64Array,
	wanted: Float64Array,
	drifts: readonly [Drift, ...Drift[]],
): { value: Float64Array; spread: Float64Array } {
	const total = times.length + wanted.length;
	// Per step: the elapsed time, the prediction and the estimate (value, speed, pp, pv, vv each), and whose it is.
	const elapsed = new Float64Array(total);
	const [predicted, estimated] = [new Float64Array(total * 5), new Float64Array(total * 5)];
	const owner = new Int32Array(total).fill(-1);
	const firstS = Math.min(times[0] ?? 0, wanted[0] ?? Infinity);
	const whose = new Array<Drift>(total);
	const motion = vague(values[0] ?? 0, drifts[0].noise);
	let [i, j, lastS] = [0, 0, firstS];
	let [drift, next] = [drifts[0], 1];
	for (let step = 0; step < total; step += 1) {
		const measured = i < times.length && (j >= wanted.length || (times[i] ?? 0) <= (wanted[j] ?? 0));
		const time = (measured ? times[i] : wanted[j]) ?? lastS;
		for (let later = drifts[next]; later !== undefined && later.fromS <= time; later = drifts[next]) {
			drift = later;
			next += 1;
		}
		whose[step] = drift;
		elapsed[step] = time - lastS;
		if (time > lastS) {
			motion.value -= drift.mean;
			predict(motion, stepOf(time - lastS, drift.wander, drift.fade));
			motion.value += drift.mean;
		}
		lastS = time;
		store(predicted, step, motion);
		if (measured) {
			updateMotion(motion, values[i] ?? 0, drift.noise);
			i += 1;
		} else {
			owner[step] = j;
			j += 1;
		}
		store(estimated, step, motion);
	}
	return backwards(elapsed, predicted, estimated, owner, whose, wanted.length);
}

function store(into: Float64Array, step: number, { value, speed, pp, pv, vv }: Motion): void {
	into.set([value, speed, pp, pv, vv], step * 5);
}

function backwards(
	elapsed: Float64Array,
	predicted: Float64Array,
	estimated: Float64Array,
	owner: Int32Array,
	whose: readonly Drift[],
	count: number,
): { value: Float64Array; spread: Float64Array } {
	const [outValue, outSpread] = [new Float64Array(count), new Float64Array(count)];
	const last = owner.length - 1;
	const now = estimated.slice(last * 5, last * 5 + 5);
	for (let step = last; step >= 0; step -= 1) {
		const drift = whose[step + 1];
		if (drift !== undefined) rauchTungStriebel(now, estimated, step, predicted, elapsed[step + 1] ?? 0, drift);
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
	{ wander, fade }: Drift,
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
