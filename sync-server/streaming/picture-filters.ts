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
