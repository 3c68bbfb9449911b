import type { VideoFacts } from '#core/media/media-facts';

/** Brings HDR down to what every screen shows. */
const TO_SDR =
	'zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p';

/** A picture of `width` × `height` square pixels in eight bits. ffmpeg has turned it already. */
export function pictureFilters(
	{ hdr }: Pick<VideoFacts, 'hdr'>,
	{ width, height }: { readonly width: number; readonly height: number },
	scaler: 'bicubic' | 'area' = 'bicubic',
): string {
	// Smaller first: the way out of HDR costs by the pixel.
	return [`scale=${width}:${height}:flags=${scaler}`, 'setsar=1', hdr ? TO_SDR : 'format=yuv420p'].join(',');
}
