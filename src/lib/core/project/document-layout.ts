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

/** Entry of a project's map `project` with what people call it. */
export const PROJECT_NAME_KEY = 'name';
/** What a project is called until it is named. */
export const DEFAULT_PROJECT_NAME = 'My project';

/** Names of the shared maps of a profile document. `markers` holds a map for each group, all others hold plain values. */
export const PROFILE_MAPS = ['meta', 'profile', 'markers', 'clips', 'labels', 'hidden'] as const;

/** Name of a keyframe in the document: its file and its time in whole milliseconds. */
export const keyframeKey = (media: Fingerprint, atS: number): string => `${media} ${Math.round(atS * 1000)}`;

/** Name of a clip in the document. Ids have no spaces. */
export const clipKey = (marker: string, path: string): string => `${marker} ${path}`;

/** Whether two values of documents are the same: plain JSON, written by us in one order. */
export const alike = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
