import { resolveCrop, sameShape, type CropState, type Ratio, type ResolvedCrop, type Size } from './crop.ts';
import { centreAt, pathAt } from './camera-path.ts';
import { cropAt, smoothCropAt, type CropTrack } from './crop-track.ts';
import type { CropPath } from '../export/export-task.ts';
import { framesBefore, timeOfFrame, type FrameIndex } from '../time/frame-index.ts';

/** A keyframe stands on a frame; what containers round away still counts as that frame. In seconds. */
const SAME_FRAME_S = 1e-3;

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
});

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
	let shapeChangesAtS: number | undefined;
	for (let n = from; n < to; n += 1) {
		const timeS = timeOfFrame(index, n);
		const wanted = cropOnFrame(track, timeS, index);
		if (shapeChangesAtS === undefined && !sameShape(wanted.ratio, start.ratio)) shapeChangesAtS = timeS;
		boxes.push(resolveCrop({ ...wanted, ratio: crop.ratio }, frame));
	}
	const largest = boxes.reduce((most, box) => (box.width > most.width ? box : most), resolved);
	return {
		crop,
		resolved,
		largest: { width: largest.width, height: largest.height },
		...(boxes.some((box) => !sameBox(box, resolved)) && { path: pathOf(boxes) }),
		...(shapeChangesAtS !== undefined && { shapeChangesAtS }),
	};
}

const pathOf = (boxes: readonly ResolvedCrop[]): CropPath => ({
	x: boxes.map(({ x }) => x),
	y: boxes.map(({ y }) => y),
	width: boxes.map(({ width }) => width),
	height: boxes.map(({ height }) => height),
});

const sameBox = (a: ResolvedCrop, b: ResolvedCrop): boolean =>
	a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

/** The box on the `i`-th frame of a piece; past the end, the last one. */
export function cropOfFrame(
	{ crop, path }: { readonly crop: ResolvedCrop; readonly path?: CropPath | undefined },
	i: number,
): ResolvedCrop {
	if (path === undefined) return crop;
	const at = Math.min(Math.max(0, i), path.x.length - 1);
	return {
		x: path.x[at] ?? crop.x,
		y: path.y[at] ?? crop.y,
		width: path.width[at] ?? crop.width,
		height: path.height[at] ?? crop.height,
	};
}
