import { resolveCrop, sameShape, type CropState, type Ratio, type ResolvedCrop, type Size } from './crop.ts';
import { centreAt, pathAt } from './camera-path.ts';
import { cropAt, smoothCropAt, type CropTrack } from './crop-track.ts';
import type { CropPath } from '../export/export-task.ts';
import { framesBefore, timeOfFrame, type FrameIndex } from '../time/frame-index.ts';
import { SAME_FRAME_S } from '../time/same-frame.ts';

/**
 * The crop on the frame that starts at `timeS`: a keyframe takes hold on its own frame, not before. Where a camera path holds, the centre is
 * the path's.
 */
export function cropOnFrame(track: CropTrack, timeS: number, index?: FrameIndex): CropState {
	const crop = track.interpolation === 'smooth' ? smoothCropAt(track, timeS) : cropAt(track, timeS, SAME_FRAME_S);
	return followed(crop, track, timeS, index);
}

/** `crop` with the centre that a camera path of `track` has at `timeS`, where one holds. */
export function followed(crop: CropState, { paths }: CropTrack, timeS: number, index?: FrameIndex): CropState {
	const path = pathAt(paths, timeS);
	return path === undefined ? crop : { ...crop, centre: centreAt(path, timeS, index) };
}

/** Whether a camera path of `track` holds anywhere in the span. */
export const isFollowed = ({ paths = [] }: CropTrack, span: { readonly inS: number; readonly outS: number }): boolean =>
	paths.some(({ inS, outS }) => inS < span.outS - 1e-6 && outS > span.inS + 1e-6);

/** The track of a span that has a crop of its own: its shape and zoom, and the centre of what is followed there. */
export const ownTrack = (crop: CropState, track: CropTrack | undefined): CropTrack => ({
	base: crop,
	keyframes: [],
	interpolation: 'step',
	...(track?.paths !== undefined && { paths: track.paths }),
	...(track?.awaited !== undefined && { awaited: track.awaited }),
});

/** Why a span cannot be cut out yet: its camera path has not come from another device. `called` is what people call the span. */
export function awaitedPath(
	track: CropTrack | undefined,
	span: { readonly inS: number; readonly outS: number },
	called: string,
): string | undefined {
	const waits = track?.awaited?.some(({ inS, outS }) => inS < span.outS - 1e-6 && outS > span.inS + 1e-6) === true;
	if (!waits) return undefined;
	return `The camera path of ${called} has not come from the server yet. Export it when it is here: it comes by itself once both are online.`;
}

/** What a track cuts out of one span of a file. */
export interface SpanCrop {
	/** The crop on the first frame. Its ratio holds for the whole span: an output has one shape. */
	readonly crop: CropState;
	readonly resolved: ResolvedCrop;
	/** Absent when the box stands still. */
	readonly path?: CropPath;
	/** The largest box of the span, in pixels: what an output that is not scaled must hold. */
	readonly largest: Size;
	/** Where the track first asks for another ratio, which the span cannot follow; in seconds. */
	readonly shapeChangesAtS?: number;
}

/**
 * The pixels that `track` keeps of each frame in the half-open span [inS, outS) of a picture of size `frame`. Centre and zoom follow the
 * track, the ratio is the one that the span starts with, or `ratio`. Without an index the crop of the first frame stands still.
 */
export function cropOfSpan(
	track: CropTrack,
	span: { readonly inS: number; readonly outS: number },
	index: FrameIndex | undefined,
	frame: Size,
	ratio?: Ratio | null,
): SpanCrop {
	const from = index === undefined ? 0 : framesBefore(index, span.inS);
	const to = index === undefined ? 0 : framesBefore(index, span.outS);
	const start = cropOnFrame(track, index === undefined || to <= from ? span.inS : timeOfFrame(index, from), index);
	const crop = ratio === undefined ? start : { ...start, ratio };
	const resolved = resolveCrop(crop, frame);
	const still: SpanCrop = { crop, resolved, largest: resolved };
	if (index === undefined || to <= from || (track.keyframes.length === 0 && !isFollowed(track, span))) return still;
	const boxes: ResolvedCrop[] = [];
	const exact = { x: new Float64Array(to - from).fill(NaN), y: new Float64Array(to - from).fill(NaN) };
	let shapeChangesAtS: number | undefined;
	for (let n = from; n < to; n += 1) {
		const timeS = timeOfFrame(index, n);
		const wanted = cropOnFrame(track, timeS, index);
		if (shapeChangesAtS === undefined && !sameShape(wanted.ratio, start.ratio)) shapeChangesAtS = timeS;
		const box = resolveCrop({ ...wanted, ratio: crop.ratio }, frame);
		boxes.push(box);
		if (pathAt(track.paths, timeS) === undefined) continue;
		exact.x[n - from] = offsetOf(wanted.centre.x, box.width, frame.width);
		exact.y[n - from] = offsetOf(wanted.centre.y, box.height, frame.height);
	}
	const fine = finePath(boxes, exact, frame);
	const first = boxes[0] ?? resolved;
	const largest = boxes.reduce((most, box) => (box.width > most.width ? box : most), first);
	return {
		crop,
		resolved: first,
		largest: { width: largest.width, height: largest.height },
		...(boxes.some((box) => !sameBox(box, first)) && {
			path: { ...pathOf(boxes), ...(fine !== undefined && { fine }) },
		}),
		...(shapeChangesAtS !== undefined && { shapeChangesAtS }),
	};
}

