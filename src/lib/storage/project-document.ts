import type * as Y from 'yjs';
import { BatchSettings } from '#core/batch/batch';
import { CameraPath, centresToBytes, type PathBeside } from '#core/crop/camera-path';
import { CropState, WHOLE_FRAME } from '#core/crop/crop';
import { CropKeyframe, type CropTrack } from '#core/crop/crop-track';
import { FilmSettings, type FilmItem } from '#core/film/film';
import type { Fingerprint } from '#core/media/fingerprint';
import {
	alike,
	BLOB_ABOVE_BYTES,
	blobOfPath,
	keyframeKey,
	PROJECT_NAME_KEY,
	PROJECT_SCHEMA_VERSION,
} from '#core/project/document-layout';
import { Segment, type Project } from '#core/project/project';
import { InvariantError } from '#core/result';
import { AuthoredDocument, openAuthored, type OpenParts, type Sharing } from './authored-document.ts';
import type { DocumentBlobs } from './document-blobs.ts';
import type { SetAside } from './document-entries.ts';
import { moveEntry, putEntries } from './ordered-entries.ts';
import { mapsOf, ProjectReader, type ProjectMaps } from './project-reading.ts';
import type { TabExchange } from './tab-exchange.ts';
import type { UpdateLog } from './update-log.ts';

/** Keyframes closer than this are the same instant, in seconds. */
const SAME_INSTANT_S = 1e-3;

/** What a person may change about a segment. */
export type SegmentPatch = Partial<
	Pick<Segment, 'inS' | 'outS' | 'name' | 'label' | 'category' | 'tags' | 'crop' | 'color' | 'selected'>
>;

/** A segment to add. Without more words it is selected and has no name, label, category or tags. */
export type NewSegment = Pick<Segment, 'media' | 'inS' | 'outS'> &
	Partial<Pick<Segment, 'name' | 'label' | 'category' | 'tags' | 'selected' | 'crop' | 'color'>>;

/** A segment to put into the film; `crossfadeS` 0 (a cut) by default. */
export interface NewFilmItem {
	readonly segment: string;
	readonly crossfadeS?: number;
}

const PATHS_AWAITED =
	'A camera path of this project has not come from the server yet. Until it is here the crop stands still there, and exports of that part wait.';

const EMPTY = { name: '', label: '', category: '', tags: [], selected: true } as const;

/** A project that a person works on. */
export class ProjectDocument extends AuthoredDocument<Project> {
	readonly id: string;
	#maps: ProjectMaps;
	#reader: ProjectReader;
	#tabs: TabExchange;
	#blobs: DocumentBlobs;

	private constructor(id: string, parts: OpenParts) {
		const maps = mapsOf(parts.doc);
		const { blobs } = parts.log;
		const reader = new ProjectReader(id, maps, (hash) => blobs.get(hash));
		const { meta, ...undoable } = maps;
		super({
			...parts,
			meta,
			undoable: Object.values(undoable) as Y.AbstractType<unknown>[],
			schemaVersion: PROJECT_SCHEMA_VERSION,
			noun: 'project',
			read: () => reader.read(),
		});
		this.id = id;
		this.#maps = maps;
		this.#reader = reader;
		this.#tabs = parts.tabs;
		this.#blobs = blobs;
		blobs.onArrived = () => {
			reader.readCropsAnew();
			this.retell();
		};
		// Before the update is told: what a path speaks of is written with it, also when an undo brings the path back.
		maps.cameraPaths.observe(({ keysChanged }) => {
			for (const key of keysChanged as Set<string>) {
				const hash = blobOfPath(maps.cameraPaths.get(key));
				if (hash !== undefined) blobs.stage(hash);
			}
		});
	}

