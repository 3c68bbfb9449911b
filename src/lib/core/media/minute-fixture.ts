import type { FrameIndex } from '../time/frame-index.ts';
import type { MediaFacts, VideoFacts } from './media-facts.ts';

/** `count` frames of even length from 0 on, one in `gop` a key frame. */
export const framesAt = (fps: number, count: number, gop = 60): FrameIndex => ({
	ptsUs: Float64Array.from({ length: count }, (_, n) => Math.round((n * 1e6) / fps)),
	key: Uint8Array.from({ length: count }, (_, n) => (n % gop === 0 ? 1 : 0)),
	endUs: Math.round((count * 1e6) / fps),
});

/** A minute of 1080p30 with sound: `framesAt(30, 1800)`. */
export const MINUTE: MediaFacts & { readonly video: VideoFacts } = {
	...{ fingerprint: `1000-${'a'.repeat(64)}`, name: 'walk.mp4', bytes: 1000, container: 'mp4', reader: 'mediabunny' },
	...{ durationS: 60, firstTimestampS: 0, subtitles: [], playable: 'native', truncated: false, notes: [] },
	video: {
		...{ codec: 'avc', width: 1920, height: 1080, codedWidth: 1920, codedHeight: 1080, rotation: 0, hdr: false },
		...{ pixelAspect: { num: 1, den: 1 }, fps: { num: 30, den: 1 }, variableRate: false, frameCount: 1800 },
	},
	audio: [{ codec: 'aac', sampleRateHz: 48_000, channels: 2 }],
};
