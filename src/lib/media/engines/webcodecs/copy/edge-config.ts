import { bitrateOfQuality } from '#core/export/export-estimate';
import type { VideoFacts } from '#core/media/media-facts';
import { toNumber } from '#core/time/rational';
import { codecStrings } from '../encoder-config.ts';

type EdgeCodec = 'avc' | 'vp9' | 'av1';
const isEdgeCodec = (codec: string): codec is EdgeCodec => ['avc', 'vp9', 'av1'].includes(codec);

/** Encoded anew, a frame takes more bits to look the same. */
const EXTRA = 1.2;

/**
 * Bits per second for `wanted` frames that stand in for those of a group with packets of `sizes` bytes, its key frame first: few frames carry the
 * whole weight of their own key frame.
 */
export function edgeBitrate(sizes: readonly number[], wanted: number, framesPerSecond: number): number {
	const [key = 0, ...others] = sizes;
	const each = others.length === 0 ? key : others.reduce((sum, size) => sum + size, 0) / others.length;
	const bits = (key + each * (wanted - 1)) * 8 * EXTRA;
	return Math.max(100_000, Math.round((bits * framesPerSecond) / wanted));
}

/** Configurations to try for frames that join those of the source: its own profile and level first. */
function edgeEncodings(facts: VideoFacts, bitrate: number): readonly VideoEncoderConfig[] {
	const { codec, codecString, codedWidth: width, codedHeight: height } = facts;
	if (!isEdgeCodec(codec)) return [];
	const framerate = Math.max(1, Math.round(toNumber(facts.fps) * 1000) / 1000);
	const names = [...ownNames(codec, codecString), ...codecStrings(codec, width, height, framerate, bitrate)];
	return [...new Set(names)].map((name) => ({
		codec: name,
		width,
		height,
		bitrate,
		framerate,
		bitrateMode: 'variable',
		latencyMode: 'quality',
		hardwareAcceleration: 'no-preference',
		...(codec === 'avc' ? { avc: { format: 'avc' } } : {}),
	}));
}

/** H.264: the source's level with its profile, then with those that every decoder of it also takes. */
function ownNames(codec: EdgeCodec, codecString: string | undefined): readonly string[] {
	if (codecString === undefined) return [];
	if (codec !== 'avc') return [codecString];
	const level = codecString.slice(-2);
	const own = codecString.slice(5, 7).toLowerCase();
	const profiles = ['64', '4d', '42'];
	return profiles.slice(Math.max(0, profiles.indexOf(own))).map((profile) => `avc1.${profile}00${level}`);
}

/** The first configuration that the browser takes, or undefined. */
export async function pickEdgeEncoding(
	facts: VideoFacts,
	bitrate = bitrateOfQuality(20, facts.codedWidth, facts.codedHeight, toNumber(facts.fps)),
): Promise<VideoEncoderConfig | undefined> {
	for (const config of edgeEncodings(facts, bitrate)) {
		try {
			if ((await VideoEncoder.isConfigSupported(config)).supported === true) return config;
		} catch (thrown) {
			// Some browsers throw where others answer "not supported".
			if (!(thrown instanceof Error)) throw thrown;
		}
	}
	return undefined;
}
