import { nearestFrame, timeOfFrame, type FrameIndex } from '#core/time/frame-index';

/** Browsers and containers round to milliseconds at worst. */
const SAME_S = 0.0015;

/**
 * What must be added to a freshly loaded element's times to get the file's own presentation times.
 *
 * Chromium counts as the file does (measured: first timestamp 5 s, edit list, late picture: 0 each time); others may start at
 * 0, as copies made by a server always do (`startsAtZero`). The element's first picture tells: when it stands where the file has a frame,
 * nothing is added, otherwise it is the first frame.
 */
export function elementShiftS(
	video: HTMLVideoElement,
	index: FrameIndex | undefined,
	firstTimestampS: number,
	startsAtZero = false,
): number {
	if (index === undefined) return video.currentTime < firstTimestampS - SAME_S ? firstTimestampS : 0;
	const firstS = firstPictureS(video) ?? video.currentTime;
	if (startsAtZero) return timeOfFrame(index, 0) - firstS;
	const nearest = timeOfFrame(index, nearestFrame(index, firstS));
	return Math.abs(nearest - firstS) <= SAME_S ? 0 : timeOfFrame(index, 0) - firstS;
}

/** So far into a frame no rounding reaches its neighbours, in seconds. */
const DEEP_S = 0.01;

/** A time in the frame, in seconds on the file's own timeline: its middle, or a hundredth in, for a picture may stand for minutes. */
export function timeInside(index: FrameIndex, frame: number): number {
	const [startS, endS] = [timeOfFrame(index, frame), timeOfFrame(index, frame + 1)];
	return startS + Math.min(DEEP_S, (endS - startS) / 2);
}

function firstPictureS(video: HTMLVideoElement): number | undefined {
	if (typeof VideoFrame === 'undefined') return undefined;
	try {
		const picture = new VideoFrame(video);
		const timeS = picture.timestamp / 1e6;
		picture.close();
		return timeS;
	} catch (thrown) {
		// Not every browser makes frames of elements.
		if (thrown instanceof DOMException || thrown instanceof TypeError) return undefined;
		throw thrown;
	}
}
