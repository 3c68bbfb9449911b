import { countBefore } from './count-before.ts';
import { nearestRate, type Rational } from './rational.ts';

/**
 * Presentation timestamps (integer microseconds, ascending) and key flags of every frame of a video track:
 * the only authority on what "frame n" is. Doubles hold integers exactly to 2^53 µs.
 */
export interface FrameIndex {
	readonly ptsUs: Float64Array;
	/** 1 where the frame decodes alone. */
	readonly key: Uint8Array;
	/** When the last frame stops being shown, in microseconds. */
	readonly endUs: number;
	/**
	 * 1 where the file can be divided before the frame: all frames that are shown before it are stored before it, so that neither part needs
	 * the other's pictures but those up to its own key frame. A key frame with a 0 here begins an open group: frames shown before it are
	 * decoded with its help. Absent when the order of storage is not known.
	 */
	readonly divisible?: Uint8Array;
}

/** How long a frame is taken to be shown when nothing tells: the file holds one, without a length. */
const UNKNOWN_DURATION_US = 40_000;

/**
 * The index of frames given in any order (decode order, say). `lastDurationUs` is how long the frame with the latest timestamp
 * is shown; 0 when the file does not tell, then it is as long as the one before it.
 *
 * Packets with the same timestamp are one frame: only one of them can be on screen (two fields of one picture, for instance).
 * `order` says that the frames are given as they are stored, which tells where the file can be divided.
 */
export function frameIndexFrom(
	ptsUs: Float64Array,
	key: Uint8Array,
	lastDurationUs: number,
	order: 'stored' | 'any' = 'any',
): FrameIndex {
	// Timestamp and flag in one number: a typed array sorts numbers natively, without a comparator.
	const packed = ptsUs.map((time, n) => 2 * time + (key[n] === 1 ? 1 : 0)).sort();
	const sortedUs = new Float64Array(packed.length);
	const sortedKey = new Uint8Array(packed.length);
	let count = 0;
	for (const value of packed) {
		const time = Math.floor(value / 2);
		if (count > 0 && sortedUs[count - 1] === time) count -= 1;
		sortedUs[count] = time;
		sortedKey[count] = value - 2 * time;
		count += 1;
	}
	const [times, last, before] = [sortedUs.slice(0, count), sortedUs[count - 1], sortedUs[count - 2]];
	const stepUs = last === undefined ? 0 : before === undefined ? UNKNOWN_DURATION_US : last - before;
	const endUs = (last ?? 0) + (lastDurationUs > 0 ? lastDurationUs : stepUs);
	const index = { ptsUs: times, key: sortedKey.slice(0, count), endUs };
	return order === 'any' || count < ptsUs.length ? index : { ...index, divisible: divisibleAt(ptsUs, times) };
}

/** The first n frames stored are the first n shown exactly when the latest of them is the n-th shown. */
function divisibleAt(stored: Float64Array, shown: Float64Array): Uint8Array {
	const divisible = new Uint8Array(shown.length);
	let latest = -Infinity;
	for (let n = 0; n < shown.length; n += 1) {
		divisible[n] = n === 0 || latest === shown[n - 1] ? 1 : 0;
		latest = Math.max(latest, stored[n] ?? 0);
	}
	return divisible;
}

/** Rounding to microseconds moves a time by half of one at most; frames are at least one apart. In seconds. */
const TOLERANCE_S = 0.75e-6;

export const frameCount = (index: FrameIndex): number => index.ptsUs.length;

/** When frame `n` is first shown, in seconds; the end of the last frame for `n` = count. Clamped to the index. */
export function timeOfFrame(index: FrameIndex, n: number): number {
	if (n >= index.ptsUs.length) return index.endUs / 1e6;
	return (index.ptsUs[Math.max(0, n)] ?? 0) / 1e6;
}

/** Number of frames that start before `timeS` (a frame that starts exactly there is not counted). */
export function framesBefore(index: FrameIndex, timeS: number): number {
	return countBefore(index.ptsUs, (timeS - TOLERANCE_S) * 1e6);
}

/** The frame on screen at `timeS` seconds: the last one that has started. Clamped to the first and last frame. */
export function frameAt(index: FrameIndex, timeS: number): number {
	const started = framesBefore(index, timeS + 2 * TOLERANCE_S);
	return Math.min(Math.max(0, started - 1), Math.max(0, index.ptsUs.length - 1));
}

