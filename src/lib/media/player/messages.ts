import type { FrameIndex } from '#core/time/frame-index';
import type { MediaBytes } from '../media-bytes.ts';

export interface OpenRequest {
	readonly file: MediaBytes;
	/** The frames of the file where they are known; otherwise the worker lists them itself. */
	readonly index?: FrameIndex;
}

/** What the worker can do with the file it opened. */
export interface OpenAnswer {
	/** Frames of the picture; undefined when there is none that can be decoded here. */
	readonly index: FrameIndex | undefined;
	/** Why there is no picture, in the decoder's words. */
	readonly pictureProblem: string | undefined;
	/** Sound that can be decoded here. */
	readonly sound: boolean;
}

export interface StillRequest {
	/** Names the request for `dropStill`: an answer that is on its way holds a picture that somebody must close. */
	readonly ticket: number;
	/** A frame of the worker's index. */
	readonly frame: number;
	/**
	 * `exact`: this frame. `glance`: this frame if it is at hand, else the nearest key frame, as fast as can be.
	 * `next`: this frame, and those after it will be asked for in order: some are decoded ahead.
	 */
	readonly want: 'exact' | 'glance' | 'next';
	/** Where the person is going: with −1 the frames before are made ready. */
	readonly towards: -1 | 0 | 1;
}

export interface StillAnswer {
	/** Owned by whoever gets it; closed by them. */
	readonly picture: VideoFrame;
	/** Which frame this really is. */
	readonly frame: number;
}

/** Decoded sound, one array a channel. */
export interface SoundAnswer {
	readonly startS: number;
	readonly sampleRateHz: number;
	readonly channels: readonly Float32Array<ArrayBuffer>[];
}
