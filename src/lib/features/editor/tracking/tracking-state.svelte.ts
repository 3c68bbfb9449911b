import * as z from 'zod';
import {
	CameraStyle,
	encodeSeries,
	pathAt,
	withoutSpan,
	type CameraPath,
	type PicturePlace,
} from '#core/crop/camera-path';
import { ownTrack } from '#core/crop/crop-span';
import { isFinished } from '#core/export/job';
import type { Span } from '#core/time/segment-arithmetic';
import { kindOfLabels, LABELS_OF, SubjectKind } from '#core/tracking/subject-kinds';
import { LiveValue } from '$lib/app/live.svelte';
import type { TrackingQueue } from '$lib/jobs/tracking/tracking-queue';
import type { ProjectDocument } from '$lib/storage/project-document';
import type { Storage } from '$lib/storage/storage';
import type { TrackingRecord } from '$lib/storage/tracking-record';
import type { EditorState } from '../editor-state.svelte.ts';
import { FollowedSpan } from './followed-span.svelte.ts';
import { scopesIn, spansOf, type ScopeChoices, type TrackScope } from './tracking-scope.ts';

const SETTINGS_KEY = 'tracking';
const Settings = z.object({ style: CameraStyle, kind: SubjectKind, boxes: z.boolean(), curve: z.boolean() }).readonly();
type Settings = z.infer<typeof Settings>;
const DEFAULTS: Settings = { style: 'steady', kind: 'people', boxes: true, curve: true };

export interface TrackingOptions {
	readonly editor: EditorState;
	readonly document: ProjectDocument;
	readonly storage: Storage;
	readonly tracking: TrackingQueue;
	/** Clips of the batch that is being placed; null while there is none. */
	readonly batch: () => ScopeChoices['batch'];
	/** Name of the detector on the shelf that finds this kind. */
	readonly modelFor: (kind: SubjectKind) => string;
	readonly onproblem: (sentence: string) => void;
}

/** The camera that follows a subject in the open file: what is asked for, what is being searched, what was found. */
export class TrackingState {
	readonly #options: TrackingOptions;
	readonly #records: LiveValue<readonly TrackingRecord[]>;
	#settings: Settings = $state.raw(DEFAULTS);
	#scope: TrackScope | undefined = $state();
	#picking = $state(false);
	#comparing = $state(false);
	#dismissed: string | undefined = $state();
	/** A search that ended before the file was opened is no news. */
	readonly #openedAt = Date.now();
	/** What was seen around the playhead, where a path holds. */
	readonly followed: FollowedSpan;