	override get problem(): string | undefined {
		return super.problem ?? (this.#reader.awaits ? PATHS_AWAITED : undefined);
	}

	/** Loads what is kept and meets other tabs and devices. */
	static open(id: string, log: UpdateLog, channel: string, sharing?: Sharing): Promise<ProjectDocument> {
		return openAuthored(log, channel, (parts) => new ProjectDocument(id, parts), sharing);
	}

	get project(): Project {
		return this.value;
	}

	/** Ends the document here and in other tabs, because it is being removed. */
	endEverywhere(): void {
		this.#tabs.tellRemoved();
		this.close();
	}

	/** Entries of the document that could not be read; they are kept. */
	get aside(): readonly SetAside[] {
		return this.#reader.aside;
	}

	rename(name: string): void {
		this.edit('rename', () => this.#maps.project.set(PROJECT_NAME_KEY, name));
	}

	addMedia(media: Fingerprint, name: string): void {
		if (this.project.media[media]?.name === name) return;
		this.edit(undefined, () => this.#maps.media.set(media, { name }));
	}

	/** Adds a segment at the end of the list and returns its id. Throws when it is empty: OUT must be after IN. */
	addSegment(segment: NewSegment): string {
		const [id = ''] = this.addSegments([segment]);
		return id;
	}

	/** Adds segments at the end of the list, all in one undo step, and returns their ids. Throws when one is empty, adding none. */
	addSegments(segments: readonly NewSegment[]): string[] {
		return this.#insertSegments(segments, null);
	}

	/** Changes a segment. False, changing nothing, when it is gone or would no longer be valid (OUT before IN). */
	updateSegment(id: string, patch: SegmentPatch): boolean {
		return this.updateSegments([id], patch);
	}

	/** Changes segments alike, in one undo step. False, changing nothing, when one is gone or would no longer be valid. */
	updateSegments(ids: readonly string[], patch: SegmentPatch): boolean {
		const wanted = new Set(ids);
		const segments = this.project.segments.filter(({ id }) => wanted.has(id));
		if (segments.length < wanted.size) return false;
		if (segments.some((segment) => !Segment.safeParse({ ...segment, ...patch }).success)) return false;
		const keys = (Object.keys(patch) as (keyof SegmentPatch)[]).sort();
		const changes = segments.flatMap((segment) =>
			keys.filter((key) => patch[key] !== segment[key]).map((key) => [segment.id, key] as const),
		);
		if (changes.length === 0) return true;
		this.edit(`segments ${ids.join()} ${keys.join()}`, () => {
			for (const [id, key] of changes) {
				const map = this.#maps.segments.get(id);
				if (patch[key] === undefined) map?.delete(key);
				else map?.set(key, patch[key]);
			}
		});
		return true;
	}

	/** Puts a copy of the segment right after it and returns the copy's id; throws when there is no such segment. */
	duplicateSegment(id: string): string {
		const { segments } = this.project;
		const index = segments.findIndex((segment) => segment.id === id);
		const original = segments[index];
		if (original === undefined) throw new InvariantError(`no segment ${id}`);
		const [copy = ''] = this.#insertSegments([original], segments[index + 1]?.id ?? null);
		return copy;
	}

	removeSegments(ids: readonly string[]): void {
		this.#remove(this.#maps.segments, ids);
	}

	/** Puts a segment before another, or at the end (`null`). */
	moveSegment(id: string, beforeId: string | null): void {
		this.#move(this.#maps.segments, this.project.segments, id, beforeId);
	}

	/** Gives the places that these segments hold in the list to them in the order given, in one undo step. */
	arrangeSegments(ids: readonly string[]): void {
		const wanted = new Set(ids);
		const held = this.project.segments.filter(({ id }) => wanted.has(id));
		if (held.length !== ids.length || held.every(({ id }, n) => id === ids[n])) return;
		this.edit(undefined, () => {
			for (const [n, id] of ids.entries()) {
				const order = held[n]?.order;
				if (held[n]?.id !== id) this.#maps.segments.get(id)?.set('order', order);
			}
		});
	}

	/** Sets the crop that holds where no keyframe does. */
	setCrop(media: Fingerprint, crop: CropState): void {
		this.edit(`crop ${media}`, () => this.#maps.crops.set(media, CropState.parse(crop)));
	}

	/** Sets the crop from an instant on; a keyframe of that instant (within a millisecond) is replaced. */
	setKeyframe(media: Fingerprint, { atS, crop }: CropKeyframe): void {
		const value = { media, atS, crop: CropState.parse(crop) };
		this.edit(`keyframe ${keyframeKey(media, atS)}`, () => {
			this.#dropKeyframes(media, [atS]);
			this.#maps.keyframes.set(keyframeKey(media, atS), value);
		});
	}

	/** Moves a keyframe in time; one that is already there is replaced. Nothing happens when there is none at `fromS`. */
	moveKeyframe(media: Fingerprint, fromS: number, toS: number): void {
		const keyframe = this.#keyframesAt(media, fromS)[0];
		if (keyframe === undefined || keyframe.atS === toS) return;
		this.edit(undefined, () => {
			this.#dropKeyframes(media, [fromS, toS]);
			this.#maps.keyframes.set(keyframeKey(media, toS), { media, atS: toS, crop: keyframe.crop });
		});
	}

	removeKeyframes(media: Fingerprint, atS: readonly number[]): void {
		if (atS.every((time) => this.#keyframesAt(media, time).length === 0)) return;
		this.edit(undefined, () => this.#dropKeyframes(media, atS));
	}

	/** Puts `paths` in the place of all camera paths of the file, in one undo step; those that stay the same keep their entries. */
	setCameraPaths(media: Fingerprint, paths: readonly CameraPath[]): void {
		const before = this.project.crops[media]?.paths ?? [];
		const gone = before.filter(({ id }) => !paths.some((path) => path.id === id));
		const changed = paths
			.filter((path) => !before.includes(path))
			.map((path) => CameraPath.parse(path))
			.filter((path) => !before.some((known) => alike(known, path)));
		// What has not come yet and would lie under what is set now is replaced unseen; without any path left, all of it.
		const replaced = this.#reader
			.awaitedOf(media)
			.filter(({ inS, outS }) => paths.length === 0 || changed.some((path) => path.inS < outS && path.outS > inS));
		if (gone.length + changed.length + replaced.length === 0) return;
		this.edit(undefined, () => {
			for (const { id } of [...gone, ...replaced]) this.#maps.cameraPaths.delete(id);
			for (const path of changed) this.#maps.cameraPaths.set(path.id, { media, path: this.#kept(path) });
		});
	}

	/** As it lies in the document: large centres lie beside it. */
	#kept(path: CameraPath): CameraPath | PathBeside {
		const { x, y, ...head } = path;
		if (x.length + y.length <= BLOB_ABOVE_BYTES) return path;
		return { ...head, centres: this.#blobs.add(centresToBytes(path)) };
	}

	setInterpolation(media: Fingerprint, interpolation: CropTrack['interpolation']): void {
		if ((this.project.crops[media]?.interpolation ?? 'step') === interpolation) return;
		this.edit(undefined, () => this.#maps.interpolations.set(media, interpolation));
	}

	/** Puts a whole track in the place of what is there, in one undo step. What is alike is left as it is. */
	setTrack(media: Fingerprint, { base, keyframes, interpolation, paths = [] }: CropTrack): void {
		const before = this.project.crops[media];
		const known = new Map(before?.keyframes.map((keyframe) => [keyframeKey(media, keyframe.atS), keyframe]));
		const wanted = new Map(
			keyframes.map((keyframe) => [keyframeKey(media, keyframe.atS), CropKeyframe.parse(keyframe)]),
		);
		const gone = [...known.keys()].filter((key) => !wanted.has(key));
		const put = [...wanted].filter(([key, keyframe]) => !alike(known.get(key), keyframe));
		const isOther = !alike(before?.base ?? WHOLE_FRAME, CropState.parse(base));
		this.asOneStep(() => {
			if (isOther) this.setCrop(media, base);
			this.setInterpolation(media, interpolation);
			this.setCameraPaths(media, paths);
			if (gone.length + put.length === 0) return;
			this.edit(undefined, () => {
				for (const key of gone) this.#maps.keyframes.delete(key);
				for (const [key, keyframe] of put) this.#maps.keyframes.set(key, { media, ...keyframe });
			});
		});
	}

	/** Puts segments into the film, before an item or at its end, in one undo step; returns the new items' ids. */
	addFilmItems(items: readonly NewFilmItem[], beforeId: string | null = null): string[] {
		const fields = items.map(({ segment, crossfadeS = 0 }) => ({ segment, crossfadeS }));
		return this.#insert(this.#maps.film, this.project.film, fields, beforeId);
	}

	/** Changes an item of the film. False when it is gone or the change is not valid. */
	updateFilmItem(id: string, patch: Partial<Pick<FilmItem, 'segment' | 'crossfadeS'>>): boolean {
		return this.updateFilmItems([id], patch);
	}

	/** Changes items of the film alike, in one undo step. False, changing nothing, when one is gone or the change is not valid. */
	updateFilmItems(ids: readonly string[], patch: Partial<Pick<FilmItem, 'segment' | 'crossfadeS'>>): boolean {
		const maps = ids.flatMap((id) => this.#maps.film.get(id) ?? []);
		const { crossfadeS = 0 } = patch;
		if (maps.length < ids.length || !(crossfadeS >= 0 && crossfadeS <= 10) || patch.segment === '') return false;
		if (maps.length === 0) return true;
		this.edit(`film ${ids.join()} ${Object.keys(patch).sort().join()}`, () =>
			maps.forEach((map) => setAll(map, patch)),
		);
		return true;
	}

	removeFilmItems(ids: readonly string[]): void {
		this.#remove(this.#maps.film, ids);
	}

	/** Puts an item before another, or at the end (`null`). */
	moveFilmItem(id: string, beforeId: string | null): void {
		this.#move(this.#maps.film, this.project.film, id, beforeId);
	}

	/** Changes what the film becomes. False, changing nothing, when the settings would not be valid. */
	setFilmSettings(patch: Partial<FilmSettings>): boolean {
		if (!FilmSettings.safeParse({ ...this.project.filmSettings, ...patch }).success) return false;
		this.edit(`film settings ${Object.keys(patch).sort().join()}`, () => setAll(this.#maps.filmSettings, patch));
		return true;
	}

	/** Changes the batch. False, changing nothing, when the settings would not be valid. */
	setBatch(patch: Partial<BatchSettings>): boolean {
		if (!BatchSettings.safeParse({ ...this.project.batch, ...patch }).success) return false;
		this.edit(`batch ${Object.keys(patch).sort().join()}`, () => setAll(this.#maps.batch, patch));
		return true;
	}

	#insertSegments(segments: readonly NewSegment[], beforeId: string | null): string[] {
		const fields = segments.map((segment) => {
			const parsed = Segment.safeParse({ ...EMPTY, ...segment, id: 'new', order: 'a0' });
			if (!parsed.success) throw new InvariantError(`a segment that cannot be: ${parsed.error.message}`);
			return parsed.data;
		});
		return this.#insert(this.#maps.segments, this.project.segments, fields, beforeId);
	}

	#insert(
		map: Y.Map<Y.Map<unknown>>,
		sorted: readonly (Segment | FilmItem)[],
		fields: readonly object[],
		beforeId: string | null,
	): string[] {
		const entries = fields.map((entry) => ({ ...entry, id: crypto.randomUUID() }));
		if (entries.length > 0) this.edit(undefined, () => putEntries(map, sorted, entries, beforeId));
		return entries.map(({ id }) => id);
	}

	#remove(map: Y.Map<Y.Map<unknown>>, ids: readonly string[]): void {
		const present = ids.filter((id) => map.has(id));
		if (present.length > 0) this.edit(undefined, () => present.forEach((id) => map.delete(id)));
	}

	#move(
		map: Y.Map<Y.Map<unknown>>,
		sorted: readonly (Segment | FilmItem)[],
		id: string,
		beforeId: string | null,
	): void {
		if (!map.has(id) || id === beforeId) return;
		this.edit(undefined, () => moveEntry(map, sorted, id, beforeId));
	}

	#keyframesAt(media: Fingerprint, atS: number): readonly CropKeyframe[] {
		const keyframes = this.project.crops[media]?.keyframes ?? [];
		return keyframes.filter((keyframe) => Math.abs(keyframe.atS - atS) <= SAME_INSTANT_S);
	}

	#dropKeyframes(media: Fingerprint, times: readonly number[]): void {
		for (const keyframe of times.flatMap((atS) => this.#keyframesAt(media, atS))) {
			this.#maps.keyframes.delete(keyframeKey(media, keyframe.atS));
		}
	}
}

function setAll(map: Y.Map<unknown>, values: object): void {
	for (const [key, value] of Object.entries(values)) map.set(key, value);
}
