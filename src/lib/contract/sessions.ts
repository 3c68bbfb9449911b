import * as z from 'zod';
import { ApiError } from './api-error.ts';
import { LibraryId } from './library.ts';
import { defineRoute } from './route.ts';
import { SourceId, SourceKind, SourceStatus } from './sources.ts';

/** `plex-…`, `jf-…` or `emby-…`, then the media server's own id. Stays for an hour after the session has ended. */
export const SessionId = z.string().regex(/^(plex|jf|emby)-[\w.~-]{1,200}$/, 'is not an id of a session');

/** Names an item of a media server: digits in Plex, hex in Jellyfin, digits or hex in Emby. */
export const ItemId = z.string().regex(/^[0-9a-fA-F]{1,40}$/, 'is not an id of an item');

export const PlaybackState = z.enum(['playing', 'paused', 'buffering']);
export type PlaybackState = z.infer<typeof PlaybackState>;

export const MediaKind = z.enum(['movie', 'episode', 'clip', 'music', 'photo', 'live']);
export type MediaKind = z.infer<typeof MediaKind>;

/** How a capture reaches what plays. */
export const SessionMedia = z.discriminatedUnion('state', [
	/** A file of our library. */
	z.object({ state: z.literal('file'), media: LibraryId }),
	/** The file is not here: the server reads it from the media server. */
	z.object({ state: z.literal('stream'), message: z.string() }),
	/** Nothing can be captured: live television, music, a file that neither is here nor may be read. */
	z.object({ state: z.literal('none'), message: z.string() }),
]);
export type SessionMedia = z.infer<typeof SessionMedia>;

/** Something that plays on a media server. */
export const Session = z
	.object({
		id: SessionId,
		source: SourceId,
		kind: SourceKind,
		/** Name of the source. */
		sourceName: z.string(),
		/** Of the film, or of the series. */
		title: z.string(),
		/** "S05E14 — Ozymandias" of an episode; artist and album of music. */
		subtitle: z.string().optional(),
		year: z.int().optional(),
		user: z.string().optional(),
		/** "SHIELD", "Firefox". */
		device: z.string().optional(),
		mediaKind: MediaKind,
		state: PlaybackState,
		/** Seconds from the start of the film, when `at` was now. Runs on from there while `playing`, to `durationS` at most. */
		positionS: z.number().nonnegative(),
		at: z.iso.datetime(),
		/** Absent for live television. */
		durationS: z.number().positive().optional(),
		/** The media server makes a smaller copy for the device that plays; captures use the original. */
		transcoding: z.boolean(),
		media: SessionMedia,
		/** For `getItemImage`; absent: it has no picture. */
		picture: z
			.object({ item: ItemId, image: z.enum(['poster', 'thumb', 'art']) })
			.readonly()
			.optional(),
	})
	.readonly();
export type Session = z.infer<typeof Session>;

/** Asking makes the server look every five seconds for a while; it looks rarely when nobody asks. */
export const listSessions = defineRoute({
	method: 'get',
	path: '/api/sessions',
	summary: 'What is playing now, on all media servers',
	replies: {
		200: z.object({ sessions: z.array(Session).readonly(), sources: z.array(SourceStatus).readonly() }).readonly(),
	},
});

/** Subtitles of a file: `text` (SRT, ASS …) is drawn by a renderer, `picture` (PGS, VobSub) is laid over. */
export const SubtitleTrack = z
	.object({
		/** Names it in a capture: the stream of the file, or `e` and a number for a file beside it. */
		id: z.string().regex(/^(s|e)\d{1,3}$/, 'is not an id of a subtitle track'),
		/** "English (SDH)". */
		label: z.string(),
		/** ISO 639, as the file has it. */
		language: z.string().optional(),
		kind: z.enum(['text', 'picture']),
		codec: z.string(),
		forced: z.boolean(),
		/** Shown on the screen that plays. */
		playing: z.boolean(),
		/** Why it cannot be burned in: no libass in this ffmpeg. */
		unusable: z.string().optional(),
	})
	.readonly();
export type SubtitleTrack = z.infer<typeof SubtitleTrack>;

const sessionParams = z.object({ id: SessionId });

/** What the form of a capture needs. */
export const getSessionDetails = defineRoute({
	method: 'get',
	path: '/api/sessions/{id}/details',
	summary: 'Subtitles, size and key frames of what plays',
	params: sessionParams,
	replies: {
		200: z
			.object({
				subtitles: z.array(SubtitleTrack).readonly(),
				/** Displayed pixels. */
				width: z.int().positive(),
				height: z.int().positive(),
				durationS: z.number().positive(),
				/** `undefined` where it is not known. */
				frameRate: z.number().positive().optional(),
				hdr: z.boolean(),
				hasAudio: z.boolean(),
				codec: z.string(),
				/** Seconds of the film at which the file begins that plays, of films in several files; absent: 0. */
				offsetS: z.number().positive().optional(),
			})
			.readonly(),
		404: ApiError,
		409: ApiError,
		422: ApiError,
		503: ApiError,
	},
});

/** Read it with `readStripPack`: pictures evenly over the span, both ends included. */
export const getSessionFrames = defineRoute({
	method: 'get',
	path: '/api/sessions/{id}/frames',
	summary: 'Small pictures of a span of what plays',
	params: sessionParams,
	query: z.object({
		fromS: z.coerce.number().min(0).max(1e6),
		toS: z.coerce.number().min(0).max(1e6),
		count: z.coerce.number().int().min(1).max(60).default(12),
		height: z.enum(['64', '128', '360']).default('128'),
	}),
	files: { 200: 'application/octet-stream' },
	replies: { 404: ApiError, 409: ApiError, 422: ApiError, 503: ApiError },
});

/** Key frames around a time: a fast clip starts at one of them. Seconds on the same line as `positionS`. */
export const getSessionKeyFrames = defineRoute({
	method: 'get',
	path: '/api/sessions/{id}/key-frames',
	summary: 'Where fast clips can start around a time',
	params: sessionParams,
	query: z.object({ fromS: z.coerce.number().min(0).max(1e6), toS: z.coerce.number().min(0).max(1e6) }),
	replies: {
		200: z.object({ keyFramesS: z.array(z.number()).readonly() }).readonly(),
		404: ApiError,
		409: ApiError,
		422: ApiError,
		503: ApiError,
	},
});

/** The client names what it wants to see, never where it lies. Made small, as WebP, and kept for a day. */
export const getItemImage = defineRoute({
	method: 'get',
	path: '/api/sources/{id}/items/{item}/{image}',
	summary: 'A picture of an item of a media server',
	params: z.object({ id: SourceId, item: ItemId, image: z.enum(['poster', 'thumb', 'art']) }),
	query: z.object({ width: z.enum(['160', '320', '640', '1280']).default('320'), sig: z.string().max(500).optional() }),
	files: { 200: 'image/webp' },
	replies: { 404: ApiError, 422: ApiError, 503: ApiError },
});
