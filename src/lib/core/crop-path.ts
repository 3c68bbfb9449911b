import { resolveCrop, type Ratio, type ResolvedCrop, type Size } from './crop.ts';
import { smoothCropAt, type CropTrack } from './crop-track.ts';
import type { CropPath } from './export-task.ts';
import { framesBefore, timeOfFrame, type FrameIndex } from './frame-index.ts';

/** A span of a file whose frames a crop follows. */
export interface CropPathRequest {
	readonly track: CropTrack;
	/** Shape of every rectangle: a clip cannot change its shape on the way. */
	readonly ratio: Ratio | null;
	/** Display size of the source, in pixels. */
	readonly frame: Size;
	readonly index: FrameIndex;
	readonly inS: number;
	readonly outS: number;
}

/** Where a smooth track puts the crop on each frame of a span; undefined when it stands still there. */
export function cropPathOf({ track, ratio, frame, index, inS, outS }: CropPathRequest): CropPath | undefined {
	if (track.interpolation === 'step' || track.keyframes.length < 2) return undefined;
	const first = framesBefore(index, inS);
	const rectangles = Array.from({ length: framesBefore(index, outS) - first }, (_, i) =>
		resolveCrop({ ...smoothCropAt(track, timeOfFrame(index, first + i)), ratio }, frame),
	);
	const [start] = rectangles;
	if (start === undefined || rectangles.every((other) => sameRectangle(start, other))) return undefined;
	return {
		x: rectangles.map(({ x }) => x),
		y: rectangles.map(({ y }) => y),
		width: rectangles.map(({ width }) => width),
		height: rectangles.map(({ height }) => height),
	};
}

/** The rectangle of the `i`-th frame of a piece; past the end, the last one. */
export function cropOfFrame(
	{ crop, path }: { crop: ResolvedCrop; path?: CropPath | undefined },
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

const sameRectangle = (a: ResolvedCrop, b: ResolvedCrop): boolean =>
	a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
