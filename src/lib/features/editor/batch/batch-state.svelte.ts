import type { BatchSettings } from '#core/batch/batch';
import { batchName, planBatchExport, safeFolder, type BatchPlan } from '#core/batch/batch-plan';
import type { Marker, Subprofile } from '#core/project/profile';
import type { Category, Project } from '#core/project/project';
import type { Result } from '#core/result';
import { TRAINING_PRESETS, type TrainingRule } from '#core/batch/training';
import type { CurrentProfile } from '$lib/app/current-profile.svelte';
import { LiveValue } from '$lib/app/live.svelte';
import type { ProjectDocument } from '$lib/storage/project-document';
import type { Storage } from '$lib/storage/storage';
import type { EditorState } from '../editor-state.svelte.ts';
import { systemNow } from '../export/export-kept.ts';
import type { ExportState } from '../export/export-state.svelte.ts';
import { BatchCursor } from './batch-cursor.svelte.ts';
import { BatchExport, type BatchOrder } from './batch-export.ts';
import { folderOf, reach } from './batch-folder.ts';
import { BatchWords, NO_WORDS, WORDS_KEY } from './batch-kept.ts';
import { BatchMarks } from './batch-marks.svelte.ts';
import type { BatchQueue } from './batch-queue.ts';
import { leftOver, staysInPlace } from './left-over.ts';
import { text } from './text.ts';

export interface BatchOptions {
	readonly editor: EditorState;
	/** Holds the destination, which batches share with exports. */
	readonly exporting: Pick<ExportState, 'destination' | 'refusal'> & {
		readonly server: Pick<ExportState['server'], 'known'>;
	};
	readonly document: ProjectDocument;
	readonly profile: CurrentProfile;
	readonly storage: Pick<Storage, 'settings' | 'jobs'>;
	readonly queue: BatchQueue;
	/** So many clips were queued. */
	readonly onqueued: (count: number) => void;
	readonly onproblem: (sentence: string) => void;
	/** Brings the batch panel into sight. */
	readonly showPanel: () => void;
	readonly now?: () => Date;
	readonly newId?: () => string;
	/** A whole number from 0 to 2³² − 1. */
	readonly newSeed?: () => number;
}

const randomSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

/** Clips of one length from one cursor: how they are made, where they begin, and what was made of this file before. */
export class BatchState {
	readonly cursor: BatchCursor;
	readonly marks: BatchMarks;
	readonly #options: BatchOptions;
	readonly #project: LiveValue<Project>;
	readonly #export: BatchExport;
	readonly #newSeed: () => number;
	#words: BatchWords = $state.raw(NO_WORDS);
	#seed: number = $state(0);
	#counter = $state(1);
	/** Orders on their way to the queue. */
	#ordered = $state(0);
	/** The files that go when the export is confirmed. */
	#asksToReplace: readonly string[] | null = $state.raw(null);
	#touched = false;
	#counted = 0;

	/** What the next export makes; a sentence when it makes nothing; undefined until the file is open. */
	readonly plan: Result<BatchPlan, string> | undefined = $derived.by(() => {
		const { facts, index } = this.#options.editor;
		if (facts === undefined) return undefined;
		return planBatchExport({ ...this.#order, facts, index, counter: this.counter, newId: () => 'planned' });
	});
	/** Files of the replaced group that the next export does not make again. */
	readonly leftOver: readonly string[] = $derived.by(() => {
		const { replacing } = this.marks;
		return replacing === undefined || this.plan?.ok !== true ? [] : leftOver(replacing, this.plan.value.clips);
	});

	constructor(options: BatchOptions) {
		this.#options = options;
		const { editor, document, profile, queue, storage } = options;
		this.#newSeed = options.newSeed ?? randomSeed;
		this.#seed = this.#newSeed();
		this.#project = new LiveValue(document.watch(), document.project);
		this.cursor = new BatchCursor({
			editor,
			shape: () => this.settings,
			on: () => this.on,
			setCount: (count) => this.change({ count }),
		});
		this.marks = new BatchMarks({
			media: editor.media,
			profile,
			queue,
			cursorS: () => this.cursor.atS,
			goTo: (timeS) => this.cursor.goTo(timeS),
			restore: (marker) => this.#restore(marker),
		});
		this.#export = new BatchExport({
			queue,
			jobs: storage.jobs,
			now: options.now ?? systemNow,
			newId: options.newId ?? (() => crypto.randomUUID()),
			server: () => options.exporting.server.known,
		});
	}

