import * as z from 'zod';
import { SAME_FRAME_S } from '../time/same-frame.ts';
import type { BoxSeries } from './smooth-track.ts';

/** How well a camera path did, as it is told to the person. */
export const TrackReport = z
	.object({
		/** Share of the frames with a known subject that hold all of it, 0..1; 1 when it is never known. */
		insideShare: z.number().min(0).max(1),
		/** Longest time on end that some of it is cut off, in seconds. */
		longestLossS: z.number().nonnegative(),
		/** Root mean square of the third derivative of the path, in frame widths per s³: how rough the camera feels. */
		jerk: z.number().nonnegative(),
	})
	.readonly();
export type TrackReport = z.infer<typeof TrackReport>;

/** Everything that the gates ask for. */
export interface CameraMetrics extends TrackReport {
	/** Share of the steps during which the camera stands, 0..1. */
	readonly stillShare: number;
	/** How often the camera turns back. */
	readonly reversals: number;
	/** Largest step from one frame to the next within a shot, in frame widths or heights. */
	readonly largestStep: number;
	/** Share of the subject that is in the picture, mean over the frames. */
	readonly coverage: number;
}

export interface CameraJudged {
	/** Centres of the crop for each frame, in fractions of the picture. */
	readonly path: { readonly x: Float64Array; readonly y: Float64Array };
	/** Sides of the crop in fractions of the picture. */
	readonly crop: { readonly width: number; readonly height: number };
	/** Starts of the frames, in seconds. */
	readonly timesS: Float64Array;
	readonly cutsS: readonly number[];
	/** Where the subject really was, or is thought to have been; of several, all are wanted. None when there is none. */
	readonly subject: Places | readonly Places[] | null;
}

type Places = Pick<BoxSeries, 'x' | 'y' | 'width' | 'height'>;

/** Slower than this the camera stands, in frame widths a second: 10 px/s of 1920. */
const STILL = 0.005;
/** What may be missing of a box that is wholly inside: of itself, and, when little of it is in the picture, of that: a pixel of 1920. */
const [ROUNDED, PIXEL] = [1e-3, 5.3e-4];

export function measureCamera(judged: CameraJudged): CameraMetrics {
	return { ...containment(judged), ...movement(judged) };
}

export function reportOf(judged: CameraJudged): TrackReport {
	const { insideShare, longestLossS, jerk } = measureCamera(judged);
	return { insideShare, longestLossS, jerk };
}

function containment({
	path,
	crop,
	timesS,
	subject,
}: CameraJudged): Pick<CameraMetrics, 'insideShare' | 'longestLossS' | 'coverage'> {
	let [known, inside, covered, longestLossS, lostSinceS] = [0, 0, 0, 0, NaN];
	const wanted = subject === null ? [] : 'x' in subject ? [subject] : subject;
	for (let n = 0; n < timesS.length; n += 1) {
		const start = timesS[n] ?? 0;
		const shares = wanted.map((one) => shareInside(path, crop, one, n)).filter((share) => !Number.isNaN(share));
		const share = shares.length === 0 ? NaN : Math.min(...shares);
		if (Number.isNaN(share) || share >= 1 - ROUNDED) lostSinceS = NaN;
		else {
			if (Number.isNaN(lostSinceS)) lostSinceS = start;
			const end = timesS[n + 1] ?? start + (start - (timesS[n - 1] ?? start));
			longestLossS = Math.max(longestLossS, end - lostSinceS);
		}
		if (Number.isNaN(share)) continue;
		known += 1;
		covered += share;
		if (share >= 1 - ROUNDED) inside += 1;
	}
	return known === 0
		? { insideShare: 1, longestLossS: 0, coverage: 1 }
		: { insideShare: inside / known, longestLossS, coverage: covered / known };
}

/** How much of what could be seen of the box is seen: a box larger than the crop is wholly inside when it fills it. */
function shareInside(path: CameraJudged['path'], crop: CameraJudged['crop'], subject: Places, n: number): number {
	const along = (centre = NaN, side: number, start = NaN, length = NaN): number => {
		// What hangs out of the picture itself can be in no crop.
		const [from, to] = [Math.max(0, start), Math.min(1, start + length)];
		const seen = Math.min(centre + side / 2, to) - Math.max(centre - side / 2, from);
		const wanted = Math.min(side, to - from);
		return to <= from ? NaN : wanted - seen < PIXEL ? 1 : Math.max(0, seen) / wanted;
	};
	return (
		along(path.x[n], crop.width, subject.x[n], subject.width[n]) *
		along(path.y[n], crop.height, subject.y[n], subject.height[n])
	);
}

function movement({
	path,
	timesS,
	cutsS,
}: CameraJudged): Pick<CameraMetrics, 'jerk' | 'stillShare' | 'reversals' | 'largestStep'> {
	let [steps, still, reversals, largestStep, jerks, jerkSum] = [0, 0, 0, 0, 0, 0];
	let begin = 0;
	let cut = 0;
	const turned = [new Turns(), new Turns()];
	for (let n = 0; n < timesS.length; n += 1) {
		const before = cut;
		while (cut < cutsS.length && (cutsS[cut] ?? Infinity) <= (timesS[n] ?? 0) + SAME_FRAME_S) cut += 1;
		if (n === 0 || cut !== before) {
			begin = n;
			for (const turns of turned) turns.forget();
			continue;
		}
		const [vx, vy] = [speed(path.x, timesS, n), speed(path.y, timesS, n)];
		steps += 1;
		if (Math.abs(vx) < STILL && Math.abs(vy) < STILL) still += 1;
		if (turned[0]?.turns(vx) === true) reversals += 1;
		if (turned[1]?.turns(vy) === true) reversals += 1;
		for (const axis of [path.x, path.y])
			largestStep = Math.max(largestStep, Math.abs((axis[n] ?? 0) - (axis[n - 1] ?? 0)));
		if (n - begin < 3) continue;
		jerks += 1;
		jerkSum += thirdDerivative(path.x, timesS, n) ** 2 + thirdDerivative(path.y, timesS, n) ** 2;
	}
	return {
		stillShare: steps === 0 ? 1 : still / steps,
		reversals,
		largestStep,
		jerk: jerks === 0 ? 0 : Math.sqrt(jerkSum / jerks),
	};
}

/** Remembers which way the camera last went. */
class Turns {
	#last = 0;
	forget(): void {
		this.#last = 0;
	}
	turns(velocity: number): boolean {
		if (Math.abs(velocity) <= STILL) return false;
		const turned = this.#last * velocity < 0;
		this.#last = velocity;
		return turned;
	}
}

const LEAST_STEP_S = 1e-3;
const stepS = (timesS: Float64Array, n: number): number =>
	Math.max(LEAST_STEP_S, (timesS[n] ?? 0) - (timesS[n - 1] ?? 0));
const speed = (axis: Float64Array, timesS: Float64Array, n: number): number =>
	((axis[n] ?? 0) - (axis[n - 1] ?? 0)) / stepS(timesS, n);

function thirdDerivative(axis: Float64Array, timesS: Float64Array, n: number): number {
	const [v0, v1, v2] = [speed(axis, timesS, n - 2), speed(axis, timesS, n - 1), speed(axis, timesS, n)];
	const [h0, h1, h2] = [stepS(timesS, n - 2), stepS(timesS, n - 1), stepS(timesS, n)];
	const [a1, a2] = [(2 * (v1 - v0)) / (h0 + h1), (2 * (v2 - v1)) / (h1 + h2)];
	return (3 * (a2 - a1)) / (h0 + h1 + h2);
}
