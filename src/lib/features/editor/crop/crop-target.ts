import type { CameraPath } from '#core/crop/camera-path';
import type { CropState } from '#core/crop/crop';
import type { CropKeyframe, CropTrack } from '#core/crop/crop-track';
import type { Segment } from '#core/project/project';

/** What a change of the crop goes to. Times in seconds on the file's own timeline. */
export type CropTarget =
	/** The crop of the file until the first keyframe; of the whole file when there are none. */
	| { readonly kind: 'base' }
	/** `here`: it stands on the shown frame; else it is the one before, which holds here. */
	| { readonly kind: 'keyframe'; readonly atS: number; readonly here: boolean }
	| { readonly kind: 'new-keyframe'; readonly atS: number }
	/** The chosen segment's own crop. */
	| { readonly kind: 'segment'; readonly segment: Segment }
	/** A camera path holds here: it is led through what is set, and `under` gets the shape and the size. */
	| { readonly kind: 'path'; readonly path: CameraPath; readonly atS: number; readonly under: CropTarget };

export interface CropPlace {
	readonly track: CropTrack;
	/** Start of the shown frame. */
	readonly shownS: number;
	/** Whether a time lies on the shown frame. */
	readonly isShown: (timeS: number) => boolean;
	/** A change where there is no keyframe makes one. */
	readonly autoKey: boolean;
}

/**
 * Where a change of the file's crop belongs. On a keyframe: to it. Without keyframes: to the file. Else a new keyframe when `autoKey` is on, and
 * always between two keyframes of a smooth track, where no other edit would show what was dragged; with `autoKey` off, to what holds here.
 */
export function cropTargetAt({ track, shownS, isShown, autoKey }: CropPlace): CropTarget {
	const { keyframes } = track;
	const here = keyframes.find(({ atS }) => isShown(atS));
	if (here !== undefined) return { kind: 'keyframe', atS: here.atS, here: true };
	if (keyframes.length === 0) return { kind: 'base' };
	const before = keyframes.findLast(({ atS }) => atS < shownS);
	const moving = track.interpolation === 'smooth' && before !== undefined && before !== keyframes.at(-1);
	if (autoKey || moving) return { kind: 'new-keyframe', atS: shownS };
	return before === undefined ? { kind: 'base' } : { kind: 'keyframe', atS: before.atS, here: false };
}

/** "9:16", or "none" for the whole frame's shape. */
export const ratioText = ({ ratio }: CropState): string => (ratio === null ? 'none' : `${ratio.width}:${ratio.height}`);

/** The colour a keyframe is drawn in: gold, red for random portrait, blue for random square, split for both. */
export function keyframeKind({ crop }: CropKeyframe): 'plain' | 'portrait' | 'square' | 'both' {
	if (crop.randomPortrait) return crop.randomSquare ? 'both' : 'portrait';
	return crop.randomSquare ? 'square' : 'plain';
}
