import * as Y from 'yjs';
import { CropState } from '#core/crop';
import type { Fingerprint } from '#core/fingerprint';
import type { Live } from '#core/live';
import { Segment, type Project } from '#core/project';
import { InvariantError } from '#core/result';
import { mapsOf, ProjectReader, SCHEMA_VERSION, type ProjectMaps, type SetAside } from './project-reading.ts';
import { placeBefore } from './segment-order.ts';
import type { StorageError } from './storage-error.ts';
import { TabExchange } from './tab-exchange.ts';
import type { UpdateLog } from './update-log.ts';

/** Edits of the same thing within this time are one undo step, in milliseconds. */
const CAPTURE_MS = 500;

/** What a person may change about a segment. */
export type SegmentPatch = Partial<
	Pick<Segment, 'inS' | 'outS' | 'name' | 'label' | 'category' | 'tags' | 'crop' | 'color' | 'selected'>
>;

export interface NewSegment {
	readonly media: Fingerprint;
	readonly inS: number;
	readonly outS: number;
	readonly name?: string;
	readonly crop?: CropState;
}

/**
 * A project that a person works on: a Yjs document, kept on this device at every change, alike in all tabs.
 *
 * Each verb is one transaction. Undo takes back what was done here, never what came from another tab or device. Following edits of
 * the same thing join into one step for half a second, and all edits of a gesture do (`beginGesture` … `stopCapturing`).
 */
export class ProjectDocument {
	readonly id: string;
	#doc: Y.Doc;
	#maps: ProjectMaps;
	#reader: ProjectReader;
	#log: UpdateLog;
	#tabs: TabExchange;
	#undo: Y.UndoManager;
	#project: Project;
	#problem: string | undefined;
	#lastEdit: string | undefined;
	#inGesture = false;
	#listeners = new Set<(project: Project) => void>();

