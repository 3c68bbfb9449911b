import type { Result } from '#core/result';
import type { MediaKind, PlaybackState, Session } from '#contract/sessions';
import type { SourceKind } from '#contract/sources';
import type { SourceFault } from './source-fault.ts';

/** What a media server says of itself. */
export interface ServerAbout {
	readonly name: string;
	readonly version: string;
}

/** Something that plays, as the media server tells it; made alike for all of them. */
export interface Played {
	/** Its own id for it: letters, digits, `_.~-`. */
	readonly key: string;
	readonly item: string;
	readonly title: string;
	readonly subtitle?: string;
	readonly year?: number;
	readonly user?: string;
	readonly device?: string;
	readonly mediaKind: MediaKind;
	readonly state: PlaybackState;
	/** Seconds, as the player told it last. */
	readonly toldS: number;
	readonly durationS?: number;
	readonly transcoding: boolean;
	readonly picture?: NonNullable<Session['picture']>;
	/** Ids of the version and the part that play. */
	readonly version?: string;
	readonly part?: string;
	/** Where its file lies there; absent when that must be asked for. */
	readonly path?: string;
	/** Changes when the item does. */
	readonly revision: string;
	/** The subtitle that shows: its id, its number among all streams of the file. */
	readonly shows?: { readonly id?: string; readonly index?: number };
}

/** A subtitle of a file: in it (`index`), or beside it (`beside`). */
export interface ItemSubtitle {
	readonly id: string;
	/** Among all streams of the file, as ffprobe counts. */
	readonly index?: number;
	/** Where to ask for it, below the address of the media server. */
	readonly beside?: string;
	readonly label: string;
	readonly language?: string;
	readonly codec: string;
	readonly forced: boolean;
}

export interface ItemPart {
	readonly id: string;
	/** As the media server writes it. */
	readonly path?: string;
	/** Seconds that it begins after the start of the film. */
	readonly offsetS: number;
	readonly durationS: number;
	/** Where its bytes are asked for, below the address of the media server. */
	readonly bytes?: string;
	readonly subtitles: readonly ItemSubtitle[];
}

/** One of the files, or sets of files, that are the same film. */
export interface ItemVersion {
	readonly id: string;
	readonly parts: readonly ItemPart[];
}

export interface ServerLibrary {
	readonly name: string;
	readonly locations: readonly string[];
	/** Paths of some files in it. */
	readonly samples: readonly string[];
}

export type ImageKind = NonNullable<Session['picture']>['image'];

/** A media server that can be asked. Nothing that it answers holds its address or what proves us there, but `stream`. */
export interface MediaServer {
	readonly kind: SourceKind;
	/** It moves positions on by itself between the reports of players. */
	readonly movesPositions: boolean;
	/** Whether it is the product it should be, and lets us see what others play. */
	check(signal: AbortSignal): Promise<Result<ServerAbout, SourceFault>>;
	playing(signal: AbortSignal): Promise<Result<readonly Played[], SourceFault>>;
	files(item: string, signal: AbortSignal): Promise<Result<readonly ItemVersion[], SourceFault>>;
	libraries(signal: AbortSignal): Promise<Result<readonly ServerLibrary[], SourceFault>>;
	/** As it was sent: not looked at. */
	picture(item: string, image: ImageKind, width: number, signal: AbortSignal): Promise<Result<Buffer, SourceFault>>;
	text(path: string, signal: AbortSignal): Promise<Result<string, SourceFault>>;
	/** Secret: for a reader of ours, never for a reply, a log or an argument list. */
	stream(path: string): { readonly address: string; readonly headers: Readonly<Record<string, string>> };
}

export interface ServerTimes {
	readonly timeoutMs: number;
	readonly pictureTimeoutMs: number;
	readonly now: () => number;
}

/** What is read of one answer at most, in bytes. */
export const LIMITS: Readonly<Record<'answer' | 'picture' | 'subtitle', number>> = {
	answer: 32e6,
	picture: 10e6,
	subtitle: 10e6,
};
/** What plays at the same time on one media server; each may need a question of its own. */
export const MOST_PLAYING = 2000;
/** Of a library, to find one in each of its folders. */
export const SAMPLES = 200;

/** One identity, always the same: media servers list it among their devices. */
export const IDENTITY = { client: 'Octocut', device: 'Octocut server', id: 'octocut-server', version: '1.0' } as const;
