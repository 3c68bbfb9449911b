import { SvelteMap } from 'svelte/reactivity';
import type { Mp4Codec } from '#core/export/export-settings';
import type { ExportPlan, ExportTask } from '#core/export/export-task';
import { failureText } from '#core/failure';
import type { FilmSettings } from '#core/film/film';
import { planFilm, type FilmFailure } from '#core/film/film-plan';
import { PRESET_SETTINGS, presetOf, type FilmPreset } from '#core/film/film-presets';
import type { Fingerprint } from '#core/media/fingerprint';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import type { Project } from '#core/project/project';
import { err, ok, present, type Result } from '#core/result';
import { LiveValue } from '$lib/app/live.svelte';
import { loadPlanner } from '$lib/app/load-planner';
import { mayWrite } from '$lib/jobs/destination-tree';
import type { ExportQueue } from '$lib/jobs/export-queue';
import type { MediaEngine } from '$lib/media/engine';
import type { Destination } from '$lib/storage/job-record';
import type { MediaRecord } from '$lib/storage/media-record';
import type { ProjectDocument } from '$lib/storage/project-document';
import type { Storage } from '$lib/storage/storage';
import { ENGINE_LABELS, enginesFor, reasonOn, systemNow } from '../export/export-kept.ts';
import { askMp4Codecs } from '../export/mp4-codecs.ts';
import {
	commonCrossfade,
	factsByMedia,
	filesOf,
	filmClips,
	impliedSegments,
	partOf,
	type FilmClip,
} from './film-items.ts';
import { text } from './text.ts';

/** What will make the film. */
export type FilmEngine =
	| { readonly kind: 'choosing' }
	| { readonly kind: 'chosen'; readonly text: string; readonly notes: readonly string[] }
	| { readonly kind: 'none'; readonly text: string };

export interface FilmOptions {
	readonly document: ProjectDocument;
	readonly storage: Pick<Storage, 'jobs' | 'media'>;
	readonly queue: Pick<ExportQueue, 'enqueue'>;
	readonly engines: readonly MediaEngine[];
	/** Where exports go; films go there too. */
	readonly destination: () => Destination;
	/** Why nothing can be made of these files there; undefined: nothing speaks against it. */
	readonly refusal?: ((media: readonly Fingerprint[]) => string | undefined) | undefined;
	/** What is said when who makes it is away, and it is made later. */
	readonly away?: () => string | undefined;
	readonly now?: () => Date;
	readonly newId?: () => string;
}

/** The film of the project: its clips in order, what it becomes, and the way to the queue. */
export class FilmState {
	readonly #options: FilmOptions;
	readonly #project: LiveValue<Project>;
	readonly #library: LiveValue<readonly MediaRecord[]>;
	/** Frame indexes of the film's files, as far as they are loaded. */
	readonly #indexes = new SvelteMap<Fingerprint, FrameIndex | undefined>();
	#engine: FilmEngine = $state.raw({ kind: 'choosing' });
	#busy = $state(false);
	#mp4Codecs: readonly Mp4Codec[] = $state.raw(['avc']);

