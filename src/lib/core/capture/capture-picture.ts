import { outputSize, resolveCrop, WHOLE_FRAME, type Ratio, type ResolvedCrop, type Size } from '../crop/crop.ts';

export interface PictureWish {
	readonly crop?: { readonly ratio: Ratio; readonly centre: { readonly x: number; readonly y: number } } | undefined;
	/** Pixels. */
	readonly shortSide?: number | undefined;
}

/** Which pixels of a picture of `frame` (as displayed) are kept, and how large they become: never larger than they are. */
export function pictureOfCapture({ crop, shortSide }: PictureWish, frame: Size): { crop: ResolvedCrop; size: Size } {
	const kept = resolveCrop(crop === undefined ? WHOLE_FRAME : { ...WHOLE_FRAME, ...crop }, frame);
	const short = Math.min(kept.width, kept.height);
	const smaller = shortSide !== undefined && shortSide < short ? shortSide : null;
	return { crop: kept, size: outputSize(kept, crop?.ratio ?? null, smaller) };
}
