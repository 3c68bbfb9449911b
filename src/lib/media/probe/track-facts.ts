import { longestGop, rateOf, type FrameIndex } from '#core/time/frame-index';
import type { AudioFacts, VideoFacts } from '#core/media/media-facts';
import type { InputAudioTrack, InputVideoTrack } from 'mediabunny';

/** What is known of a picture track. `bytes` is what all its packets weigh. */
export async function videoFactsOf(track: InputVideoTrack, index: FrameIndex, bytes: number): Promise<VideoFacts> {
	const codec = (await track.getCodec()) ?? internalName(await track.getInternalCodecId());
	const codecString = (await track.getCodecParameterString()) ?? undefined;
	const { fps, variable } = rateOf(index);
	const first = index.ptsUs[0] ?? 0;
	const lengthS = (index.endUs - first) / 1e6;
	const bitDepth = bitDepthOf(codecString);
	const pixelAspect = await track.getPixelAspectRatio();
	const { matrix } = await track.getColorSpace();
	return {
		codec,
		...(codecString === undefined ? {} : { codecString }),
		width: await track.getDisplayWidth(),
		height: await track.getDisplayHeight(),
		codedWidth: await track.getCodedWidth(),
		codedHeight: await track.getCodedHeight(),
		rotation: await track.getRotation(),
		pixelAspect: { num: pixelAspect.num, den: pixelAspect.den },
		fps,
		variableRate: variable,
		hdr: await track.hasHighDynamicRange(),
		...(matrix == null ? {} : { matrix }),
		...(bitDepth === undefined ? {} : { bitDepth }),
		frameCount: index.ptsUs.length,
		longestGopS: longestGop(index),
		...(lengthS > 0 ? { bitrate: Math.round((bytes * 8) / lengthS) } : {}),
	};
}

export async function audioFactsOf(track: InputAudioTrack): Promise<AudioFacts> {
	return {
		codec: (await track.getCodec()) ?? internalName(await track.getInternalCodecId()),
		sampleRateHz: await track.getSampleRate(),
		channels: await track.getNumberOfChannels(),
	};
}

/** The container's own name for a codec that the reader does not know. */
export const internalName = (id: string | number | Uint8Array | null): string =>
	typeof id === 'string' ? id.trim() : typeof id === 'number' ? `0x${id.toString(16)}` : 'unknown';

/**
 * Bits per sample as the codec string tells (RFC 6381, and the VP9 and AV1 bindings); undefined where it does not.
 *
 * The profiles that allow 10 bits or more are taken at their word: 8-bit material is not coded with them.
 */
export function bitDepthOf(codecString: string | undefined): number | undefined {
	const [name = '', ...parts] = (codecString ?? '').split('.');
	switch (name) {
		case 'avc1':
		case 'avc3':
			return { '42': 8, '4d': 8, '58': 8, '64': 8, '6e': 10, '7a': 10 }[(parts[0] ?? '').slice(0, 2).toLowerCase()];
		case 'hev1':
		case 'hvc1':
			return { '1': 8, '2': 10, '3': 8 }[parts[0] ?? ''];
		case 'vp8':
			return 8;
		case 'vp09':
		case 'av01':
			return Number.parseInt(parts[2] ?? '', 10) || undefined;
		default:
			return undefined;
	}
}
