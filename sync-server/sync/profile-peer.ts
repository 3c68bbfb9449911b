import * as Y from 'yjs';
import type { ApiError } from '#contract/api-error';
import { DocumentName } from '#contract/sync';
import {
	alike,
	clipKey,
	PROFILE_SCHEMA_VERSION,
	SCHEMA_VERSION_KEY,
	type PROFILE_MAPS,
} from '#core/project/document-layout';
import type { MarkedClip, Marker } from '#core/project/profile';
import { err, type Result } from '#core/result';
import type { Documents } from './documents.ts';

type MapName = (typeof PROFILE_MAPS)[number];

/**
 * The server as one who works on profiles: it notes what it has made, and every device sees it at once. It edits the document as the app
 * does (`ProfileDocument` there).
 */
export class ProfilePeer {
	readonly #documents: Documents;

	constructor(documents: Documents) {
		this.#documents = documents;
	}

	/**
	 * Notes a file that was made: its clip under `marker`, which is added when it is missing and takes on these words when it is there. On return
	 * it is on disk. Doing it again changes nothing.
	 */
	recordClip(profile: string, marker: Omit<Marker, 'clips'>, clip: MarkedClip): Result<void, ApiError> {
		return this.#edit(profile, (doc) => {
			putFields(mapOf(doc, 'markers'), marker);
			const key = clipKey(marker.id, clip.path);
			const value = { marker: marker.id, path: clip.path, inS: clip.inS, outS: clip.outS };
			const clips = mapOf(doc, 'clips');
			if (!alike(clips.get(key), value)) clips.set(key, value);
		});
	}

	/** Notes that clips were deleted from disk; a group without clips goes too. */
	forgetClips(profile: string, marker: string, paths: readonly string[]): Result<void, ApiError> {
		return this.#edit(profile, (doc) => {
			const clips = mapOf(doc, 'clips');
			if (!mapOf(doc, 'markers').has(marker)) return;
			for (const path of paths) clips.delete(clipKey(marker, path));
			const isOfMarker = (value: unknown): boolean =>
				value instanceof Object && 'marker' in value && value.marker === marker;
			if (![...clips.values()].some(isOfMarker)) mapOf(doc, 'markers').delete(marker);
		});
	}

	#edit(profile: string, change: (doc: Y.Doc) => void): Result<void, ApiError> {
		const name = DocumentName.safeParse(`profile:${profile}`);
		if (!name.success) {
			return err({ code: 'invalid_request', message: `“${profile.slice(0, 100)}” cannot be the name of a profile.` });
		}
		const { document, release } = this.#documents.hold(name.data);
		try {
			const version = mapOf(document.doc, 'meta').get(SCHEMA_VERSION_KEY);
			// A newer app has written it: its shape is not known here, so nothing is touched.
			if (typeof version === 'number' && version > PROFILE_SCHEMA_VERSION) {
				const message = `The profile “${profile}” was changed by a newer Octocut. Update the server to have it note what it makes.`;
				return err({ code: 'conflict', message });
			}
			return document.edit((doc) => {
				const meta = mapOf(doc, 'meta');
				if (!meta.has(SCHEMA_VERSION_KEY)) meta.set(SCHEMA_VERSION_KEY, PROFILE_SCHEMA_VERSION);
				change(doc);
			}, this);
		} finally {
			release();
		}
	}
}

const mapOf = (doc: Y.Doc, name: MapName): Y.Map<unknown> => doc.getMap(name);

function putFields(markers: Y.Map<unknown>, { id, ...fields }: Omit<Marker, 'clips'>): void {
	const found = markers.get(id);
	const known = found instanceof Y.Map ? (found as Y.Map<unknown>) : undefined;
	const map = known ?? new Y.Map<unknown>();
	for (const [key, value] of Object.entries(fields)) {
		if (key !== 'clips' && (known === undefined || !alike(known.get(key), value))) map.set(key, value);
	}
	if (known === undefined) markers.set(id, map);
}
