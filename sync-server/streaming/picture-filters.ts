import { TONE_MAP } from '#core/ffmpeg/ffmpeg-filters';
import type { VideoFacts } from '#core/media/media-facts';

/** A picture of `width` × `height` square pixels in eight bits. ffmpeg has turned it already. */
export function pictureFilters(
	{ hdr }: Pick<VideoFacts, 'hdr'>,
	{ width, height }: { readonly width: number; readonly height: number },
	scaler: 'bicubic' | 'area' = 'bicubic',
): string {
	// Smaller first: the way out of HDR costs by the pixel.
	return [`scale=${width}:${height}:flags=${scaler}`, 'setsar=1', hdr ? TONE_MAP.join(',') : 'format=yuv420p'].join(
		',',
	);
}

type Shape = Pick<VideoFacts, 'width' | 'height'>;

/** The largest size of the shape that lies within `lines` (the shorter side) and `columns` (the longer side); never larger than the picture; even. */
export function fitInto({ width, height }: Shape, { lines, columns }: { lines: number; columns: number }): Shape {
	return scaled({ width, height }, Math.min(1, columns / Math.max(width, height), lines / Math.min(width, height)));
}

/** As many pixels wide, or as wide as the picture if that is less; even. */
export const widthOf = ({ width, height }: Shape, wanted: number): Shape =>
	scaled({ width, height }, Math.min(1, wanted / width));

function scaled({ width, height }: Shape, factor: number): Shape {
	const even = (pixels: number): number => Math.max(2, 2 * Math.round((pixels * factor) / 2));
	return { width: even(width), height: even(height) };
}
