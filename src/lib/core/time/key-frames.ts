import { countBefore } from './count-before.ts';
import { timeOfFrame, type FrameIndex } from './frame-index.ts';

/** The frames of a file that decode alone, in order: their numbers, and when they are shown (seconds). */
export interface KeyFrames {
	readonly frames: Uint32Array;
	readonly timesS: Float64Array;
}

export function keyFramesOf(index: FrameIndex): KeyFrames {
	const frames = new Uint32Array(index.key.reduce((count, key) => count + (key === 1 ? 1 : 0), 0));
	let at = 0;
	index.key.forEach((key, n) => {
		if (key !== 1) return;
		frames[at] = n;
		at += 1;
	});
	return { frames, timesS: Float64Array.from(frames, (frame) => timeOfFrame(index, frame)) };
}

/** The one of the ascending `times` that is closest to `timeS`; undefined when there is none. */
export function nearestTime(times: ArrayLike<number>, timeS: number): number | undefined {
	const after = countBefore(times, timeS);
	const [left, right] = [times[after - 1], times[after]];
	if (left === undefined || right === undefined) return left ?? right;
	return timeS - left <= right - timeS ? left : right;
}

/**
 * The one of the ascending `times` that lies `steps` before (negative) or after `timeS`; one within `slackS` seconds of it counts as
 * where one stands. The first or last one at the ends.
 */
export function timeBeside(times: ArrayLike<number>, timeS: number, steps: number, slackS = 5e-4): number | undefined {
	if (times.length === 0) return undefined;
	const at = steps < 0 ? countBefore(times, timeS - slackS) + steps : countBefore(times, timeS + slackS) + steps - 1;
	return times[Math.min(times.length - 1, Math.max(0, at))];
}
