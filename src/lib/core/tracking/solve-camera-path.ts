import type { CameraStyle, PathCentres, PicturePlace } from '../crop/camera-path.ts';
import { SAME_FRAME_S } from '../time/same-frame.ts';
import { solveAxis } from './axis-path.ts';
import type { BoxSeries } from './smooth-track.ts';

/** Places are fractions of the displayed picture, times seconds on the file's own timeline. */
export interface CameraInput {
	/** Starts of the frames, ascending. */
	readonly timesS: Float64Array;
	/** Starts of the frames that begin a new shot. Only there the camera may jump. */
	readonly cutsS: readonly number[];
	/** Sides of the crop, over 0 up to 1. */
	readonly crop: { readonly width: number; readonly height: number };
	/** The user's centre: held where nothing is known. */
	readonly hold: { readonly x: number; readonly y: number };
	/** What is wanted in the crop, one box a frame, NaN where nothing is; null without any. */
	readonly subject: BoxSeries | null;
	/** Centres that the user has set; each holds on the frame that is shown at its `atS`. */
	readonly keyframes?: readonly PicturePlace[];
	/** Default `steady`. */
	readonly style?: CameraStyle;
}

/** How far from the middle of the crop the subject may be, as a share of its side. */
export const MARGINS: Readonly<Record<'steady' | 'follow' | 'lively', number>> = {
	steady: 0.25,
	follow: 0.15,
	lively: 0.1,
};
/** How many standard deviations of the subject's place are kept free of the edge. */
const DOUBT = 1.5;
/** Air above a subject that is taller than the crop, as a share of the crop. */
const HEADROOM = 0.08;

/**
 * The path of the camera: for each shot by itself the one that stands or moves evenly for as long as it can (L1-optimal: Grundmann, Kwatra,
 * Essa 2011), keeps the subject within the margin of the style and, above that, wholly in the crop as far as its place is known, goes through
 * the keyframes, and never leaves the picture or pans by more than 0.3 of it per second but to reach a keyframe. Time counts, not the number
 * of frames: 60 frames a second and uneven ones give the same path. A side of the crop that is the picture's own does not move.
 */
export function solveCameraPath(input: CameraInput): PathCentres {
	const { timesS, cutsS, style = 'steady' } = input;
	const path = { x: new Float64Array(timesS.length), y: new Float64Array(timesS.length) };
	const sides = axes(input);
	if (style === 'clip') {
		for (const side of sides)
			path[side.name].fill(side.keyframes[0]?.value ?? clampTo(side, median(side.target) ?? side.rest));
		return path;
	}
	let from = 0;
	let cut = 0;
	for (let n = 0; n <= timesS.length; n += 1) {
		const before = cut;
		while (n < timesS.length && (cutsS[cut] ?? Infinity) <= (timesS[n] ?? 0) + SAME_FRAME_S) cut += 1;
		if (n < timesS.length && (cut === before || n === 0)) continue;
		if (n > from) for (const side of sides) path[side.name].set(solveShot(side, timesS, from, n), from);
		from = n;
	}
	return path;
}

interface Axis {
	readonly name: 'x' | 'y';
	readonly low: number;
	readonly high: number;
	readonly rest: number;
	readonly target: Float64Array;
	readonly comfort: Float64Array;
	readonly contain: Float64Array;
	readonly keyframes: readonly { readonly frame: number; readonly value: number }[];
}

function axes({ timesS, crop, hold, subject, keyframes = [], style = 'steady' }: CameraInput): readonly Axis[] {
	const margin = style === 'follow' || style === 'lively' ? MARGINS[style] : MARGINS.steady;
	const axis = (
		name: 'x' | 'y',
		side: number,
		rest: number,
		start: Float64Array | undefined,
		length: Float64Array | undefined,
		spread: Float64Array | undefined,
	): Axis => {
		const half = Math.min(1, side) / 2;
		const target = new Float64Array(timesS.length).fill(NaN);
		const [comfort, contain] = [new Float64Array(timesS.length), new Float64Array(timesS.length)];
		for (let n = 0; n < timesS.length; n += 1) {
			// What hangs out of the picture can be in no crop.
			const from = Math.max(0, start?.[n] ?? NaN);
			const to = Math.min(1, (start?.[n] ?? NaN) + (length?.[n] ?? NaN));
			if (!(to > from)) continue;
			const room = half - (to - from) / 2;
			// Too tall a subject is cut at its feet.
			target[n] = room < 0 && name === 'y' ? from - HEADROOM * side + half : (from + to) / 2;
			contain[n] = Math.max(0, room - DOUBT * (spread?.[n] ?? 0));
			comfort[n] = Math.min(margin * side, Math.max(contain[n] ?? 0, 0.02 * side));
		}
		return {
			name,
			low: half,
			high: 1 - half,
			rest: Math.min(1 - half, Math.max(half, rest)),
			target,
			comfort,
			contain,
			keyframes: framesOf(keyframes, timesS).map(({ frame, keyframe }) => ({
				frame,
				value: Math.min(1 - half, Math.max(half, keyframe[name])),
			})),
		};
	};
	return [
		axis('x', crop.width, hold.x, subject?.x, subject?.width, subject?.spreadX),
		axis('y', crop.height, hold.y, subject?.y, subject?.height, subject?.spreadY),
	];
}

function solveShot(axis: Axis, timesS: Float64Array, from: number, to: number): Float64Array {
	const target = axis.target.subarray(from, to);
	return solveAxis({
		timesS: timesS.subarray(from, to),
		low: axis.low,
		high: axis.high,
		target,
		comfort: axis.comfort.subarray(from, to),
		contain: axis.contain.subarray(from, to),
		fixed: axis.keyframes
			.filter(({ frame }) => frame >= from && frame < to)
			.map(({ frame, value }) => ({ frame: frame - from, value })),
		rest: axis.rest,
	});
}

/** The frame on which each keyframe holds: the one shown at its time; of two on one frame the later. Those outside the clip are left out. */
function framesOf(
	keyframes: readonly PicturePlace[],
	timesS: Float64Array,
): readonly { readonly frame: number; readonly keyframe: PicturePlace }[] {
	const byFrame = new Map<number, PicturePlace>();
	const lastS = timesS.at(-1) ?? -Infinity;
	const frameS = timesS.length > 1 ? lastS - (timesS.at(-2) ?? lastS) : Infinity;
	for (const keyframe of [...keyframes].sort((a, b) => a.atS - b.atS)) {
		let frame = -1;
		while (frame + 1 < timesS.length && (timesS[frame + 1] ?? 0) <= keyframe.atS + SAME_FRAME_S) frame += 1;
		if (frame < 0 || keyframe.atS >= lastS + frameS) continue;
		byFrame.set(frame, keyframe);
	}
	return [...byFrame].map(([frame, keyframe]) => ({ frame, keyframe }));
}

const clampTo = ({ low, high }: Axis, value: number): number => Math.min(high, Math.max(low, value));

function median(values: Float64Array): number | null {
	const known = values.filter((value) => !Number.isNaN(value)).sort();
	return known[known.length >> 1] ?? null;
}
