import { createHash } from 'node:crypto';

/** A track of a file, as media servers list them. */
export interface FakeStream {
	readonly id: number;
	/** As ffprobe counts; absent of a file beside the film. */
	readonly index?: number;
	readonly type: 'video' | 'audio' | 'subtitle';
	readonly codec: string;
	readonly language?: string;
	readonly title?: string;
	readonly forced?: boolean;
	/** Of a file beside the film: what stands in it. */
	readonly text?: string;
}

export interface FakePart {
	readonly id: number;
	/** As the media server writes it. */
	readonly path: string;
	/** Where it really lies on this machine, for playing from the media server. */
	readonly file?: string;
	readonly durationS: number;
	readonly streams: readonly FakeStream[];
}

/** "1080p", "4K": one film may lie there several times. */
export interface FakeVersion {
	readonly id: number;
	readonly width: number;
	readonly height: number;
	readonly parts: readonly FakePart[];
}

export type FakePicture = 'jpeg' | 'svg' | 'huge' | 'endless' | 'garbage' | 'bomb' | 'none';

export interface FakeItem {
	/** Digits; Jellyfin shows `hexId` of it. */
	readonly id: number;
	readonly type: 'movie' | 'episode' | 'clip' | 'track' | 'photo' | 'live';
	readonly title: string;
	readonly series?: string;
	readonly season?: number;
	readonly episode?: number;
	/** Of music. */
	readonly artist?: string;
	readonly album?: string;
	readonly year?: number;
	readonly versions: readonly FakeVersion[];
	readonly picture?: FakePicture;
	/** Of a Plex library; negative: prerolls and trailers. */
	readonly section?: number;
	/** Trailer, interview, deleted scene of another item. */
	readonly extra?: boolean;
}

export interface FakePlay {
	readonly id: string;
	item: FakeItem;
	user: string;
	device: string;
	state: 'playing' | 'paused' | 'buffering';
	/** Where it was at `sinceMs`; runs on from there while playing. */
	positionS: number;
	sinceMs: number;
	/** Begins again at the end. */
	loops?: boolean;
	version?: number;
	part?: number;
	/** The server makes a smaller copy. */
	transcoding?: boolean;
	/** Id of the subtitle that shows. */
	subtitle?: number;
	/** Seconds since the player was last heard of; Jellyfin and Emby. */
	silentS?: number;
	/** Media servers keep players that play nothing in the list. */
	idle?: boolean;
}

export interface FakeLibrary {
	readonly id: number;
	readonly name: string;
	readonly kind: 'movie' | 'show';
	readonly locations: readonly string[];
	readonly items: readonly FakeItem[];
}

export const durationOf = (item: FakeItem, version?: number): number => {
	const one = item.versions.find(({ id }) => id === version) ?? item.versions[0];
	return one?.parts.reduce((sum, { durationS }) => sum + durationS, 0) ?? 0;
};

/** Where the player is, as it tells every `everyS` seconds. */
export function toldPosition(play: FakePlay, nowMs: number, everyS: number): number {
	const ran = play.state === 'playing' ? Math.max(0, (nowMs - play.sinceMs) / 1000) : 0;
	const told = play.positionS + Math.floor(ran / everyS) * everyS;
	const durationS = durationOf(play.item, play.version);
	if (durationS === 0) return told;
	return play.loops === true ? told % durationS : told;
}

/** 32 letters, as Jellyfin writes ids. */
export const hexId = (id: number): string => createHash('md5').update(`octocut fake ${id}`).digest('hex');

let counter = 1000;
const next = (): number => (counter += 1);

const VIDEO: FakeStream = { id: 1, index: 0, type: 'video', codec: 'h264' };
const SOUND: FakeStream = { id: 2, index: 1, type: 'audio', codec: 'aac', language: 'eng' };

/** A part with a picture and sound, and what is given. */
export function fakePart(path: string, durationS: number, more: Partial<FakePart> = {}): FakePart {
	return { id: next(), path, durationS, streams: [VIDEO, SOUND], ...more };
}

/** A film in one file. */
export function fakeFilm(path: string, more: Partial<FakeItem> & { durationS?: number } = {}): FakeItem {
	const { durationS = 600, ...item } = more;
	return {
		...{ id: next(), type: 'movie', title: 'Big Walk', year: 2021, section: 1 },
		versions: [{ id: next(), width: 1280, height: 720, parts: [fakePart(path, durationS)] }],
		...item,
	};
}

export function fakePlay(item: FakeItem, more: Partial<FakePlay> = {}): FakePlay {
	return {
		...{ id: `play${next()}`, item, user: 'Ada', device: 'SHIELD', state: 'playing' },
		...{ positionS: 60, sinceMs: Date.now() },
		...more,
	};
}
