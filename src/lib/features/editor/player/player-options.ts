import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import type { MediaFile } from '$lib/media/media-bytes';
import type { View } from '$lib/media/player/view';

/** Half-open, in seconds on the file's own timeline. */
export interface LoopRange {
	readonly inS: number;
	readonly outS: number;
}

export interface PlayerOptions {
	readonly file: MediaFile;
	readonly facts: MediaFacts;
	readonly index: FrameIndex | undefined;
	/** Asked when it opens: what is looked at to see the file. Default: the file itself. Never rejects. */
	readonly view?: () => View | Promise<View>;
	/** 0 … 1. Default 0.3. */
	readonly volume?: number;
	readonly muted?: boolean;
	/** Called when the person changes volume or mute, to remember them. */
	readonly onLoudness?: (loudness: { readonly volume: number; readonly muted: boolean }) => void;
}
