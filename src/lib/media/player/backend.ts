import type { Failure } from '#core/failure';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import type { Result } from '#core/result';
import type { LiveList } from '../live/playlist.ts';
import type { MediaBytes } from '../media-bytes.ts';

/** A place in the file. `frame` is 0 when there is no picture; `timeS` is on the file's own timeline. */
export interface Place {
	readonly frame: number;
	readonly timeS: number;
}

export interface BackendEvents {
	/** The picture on screen is now that of this frame; without a picture: the sound stands here. */
	readonly onShown: (place: Place) => void;
	/** Playing has reached the end of the file. The last pictures may have been left out on a busy machine: show the last one. */
	readonly onEnded: () => void;
	/** What is shown comes from a server that is away: what was shown stays, and it goes on by itself. Or it is there again. */
	readonly onAway?: (away: boolean) => void;
	/** It cannot go on. What was shown stays. */
	readonly onFailed: (failure: Failure) => void;
}

export interface BackendSource {
	/** What is read: the file itself, or a small copy of it. */
	readonly file: MediaBytes;
	readonly facts: MediaFacts;
	/** The frames of the file; undefined when it has no picture, or only the copy's frames are known. */
	readonly index: FrameIndex | undefined;
	/** `file` is a small upright copy. Its first frame is the file's first, whatever its times begin with. */
	readonly isCopy?: boolean;
	/** Shown instead of `file`: a copy that its server makes while it is shown. `index` is known then. */
	readonly live?: LiveList;
}

export interface Opened {
	/** What frame numbers refer to. */
	readonly index: FrameIndex | undefined;
	/** Whether there is sound that can be heard here. */
	readonly sound: boolean;
}

export interface PlayOptions {
	/** 0.25 … 4. */
	readonly rate: number;
}

export interface Loudness {
	/** 0 … 1. */
	readonly volume: number;
	readonly muted: boolean;
}

/**
 * One way of showing a file. `PlayerState` decides what is to be shown; a backend shows it and tells, through its events, what
 * really is. Every frame it tells of is one of `Opened.index`.
 */
export interface PlayerBackend {
	readonly kind: 'native' | 'webcodecs';
	/** What to lay over each other in the picture's box, from the back to the front. */
	readonly layers: readonly HTMLElement[];
	/** Once. The first picture is not shown by it. */
	open(): Promise<Result<Opened, Failure>>;
	/**
	 * Shows exactly this frame. A newer wish replaces an older one. Resolves when it is on screen (true) or was replaced (false);
	 * never rejects. `towards` −1 makes the frames before it ready.
	 */
	show(place: Place, towards: -1 | 0 | 1): Promise<boolean>;
	/** Shows something near at once: for a playhead that is being dragged. Wishes that come too fast are left out. */
	glance(place: Place): void;
	/** Plays from here. Resolves when it runs; false when it was replaced or cannot. */
	play(from: Place, options: PlayOptions): Promise<boolean>;
	/** Stops where it is; what is on screen stays there, and has been told when it resolves. */
	pause(): Promise<void>;
	setRate(rate: number): void;
	setLoudness(loudness: Loudness): void;
	/** Ends workers, revokes URLs, frees pictures. */
	dispose(): void;
}
