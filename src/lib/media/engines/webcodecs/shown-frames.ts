import { VideoSampleSink, type InputVideoTrack, type VideoSample } from 'mediabunny';

/** A decoded source frame and the run [from, to) of wanted times that show it. Close the sample. */
export interface ShownFrame {
	readonly sample: VideoSample;
	readonly from: number;
	readonly to: number;
	/** True when the decoder did not give the frame (broken data): another one stands in for it. */
	readonly standIn: boolean;
}

/** What rounding to microseconds may have moved a timestamp by. */
const TOLERANCE_US = 2;

/**
 * Decodes the frames at `sourceUs` (ascending, µs; see `PictureSpan`), each once.
 *
 * Stops as soon as the last wanted frame is out, so that nothing behind it is decoded for long. A frame that the decoder does not give (broken
 * data) is stood in for by the one before it, as in a player.
 */
export async function* shownFrames(
	track: InputVideoTrack,
	sourceUs: Float64Array,
): AsyncGenerator<ShownFrame, void, undefined> {
	const samples = new VideoSampleSink(track).samples((sourceUs[0] ?? 0) / 1e6);
	let next = 0;
	let before: VideoSample | undefined;
	try {
		while (next < sourceUs.length) {
			const { value: sample, done } = await samples.next();
			if (done === true) break;
			const atUs = Math.round(sample.timestamp * 1e6);
			const missed = endOfRun(sourceUs, next, atUs - TOLERANCE_US);
			if (missed > next) {
				yield { sample: before?.clone() ?? sample.clone(), from: next, to: missed, standIn: true };
				next = missed;
			}
			before?.close();
			before = sample;
			const end = endOfRun(sourceUs, next, atUs + TOLERANCE_US);
			if (end > next) {
				yield { sample: sample.clone(), from: next, to: end, standIn: false };
				next = end;
			}
		}
		if (next < sourceUs.length && before !== undefined) {
			yield { sample: before.clone(), from: next, to: sourceUs.length, standIn: true };
		}
	} finally {
		before?.close();
		await samples.return();
	}
}

/** First position from `next` on whose time is later than `limitUs`. */
export function endOfRun(sourceUs: Float64Array, next: number, limitUs: number): number {
	let end = next;
	while (end < sourceUs.length && (sourceUs[end] as number) <= limitUs) end += 1;
	return end;
}

/** All times of `lists` in order, each once. */
export function mergedTimes(lists: readonly Float64Array[]): Float64Array {
	const [only] = lists;
	if (only !== undefined && lists.length === 1) return only;
	return Float64Array.from(new Set(lists.flatMap((list) => Array.from(list)))).sort();
}
