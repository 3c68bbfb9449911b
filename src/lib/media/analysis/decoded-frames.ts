import { VideoSampleSink, type InputVideoTrack, type VideoSample } from 'mediabunny';
import { frameCount, keyFrameAfter, nearestFrame, timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import { isCodecLoss } from '../engines/webcodecs/export-failure.ts';
import type { FrameRun } from './frame-choice.ts';

/** A decoded picture and its number in the frame index. It is closed as soon as the next one is asked for. */
export interface DecodedFrame {
	readonly frame: number;
	readonly sample: VideoSample;
}

export interface DecodingWatch {
	readonly signal: AbortSignal;
	/** Told of frames that the decoder did not give: broken data. */
	readonly onMissing?: (frames: FrameRun) => void;
}

/** Restarts at one place without a single new frame, after which its data counts as broken. */
const LOSSES_IN_A_ROW = 2;
/** Half of the smallest distance between two timestamps, in seconds. */
const HALF_US = 0.5e-6;

/**
 * Decodes the frames of `run`, each once and in order. When the browser takes the decoder away, goes on from the key frame before the first frame that
 * has not come; frames with broken data are left out, up to the next key frame when the decoder stumbles over them.
 *
 * Throws the decoder's error when it is taken away again and again, and when no frame could be decoded at all.
 */
export async function* decodedFrames(
	track: InputVideoTrack,
	index: FrameIndex,
	run: FrameRun,
	{ signal, onMissing }: DecodingWatch,
): AsyncGenerator<DecodedFrame, void, undefined> {
	const last = frameCount(index) - 1;
	const endS = timeOfFrame(index, run.to) - HALF_US;
	let [next, losses, given] = [run.from, 0, 0];
	let trouble: DOMException | undefined;
	const leaveOut = (to: number): void => {
		if (to > next) onMissing?.({ from: next, to });
		next = Math.max(next, to);
	};
	while (next < run.to) {
		const startedAt = next;
		try {
			for await (const sample of new VideoSampleSink(track).samples(timeOfFrame(index, next), endS)) {
				try {
					signal.throwIfAborted();
					const frame = Math.min(last, nearestFrame(index, sample.timestamp));
					if (frame < next || frame >= run.to) continue;
					leaveOut(frame);
					next = frame + 1;
					given += 1;
					yield { frame, sample };
				} finally {
					sample.close();
				}
			}
			leaveOut(run.to);
		} catch (thrown) {
			signal.throwIfAborted();
			if (!isCodecLoss(thrown)) throw thrown;
			losses = next > startedAt ? 1 : losses + 1;
			if (losses <= LOSSES_IN_A_ROW) continue;
			if (thrown instanceof DOMException && thrown.name === 'QuotaExceededError') throw thrown;
			leaveOut(Math.min(run.to, keyFrameAfter(index, next + 1)));
			if (thrown instanceof DOMException) trouble = thrown;
			losses = 0;
		}
	}
	if (given === 0 && trouble !== undefined) throw trouble;
}
