import type { Failure } from '#core/failure';
import type { Result } from '#core/result';
import type { Session } from '#contract/sessions';
import type { MediaFile } from '../library/media-files.ts';

/** Where the bytes of what plays come from. Stays on the server: addresses and headers are secret. */
export type PlayingMedia =
	| { readonly kind: 'file'; readonly file: MediaFile }
	/** Read from the media server: `headers` prove us there, and must never reach an argument list, a log or a reply. */
	| { readonly kind: 'stream'; readonly address: string; readonly headers: Readonly<Record<string, string>> };

/** A subtitle that the media server keeps beside the film, fetched to a file of ours. */
export interface ExternalSubtitle {
	/** `e0`, `e1` …, as in `SubtitleTrack.id`. */
	readonly id: string;
	readonly label: string;
	readonly language: string | undefined;
	/** As the media server calls it: `srt`, `ass`, `vtt`, `pgs`. */
	readonly codec: string;
	readonly forced: boolean;
	/** Its text; rejects with AbortError only. */
	fetch(signal: AbortSignal): Promise<Result<string, Failure>>;
}

/** Which subtitle shows on the screen that plays. */
export type PlayingSubtitle =
	/** Stream of the file, counted over all its streams, as ffprobe counts. */
	| { readonly kind: 'stream'; readonly index: number }
	| { readonly kind: 'external'; readonly id: ExternalSubtitle['id'] };

/** All that a capture needs to know of a session; some of it must be asked for. */
export interface PlayingDetails {
	readonly media: PlayingMedia;
	/** Seconds that this file begins after the start of the film: films in several files. */
	readonly offsetS: number;
	readonly external: readonly ExternalSubtitle[];
	readonly subtitle: PlayingSubtitle | undefined;
}

/** What plays, as other rooms see it. */
export interface NowPlaying {
	/** A session that runs or has ended within the hour; its position is that of now. */
	session(id: string): Session | undefined;
	/** The file that shows `atS` of the film. Fails when nothing can be captured; the sentence says why. */
	details(id: string, atS: number, signal: AbortSignal): Promise<Result<PlayingDetails, Failure>>;
}