	readonly #facts: ReadonlyMap<Fingerprint, MediaFacts> = $derived.by(() => factsByMedia(this.#library.current));
	readonly clips: readonly FilmClip[] = $derived.by(() =>
		filmClips(this.#project.current, (media) => this.#facts.get(media)),
	);
	readonly #mediaKey: string = $derived(filesOf(this.clips).join(' '));
	/** The files that it is made of; the same array until they are others. */
	readonly media: readonly Fingerprint[] = $derived(this.#mediaKey === '' ? [] : this.#mediaKey.split(' '));
	/** Undefined until the frames of all files are known. */
	readonly plan: Result<ExportPlan, readonly FilmFailure[]> | undefined = $derived.by(() => this.#plan());

	/** What decides what its picture can be encoded with: another text when engines are to be asked anew; undefined while there is no film. */
	readonly codecsFor: string | undefined = $derived.by(() => {
		if (this.task === undefined) return undefined;
		const { video } = this.task;
		const { size, rate, quality, sound } = this.settings;
		const picture = video.kind === 'none' ? { size, rate } : video;
		return JSON.stringify([[...this.media].sort(), picture.size, 'rate' in picture && picture.rate, quality, sound]);
	});

	constructor(options: FilmOptions) {
		this.#options = options;
		this.#project = new LiveValue(options.document.watch(), options.document.project);
		this.#library = new LiveValue(options.storage.media.watch(), []);
	}

	get settings(): FilmSettings {
		return this.#project.current.filmSettings;
	}
	/** True while nobody has put a film together: all segments are it. */
	get implied(): boolean {
		return this.#project.current.film.length === 0;
	}
	get preset(): FilmPreset | undefined {
		return presetOf(this.settings);
	}
	get destination(): Destination {
		return this.#options.destination();
	}
	/** Of the server whose folder it goes to; undefined while it is there. */
	get away(): string | undefined {
		return this.#options.away?.();
	}
	/** Why it cannot be made where it is to go; undefined: nothing speaks against it. */
	get refusal(): string | undefined {
		return this.#options.refusal?.(this.media);
	}
	get engine(): FilmEngine {
		return this.#engine;
	}
	/** What the picture of an MP4 can be encoded with here. */
	get mp4Codecs(): readonly Mp4Codec[] {
		return this.#mp4Codecs;
	}
	get busy(): boolean {
		return this.#busy;
	}
	get task(): ExportTask | undefined {
		return this.plan?.ok === true ? this.plan.value.tasks[0] : undefined;
	}

	/** Loads what the plan needs of the film's files; for an effect. */
	loadIndexes(): void {
		for (const media of this.media) {
			if (this.#indexes.has(media) || !this.#facts.has(media)) continue;
			void this.#options.storage.media.frameIndex(media).then((index) => this.#indexes.set(media, index));
		}
	}

	/** Puts segments at the end of the film; the first ones begin a film of one's own. */
	add(segments: readonly string[]): void {
		const { document } = this.#options;
		document.addFilmItems(segments.map((segment) => ({ segment })));
	}

	/** All ticked segments, of one file or of all. */
	addTicked(media?: Fingerprint): void {
		const ticked = impliedSegments(this.#project.current);
		this.add(ticked.filter((segment) => media === undefined || segment.media === media).map(({ id }) => id));
	}

	remove(clip: FilmClip): void {
		this.#change(clip, (id) => this.#options.document.removeFilmItems([id]));
	}

	/** Takes every clip out: the film is all segments again. */
	clear(): void {
		this.#options.document.removeFilmItems(this.#project.current.film.map(({ id }) => id));
	}

	/** Puts a clip at a place in the list, counted without itself. */
	moveTo(clip: FilmClip, position: number): void {
		this.#change(clip, (id) => {
			const others = this.clips.filter((other) => other.id !== id);
			this.#options.document.moveFilmItem(id, others[Math.max(0, position)]?.id ?? null);
		});
	}

	setCrossfade(clip: FilmClip, crossfadeS: number): void {
		this.#change(clip, (id) => this.#options.document.updateFilmItem(id, { crossfadeS }));
	}

	/** The cross-fade of all joins; undefined when they differ. */
	get crossfadeS(): number | undefined {
		return commonCrossfade(this.clips);
	}

	setAllCrossfades(crossfadeS: number): void {
		const { document } = this.#options;
		const [first, ...others] = this.clips;
		if (first === undefined) return;
		if (!this.implied)
			document.updateFilmItems(
				others.map(({ id }) => id),
				{ crossfadeS },
			);
		else {
			const faded = others.map(({ segment }) => ({ segment: segment.id, crossfadeS }));
			document.addFilmItems([{ segment: first.segment.id }, ...faded]);
		}
	}

	change(patch: Partial<FilmSettings>): void {
		this.#options.document.setFilmSettings(patch);
	}

	usePreset(preset: FilmPreset): void {
		this.change(PRESET_SETTINGS[preset]);
	}

	/** Asks which engine takes the present plan. `signal`: the plan has changed since. */
	async choose(signal: AbortSignal): Promise<void> {
		const { task } = this;
		if (task === undefined) return;
		const facts = this.#facts;
		const { away } = this;
		if (away !== undefined) {
			this.#engine = { kind: 'chosen', text: away, notes: [] };
			return;
		}
		const planner = await loadPlanner('The film');
		if (!planner.ok) {
			this.#engine = { kind: 'none', text: failureText(planner.error) };
			return;
		}
		const choice = await planner.value.chooseEngine(
			...enginesFor(this.#options.destination(), this.#options.engines, 'auto'),
			[task],
			(media) => present(facts.get(media), 'facts of a file of the film'),
		);
		if (signal.aborted) return;
		if (!choice.ok) {
			this.#engine = { kind: 'none', text: failureText(choice.error) };
			return;
		}
		const { engine, ability } = choice.value;
		const reason = reasonOn(this.destination, choice.value);
		this.#engine = {
			kind: 'chosen',
			text: text.by(ENGINE_LABELS[engine.name], reason),
			notes: ability.notes.map((note) => note.text),
		};
	}

	/** Asks the engines what they encode an MP4 of this film with. `signal`: nobody waits any more. */
	async askCodecs(signal: AbortSignal): Promise<void> {
		const planner = await loadPlanner('The film');
		// `choose` tells it.
		if (!planner.ok || signal.aborted) return;
		const facts = this.#facts;
		const canMake = async (mp4Codec: Mp4Codec): Promise<boolean> => {
			const plan = this.#plan({ ...this.settings, format: 'mp4', mp4Codec });
			if (plan?.ok !== true) return false;
			const factsOf = (media: Fingerprint): MediaFacts => present(facts.get(media), 'facts of a file of the film');
			return (await planner.value.chooseEngine(this.#options.engines, 'auto', plan.value.tasks, factsOf)).ok;
		};
		const codecs = await askMp4Codecs(canMake, signal);
		if (!signal.aborted) this.#mp4Codecs = codecs;
	}

	/** Queues the film. Gives how many files that makes, or a sentence. */
	async export(): Promise<Result<number, string>> {
		const plan = this.#plan();
		if (plan === undefined) return err(text.opening);
		if (!plan.ok) return err(plan.error.map((failure) => failure.text).join(' '));
		const facts = this.media.flatMap((media) => this.#facts.get(media) ?? []);
		const destination = this.#options.destination();
		const { refusal } = this;
		if (refusal !== undefined) return err(refusal);
		this.#busy = true;
		try {
			if (!(await mayWrite(this.#options.storage.jobs, destination))) return err(text.folderRefused);
			const { tasks, notes } = plan.value;
			await this.#options.queue.enqueue(
				tasks.map((task) => ({ task, facts, engineChoice: 'auto' as const, destination, notes })),
			);
			return ok(tasks.length);
		} catch (thrown) {
			return err(text.queueFailed(thrown instanceof Error ? thrown.message : String(thrown)));
		} finally {
			this.#busy = false;
		}
	}

	/** Changes the item that stands for `clip`. While the film is implied, it is first put together as it is, in the same undo step. */
	#change(clip: FilmClip, change: (id: string) => void): void {
		if (!this.implied) return change(clip.id);
		const { clips } = this;
		const { document } = this.#options;
		document.asOneStep(() => {
			const ids = document.addFilmItems(clips.map(({ segment }) => ({ segment: segment.id })));
			change(ids[clips.findIndex(({ id }) => id === clip.id)] ?? '');
		});
	}

	#plan(settings = this.settings): Result<ExportPlan, readonly FilmFailure[]> | undefined {
		const known = (media: Fingerprint): boolean => !this.#facts.has(media) || this.#indexes.has(media);
		if (!this.media.every(known)) return undefined;
		const { crops } = this.#project.current;
		return planFilm({
			items: this.clips.map(partOf),
			settings,
			factsOf: (media) => this.#facts.get(media),
			indexOf: (media) => this.#indexes.get(media),
			tracks: (media) => crops[media],
			now: (this.#options.now ?? systemNow)(),
			newId: this.#options.newId ?? (() => crypto.randomUUID()),
		});
	}
}
