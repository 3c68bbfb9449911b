import * as z from 'zod';

/** A rectangle of the displayed picture in fractions of its width and height: `x`, `y` are its left and top edge. May reach outside. */
export const Box = z
	.object({ x: z.number(), y: z.number(), width: z.number().nonnegative(), height: z.number().nonnegative() })
	.readonly();
export type Box = z.infer<typeof Box>;

/** Mean red, green and blue (0..255) of the upper half of what stands in a box, then of the lower half: what someone wears. */
export const Colours = z.array(z.number().min(0).max(255)).length(6).readonly();
export type Colours = z.infer<typeof Colours>;

/** What a detector saw: where, how sure (0..1), and what ("person"); `colours` where its picture was at hand. */
export const Detection = z
	.object({ box: Box, score: z.number().min(0).max(1), label: z.string(), colours: Colours.optional() })
	.readonly();
export type Detection = z.infer<typeof Detection>;

/** Everything seen on the frame that starts at `atS`, in seconds on the file's own timeline. */
export const DetectedFrame = z.object({ atS: z.number(), detections: z.array(Detection).readonly() }).readonly();
export type DetectedFrame = z.infer<typeof DetectedFrame>;

/** Size over which two boxes agree, 0..1: the intersection over the union of their areas (Jaccard). 0 when either is empty. */
export function overlap(a: Box, b: Box): number {
	const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
	const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
	if (width <= 0 || height <= 0) return 0;
	const shared = width * height;
	return shared / (a.width * a.height + b.width * b.height - shared);
}

/**
 * The box with `share` of its size added at each side: its size is the side of a square as large, so that someone who has the legs together
 * is as large as with a wide step. `aspect`: width of the picture over its height.
 */
export function grown({ x, y, width, height }: Box, share: number, aspect: number): Box {
	const down = share * Math.sqrt(width * aspect * height);
	const across = down / aspect;
	return { x: x - across, y: y - down, width: width + 2 * across, height: height + 2 * down };
}

export const centreOf = ({ x, y, width, height }: Box): { readonly x: number; readonly y: number } => ({
	x: x + width / 2,
	y: y + height / 2,
});