/** The frame that starts closest to `timeS` seconds; `count` (one past the last) when the end is closer. */
export function nearestFrame(index: FrameIndex, timeS: number): number {
	const shown = frameAt(index, timeS);
	return timeS - timeOfFrame(index, shown) <= timeOfFrame(index, shown + 1) - timeS ? shown : shown + 1;
}

/** Exact number of frames in the half-open span [inS, outS). */
export const framesIn = (index: FrameIndex, inS: number, outS: number): number =>
	Math.max(0, framesBefore(index, outS) - framesBefore(index, inS));

/** The last key frame at or before frame `n`, or frame 0. */
export function keyFrameBefore(index: FrameIndex, n: number): number {
	for (let i = Math.min(n, index.key.length - 1); i > 0; i -= 1) if (index.key[i] === 1) return i;
	return 0;
}

/** The first key frame at or after frame `n`, or `count` when there is none. */
export function keyFrameAfter(index: FrameIndex, n: number): number {
	for (let i = Math.max(0, n); i < index.key.length; i += 1) if (index.key[i] === 1) return i;
	return index.key.length;
}

/** The longest distance from one key frame to the next (or to the end), in seconds. */
export function longestGop(index: FrameIndex): number {
	let [longestUs, startUs] = [0, index.ptsUs[0] ?? 0];
	for (let n = 1; n < index.key.length; n += 1) {
		if (index.key[n] !== 1) continue;
		const timeUs = index.ptsUs[n] ?? 0;
		longestUs = Math.max(longestUs, timeUs - startUs);
		startUs = timeUs;
	}
	return index.ptsUs.length === 0 ? 0 : Math.max(longestUs, index.endUs - startUs) / 1e6;
}

/** What the distances between frames tell about the rate. */
export interface RateFacts {
	readonly fps: Rational;
	/** True when frames are further than 1.5 ms (container rounding) from an even spacing. */
	readonly variable: boolean;
}

/** The coarsest clocks that containers use (Matroska: ms, old QuickTime: 1/600 s), in microseconds a tick. */
const COARSE_TICKS_US = [1000, 1e6 / 600];

/** The track's frame rate: the even spacing through all frames if they follow it, else the average. */
export function rateOf(index: FrameIndex): RateFacts {
	const count = index.ptsUs.length;
	const first = index.ptsUs[0];
	const last = index.ptsUs[count - 1];
	if (first === undefined || last === undefined) return { fps: { num: 1, den: 1 }, variable: false };
	const [steps, spanUs] = count === 1 ? [1, Math.max(1, index.endUs - first)] : [count - 1, last - first];
	const stepUs = spanUs / steps;
	let worst = 0;
	for (let n = 0; n < count; n += 1) worst = Math.max(worst, Math.abs((index.ptsUs[n] ?? 0) - first - n * stepUs));
	const variable = worst > Math.max(1500, stepUs * 0.1);
	// Both ends of the span were rounded to the clock; over a few frames that hides the rate, over many it does not.
	const roundingUs = variable ? 0 : (COARSE_TICKS_US.find((tickUs) => liesOn(index, tickUs)) ?? 2);
	return { fps: nearestRate((steps * 1e6) / spanUs, Math.max(2e-4, roundingUs / spanUs)), variable };
}

function liesOn(index: FrameIndex, tickUs: number): boolean {
	return index.ptsUs.every((time) => Math.abs(time - Math.round(time / tickUs) * tickUs) < 0.6);
}

/**
 * How much later than an instant of a constant-rate output a frame may start and still be shown there, in microseconds. Matroska rounds
 * to milliseconds: without it, 30 fps out of a 30 fps file would show some frames twice and others never.
 */
export const INSTANT_TOLERANCE_US = 1100;

/**
 * Which source frame stands at each instant of a constant-rate output of [inS, outS): output frame i shows the frame on
 * screen at inS + i / rate. `count` frames, by default round((outS − inS) · rate), at least one. Never a frame that starts at
 * `outS` or later.
 */
export function constantRateFrames(
	index: FrameIndex,
	span: { readonly inS: number; readonly outS: number },
	rate: Rational,
	count = Math.max(1, Math.round(((span.outS - span.inS) * rate.num) / rate.den)),
): Uint32Array {
	const frames = new Uint32Array(count);
	const fromS = span.inS + INSTANT_TOLERANCE_US / 1e6;
	const last = span.outS > span.inS ? Math.max(0, framesBefore(index, span.outS) - 1) : frameAt(index, fromS);
	for (let i = 0; i < count; i += 1) frames[i] = Math.min(last, frameAt(index, fromS + (i * rate.den) / rate.num));
	return frames;
}