const pathOf = (boxes: readonly ResolvedCrop[]): CropPath => ({
	x: boxes.map(({ x }) => x),
	y: boxes.map(({ y }) => y),
	width: boxes.map(({ width }) => width),
	height: boxes.map(({ height }) => height),
});

const offsetOf = (centre: number, length: number, whole: number): number =>
	Math.min(Math.max(centre * whole - length / 2, 0), Math.max(0, whole - length));

/** Sixteenths of a pixel; what moves less from frame to frame rests. */
const [FINE, RESTS_PX] = [16, 1 / 32];
/** So many frames without movement are a rest, and so few between two rests are none. */
const REST_FRAMES = 4;
/** From this speed on, in pixels a frame, nobody sees whether a step is a pixel longer or shorter. */
const FAST_PX = 4;

/**
 * What even pixels leave of a camera path. Where the camera rests, its box stands on even pixels, and between two rests the difference that
 * this makes is spread evenly, so that nothing jumps. Changes `boxes` where the nearest even pixel is another one then.
 */
function finePath(
	boxes: ResolvedCrop[],
	exact: { readonly x: Float64Array; readonly y: Float64Array },
	frame: Size,
): CropPath['fine'] {
	if (exact.x.every((value) => Number.isNaN(value))) return undefined;
	const side = (name: 'x' | 'y', length: 'width' | 'height'): number[] => {
		const wanted = restingOnPixels(exact[name]);
		return boxes.map((box, n) => {
			const at = wanted[n] ?? NaN;
			if (Number.isNaN(at) || box[length] !== boxes[0]?.[length]) return 0;
			const even = Math.min(2 * Math.round(at / 2), 2 * Math.floor((frame[length] - box[length]) / 2));
			boxes[n] = { ...(boxes[n] ?? box), [name]: even };
			const speed = Math.max(Math.abs(at - (wanted[n - 1] ?? at)), Math.abs((wanted[n + 1] ?? at) - at));
			return speed < FAST_PX ? Math.round((at - even) * FINE) : 0;
		});
	};
	return { x: side('x', 'width'), y: side('y', 'height') };
}

function restingOnPixels(exact: Float64Array): Float64Array {
	const lead = new Float64Array(exact.length).fill(NaN);
	let start = 0;
	for (let n = 1; n <= exact.length; n += 1) {
		const moved = Math.abs((exact[n] ?? NaN) - (exact[n - 1] ?? NaN));
		if (moved < RESTS_PX) continue;
		const at = exact[start] ?? NaN;
		if (n - start >= REST_FRAMES)
			for (let i = start; i < n; i += 1) lead[i] = 2 * Math.round(at / 2) - (exact[i] ?? NaN);
		start = n;
	}
	const known = Array.from(lead.keys()).filter((n) => !Number.isNaN(lead[n] ?? NaN));
	let next = 0;
	return exact.map((value, n) => {
		while (next < known.length && (known[next] ?? 0) < n) next += 1;
		const [before, after] = [known[next - 1], known[next]];
		const [a, b] = [lead[before ?? after ?? -1] ?? 0, lead[after ?? before ?? -1] ?? 0];
		const share = before === undefined || after === undefined ? 0 : (n - before) / (after - before);
		return value + a + (b - a) * share;
	});
}

const sameBox = (a: ResolvedCrop, b: ResolvedCrop): boolean =>
	a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

/** A box that stands between pixels, by this much right and down: −1..1. */
export interface FineCrop extends ResolvedCrop {
	readonly fine?: { readonly x: number; readonly y: number };
}

/** The box on the `i`-th frame of a piece; past the end, the last one. */
export function cropOfFrame(
	{ crop, path }: { readonly crop: ResolvedCrop; readonly path?: CropPath | undefined },
	i: number,
): FineCrop {
	if (path === undefined) return crop;
	const at = Math.min(Math.max(0, i), path.x.length - 1);
	return {
		x: path.x[at] ?? crop.x,
		y: path.y[at] ?? crop.y,
		width: path.width[at] ?? crop.width,
		height: path.height[at] ?? crop.height,
		...fineAt(path, at),
	};
}

function fineAt({ fine }: CropPath, at: number): Pick<FineCrop, 'fine'> {
	const [x, y] = [fine?.x[at] ?? 0, fine?.y[at] ?? 0];
	return x === 0 && y === 0 ? {} : { fine: { x: x / FINE, y: y / FINE } };
}
