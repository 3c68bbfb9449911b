import * as z from 'zod';
import { CameraStyle, pathAt, type CameraPath, type PicturePlace } from '#core/crop/camera-path';
import { isWholeFrame, resolveCrop } from '#core/crop/crop';
import { isFinished } from '#core/export/job';
import type { Fingerprint } from '#core/media/fingerprint';
import { isSameFrame } from '#core/time/same-frame';
import type { Span } from '#core/time/segment-arithmetic';
import { kindOfLabels, LABELS_OF, SubjectKind } from '#core/tracking/subject-kinds';
import { LiveValue } from '$lib/app/live.svelte';
import type { TrackingQueue } from '$lib/jobs/tracking/tracking-queue';
import type { ProjectDocument } from '$lib/storage/project-document';
import type { Storage } from '$lib/storage/storage';
import type { TrackingRecord } from '$lib/storage/tracking-record';
import type { EditorState } from '../editor-state.svelte.ts';
import { RATIO_PRESETS } from '../crop/crop-edit.ts';
import { FollowedSpan } from './followed-span.svelte.ts';
import { PathSolver, trackOver } from './path-solver.ts';
import { firstGap, scopesIn, spansOf, type ScopeChoices, type TrackScope } from './tracking-scope.ts';

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
	/** What that detector can find, by its names; none where that cannot be told now. */
	readonly thingsOf: (kind: SubjectKind) => Promise<readonly string[]>;
	readonly onproblem: (sentence: string) => void;
}

/** The camera that follows a subject in the open file: what is asked for, what is being searched, what was found. */
export class TrackingState {
	readonly #options: TrackingOptions;
	readonly #records: LiveValue<readonly TrackingRecord[]>;
	#settings: Settings = $state.raw(DEFAULTS);
	#scope: TrackScope | undefined = $state();
	#picking: 'one' | 'another' | undefined = $state();
	#comparing = $state(false);
	#only: string | undefined = $state();
	#dismissed: string | undefined = $state();
	/** A search that ended before the file was opened is no news. */
	readonly #openedAt = Date.now();
	readonly #solver: PathSolver;
	/** Fixes that wait for their turn, by time: of quick ones on a frame only the last is solved. */
	// eslint-disable-next-line svelte/prefer-svelte-reactivity -- never shown
	readonly #waiting = new Map<number, { place: PicturePlace; readonly done: Promise<void> }>();
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

	/** Whether nobody is followed in the shown shot because a person wished so, as far as shots are known. */
	readonly quietHere: boolean = $derived.by(() => {
		const { path, followed } = this;
		const { shownS } = this.#options.editor.cropping;
		return path?.quiet?.some((atS) => followed.sameShot(atS, shownS)) ?? false;
	});
	/** What of the chosen segment no path covers though one holds in it: there the crop stands still. */
	readonly gap: Span | undefined = $derived.by(() => {
		const { selected } = this.#options.editor;
		return selected === undefined ? undefined : firstGap(this.paths, selected);
	});
	/** From the IN mark to the shown frame, where a path holds in it. */
	readonly marked: Span | undefined = $derived.by(() => {
		const { pendingInS, cropping } = this.#options.editor;
		if (pendingInS === null || cropping.shownS <= pendingInS + 1e-6) return undefined;
		const span = { inS: pendingInS, outS: cropping.shownS };
		return this.paths.some((path) => path.inS < span.outS - 1e-6 && path.outS > span.inS + 1e-6) ? span : undefined;
	});

	constructor(options: TrackingOptions) {
		this.#options = options;
		this.#solver = new PathSolver(options);
		this.#records = new LiveValue(options.tracking.watch(), []);
		const { editor, storage } = options;
		this.followed = new FollowedSpan({
			detections: storage.detections,
			facts: () => editor.facts,
			index: () => editor.index,
			trackOver: (span) => trackOver(editor, span),
			path: () => this.path,
			modelOf: ({ labels }) => options.modelFor(kindOfLabels(labels)),
		});
		// Another shape or size of the crop needs another way.
		editor.cropping.onFix = ({ inS }, place) =>
			place === undefined ? this.#solver.change(inS, () => ({})) : this.putFix(place);
	}

	async load(): Promise<void> {
		this.#settings = (await this.#options.storage.settings.get(SETTINGS_KEY, Settings)) ?? DEFAULTS;
	}

