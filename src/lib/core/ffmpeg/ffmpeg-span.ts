import {
	INSTANT_TOLERANCE_US,
	framesBefore,
	frameAt,
	keyFrameBefore,
	keyFrameAfter,
	timeOfFrame,
	type FrameIndex,
} from '../time/frame-index.ts';
import type { MediaFacts } from '../media/media-facts.ts';

/** Which frames of an input are kept, in whole microseconds on the file's own timeline: half-open. */
export interface KeptSpan {
	readonly fromUs: number;
	/** Undefined: to the end of the file. */
	readonly toUs: number | undefined;
}

/** How far a timestamp may be off without an index to tell frames apart: half a millisecond, what Matroska rounds by. */
const BLIND_TOLERANCE_US = 500;

/**
 * The span that holds exactly the frames of [inS, outS), its edges halfway between two frames so that rounding of timestamps by the
 * container never moves a frame across. With `onScreen`, the frame that is on screen at `inS` is kept even if it started earlier.
 */
export function keptSpan(
	{ inS, outS }: { readonly inS: number; readonly outS: number },
	index: FrameIndex | undefined,
	onScreen: boolean,
): KeptSpan {
	if (index === undefined || index.ptsUs.length === 0) {
		return { fromUs: Math.round(inS * 1e6) - BLIND_TOLERANCE_US, toUs: Math.round(outS * 1e6) - BLIND_TOLERANCE_US };
	}
	const first = onScreen ? frameAt(index, inS + INSTANT_TOLERANCE_US / 1e6) : framesBefore(index, inS);
	const end = framesBefore(index, outS);
	const toUs = end >= index.ptsUs.length ? undefined : edgeBefore(index, Math.max(end, first + 1));
	return { fromUs: edgeBefore(index, first), toUs };
}

/** Halfway between frame `n` and the one before; a second before the first frame, which has none. */
function edgeBefore(index: FrameIndex, n: number): number {
	const us = timeOfFrame(index, n) * 1e6;
	if (n <= 0) return Math.round(us - 1e6);
	const earlier = timeOfFrame(index, n - 1) * 1e6;
	return Math.round(n >= index.ptsUs.length ? us : us - Math.max(0.5, (us - earlier) / 2));
}

/** Containers that ffmpeg seeks in by looking for timestamps: it may stop at any frame, so it has to start well before. */
const UNINDEXED = new Set(['ts', 'mpegts', 'mpeg', 'mpg', 'ps', 'flv', 'asf', 'wmv']);

/** Streams without a container: after a seek their timestamps are guesses, so they are decoded from the start. */
const BARE = new Set(['m4v', 'h264', 'hevc', 'mpegvideo', 'obu', 'gif']);

/** ffmpeg itself moves seeks back by 3/23 s in containers that seek by decoding time; this stays clear of it. */
const SEEK_SLACK_S = 0.2;

/**
 * Where to start reading, in seconds on the file's own timeline, so that every frame from `inS` on is decoded whole and as little as
 * possible before; undefined to start at the beginning.
 */
export function videoSeek(inS: number, facts: MediaFacts, index: FrameIndex | undefined): number | undefined {
	if (BARE.has(facts.container)) return undefined;
	if (index === undefined || index.ptsUs.length === 0) return later(inS, facts);
	const key = keyFrameBefore(index, frameAt(index, inS));
	if (key === 0) return undefined;
	const keyS = timeOfFrame(index, key);
	// Where packets have no presentation times, key frames are shown a little later than the index says.
	if (UNINDEXED.has(facts.container) || facts.reader === 'ffmpeg') return later(keyS - 0.7, facts);
	const nextS = timeOfFrame(index, keyFrameAfter(index, key + 1));
	// Reading then starts at `key` whichever way the container seeks, unless the next key frame is too near.
	return later(nextS - keyS > 1 ? keyS + SEEK_SLACK_S : keyS, facts);
}

/** Decoders of compressed sound need a moment to settle; a second of sound costs nothing. */
export const audioSeek = (inS: number, facts: MediaFacts): number | undefined => later(inS - 1, facts);

const later = (timeS: number, facts: MediaFacts): number | undefined =>
	timeS > facts.firstTimestampS + 0.01 ? timeS : undefined;