	readonly scopes: readonly TrackScope[] = $derived.by(() => scopesIn(this.#choices()));
	/** The newest search in this file that is not settled yet, or that ended while it was open. */
	readonly search: TrackingRecord | undefined = $derived.by(() => {
		const mine = this.#records.current.filter(({ media }) => media === this.#options.editor.media);
		const [newest] = mine;
		const under = mine.find(({ job }) => !isFinished(job.state));
		if (under !== undefined) return under;
		return newest !== undefined &&
			newest.job.id !== this.#dismissed &&
			Date.parse(newest.job.endedAt ?? '') >= this.#openedAt
			? newest
			: undefined;
	});
	/** The path that holds on the shown frame. */
	readonly path: CameraPath | undefined = $derived.by(() => {
		const { cropping } = this.#options.editor;
		return pathAt(cropping.track.paths, cropping.shownS);
	});

	constructor(options: TrackingOptions) {
		this.#options = options;
		this.#records = new LiveValue(options.tracking.watch(), []);
		const { editor, storage } = options;
		this.followed = new FollowedSpan({
			detections: storage.detections,
			facts: () => editor.facts,
			index: () => editor.index,
			track: () => editor.cropping.track,
			path: () => this.path,
			modelOf: ({ labels }) => options.modelFor(kindOfLabels(labels)),
		});
		editor.cropping.onFix = (path, place) => this.#fix(path, place);
	}

	async load(): Promise<void> {
		this.#settings = (await this.#options.storage.settings.get(SETTINGS_KEY, Settings)) ?? DEFAULTS;
	}

	get style(): CameraStyle {
		return this.path?.style ?? this.#settings.style;
	}
	get kind(): SubjectKind {
		return this.#settings.kind;
	}
	get boxes(): boolean {
		return this.#settings.boxes;
	}
	get curve(): boolean {
		return this.#settings.curve;
	}
	change(patch: Partial<Settings>): void {
		this.#settings = { ...this.#settings, ...patch };
		void this.#options.storage.settings.set(SETTINGS_KEY, this.#settings);
	}

	get scope(): TrackScope {
		return this.#scope !== undefined && this.scopes.includes(this.#scope) ? this.#scope : (this.scopes[0] ?? 'file');
	}
	set scope(scope: TrackScope) {
		this.#scope = scope;
	}
	/** The next click on the picture says who is followed. */
	get picking(): boolean {
		return this.#picking;
	}
	set picking(picking: boolean) {
		this.#picking = picking;
	}
	/** The crop that follows beside one that stands still. */
	get comparing(): boolean {
		return this.#comparing && this.path !== undefined;
	}
	set comparing(comparing: boolean) {
		this.#comparing = comparing;
	}
	/** All paths of the file. */
	get paths(): readonly CameraPath[] {
		return this.#options.editor.cropping.track.paths ?? [];
	}

	/** Follows the subject in the spans of the scope. */
	async start(picks: CameraPath['picks'] = []): Promise<void> {
		const { editor, document, tracking, modelFor } = this.#options;
		const spans = spansOf(this.scope, this.#choices());
		if (spans.length === 0 || editor.facts === undefined) return;
		await tracking.enqueue({
			...{ media: editor.media, name: editor.facts.name, project: document.id, spans, model: modelFor(this.kind) },
			follow: { style: this.#settings.style, labels: LABELS_OF[this.kind], picks, fixes: [] },
		});
	}

	async cancel(): Promise<void> {
		if (this.search !== undefined) await this.#options.tracking.cancel(this.search.job.id);
	}
	async retry(): Promise<void> {
		if (this.search !== undefined) await this.#options.tracking.retry(this.search.job.id);
	}
	/** The end of a search has been read. */
	dismiss(): void {
		this.#dismissed = this.search?.job.id;
	}

	/** Takes another style: at once for the path that holds here, and for the searches to come. */
	async setStyle(style: CameraStyle): Promise<void> {
		this.change({ style });
		if (this.path !== undefined && this.path.style !== style) await this.#solve(this.path, { style });
	}

	/** Follows whoever stands at this place of the shown picture: in the path that holds here, else in the spans of the scope. */
	async pick(x: number, y: number): Promise<void> {
		this.#picking = false;
		const { path, atS } = { path: this.path, atS: this.#options.editor.cropping.shownS };
		const pick = { atS, x, y };
		if (path === undefined) return this.start([pick]);
		await this.#solve(path, { picks: [...path.picks.filter((other) => !this.#sameShot(other.atS, atS)), pick] });
	}

	/** Solves the rest of the path anew, from the shown frame on, beginning where the camera stands. */
	async solveFromHere(): Promise<void> {
		const { editor } = this.#options;
		const { path, index } = { path: this.path, index: editor.index };
		if (path === undefined || index === undefined) return;
		const { shownS } = editor.cropping;
		if (shownS <= path.inS + 1e-6) return this.#solve(path, {});
		const fixes = [{ atS: shownS, ...editor.crop.centre }];
		await this.#solve(path, { fixes }, { inS: shownS, outS: path.outS });
	}

	/** Nothing is followed any more: here, or in the whole file. */
	off(where: 'here' | 'file'): void {
		const { path } = this;
		this.#put(where === 'file' || path === undefined ? [] : this.paths.filter(({ id }) => id !== path.id));
	}

	/** Takes a span out of the paths: the crop there is what base and keyframes say. */
	forget({ inS, outS }: { readonly inS: number; readonly outS: number }): void {
		const { index } = this.#options.editor;
		if (index !== undefined) this.#put(withoutSpan(this.paths, inS, outS, index, () => crypto.randomUUID()));
	}

	#sameShot(a: number, b: number): boolean {
		const [from, to] = [Math.min(a, b), Math.max(a, b)];
		return !this.followed.cutsS.some((cut) => cut > from + 1e-3 && cut <= to + 1e-3);
	}

	#choices(): ScopeChoices {
		const { editor, batch } = this.#options;
		const { firstS, endS } = editor.grid;
		return {
			selected: editor.selected,
			ticked: editor.tools.ticked,
			batch: batch(),
			file: { inS: firstS, outS: endS },
		};
	}

	/** Another shape or size of the crop, or a place that the path then goes through. */
	#fix(path: CameraPath, place: PicturePlace | undefined): Promise<void> {
		if (place === undefined) return this.#solve(path, {});
		const { cropping } = this.#options.editor;
		// As it is now: a fix that was set a moment before may just have been solved.
		const latest = pathAt(this.paths, place.atS) ?? path;
		const others = latest.fixes.filter(({ atS }) => !cropping.isShown(atS));
		return this.#solve(latest, { fixes: [...others, place].sort((a, b) => a.atS - b.atS) });
	}

	/** Finds the path of `span` anew from what is kept; what lies outside of it stays. One undo step. */
	async #solve(
		path: CameraPath,
		patch: Partial<Pick<CameraPath, 'style' | 'labels' | 'picks' | 'fixes'>>,
		span: Span = path,
	): Promise<void> {
		const { editor, document, storage, tracking, modelFor, onproblem } = this.#options;
		const { index, media, facts } = editor;
		if (index === undefined || facts?.video === undefined) return;
		const { style, labels, picks, fixes } = { ...path, ...patch };
		const next = { style, labels, picks: picks.filter(isIn(span)), fixes: fixes.filter(isIn(span)) };
		const model = modelFor(kindOfLabels(labels));
		const { frames, cutsS, missing } = await storage.detections.read(media, model, span);
		if (missing.length > 0) {
			// Found on another device, or what was seen is gone: somebody has to look again.
			const request = { media, name: facts.name, project: document.id, spans: [span], model, follow: next };
			return void (await tracking.enqueue(request));
		}
		const own = editor.selected?.crop;
		const { base, keyframes, interpolation } = own === undefined ? editor.cropping.track : ownTrack(own, undefined);
		try {
			const { followAside } = await import('$lib/vision/following');
			const { centres } = await followAside({
				...{ frames, cutsS, index, frame: { width: facts.video.width, height: facts.video.height }, ...next },
				...{ crop: { base, keyframes, interpolation }, span: { inS: span.inS, outS: span.outS } },
			});
			const kept = withoutSpan(this.paths, span.inS, span.outS, index, () => crypto.randomUUID());
			const solved: CameraPath = {
				...{ id: crypto.randomUUID(), inS: span.inS, outS: span.outS, ...next },
				...{ x: encodeSeries(centres.x), y: encodeSeries(centres.y) },
			};
			this.#put([...kept, solved]);
		} catch (thrown) {
			onproblem(thrown instanceof Error ? thrown.message : String(thrown));
		}
	}

	#put(paths: readonly CameraPath[]): void {
		const { document, editor } = this.#options;
		document.setCameraPaths(editor.media, paths);
	}
}

const isIn =
	({ inS, outS }: Span) =>
	({ atS }: PicturePlace): boolean =>
		atS >= inS - 1e-6 && atS < outS - 1e-6;