	get media(): Fingerprint {
		return this.#options.editor.media;
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
	/** Of any kind of thing, only this one, by the detector's name; empty: whatever it finds. */
	get only(): string {
		const [label = '', ...more] = this.path?.labels ?? [];
		return this.#only ?? (more.length === 0 && kindOfLabels([label]) === 'anything' ? label : '');
	}
	set only(only: string) {
		this.#only = only;
	}
	/** Kinds that may be followed, by the detector's names; none: any. */
	get labels(): CameraPath['labels'] {
		return this.kind === 'anything' && this.only !== '' ? [this.only] : LABELS_OF[this.kind];
	}
	/** What the detector that would look can find, by its names. */
	things(): Promise<readonly string[]> {
		return this.#options.thingsOf(this.kind);
	}
	change(patch: Partial<Settings>): void {
		if (patch.kind !== undefined) this.#only = undefined;
		this.#settings = { ...this.#settings, ...patch };
		void this.#options.storage.settings.set(SETTINGS_KEY, this.#settings);
	}

	get scope(): TrackScope {
		return this.#scope !== undefined && this.scopes.includes(this.#scope) ? this.#scope : (this.scopes[0] ?? 'file');
	}
	set scope(scope: TrackScope) {
		this.#scope = scope;
	}
	/** The next click on the picture says who is followed: `one`, or `another` together with those of the shot. */
	get picking(): 'one' | 'another' | undefined {
		return this.#picking;
	}
	set picking(picking: 'one' | 'another' | undefined) {
		this.#picking = picking;
	}
	/** Begins or ends the choice of who is followed. */
	togglePicking(): void {
		this.#picking = this.#picking === undefined && this.canPick ? 'one' : undefined;
	}
	/** Somebody can be chosen: a path holds here, or a search could begin. */
	get canPick(): boolean {
		return this.path !== undefined || this.canStart;
	}
	/** Gives the crop a shape that can move. */
	makeUpright(): void {
		const { editor } = this.#options;
		editor.commitCrop({ ...editor.crop, ratio: RATIO_PRESETS['9:16'] });
	}
	/** Ends what Escape ends: the choice, then the comparison. False when neither was going on. */
	letGo(): boolean {
		if (this.#picking !== undefined) this.#picking = undefined;
		else if (this.comparing) this.#comparing = false;
		else return false;
		return true;
	}
	/** The crop that follows beside one that stands still. */
	get comparing(): boolean {
		return this.#comparing && this.paths.length > 0;
	}
	set comparing(comparing: boolean) {
		this.#comparing = comparing;
	}
	/** The crop keeps the whole picture: there is nothing to move. */
	get shapeless(): boolean {
		const { facts, crop } = this.#options.editor;
		if (facts?.video === undefined) return true;
		const frame = { width: facts.video.width, height: facts.video.height };
		return isWholeFrame(resolveCrop(crop, frame), frame);
	}
	/** A search is under way. */
	get busy(): boolean {
		return this.search !== undefined && !isFinished(this.search.job.state);
	}
	get canStart(): boolean {
		return !this.busy && !this.shapeless;
	}
	/** All paths of the file. */
	get paths(): readonly CameraPath[] {
		return this.#solver.paths;
	}

	/**
	 * Follows the subject in the spans of the scope. What was placed by hand there stays, and so does who was chosen as long as the same kind is
	 * followed.
	 */
	async start(picks: CameraPath['picks'] = []): Promise<void> {
		const { editor, document, tracking, modelFor } = this.#options;
		const spans = spansOf(this.scope, this.#choices());
		if (spans.length === 0 || editor.facts === undefined || !this.canStart) return;
		const labels = this.labels;
		const same = this.paths.filter((path) => path.labels.join() === labels.join());
		const wishes = {
			picks: [...same.flatMap((path) => path.picks), ...picks].sort(byTime),
			fixes: this.paths.flatMap(({ fixes }) => fixes).sort(byTime),
			quiet: this.paths.flatMap(({ quiet = [] }) => quiet).sort((a, b) => a - b),
		};
		const model = modelFor(kindOfLabels(labels));
		await tracking.enqueue({
			...{ media: editor.media, name: editor.facts.name, project: document.id, spans, model },
			follow: { style: this.style, labels, ...wishes },
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
		const { path } = this;
		if (path !== undefined && path.style !== style) await this.#solver.change(path.inS, () => ({ style }));
	}

	/**
	 * Follows whoever stands at this place of the shown picture: in this shot of the path that holds here, else in the spans of the scope.
	 * With `another` those who are followed in this shot already are kept in the picture too, as far as they fit.
	 */
	async pick(x: number, y: number, another = false): Promise<void> {
		this.#picking = undefined;
		const { cropping } = this.#options.editor;
		const pick = { atS: cropping.shownS, x, y };
		if (this.path === undefined) return this.start([pick]);
		await this.#solver.change(pick.atS, async ({ picks, quiet = [] }, { same, subjects }) => {
			const elsewhere = picks.filter(({ atS }) => !same(atS, pick.atS));
			const here = picks.filter(({ atS }) => another && same(atS, pick.atS));
			// Who was followed without being chosen stays as well.
			const kept = here.length > 0 || !another ? here : await subjects(pick.atS);
			return {
				picks: [...elsewhere, ...kept, pick].sort(byTime),
				quiet: quiet.filter((atS) => !same(atS, pick.atS)),
			};
		});
	}

	/** Follows nobody in the shown shot, or again whoever was chosen or is best there. */
	async setQuiet(on: boolean): Promise<void> {
		const { shownS } = this.#options.editor.cropping;
		await this.#solver.change(shownS, ({ quiet = [] }, { same }) => {
			const others = quiet.filter((atS) => !same(atS, shownS));
			return { quiet: on ? [...others, shownS].sort((a, b) => a - b) : others };
		});
	}

	/** Leads the path through a place, in the stead of one on the same frame. */
	async putFix(place: PicturePlace): Promise<void> {
		const waiting = this.#waiting.get(place.atS);
		if (waiting !== undefined) {
			waiting.place = place;
			return waiting.done;
		}
		const done = this.#solver.change(place.atS, ({ fixes }) => {
			const latest = this.#waiting.get(place.atS)?.place ?? place;
			this.#waiting.delete(place.atS);
			return { fixes: [...fixes.filter(({ atS }) => !isSameFrame(atS, place.atS)), latest].sort(byTime) };
		});
		this.#waiting.set(place.atS, { place, done });
		return done.finally(() => this.#waiting.delete(place.atS));
	}

