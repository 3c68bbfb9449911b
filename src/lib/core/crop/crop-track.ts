import * as z from 'zod';
import { CameraPath } from './camera-path.ts';
import { CropState, sameShape } from './crop.ts';

/** A crop that holds from `atS` (seconds on the file's own timeline) on. */
export const CropKeyframe = z.object({ atS: z.number(), crop: CropState }).readonly();
export type CropKeyframe = z.infer<typeof CropKeyframe>;

/** The crop of a file over time: `base` until the first keyframe. `keyframes` are in order of time. */
export const CropTrack = z
	.object({
		base: CropState,
		keyframes: z.array(CropKeyframe).readonly(),
		/** `step`: each keyframe holds until the next one; `smooth`: centre and zoom move evenly between them. */
		interpolation: z.enum(['step', 'smooth']),
		/** Spans in which the centre follows a subject, in order of time, none over another. There they rule, not base and keyframes. */
		paths: z.array(CameraPath).readonly().optional(),
		/** Spans whose camera path is known of and has not come from another device yet. Never kept. */
		awaited: z
			.array(z.object({ inS: z.number(), outS: z.number() }).readonly())
			.readonly()
			.optional(),
	})
	.readonly();
export type CropTrack = z.infer<typeof CropTrack>;

/** How late a keyframe may be and still count for a clip that starts just before it, in seconds. */
const KEYFRAME_TOLERANCE_S = 0.05;

/** The crop of the last keyframe at or before `timeS` + tolerance; the base when there is none. */
export function cropAt(
	{ base, keyframes }: Pick<CropTrack, 'base' | 'keyframes'>,
	timeS: number,
	toleranceS = KEYFRAME_TOLERANCE_S,
): CropState {
	let crop = base;
	for (const keyframe of keyframes) {
		if (keyframe.atS > timeS + toleranceS + 1e-9) break;
		crop = keyframe.crop;
	}
	return crop;
}

/**
 * The crop shown at `timeS` for a smooth track: centre and zoom between two keyframes of the same ratio move evenly; where the ratio
 * changes, the crop jumps at the later keyframe.
 */
export function smoothCropAt(track: CropTrack, timeS: number): CropState {
	if (track.interpolation === 'step') return cropAt(track, timeS);
	const after = track.keyframes.findIndex((keyframe) => keyframe.atS > timeS);
	const from = track.keyframes[(after === -1 ? track.keyframes.length : after) - 1];
	const to = after === -1 ? undefined : track.keyframes[after];
	if (from === undefined) return track.base;
	if (to === undefined || !sameShape(from.crop.ratio, to.crop.ratio)) return from.crop;
	const share = (timeS - from.atS) / (to.atS - from.atS);
	const between = (a: number, b: number): number => a + (b - a) * share;
	return {
		...from.crop,
		centre: { x: between(from.crop.centre.x, to.crop.centre.x), y: between(from.crop.centre.y, to.crop.centre.y) },
		zoom: between(from.crop.zoom, to.crop.zoom),
	};
}
