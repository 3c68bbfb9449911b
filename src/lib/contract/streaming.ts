import * as z from 'zod';
import { ApiError } from './api-error.ts';
import { ServerJob } from './jobs.ts';
import { LibraryId } from './library.ts';
import { defineRoute } from './route.ts';

/** Copies of a file for slow lines and for browsers that cannot play it: at most 480, 720, 1080 lines; `high` has the size of the original. */
export const Quality = z.enum(['potato', 'low', 'medium', 'high']);
export type Quality = z.infer<typeof Quality>;

const mediaParams = z.object({ id: LibraryId });
/** All of these pass as well: `v`, the item's version, makes a new address of a changed file; `sig`, a signature, opens it to media elements. */
const passing = { v: z.string().max(100).optional(), sig: z.string().max(500).optional() };

/** Answers to `Range` are 206. Nothing about the bytes is changed. */
export const getRaw = defineRoute({
	method: 'get',
	path: '/api/media/{id}/raw',
	summary: 'The file itself, whole or by range',
	params: mediaParams,
	query: z.object({ ...passing, download: z.enum(['true', 'false']).default('false') }),
	files: { 200: 'application/octet-stream', 206: 'application/octet-stream' },
	replies: { 404: ApiError, 409: ApiError, 416: ApiError },
});

/** Read it with `decodeFrameIndex`. */
export const getFrameIndex = defineRoute({
	method: 'get',
	path: '/api/media/{id}/index',
	summary: 'The timestamp and key flag of every frame',
	params: mediaParams,
	query: z.object(passing),
	files: { 200: 'application/octet-stream' },
	replies: { 404: ApiError, 422: ApiError },
});

export const getThumbnail = defineRoute({
	method: 'get',
	path: '/api/media/{id}/thumbnail',
	summary: 'A picture of the file, as WebP',
	params: mediaParams,
	query: z.object({
		...passing,
		/** In pixels; the height follows the shape. */
		width: z.enum(['160', '320', '640', '1280']).default('320'),
	}),
	files: { 200: 'image/webp' },
	replies: { 404: ApiError, 422: ApiError, 503: ApiError, 507: ApiError },
});

/** Read it with `readStripPack`: pictures of key frames, evenly over the file, in one body. */
export const getStrip = defineRoute({
	method: 'get',
	path: '/api/media/{id}/strip',
	summary: 'Small pictures of key frames for a timeline',
	params: mediaParams,
	query: z.object({ ...passing, height: z.enum(['64', '128']).default('128') }),
	files: { 200: 'application/octet-stream' },
	replies: { 404: ApiError, 422: ApiError, 503: ApiError, 507: ApiError },
});

/** Lowest and highest sample and loudness of each 5 ms, as the app keeps a waveform. */
export const getPeaks = defineRoute({
	method: 'get',
	path: '/api/media/{id}/peaks',
	summary: 'The waveform of the sound',
	params: mediaParams,
	query: z.object(passing),
	files: { 200: 'application/octet-stream' },
	replies: { 404: ApiError, 422: ApiError, 503: ApiError, 507: ApiError },
});

/** It is being made: ask again, or wait for the job on the socket. */
export const StreamPending = z.object({ job: ServerJob }).readonly();
export type StreamPending = z.infer<typeof StreamPending>;

const streamReplies = { 202: StreamPending, 404: ApiError, 416: ApiError, 422: ApiError, 503: ApiError, 507: ApiError };

export const getStream = defineRoute({
	method: 'get',
	path: '/api/media/{id}/stream',
	summary: 'A copy of the file in a quality; 202 with the job while it is being made',
	params: mediaParams,
	query: z.object({ ...passing, quality: Quality.default('low') }),
	files: { 200: 'video/mp4', 206: 'video/mp4' },
	replies: streamReplies,
});

export const getAudio = defineRoute({
	method: 'get',
	path: '/api/media/{id}/audio',
	summary: 'The sound of the file alone; 202 with the job while it is being made',
	params: mediaParams,
	query: z.object(passing),
	files: { 200: 'audio/mp4', 206: 'audio/mp4' },
	replies: streamReplies,
});

export const CachedCopy = z
	.object({
		state: z.enum(['none', 'making', 'ready', 'failed']),
		/** When ready. */
		bytes: z.int().nonnegative().optional(),
		/** While it is being made. */
		job: ServerJob.optional(),
		/** Why it failed. */
		message: z.string().optional(),
		/** What it takes: the packets as they are, or encoding. */
		how: z.enum(['copy', 'encode']),
	})
	.readonly();
export type CachedCopy = z.infer<typeof CachedCopy>;

export const getCache = defineRoute({
	method: 'get',
	path: '/api/media/{id}/cache',
	summary: 'Which copies of a file there are',
	params: mediaParams,
	replies: {
		200: z.object({ qualities: z.record(Quality, CachedCopy), audio: CachedCopy.nullable() }).readonly(),
		404: ApiError,
		422: ApiError,
	},
});

const liveParams = z.object({ id: LibraryId, quality: Quality.exclude(['high']) });
const liveQuery = z.object({
	...passing,
	/**
	 * Every frame at its own time and no other ones, for players that bear gaps where a film of a variable rate stands still. Without it such
	 * a film comes at an even rate. In the address of the list it passes to those of the pieces.
	 */
	exact: z.enum(['true', 'false']).default('false'),
});

/** For a media element that plays HLS: starts at once and can be moved anywhere, while the copy is still being made. */
export const getLivePlaylist = defineRoute({
	method: 'get',
	path: '/api/media/{id}/live/{quality}/index.m3u8',
	summary: 'The list of pieces of a copy that is made while it is played',
	params: liveParams,
	query: liveQuery,
	files: { 200: 'application/vnd.apple.mpegurl' },
	replies: { 404: ApiError, 422: ApiError },
});

/** `init.mp4`, or `0.m4s`, `1.m4s` … */
export const getLivePiece = defineRoute({
	method: 'get',
	path: '/api/media/{id}/live/{quality}/{piece}',
	summary: 'A piece of a copy that is made while it is played',
	params: liveParams.extend({ piece: z.string().regex(/^(init\.mp4|\d{1,6}\.m4s)$/, 'is not the name of a piece') }),
	query: liveQuery,
	files: { 200: 'video/mp4' },
	replies: { 404: ApiError, 422: ApiError, 503: ApiError, 507: ApiError },
});
