import type * as Y from 'yjs';
import { BatchSettings, DEFAULT_BATCH } from '#core/batch/batch';
import { CameraPath, centresFromBytes, PathBeside } from '#core/crop/camera-path';
import type { BlobHash } from '#core/blob-hash';
import { CropState, WHOLE_FRAME } from '#core/crop/crop';
import type { CropKeyframe } from '#core/crop/crop-track';
import { type CropTrack } from '#core/crop/crop-track';
import { DEFAULT_FILM, FilmItem, FilmSettings } from '#core/film/film';
import { Fingerprint } from '#core/media/fingerprint';
import {
	blobOfPath,
	DEFAULT_PROJECT_NAME,
	PROJECT_MAPS,
	PROJECT_NAME_KEY,
	PROJECT_SCHEMA_VERSION,
} from '#core/project/document-layout';
import { Segment, type Project } from '#core/project/project';
import * as z from 'zod';
import {
	changeFlag,
	EntryParser,
	namedMaps,
	orderedList,
	readRecord,
	readSettings,
	type EntryList,
	type SetAside,
} from './document-entries.ts';

const MediaEntry = z.object({ name: z.string() }).readonly();
const Interpolation = z.enum(['step', 'smooth']);
/** A keyframe with the file it belongs to. */
const KeyframeEntry = z.object({ media: Fingerprint, atS: z.number(), crop: CropState }).readonly();

/** A camera path with the file it belongs to. */
const CameraPathEntry = z.object({ media: Fingerprint, path: CameraPath }).readonly();
type CameraPathEntry = z.infer<typeof CameraPathEntry>;

/** The same with its centres beside the document. */
const PathBesideEntry = z.object({ media: Fingerprint, path: PathBeside }).readonly();

/** A camera path whose centres have not come yet. */
export type AwaitedPath = Pick<PathBeside, 'id' | 'inS' | 'outS'>;

/** The shared types of a project document. `meta` stays out of undo. */
export interface ProjectMaps {
	readonly meta: Y.Map<unknown>;
	readonly project: Y.Map<unknown>;
	readonly media: Y.Map<unknown>;
	/** The base crop of each file. */
	readonly crops: Y.Map<unknown>;
	/** Crop keyframes of all files, each under its `keyframeKey`: two devices that set different ones both keep theirs. */
	readonly keyframes: Y.Map<unknown>;
	readonly interpolations: Y.Map<unknown>;
	/** Camera paths of all files, by their ids. */
	readonly cameraPaths: Y.Map<unknown>;
	readonly segments: Y.Map<Y.Map<unknown>>;
	readonly film: Y.Map<Y.Map<unknown>>;
	readonly filmSettings: Y.Map<unknown>;
	readonly batch: Y.Map<unknown>;
}

export const mapsOf = (doc: Y.Doc): ProjectMaps => namedMaps<ProjectMaps>(doc, PROJECT_MAPS);

/** Reads a project document through the domain's schemas. Parts that did not change keep their identity between readings. */
export class ProjectReader {
	#id: string;
	#maps: ProjectMaps;
	#parser = new EntryParser('project');
	#segments: EntryList<Segment>;
	#filmItems: EntryList<FilmItem>;
	#cropsChanged: () => boolean;
	#isCropsStale = false;
	#crops: Record<Fingerprint, CropTrack> = {};
	readonly #cameraPaths = new WeakMap<object, CameraPathEntry>();
	#filmChanged: () => boolean;
	#film: readonly FilmItem[] = [];
	#settingsChanged: () => boolean;
	#settings: Pick<Project, 'batch' | 'filmSettings'> = { batch: DEFAULT_BATCH, filmSettings: DEFAULT_FILM };

	/** By file; as of the last reading. */
	#awaited: ReadonlyMap<Fingerprint, readonly AwaitedPath[]> = new Map();
	readonly #blob: (hash: BlobHash) => Uint8Array | undefined;

	/** `blob` gives what lies beside the document, as far as it is here. */
	constructor(id: string, maps: ProjectMaps, blob: (hash: BlobHash) => Uint8Array | undefined) {
		this.#id = id;
		this.#blob = blob;
		this.#maps = maps;
		this.#segments = orderedList('segments', maps.segments, Segment, this.#parser);
		this.#filmItems = orderedList('film', maps.film, FilmItem, this.#parser);
		this.#cropsChanged = changeFlag(maps.crops, maps.keyframes, maps.interpolations, maps.cameraPaths);
		this.#filmChanged = changeFlag(maps.film as Y.Map<unknown>, maps.segments as Y.Map<unknown>);
		this.#settingsChanged = changeFlag(maps.batch, maps.filmSettings);
	}

	get aside(): readonly SetAside[] {
		return this.#parser.aside;
	}

	/** Whether something that the project speaks of has not come yet. */
	get awaits(): boolean {
		return this.#awaited.size > 0;
	}

	awaitedOf(media: Fingerprint): readonly AwaitedPath[] {
		return this.#awaited.get(media) ?? [];
	}

	/** Something has come that was awaited. */
	readCropsAnew(): void {
		this.#isCropsStale = true;
	}

