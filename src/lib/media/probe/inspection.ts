import type { Failure } from '#core/failure';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import type { Result } from '#core/result';
import type { MediaBytes } from '../media-bytes.ts';

/** What the page asks the probe's worker to look at. */
export interface InspectRequest {
	readonly file: MediaBytes;
	/** Only for sentences. */
	readonly name: string;
	/** What is known of its frames already: they are not looked for in the file then. */
	readonly known?: KnownFrames;
}

export interface KnownFrames {
	readonly index: FrameIndex;
	/** Bytes of all packets. */
	readonly bytes: number;
	/** Of the whole file, as in `MediaFacts`. */
	readonly durationS: number;
}

/** What the worker found: the facts but for those that only the page knows. */
export interface Inspection {
	readonly facts: Omit<MediaFacts, 'fingerprint' | 'name' | 'bytes' | 'playable'>;
	readonly index: FrameIndex | undefined;
	/** For `canPlayType`: container and codecs. */
	readonly mimeType: string;
	/** Whether WebCodecs can decode the tracks that are played; true for a track that is not there. */
	readonly decodable: { readonly video: boolean; readonly audio: boolean };
}

/** `not-recognised`: nothing is wrong with the file as far as we know, but this reader does not know its kind. */
export type InspectAnswer = Result<Inspection, Failure | { readonly kind: 'not-recognised'; readonly detail: string }>;

/** A sign of life: `share` of the file that was looked at, 0..1. */
export interface InspectProgress {
	readonly share: number;
}

export interface PictureRequest {
	readonly file: MediaBytes;
	readonly name: string;
	/** Where to take the picture from, in seconds on the file's timeline; the key frame at or before it is shown. */
	readonly atS: number;
	/** Width of the picture in pixels. */
	readonly width: number;
}