	async removeFix(atS: number): Promise<void> {
		await this.#solver.change(atS, ({ fixes }) => ({ fixes: fixes.filter((fix) => !isSameFrame(fix.atS, atS)) }));
	}

	/** Solves the rest of the path anew, from the shown frame on, beginning where the camera stands. Who is followed stays. */
	async solveFromHere(): Promise<void> {
		const { crop, cropping } = this.#options.editor;
		const { shownS } = cropping;
		await this.#solver.change(shownS, async ({ inS, outS, picks, quiet = [] }, { same, subjects }) => {
			if (shownS <= inS + 1e-6) return {};
			const stays = await subjects(shownS, shownS);
			return {
				span: { inS: shownS, outS },
				fixes: [{ atS: shownS, ...crop.centre }],
				picks: [...stays, ...picks.filter(({ atS }) => atS >= shownS)].sort(byTime),
				quiet: quiet.map((atS) => (atS < shownS && same(atS, shownS) ? shownS : atS)),
			};
		});
	}

	/** Follows over all of the chosen segment, with what was asked for in the part that is followed already. */
	async followToEnd(): Promise<void> {
		const { editor, document, tracking, modelFor } = this.#options;
		const { selected: span, facts, media } = editor;
		if (span === undefined || facts === undefined) return;
		const inside = this.paths.filter(({ inS, outS }) => inS < span.outS && outS > span.inS);
		const [first] = inside;
		if (first === undefined) return;
		const { style, labels } = first;
		const wishes = {
			picks: inside.flatMap(({ picks }) => picks),
			fixes: inside.flatMap(({ fixes }) => fixes),
			quiet: inside.flatMap(({ quiet = [] }) => quiet),
		};
		await tracking.enqueue({
			...{ media, name: facts.name, project: document.id, model: modelFor(kindOfLabels(labels)) },
			...{ spans: [{ inS: span.inS, outS: span.outS }], follow: { style, labels, ...wishes } },
		});
	}

	/** Nothing is followed any more: here, or in the whole file. */
	off(where: 'here' | 'file'): void {
		const { path } = this;
		// "The camera follows now" is no longer true.
		if (!this.busy) this.dismiss();
		this.#solver.put(where === 'file' || path === undefined ? [] : this.paths.filter(({ id }) => id !== path.id));
	}

	/** Takes a span out of the paths: the crop there is what base and keyframes say. */
	forget(span: Span): void {
		this.#solver.forget(span);
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
}

const byTime = (a: PicturePlace, b: PicturePlace): number => a.atS - b.atS;