	private constructor(id: string, doc: Y.Doc, log: UpdateLog, tabs: TabExchange) {
		this.id = id;
		this.#doc = doc;
		this.#log = log;
		this.#tabs = tabs;
		this.#maps = mapsOf(doc);
		this.#reader = new ProjectReader(id, this.#maps);
		const { project, media, crops, segments } = this.#maps;
		this.#undo = new Y.UndoManager([project, media, crops, segments], {
			captureTimeout: CAPTURE_MS,
			trackedOrigins: new Set([this]),
		});
		this.#project = this.#reader.read();
		doc.on('update', (update: Uint8Array, origin: unknown) => this.#onUpdate(update, origin));
		// The undo manager listens first, so that its stacks are already right when listeners look.
		doc.on('afterTransaction', (transaction: Y.Transaction) => {
			if (transaction.changed.size > 0) this.#changed();
		});
	}

	/** Loads what is kept and meets the other tabs under `channel`. */
	static async open(id: string, log: UpdateLog, channel: string): Promise<ProjectDocument> {
		const doc = new Y.Doc();
		const tabs = new TabExchange(doc, channel);
		await log.load(doc);
		const document = new ProjectDocument(id, doc, log, tabs);
		tabs.greet();
		return document;
	}

	get project(): Project {
		return this.#project;
	}

	get canUndo(): boolean {
		return this.#undo.canUndo();
	}

	get canRedo(): boolean {
		return this.#undo.canRedo();
	}

	/** True when a newer app has written the document: verbs then change nothing. */
	get readOnly(): boolean {
		const version = this.#maps.meta.get('schemaVersion');
		return typeof version === 'number' && version > SCHEMA_VERSION;
	}

	/** What the person must know about this document, as a sentence. */
	get problem(): string | undefined {
		if (this.readOnly) {
			return 'This project was changed by a newer Octocut and can only be looked at here. Reload to update Octocut.';
		}
		return this.#problem;
	}

	/** Entries of the document that could not be read; they are kept. */
	get aside(): readonly SetAside[] {
		return this.#reader.aside;
	}

	/** Tells every change, also of `canUndo`, `canRedo` and `problem`, with a new object each time. */
	watch(): Live<Project> {
		return {
			subscribe: (next) => {
				const listener = (project: Project): void => next(project);
				this.#listeners.add(listener);
				queueMicrotask(() => {
					if (this.#listeners.has(listener)) next(this.#project);
				});
				return { unsubscribe: () => void this.#listeners.delete(listener) };
			},
		};
	}

	undo(): void {
		this.#takeBack(() => this.#undo.undo());
	}

	redo(): void {
		this.#takeBack(() => this.#undo.redo());
	}

	/** From now until `stopCapturing`, all edits are one undo step, however long it takes. */
	beginGesture(): void {
		this.stopCapturing();
		this.#inGesture = true;
		this.#undo.captureTimeout = Infinity;
	}

	/** Ends a gesture: the next edit is a step of its own. */
	stopCapturing(): void {
		this.#inGesture = false;
		this.#undo.captureTimeout = CAPTURE_MS;
		this.#undo.stopCapturing();
		this.#lastEdit = undefined;
	}

	rename(name: string): void {
		this.#edit('rename', () => this.#maps.project.set('name', name));
	}

	addMedia(media: Fingerprint, name: string): void {
		if (this.#project.media[media]?.name === name) return;
		this.#edit(undefined, () => this.#maps.media.set(media, { name }));
	}

	/** Adds a segment at the end of the list and returns its id. Throws when it is empty: OUT must be after IN. */
	addSegment({ media, inS, outS, name = '', crop }: NewSegment): string {
		const segment = { media, inS, outS, name, label: '', category: '' as const, tags: [], selected: true };
		return this.#insert(crop === undefined ? segment : { ...segment, crop }, null);
	}

	/** Changes a segment. False, changing nothing, when it is gone or would no longer be valid (OUT before IN). */
	updateSegment(id: string, patch: SegmentPatch): boolean {
		const map = this.#maps.segments.get(id);
		const segment = this.#project.segments.find((candidate) => candidate.id === id);
		if (map === undefined || segment === undefined) return false;
		if (!Segment.safeParse({ ...segment, ...patch }).success) return false;
		const keys = (Object.keys(patch) as (keyof SegmentPatch)[]).filter((key) => patch[key] !== segment[key]);
		if (keys.length === 0) return true;
		this.#edit(`segment ${id} ${keys.sort().join()}`, () => {
			for (const key of keys) {
				if (patch[key] === undefined) map.delete(key);
				else map.set(key, patch[key]);
			}
		});
		return true;
	}

	/** Puts a copy of the segment right after it and returns the copy's id; throws when there is no such segment. */
	duplicateSegment(id: string): string {
		const { segments } = this.#project;
		const index = segments.findIndex((segment) => segment.id === id);
		const original = segments[index];
		if (original === undefined) throw new InvariantError(`no segment ${id}`);
		return this.#insert(original, segments[index + 1]?.id ?? null);
	}

	removeSegments(ids: readonly string[]): void {
		const present = ids.filter((id) => this.#maps.segments.has(id));
		if (present.length === 0) return;
		this.#edit(undefined, () => present.forEach((id) => this.#maps.segments.delete(id)));
	}

	/** Puts a segment before another, or at the end (`null`). */
	moveSegment(id: string, beforeId: string | null): void {
		const map = this.#maps.segments.get(id);
		if (map === undefined || id === beforeId) return;
		const others = this.#project.segments.filter((segment) => segment.id !== id);
		const { order, moved } = placeBefore(others, beforeId);
		this.#edit(undefined, () => {
			for (const other of moved) this.#maps.segments.get(other.id)?.set('order', other.order);
			map.set('order', order);
		});
	}

	setCrop(media: Fingerprint, crop: CropState): void {
		this.#edit(`crop ${media}`, () => this.#maps.crops.set(media, CropState.parse(crop)));
	}

	/** Resolves when every change so far is on disk. Not needed to be safe: changes are handed over as they are made. */
	async flush(): Promise<void> {
		await this.#log.flush();
	}

	close(): void {
		this.#tabs.close();
		this.#undo.destroy();
		this.#listeners.clear();
		this.#doc.destroy();
	}

	#insert(fields: Omit<Segment, 'id' | 'order'>, beforeId: string | null): string {
		const id = crypto.randomUUID();
		const { order, moved } = placeBefore(this.#project.segments, beforeId);
		const segment = Segment.safeParse({ ...fields, id, order });
		if (!segment.success) throw new InvariantError(`a segment that cannot be: ${segment.error.message}`);
		this.#edit(undefined, () => {
			for (const other of moved) this.#maps.segments.get(other.id)?.set('order', other.order);
			this.#maps.segments.set(id, new Y.Map(Object.entries(segment.data).filter(([, value]) => value !== undefined)));
		});
		return id;
	}

	/** One transaction of ours. Edits with the same `what` join into one undo step; without it, each is a step. */
	#edit(what: string | undefined, change: () => void): void {
		if (this.readOnly) return;
		if (!this.#inGesture && (what === undefined || what !== this.#lastEdit)) this.#undo.stopCapturing();
		this.#lastEdit = what;
		this.#doc.transact(() => {
			if (!this.#maps.meta.has('schemaVersion')) this.#maps.meta.set('schemaVersion', SCHEMA_VERSION);
			change();
		}, this);
	}

	#takeBack(act: () => void): void {
		if (this.readOnly) return;
		this.stopCapturing();
		act();
		this.#changed();
	}

	#onUpdate(update: Uint8Array, origin: unknown): void {
		if (origin === this.#log || origin === this.#tabs) return;
		this.#log.append(update, (error) => this.#report(error));
		this.#tabs.send(update);
	}

	#report(error: StorageError): void {
		this.#problem = `The last change could not be kept. ${error.message}`;
		console.warn(this.#problem, error.cause);
		this.#changed();
	}

	#changed(): void {
		this.#project = this.#reader.read();
		for (const listener of this.#listeners) listener(this.#project);
	}
}
