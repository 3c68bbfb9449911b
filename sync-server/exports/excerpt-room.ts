import { excerptSpan } from '#core/ffmpeg/ffmpeg-remux';
import type { PlacedSpan } from '#core/mp4/place-spans';
import { frameCount, timeOfFrame, type FrameIndex } from '#core/time/frame-index';

/** What lies between the pieces is written for nothing: more than this takes longer than to encode what is wanted. */
const MOST_BETWEEN_BYTES = 4 * 2 ** 30;

export const NO_ROOM = 'the disk of exports has no room for the part of the film that it is cut from';

export interface ExcerptPlan {
	readonly index: FrameIndex;
	readonly spans: readonly PlacedSpan[];
	/** Of the whole film. */
	readonly bytes: number;
	/** Free where the excerpt would lie. */
	readonly freeBytes: number;
}

/** The frames from the first to the last of all spans. */
export const aroundSpans = (spans: readonly PlacedSpan[]): { readonly from: number; readonly to: number } => ({
	from: Math.min(...spans.map(({ first }) => first)),
	to: Math.max(...spans.map(({ last }) => last)),
});

/** Why no excerpt that holds all spans is made; undefined when it can be. Bytes are reckoned by the film's mean rate. */
export function excerptTrouble({ index, spans, bytes, freeBytes }: ExcerptPlan): string | undefined {
	const filmS = timeOfFrame(index, frameCount(index)) - timeOfFrame(index, 0);
	const bytesOf = (seconds: number): number => (bytes * seconds) / filmS;
	const { startS, endS } = excerptSpan(index, aroundSpans(spans));
	const excerptBytes = bytesOf(Math.min(filmS, endS - startS));
	const cutBytes = bytesOf(spans.reduce((sum, { inS, outS }) => sum + outS - inS, 0));
	const betweenBytes = excerptBytes - cutBytes;
	if (betweenBytes > MOST_BETWEEN_BYTES && betweenBytes > cutBytes) return 'its pieces lie far apart';
	// The cut is made of the excerpt, and the output of the cut.
	return cutBytes + Math.max(excerptBytes, cutBytes) > freeBytes ? NO_ROOM : undefined;
}
