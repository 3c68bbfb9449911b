import * as z from 'zod';

/** Width and height in whole pixels. */
export const Size = z.object({ width: z.int().positive(), height: z.int().positive() }).readonly();
export type Size = z.infer<typeof Size>;

/** Shape of a crop, width to height: 9:16 is `{ width: 9, height: 16 }`. */
export const Ratio = z
	.object({ width: z.number().positive().max(10000), height: z.number().positive().max(10000) })
	.readonly();
export type Ratio = z.infer<typeof Ratio>;

/** True when both are one shape, however they are written (1:1 and 2:2), or neither is told. */
export const sameShape = (a: Ratio | null, b: Ratio | null): boolean =>
	a === null || b === null ? a === b : a.width * b.height === b.width * a.height;

/** Which part of the picture is kept. `null` keeps the whole frame's shape. Centre is 0..1 in display space. */
export const CropState = z
	.object({
		ratio: Ratio.nullable(),
		centre: z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) }).readonly(),
		/** 1 = as large as fits, 2 = half as wide and half as high. */
		zoom: z.number().min(1).max(32),
		randomPortrait: z.boolean(),
		randomSquare: z.boolean(),
	})
	.readonly();
export type CropState = z.infer<typeof CropState>;

export const WHOLE_FRAME: CropState = {
	ratio: null,
	centre: { x: 0.5, y: 0.5 },
	zoom: 1,
	randomPortrait: false,
	randomSquare: false,
};

/** Whole pixels of the displayed picture (after rotation and pixel aspect): offsets and sizes are even, inside the frame. */
export const ResolvedCrop = z
	.object({ x: z.int().nonnegative(), y: z.int().nonnegative(), width: z.int().positive(), height: z.int().positive() })
	.readonly();
export type ResolvedCrop = z.infer<typeof ResolvedCrop>;

const evenAtMost = (value: number): number => Math.max(2, 2 * Math.floor(value / 2 + 1e-9));
const nearestEven = (value: number): number => Math.max(2, 2 * Math.round(value / 2));
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/**
 * The pixels that `crop` keeps of a picture of size `frame` (display size).
 *
 * The one place where normalised crops become pixels: preview, every engine and every project format call it. The largest box
 * of the ratio that fits, divided by zoom, centred, pushed back inside the frame; offsets and sizes are even because 4:2:0 video
 * has one chroma sample per two pixels. Frames under 2 pixels are returned whole.
 */
export function resolveCrop(crop: CropState, frame: Size): ResolvedCrop {
	const ratio = crop.ratio === null ? frame.width / frame.height : crop.ratio.width / crop.ratio.height;
	const widest = Math.min(frame.width, frame.height * ratio);
	const width = Math.min(nearestEven(widest / crop.zoom), evenAtMost(frame.width));
	const height = Math.min(nearestEven(widest / ratio / crop.zoom), evenAtMost(frame.height));
	return {
		x: evenOffset(crop.centre.x * frame.width - width / 2, frame.width - width),
		y: evenOffset(crop.centre.y * frame.height - height / 2, frame.height - height),
		width,
		height,
	};
}

function evenOffset(wanted: number, largest: number): number {
	return clamp(2 * Math.round(wanted / 2), 0, 2 * Math.floor(Math.max(0, largest) / 2));
}

/** True when the crop keeps the frame but for an odd last row or column. */
export const isWholeFrame = (crop: ResolvedCrop, frame: Size): boolean =>
	crop.width >= frame.width - 1 && crop.height >= frame.height - 1;

/**
 * Size of the output: the crop scaled so that its short side is `shortSide` pixels (`null`: as it is), both sides multiples of
 * `multiple` (default 2). The long side follows `ratio` where there is one, not the crop's rounded pixels: 288 of 9:16 is 288×512 from any
 * source.
 */
export function outputSize(crop: Size, ratio: Ratio | null, shortSide: number | null, multiple = 2): Size {
	const round = (value: number): number => Math.max(multiple, multiple * Math.round(value / multiple));
	if (shortSide === null) return { width: round(crop.width), height: round(crop.height) };
	const shape = ratio ?? crop;
	const short = round(shortSide);
	const long = round((short * Math.max(shape.width, shape.height)) / Math.min(shape.width, shape.height));
	return shape.width <= shape.height ? { width: short, height: long } : { width: long, height: short };
}