	read(): Project {
		const { project, media, filmSettings, batch } = this.#maps;
		const name = project.get(PROJECT_NAME_KEY);
		const segments = this.#segments.read();
		// Both are asked: each forgets what it has told.
		if ([this.#cropsChanged(), this.#isCropsStale].includes(true)) this.#crops = this.#readCrops();
		if (this.#filmChanged()) this.#film = this.#readFilm(segments);
		if (this.#settingsChanged()) {
			this.#settings = {
				filmSettings: readSettings(this.#parser, 'filmSettings', filmSettings, FilmSettings, DEFAULT_FILM),
				batch: readSettings(this.#parser, 'batch', batch, BatchSettings, DEFAULT_BATCH),
			};
		}
		return {
			id: this.#id,
			schemaVersion: PROJECT_SCHEMA_VERSION,
			name: typeof name === 'string' ? name : DEFAULT_PROJECT_NAME,
			media: readRecord(this.#parser, 'media', media, Fingerprint, MediaEntry),
			segments,
			crops: this.#crops,
			film: this.#film,
			...this.#settings,
		};
	}

	/** An item whose segment was removed stays in the document: it is back when the removal is undone. */
	#readFilm(segments: readonly Segment[]): readonly FilmItem[] {
		const present = new Set(segments.map(({ id }) => id));
		return this.#filmItems.read().filter(({ segment }) => present.has(segment));
	}

	/** Each value is checked once: a long path takes time, and what stays the same keeps its identity. */
	#cameraPath(key: string, value: unknown): CameraPathEntry | AwaitedEntry | undefined {
		if (!(value instanceof Object)) return undefined;
		const known = this.#cameraPaths.get(value);
		if (known !== undefined) return known;
		const where = `cameraPaths/${key}`;
		let whole: unknown = value;
		if (blobOfPath(value) !== undefined) {
			const beside = this.#parser.parse(where, PathBesideEntry, value);
			if (beside === undefined) return undefined;
			const { centres, ...head } = beside.path;
			const bytes = this.#blob(centres);
			if (bytes === undefined) return { media: beside.media, awaited: { ...head, id: key } };
			whole = { media: beside.media, path: { ...head, ...centresFromBytes(bytes) } };
		}
		const entry = this.#parser.parse(where, CameraPathEntry, whole);
		if (entry !== undefined) this.#cameraPaths.set(value, entry);
		return entry;
	}

	#readCrops(): Record<Fingerprint, CropTrack> {
		const { crops, keyframes, interpolations, cameraPaths } = this.#maps;
		this.#isCropsStale = false;
		const bases = readRecord(this.#parser, 'crops', crops, Fingerprint, CropState);
		const ways = readRecord(this.#parser, 'interpolations', interpolations, Fingerprint, Interpolation);
		const points = new Map<Fingerprint, CropKeyframe[]>();
		for (const [key, value] of keyframes) {
			const entry = this.#parser.parse(`keyframes/${key}`, KeyframeEntry, value);
			if (entry === undefined) continue;
			const { media, ...keyframe } = entry;
			points.set(media, [...(points.get(media) ?? []), keyframe]);
		}
		const followed = new Map<Fingerprint, CameraPath[]>();
		const awaited = new Map<Fingerprint, AwaitedPath[]>();
		for (const [key, value] of cameraPaths) {
			const entry = this.#cameraPath(key, value);
			if (entry === undefined) continue;
			const { media } = entry;
			if ('awaited' in entry) awaited.set(media, [...(awaited.get(media) ?? []), entry.awaited]);
			else followed.set(media, [...(followed.get(media) ?? []), entry.path]);
		}
		this.#awaited = awaited;
		const files = new Set([bases, ways].flatMap(Object.keys).concat(...[points, followed, awaited].map(keysOf)));
		return Object.fromEntries(
			[...files].map((media): [Fingerprint, CropTrack] => [
				media,
				{
					base: bases[media] ?? WHOLE_FRAME,
					keyframes: (points.get(media) ?? []).sort((a, b) => a.atS - b.atS),
					interpolation: ways[media] ?? 'step',
					...(followed.has(media) && { paths: apart(followed.get(media) ?? []) }),
					...(awaited.has(media) && { awaited: this.awaitedOf(media).map(({ inS, outS }) => ({ inS, outS })) }),
				},
			]),
		);
	}
}

interface AwaitedEntry {
	readonly media: Fingerprint;
	readonly awaited: AwaitedPath;
}

const keysOf = (map: ReadonlyMap<Fingerprint, unknown>): readonly Fingerprint[] => [...map.keys()];

/** In order of time, none over another: two devices may each have set one at the same place, then the earlier one holds. */
function apart(paths: readonly CameraPath[]): readonly CameraPath[] {
	const kept: CameraPath[] = [];
	for (const path of paths.toSorted((a, b) => a.inS - b.inS || (a.id < b.id ? -1 : 1))) {
		if (path.inS >= (kept.at(-1)?.outS ?? -Infinity) - 1e-6) kept.push(path);
	}
	return kept;
}