	get settings(): BatchSettings {
		return this.#project.current.batch;
	}
	/** Short side of the first clip in pixels, as set or as it comes out; null: the crop's own size. */
	get shortSide(): number | null {
		const { shortSide } = this.settings;
		if (shortSide !== 'auto') return shortSide;
		const video = this.plan?.ok === true ? this.plan.value.tasks[0]?.video : undefined;
		if (video === undefined || video.kind === 'none') return null;
		return Math.min(video.size.width, video.size.height);
	}
	/** True while a batch is being placed on the timeline. */
	get on(): boolean {
		return this.#words.on;
	}
	get label(): string {
		return this.#words.label;
	}
	get category(): Category | '' {
		return this.#words.category;
	}
	/** Labels used before, latest first. */
	get labels(): readonly string[] {
		return this.#options.profile.profile.labels;
	}
	get subprofiles(): readonly Subprofile[] {
		return this.#options.profile.profile.subprofiles;
	}
	/** The chosen extra folder. */
	get subprofile(): Subprofile | undefined {
		return this.subprofiles.find(({ id }) => id === this.#words.subprofile);
	}
	get seed(): number {
		return this.marks.replacing?.seed ?? this.#seed;
	}
	/** Number of the group in names. */
	get counter(): number {
		const { replacing } = this.marks;
		const { facts } = this.#options.editor;
		const inPlace = replacing !== undefined && staysInPlace(replacing, this.#order.settings, facts?.name ?? '');
		return inPlace ? replacing.counter : this.#counter;
	}
	get busy(): boolean {
		return this.#ordered > 0;
	}
	/** Names of the files that the person is asked about; null: nothing is asked. */
	get asksToReplace(): readonly string[] | null {
		return this.#asksToReplace;
	}
	/** True when the draw decides anything, so that drawing again changes something. */
	get drawsShapes(): boolean {
		const { base, keyframes } = this.#options.editor.cropping.track;
		return [base, ...keyframes.map(({ crop }) => crop)].some((crop) => crop.randomPortrait || crop.randomSquare);
	}

	/** Takes up what the last visit left. What was changed meanwhile stays. */
	async load(): Promise<void> {
		const words = await this.#options.storage.settings.get(WORDS_KEY, BatchWords);
		if (words === undefined || this.#touched) return;
		this.#take(words);
	}

	/** Changes settings; quick repeats of the same are one undo step. False when they would not be valid. */
	change(patch: Partial<BatchSettings>): boolean {
		return this.#options.document.setBatch(patch);
	}
	/** Takes what a trainer publishes; `custom` keeps what is set. */
	choosePreset(preset: TrainingRule['preset']): void {
		if (preset === 'custom') {
			this.change({ training: { ...this.settings.training, preset } });
			return;
		}
		const { lengthS, ...training } = TRAINING_PRESETS[preset];
		this.change({ training, ...(lengthS !== undefined && { lengthS }) });
	}
	/** Changes a part of the rule, which then is one's own. */
	changeRule(patch: Partial<TrainingRule>): boolean {
		return this.change({ training: { ...this.settings.training, ...patch, preset: 'custom' } });
	}

	toggle(): void {
		this.#keep({ on: !this.on });
	}
	setAutoClip(autoClip: boolean): void {
		this.#keep({ autoClip });
	}
	setLabel(label: string): void {
		this.#keep({ label: label.replaceAll(/\s*[\r\n]+\s*/gu, ' ') });
	}
	setCategory(category: Category | ''): void {
		this.#keep({ category });
	}
	/** Chooses the n-th extra folder (from 1), or none when it was chosen already. */
	chooseSubprofile(number: number): void {
		const chosen = this.subprofiles[number - 1];
		if (chosen === undefined) this.#options.editor.say('info', text.noSubprofile(number));
		else this.#keep({ subprofile: chosen.id === this.#words.subprofile ? null : chosen.id });
	}
	clearSubprofile(): void {
		this.#keep({ subprofile: null });
	}
	setSubprofiles(list: readonly Subprofile[]): void {
		this.#options.profile.document?.setSubprofiles(list);
	}
	/** Draws anew which clips become 9:16 or 1:1. */
	shuffle(): void {
		this.marks.stopReplacing();
		this.#seed = this.#newSeed();
	}
	showPanel(): void {
		this.#options.showPanel();
	}
	/** Makes the next export replace a group; the panel says what that means. */
	replace(id: string): void {
		this.marks.startReplacing(id);
		this.showPanel();
	}
	nextMarker(): void {
		if (!this.marks.next()) this.#options.editor.say('info', text.noMarks);
	}

	/** Reads which number the next group gets; for an effect, which runs it again when name or place change. */
	count(): void {
		const { facts } = this.#options.editor;
		if (facts === undefined) return;
		const { destination } = this.#options.exporting;
		const { settings } = this.#order;
		const turn = ++this.#counted;
		const place = { destination, folder: safeFolder(settings.folder), name: batchName(settings, facts.name) };
		void this.#options.queue.nextCounter(place).then(
			(counter) => {
				if (turn === this.#counted) this.#counter = counter;
			},
			// The number is read again when the batch is queued, and then it is told.
			(thrown: unknown) => console.warn('The number of the next batch could not be read:', thrown),
		);
	}

	/** Queues the batch and tells what came of it. Asks first when files of the replaced group would go. */
	async exportBatch(mayDelete = false): Promise<void> {
		const { onqueued, onproblem, profile, editor, exporting } = this.#options;
		const { facts, index } = editor;
		const { document } = profile;
		if (facts === undefined) return onproblem(text.notReady);
		if (document === undefined) return onproblem(text.noProfile);
		const refusal = exporting.refusal();
		if (refusal !== undefined) return onproblem(refusal);
		if (this.leftOver.length > 0 && !mayDelete) {
			this.#asksToReplace = this.leftOver;
			return;
		}
		this.#asksToReplace = null;
		const { replacing } = this.marks;
		const order = { ...this.#order, facts, index, destination: exporting.destination, replacing };
		const words = { profile: profile.name, label: this.label.trim(), category: this.category };
		this.#ordered += 1;
		const queued = await this.#export.queue({ ...order, ...words }, (marker, only) =>
			this.marks.deleteClips(marker, only),
		);
		this.#ordered -= 1;
		if (!queued.ok) return onproblem(queued.error);
		document.addLabel(words.label);
		if (replacing === undefined) this.#seed = this.#newSeed();
		else if (this.marks.replacing?.id === replacing.id) this.marks.stopReplacing();
		this.count();
		onqueued(queued.value);
	}
	dropQuestion(): void {
		this.#asksToReplace = null;
	}

	/** What an export made now would be made of. */
	get #order(): Omit<BatchOrder, 'facts' | 'index' | 'destination' | 'replacing' | 'profile' | 'label' | 'category'> {
		const { settings } = this;
		return {
			cursorS: this.cursor.atS,
			settings: { ...settings, folder: folderOf(settings.folder, this.subprofile) },
			track: this.#options.editor.cropping.track,
			seed: this.seed,
		};
	}

	/** Takes up what a group was made with, as one undo step. */
	#restore({ batch, crop, label, category }: Marker): void {
		const { document, editor } = this.#options;
		const { folder, subprofile } = reach(batch.folder, this.settings, this.subprofiles);
		document.asOneStep(() => {
			document.setBatch({ ...batch, folder });
			editor.cropping.putTrack(crop);
		});
		this.#keep({ label, category, subprofile });
	}

	#keep(patch: Partial<BatchWords>): void {
		this.#touched = true;
		this.#take({ ...this.#words, ...patch });
		void this.#options.storage.settings.set(WORDS_KEY, this.#words);
	}

	#take(words: BatchWords): void {
		this.#words = words;
		this.cursor.autoClip = words.autoClip;
		this.#options.editor.cropping.startsEarly = words.on;
	}
}
