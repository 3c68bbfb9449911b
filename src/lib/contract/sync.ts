import * as z from 'zod';
import { PROFILE_NAME_MOST } from '#core/project/profile-name';
import { ApiError } from './api-error.ts';
import { defineRoute } from './route.ts';

/** Longest frame of the socket that either side takes, in bytes: a whole document fits. */
export const MAX_FRAME_BYTES = 33 * 1024 * 1024;
/** What one document may grow to on the server, in bytes. */
export const MAX_DOCUMENT_BYTES = 32 * 1024 * 1024;
/** What one blob beside a document may have, in bytes. */
export const MAX_BLOB_BYTES = 32 * 1024 * 1024;
/** Projects and profiles that a server keeps. */
export const MAX_DOCUMENTS = 10_000;
/** What a state vector may have, in bytes: each visit to a document that changed it adds eight. */
export const MAX_VECTOR_BYTES = 1024 * 1024;
/** Documents that one socket may follow at a time. */
export const MAX_JOINED = 256;

export const DocumentKind = z.enum(['project', 'profile']);
export type DocumentKind = z.infer<typeof DocumentKind>;

/** No control characters, no halves of characters, no blanks at the ends: what two devices would not write alike. */
const PLAIN = /^(?!\s)[^\p{Cc}\p{Cs}]+(?<!\s)$/u;

/** `project:<id>` or `profile:<name>`. Names never become paths; they are told apart exactly as they are written. */
export const DocumentName = z.string().refine(
	(text) => {
		if (text.startsWith('project:')) return /^project:[A-Za-z0-9_-]{1,64}$/.test(text);
		const name = text.startsWith('profile:') ? text.slice('profile:'.length) : '';
		return name.length <= PROFILE_NAME_MOST && PLAIN.test(name);
	},
	{ error: 'must be “project:” and an id, or “profile:” and a name of at most 80 plain characters' },
);
export type DocumentName = z.infer<typeof DocumentName>;

/** Under it blobs are put and read (`PUT`, `GET`, `HEAD`) by their hashes: their bytes as they are. They never change. */
export const BLOBS_PATH = '/api/blobs';
export const blobPath = (sha256: string): `${typeof BLOBS_PATH}/${string}` => `${BLOBS_PATH}/${sha256}`;

/** A document of the server, for lists. */
export const DocumentSummary = z
	.object({
		name: DocumentName,
		kind: DocumentKind,
		/** What people call it: the name of the project or profile. Empty: it has none yet. */
		title: z.string(),
		updatedAt: z.iso.datetime(),
		/** What it takes on the server. */
		bytes: z.int().nonnegative(),
	})
	.readonly();
export type DocumentSummary = z.infer<typeof DocumentSummary>;

/** Latest first. */
export const listDocuments = defineRoute({
	method: 'get',
	path: '/api/documents',
	summary: 'Projects and profiles that the server keeps, latest first',
	query: z.object({ kind: DocumentKind.optional() }),
	replies: { 200: z.object({ documents: z.array(DocumentSummary).readonly() }).readonly() },
});

/** Devices that have it open are told; those that come later with nothing newer are told then. */
export const removeDocument = defineRoute({
	method: 'delete',
	path: '/api/documents/{name}',
	summary: 'Removes a project or profile from the server and from every device that has nothing newer of it',
	params: z.object({ name: DocumentName }),
	replies: { 200: z.object({ removed: z.literal(true) }).readonly(), 404: ApiError },
});
