import type * as Y from 'yjs';
import { BatchSettings, DEFAULT_BATCH } from '#core/batch/batch';
import { CameraPath } from '#core/crop/camera-path';
import { CropState, WHOLE_FRAME } from '#core/crop/crop';
import type { CropKeyframe } from '#core/crop/crop-track';
import { type CropTrack } from '#core/crop/crop-track';
import { DEFAULT_FILM, FilmItem, FilmSettings } from '#core/film/film';
import { Fingerprint } from '#core/media/fingerprint';
import {
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
	#crops: Record<Fingerprint, CropTrack> = {};
	readonly #cameraPaths = new WeakMap<object, CameraPathEntry>();
	#filmChanged: () => boolean;
	#film: readonly FilmItem[] = [];
	#settingsChanged: () => boolean;
	#settings: Pick<Project, 'batch' | 'filmSettings'> = { batch: DEFAULT_BATCH, filmSettings: DEFAULT_FILM };

	constructor(id: string, maps: ProjectMaps) {
		this.#id = id;
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

	read(): Project {
		const { project, media, filmSettings, batch } = this.#maps;
		const name = project.get(PROJECT_NAME_KEY);
		const segments = this.#segments.read();
		if (this.#cropsChanged()) this.#crops = this.#readCrops();
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
	#cameraPath(key: string, value: unknown): CameraPathEntry | undefined {
		if (!(value instanceof Object)) return undefined;
		const known = this.#cameraPaths.get(value);
		if (known !== undefined) return known;
		const entry = this.#parser.parse(`cameraPaths/${key}`, CameraPathEntry, value);
		if (entry !== undefined) this.#cameraPaths.set(value, entry);
		return entry;
	}

	#readCrops(): Record<Fingerprint, CropTrack> {
		const { crops, keyframes, interpolations, cameraPaths } = this.#maps;
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
		for (const [key, value] of cameraPaths) {
			const entry = this.#cameraPath(key, value);
			if (entry !== undefined) followed.set(entry.media, [...(followed.get(entry.media) ?? []), entry.path]);
		}
		const files = new Set([...Object.keys(bases), ...Object.keys(ways), ...points.keys(), ...followed.keys()]);
		return Object.fromEntries(
			[...files].map((media): [Fingerprint, CropTrack] => [
				media,
				{
					base: bases[media] ?? WHOLE_FRAME,
					keyframes: (points.get(media) ?? []).sort((a, b) => a.atS - b.atS),
					interpolation: ways[media] ?? 'step',
					...(followed.has(media) && { paths: apart(followed.get(media) ?? []) }),
				},
			]),
		);
	}
}

/** In order of time, none over another: two devices may each have set one at the same place, then the earlier one holds. */
function apart(paths: readonly CameraPath[]): readonly CameraPath[] {
	const kept: CameraPath[] = [];
	for (const path of paths.toSorted((a, b) => a.inS - b.inS || (a.id < b.id ? -1 : 1))) {
		if (path.inS >= (kept.at(-1)?.outS ?? -Infinity) - 1e-6) kept.push(path);
	}
	return kept;
}
