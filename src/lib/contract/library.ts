import * as z from 'zod';
import { Failure } from '#core/failure';
import { Fingerprint } from '#core/media/fingerprint';
import { MediaFacts } from '#core/media/media-facts';
import { ApiError } from './api-error.ts';
import { defineRoute } from './route.ts';

/** Opaque names of files and folders of the server; they say nothing of where these lie, and stay when a file is moved or renamed. */
export const LibraryId = z.string().regex(/^[\w-]{1,64}$/, 'is not an id of the library');

const count = z.int().nonnegative();

/** A folder of MEDIA_DIRS, or the one for uploads. */
export const LibraryRoot = z
	.object({
		/** Also the id of its top folder. */
		id: LibraryId,
		name: z.string(),
		kind: z.enum(['media', 'uploads']),
		/** `missing`: not there at the moment (a drive that is not connected); its files are remembered. */
		state: z.enum(['waiting', 'ready', 'missing']),
		/** Why it is missing, for the person. */
		reason: z.string().optional(),
		/** Files that are there. */
		files: count,
		bytes: count,
		/** `watched`: changes show at once; `polled`: at the next look, as on network drives. */
		changes: z.enum(['watched', 'polled']),
	})
	.readonly();
export type LibraryRoot = z.infer<typeof LibraryRoot>;

/** What is being looked through, and what could not be read. */
export const ScanState = z
	.object({
		state: z.enum(['idle', 'scanning']),
		/** Files seen by the scan that runs, else by the last one. */
		seen: count,
		startedAt: z.iso.datetime().optional(),
		endedAt: z.iso.datetime().optional(),
		/** Sentences on folders that could not be read; the first twenty. */
		problems: z.array(z.string()).readonly(),
	})
	.readonly();
export type ScanState = z.infer<typeof ScanState>;

export const getLibrary = defineRoute({
	method: 'get',
	path: '/api/library',
	summary: 'The media folders of the server, and how far they are known',
	replies: { 200: z.object({ roots: z.array(LibraryRoot).readonly(), scan: ScanState }).readonly() },
});

export const scanLibrary = defineRoute({
	method: 'post',
	path: '/api/library/scan',
	summary: 'Looks through all media folders again, in the background',
	replies: { 202: ScanState },
});

export const LibraryFolder = z
	.object({
		id: LibraryId,
		name: z.string(),
		/** Id of the folder it lies in; null for the top folder of a root. */
		parent: LibraryId.nullable(),
		/** Files that lie in it directly. */
		files: count,
		/** Folders that lie in it directly. */
		folders: count,
	})
	.readonly();
export type LibraryFolder = z.infer<typeof LibraryFolder>;

export const getFolder = defineRoute({
	method: 'get',
	path: '/api/library/folders/{id}',
	summary: 'A folder, the folders above it, and those in it',
	params: z.object({ id: LibraryId }),
	replies: {
		200: z
			.object({
				folder: LibraryFolder,
				/** From the top folder of the root down. */
				above: z.array(LibraryFolder).readonly(),
				folders: z.array(LibraryFolder).readonly(),
			})
			.readonly(),
		404: ApiError,
	},
});

/** A file of the server's library. What is of the picture is there once the file has been looked into. */
export const MediaItem = z
	.object({
		id: LibraryId,
		name: z.string(),
		folder: LibraryId,
		/** Names of the folders from its root down to it, for the person: "Films / 2024". */
		place: z.string(),
		bytes: count,
		modifiedAt: z.iso.datetime(),
		addedAt: z.iso.datetime(),
		/** Came from an app; only such files can be deleted. */
		uploaded: z.boolean(),
		durationS: z.number().nonnegative().optional(),
		width: z.int().positive().optional(),
		height: z.int().positive().optional(),
		/** Changes with the file: part of the address of what is derived from it. */
		version: z.string(),
	})
	.readonly();
export type MediaItem = z.infer<typeof MediaItem>;

export const MediaSort = z.enum(['name', '-name', 'modified', '-modified', 'size', '-size', 'added', '-added']);
export type MediaSort = z.infer<typeof MediaSort>;

export const listMedia = defineRoute({
	method: 'get',
	path: '/api/media',
	summary: 'Files of the library, a page at a time',
	query: z.object({
		/** Only what lies in this folder; with `query` or `deep`, also in the folders below it. */
		folder: LibraryId.optional(),
		/** Words that all stand in the name or the names of its folders. */
		query: z.string().max(200).optional(),
		deep: z.enum(['true', 'false']).default('false'),
		sort: MediaSort.default('name'),
		/** `next` of the page before. */
		cursor: z.string().max(2000).optional(),
		limit: z.coerce.number().int().min(1).max(500).default(100),
	}),
	replies: {
		200: z.object({ items: z.array(MediaItem).readonly(), next: z.string().nullable() }).readonly(),
		400: ApiError,
		404: ApiError,
	},
});

const mediaParams = z.object({ id: LibraryId });

/** What was found when the file was looked into. */
export const Looked = z.discriminatedUnion('ok', [
	z.object({ ok: z.literal(true), facts: MediaFacts }),
	z.object({ ok: z.literal(false), failure: Failure, message: z.string() }),
]);

export const getMedia = defineRoute({
	method: 'get',
	path: '/api/media/{id}',
	summary: 'A file and what is in it; looked into now if it was not yet',
	params: mediaParams,
	replies: { 200: z.object({ item: MediaItem, looked: Looked }).readonly(), 404: ApiError },
});

export const getMediaByFingerprint = defineRoute({
	method: 'get',
	path: '/api/media/by-fingerprint/{fingerprint}',
	summary: 'The file that has this fingerprint',
	params: z.object({ fingerprint: Fingerprint }),
	replies: { 200: MediaItem, 404: ApiError },
});

export const deleteMedia = defineRoute({
	method: 'delete',
	path: '/api/media/{id}',
	summary: 'Deletes an uploaded file with all that was made of it',
	params: mediaParams,
	replies: { 200: z.object({ deleted: z.literal(true) }).readonly(), 403: ApiError, 404: ApiError },
});
