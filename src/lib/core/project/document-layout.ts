import type { BlobHash } from '../blob-hash.ts';
import type { Fingerprint } from '../media/fingerprint.ts';

/**
 * How authored documents are laid out as shared maps: what the app and the server, which both edit them, must agree on. The CRDT itself is
 * handled by each of them.
 */

/** Version of a project document's shape that this code reads and writes. */
export const PROJECT_SCHEMA_VERSION = 1;
/** Version of a profile document's shape that this code reads and writes. */
export const PROFILE_SCHEMA_VERSION = 1;

/** Entry of `meta` with the version of the app that has written the document. A higher one is never lowered. */
export const SCHEMA_VERSION_KEY = 'schemaVersion';

/** Names of the shared maps of a project document. */
export const PROJECT_MAPS = [
	'meta',
	'project',
	'media',
	'crops',
	'keyframes',
	'interpolations',
	'cameraPaths',
	'segments',
	'film',
	'filmSettings',
	'batch',
] as const;

/** Larger than this, in bytes, the centres of a camera path lie beside the document (`PathBeside`). */
export const BLOB_ABOVE_BYTES = 64 * 1024;

/** As much of a Yjs document as is needed to see what lies beside it. */
interface Maps {
	getMap(name: string): { values(): Iterable<unknown> };
}

/** The blob that an entry of `cameraPaths` speaks of. */
export function blobOfPath(entry: unknown): BlobHash | undefined {
	const path = entry instanceof Object && 'path' in entry ? entry.path : undefined;
	const hash = path instanceof Object && 'centres' in path ? path.centres : undefined;
	return typeof hash === 'string' ? hash : undefined;
}

/** Names of all blobs that a project document speaks of. */
export const blobsOfProject = (doc: Maps): readonly BlobHash[] => [
	...new Set([...doc.getMap('cameraPaths').values()].flatMap((entry) => blobOfPath(entry) ?? [])),
];

/** Entry of a project's map `project` with what people call it. */
export const PROJECT_NAME_KEY = 'name';
/** What a project is called until it is named. */
export const DEFAULT_PROJECT_NAME = 'My project';

/** Entry of a profile's map `profile` with what people call it; absent: as it was named when it was made. */
export const PROFILE_TITLE_KEY = 'title';

/** Names of the shared maps of a profile document. `markers` holds a map for each group, all others hold plain values. */
export const PROFILE_MAPS = ['meta', 'profile', 'markers', 'clips', 'labels', 'hidden'] as const;

/** Name of a keyframe in the document: its file and its time in whole milliseconds. */
export const keyframeKey = (media: Fingerprint, atS: number): string => `${media} ${Math.round(atS * 1000)}`;

/** Name of a clip in the document. Ids have no spaces. */
export const clipKey = (marker: string, path: string): string => `${marker} ${path}`;

/** Whether two values of documents are the same: plain JSON, written by us in one order. */
export const alike = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
