import * as z from 'zod';
import { ApiError } from './api-error.ts';
import { LibraryId } from './library.ts';
import { defineRoute } from './route.ts';

/** Media servers that say what is playing. */
export const SourceKind = z.enum(['plex', 'jellyfin', 'emby']);
export type SourceKind = z.infer<typeof SourceKind>;

/** `plex`, `jellyfin` and `emby` are those of the environment; others were added in Settings. */
export const SourceId = z.string().regex(/^[a-z0-9-]{1,40}$/, 'is not an id of a source');

/** What is wrong with a source, for programs; the sentence beside it is for people. */
export const SourceProblem = z.enum([
	'unreachable',
	'too-slow',
	'tls',
	'unauthorized',
	/** The token is good, but may not see what others play. */
	'not-admin',
	/** Another product answers there. */
	'wrong-product',
	'bad-answer',
	'server-error',
]);
export type SourceProblem = z.infer<typeof SourceProblem>;

export const SourceStatus = z
	.object({
		id: SourceId,
		kind: SourceKind,
		/** Given by the person, else what the media server calls itself, else the product. */
		name: z.string(),
		/** `waiting`: not asked yet. */
		state: z.enum(['waiting', 'ok', 'failed']),
		problem: SourceProblem.optional(),
		/** What is wrong and what to do, without any address. */
		message: z.string().optional(),
		/** When it was asked last. */
		checkedAt: z.iso.datetime().optional(),
	})
	.readonly();
export type SourceStatus = z.infer<typeof SourceStatus>;

/** A media server that this one asks. Its address and its secret go in and never come out. */
export const Source = z
	.object({
		status: SourceStatus,
		/** Those of the environment cannot be changed here. */
		from: z.enum(['environment', 'settings']),
		/** Version that it told. */
		version: z.string().optional(),
		/** The person's own name for it. */
		label: z.string().optional(),
	})
	.readonly();
export type Source = z.infer<typeof Source>;

export const listSources = defineRoute({
	method: 'get',
	path: '/api/sources',
	summary: 'The media servers that tell what is playing',
	replies: { 200: z.object({ sources: z.array(Source).readonly() }).readonly() },
});

const label = z.string().trim().min(1).max(64);
/** `http://192.168.1.5:32400`, `https://media.example.org/jellyfin`. Private addresses are meant; user names, queries and fragments are refused. */
const address = z.string().trim().min(1).max(500);
/** A Plex token, or an API key of Jellyfin or Emby. */
const secret = z.string().trim().min(1).max(500);

/** What was found behind an address. */
export const SourceTest = z.discriminatedUnion('ok', [
	z.object({ ok: z.literal(true), name: z.string(), version: z.string(), sessions: z.int().nonnegative() }),
	z.object({ ok: z.literal(false), problem: SourceProblem, message: z.string() }),
]);
export type SourceTest = z.infer<typeof SourceTest>;

/** Only ever answers what is in `SourceTest`: nothing of the body that came back. */
export const testNewSource = defineRoute({
	method: 'post',
	path: '/api/sources/test',
	summary: 'Tries an address and a secret of a media server without keeping them',
	body: z.object({ kind: SourceKind, address, secret }).readonly(),
	replies: { 200: SourceTest, 403: ApiError, 422: ApiError, 429: ApiError },
});

export const addSource = defineRoute({
	method: 'post',
	path: '/api/sources',
	summary: 'Adds a media server',
	body: z.object({ kind: SourceKind, address, secret, label: label.optional() }).readonly(),
	replies: { 200: Source, 403: ApiError, 409: ApiError, 422: ApiError },
});

const sourceParams = z.object({ id: SourceId });

export const testSource = defineRoute({
	method: 'post',
	path: '/api/sources/{id}/test',
	summary: 'Tries a media server that is known',
	params: sourceParams,
	replies: { 200: SourceTest, 404: ApiError, 429: ApiError },
});

/** What is left out stays as it is; with another address the secret must be given again, for it goes there. Of those of the environment only the name changes. */
export const changeSource = defineRoute({
	method: 'patch',
	path: '/api/sources/{id}',
	summary: 'Changes the address, the secret or the name of a media server',
	params: sourceParams,
	body: z
		.object({ address: address.optional(), secret: secret.optional(), label: label.nullable().optional() })
		.readonly(),
	replies: { 200: Source, 403: ApiError, 404: ApiError, 409: ApiError, 422: ApiError },
});

export const removeSource = defineRoute({
	method: 'delete',
	path: '/api/sources/{id}',
	summary: 'Forgets a media server; captures from it stay',
	params: sourceParams,
	replies: { 200: z.object({ removed: z.literal(true) }).readonly(), 403: ApiError, 404: ApiError, 409: ApiError },
});

/**
 * Where the files of a media server lie for us: what begins with `from` there, in whole segments, lies under `folder` of the root here. Ends
 * in a root of the library by construction.
 */
export const PathMapping = z
	.object({
		/** As the media server writes it: `/data/tv`, `F:\TV`, `\\nas\media`, `smb://nas/media`. */
		from: z.string().min(1).max(1000),
		root: LibraryId,
		/** Names below the root separated by `/`; empty for the root itself. */
		folder: z.string().max(1000),
	})
	.readonly();
export type PathMapping = z.infer<typeof PathMapping>;

/** Whether the files of one folder of the media server are found here. */
export const LocationCheck = z
	.object({
		/** As the media server writes it. */
		path: z.string(),
		found: z.boolean(),
		/** By which way. `same`: the path is the same here; `proposal`: not found yet, but would be with what is proposed. */
		by: z.enum(['same', 'mapping', 'proposal']).optional(),
		/** Where, for the person: "Films / TV". */
		place: z.string().optional(),
		/** The file it was tried with, as the media server writes it; absent when the library is empty. */
		sample: z.string().optional(),
		/** Where it was looked for, for the person. */
		tried: z.array(z.string()).readonly(),
	})
	.readonly();
export type LocationCheck = z.infer<typeof LocationCheck>;

export const SourcePaths = z
	.object({
		mappings: z.array(PathMapping).readonly(),
		/** What would make more of the files found. */
		proposals: z.array(PathMapping).readonly(),
		libraries: z
			.array(z.object({ name: z.string(), locations: z.array(LocationCheck).readonly() }).readonly())
			.readonly(),
		/** Paths of things that played and were not found, newest first, at most 50. */
		unmatched: z.array(z.string()).readonly(),
		/** Why the media server could not be asked for its libraries. */
		message: z.string().optional(),
	})
	.readonly();
export type SourcePaths = z.infer<typeof SourcePaths>;

export const getSourcePaths = defineRoute({
	method: 'get',
	path: '/api/sources/{id}/paths',
	summary: 'Which files of a media server are found here, and how more of them could be',
	params: sourceParams,
	replies: { 200: SourcePaths, 404: ApiError },
});

export const setSourcePaths = defineRoute({
	method: 'put',
	path: '/api/sources/{id}/paths',
	summary: 'Sets where the files of a media server lie here',
	params: sourceParams,
	body: z.object({ mappings: z.array(PathMapping).max(100).readonly() }).readonly(),
	replies: { 200: SourcePaths, 403: ApiError, 404: ApiError, 422: ApiError },
});
