import { ownTrack } from '#core/crop/crop-span';
import type { Joins } from '#core/export/copy-plan';
import { planExport, type PlanFailure, type Selection } from '#core/export/export-plan';
import {
	DEFAULT_EXPORT_SETTINGS,
	ExportFormat,
	ExportSettings,
	type CutMode,
	type Mp4Codec,
} from '#core/export/export-settings';
import type { ExportPlan } from '#core/export/export-task';
import { failureText } from '#core/failure';
import type { Fingerprint } from '#core/media/fingerprint';
import { err, present, type Result } from '#core/result';
import { loadPlanner } from '$lib/app/load-planner';
import { mayWrite } from '$lib/jobs/destination-tree';
import type { ExportQueue } from '$lib/jobs/export-queue';
import type { MediaEngine } from '$lib/media/engine';
import { Destination } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import type { EditorState } from '../editor-state.svelte.ts';
import { text } from '../text.ts';
import { positionsOf } from '../timeline/timeline-lanes.ts';
import { DESTINATION_KEY, ENGINE_LABELS, enginesFor, reasonOn, SETTINGS_KEY, systemNow } from './export-kept.ts';
import { askMp4Codecs } from './mp4-codecs.ts';
import { ServerFolder, type ServerFolderParts } from './server-folder.svelte.ts';

/** Settings that decide who can make it. */
const ASKED_ANEW = ['engine', 'format', 'mp4Codec', 'hdr', 'webmCodec', 'cutMode', 'pictureFormat'] as const;

export type ExportScope = 'all' | 'selected';

/** What the planner answered, ready to be shown. */
export type EngineAnswer =
	| { readonly kind: 'choosing' }
	| {
			readonly kind: 'chosen';
			readonly name: MediaEngine['name'];
			readonly encoder: string;
			readonly reason: string;
			readonly notes: readonly string[];
	  }
	| { readonly kind: 'none'; readonly text: string };

export interface ExportStateOptions {
	readonly editor: EditorState;
	readonly storage: Pick<Storage, 'settings' | 'jobs' | 'media'>;
	readonly queue: Pick<ExportQueue, 'enqueue'>;
	readonly engines: readonly MediaEngine[];
	readonly connection: ServerFolderParts['connection'];
	readonly now?: () => Date;
	readonly newId?: () => string;
}

/** What will be exported, how and where to; kept between visits. */
export class ExportState {
	readonly #editor: EditorState;
	readonly #storage: ExportStateOptions['storage'];
	readonly #queue: ExportStateOptions['queue'];
	readonly #engines: readonly MediaEngine[];
	readonly #now: () => Date;
	readonly #newId: () => string;
	#settings: ExportSettings = $state.raw(DEFAULT_EXPORT_SETTINGS);
	/** Undefined until one was chosen. */
	#destination: Destination | undefined = $state.raw();
	#scope: ExportScope = $state('all');
	#open = $state(false);
	#busy = $state(false);
	#answer: EngineAnswer = $state.raw({ kind: 'choosing' });
	#formats: readonly ExportFormat[] = $state.raw(['mp4', 'webm']);
	#mp4Codecs: readonly Mp4Codec[] = $state.raw(['avc']);
	#keepsHdr = $state(false);
	/** A server is there that encodes the ends of cuts that no browser does. */
	#joins: Joins = $state('browser');
	#touched = false;

	/** Whether the browser keeps files: not at an address without https. */
	readonly keepsFiles = 'storage' in navigator && 'getDirectory' in navigator.storage;
	/** The export folder of the server, as a place for clips. */
	readonly server: ServerFolder;
	/** What goes out: the segments, the chosen one, or the whole file when nothing is marked. */
	readonly selection: readonly Selection[] = $derived.by(() => this.#selectionOf(this.#scope));
	/** Undefined until the file's facts are known. */
	readonly plan: Result<ExportPlan, readonly PlanFailure[]> | undefined = $derived.by(() => this.#plan());

	constructor({ editor, storage, queue, engines, connection, now, newId }: ExportStateOptions) {
		this.#editor = editor;
		this.#storage = storage;
		this.#queue = queue;
		this.#engines = engines;
		this.server = new ServerFolder({ connection, media: storage.media });
		this.#now = now ?? systemNow;
		this.#newId = newId ?? (() => crypto.randomUUID());
	}

	get settings(): ExportSettings {
		return this.#settings;
	}
	get destination(): Destination {
		const kept = this.#destination;
		if (kept?.kind === 'server') return this.server.renewed(kept);
		return kept ?? (this.keepsFiles ? undefined : this.server.offered) ?? { kind: 'browser' };
	}
	/** What is said while the server whose folder the clips go to is away: they are made later. */
	get away(): string | undefined {
		const { destination } = this;
		const isAway = destination.kind === 'server' && this.server.isAway(destination);
		return isAway ? text.destinationServerAway(destination.name) : undefined;
	}
	/** Why nothing can be made of `media` where the clips are to go; undefined: nothing speaks against it. */
	refusal(media: readonly Fingerprint[] = [this.#editor.media]): string | undefined {
		const { destination } = this;
		if (destination.kind !== 'server') return undefined;
		const lacking = this.server.lacking(media);
		return lacking && text.serverLacks(destination.name, lacking.name);
	}
	/** `selected` counts only while a segment is chosen. */
	get scope(): ExportScope {
		return this.#editor.selected === undefined ? 'all' : this.#scope;
	}
	set scope(scope: ExportScope) {
		this.#scope = scope;
	}
	get open(): boolean {
		return this.#open;
	}
	set open(open: boolean) {
		this.#open = open;
	}
	get busy(): boolean {
		return this.#busy;
	}
	/** What will make the clips, as people know it; empty while that is being decided. */
	get engineName(): string {
		return this.#answer.kind !== 'chosen' ? '' : ENGINE_LABELS[this.#answer.name];
	}
	get answer(): EngineAnswer {
		return this.#answer;
	}
	/** What an engine here can make of the open file. */
	get formats(): readonly ExportFormat[] {
		return this.#formats;
	}
	/** What the picture of an MP4 can be encoded with here. */
	get mp4Codecs(): readonly Mp4Codec[] {
		return this.#mp4Codecs;
	}
	/** The open file has a high dynamic range, and an engine here can leave it so. */
	get canKeepHdr(): boolean {
		return this.#keepsHdr && (this.#settings.mp4Codec ?? 'avc') !== 'avc';
	}
	/** What comes out has a picture and its sound in one file: the only kind that packets are copied into. */
	get isFilm(): boolean {
		return this.#settings.format === 'mp4' || this.#settings.format === 'webm';
	}
	/** What comes out has pictures, moving or still. */
	get hasPictures(): boolean {
		return this.isFilm || this.#settings.format === 'frames' || this.#settings.format === 'gif';
	}
	get cutMode(): CutMode {
		return this.isFilm && this.#editor.facts?.video !== undefined ? (this.#settings.cutMode ?? 'precise') : 'precise';
	}
	/** Packets are taken over: nothing about the picture can be chosen. */
	get isCopied(): boolean {
		return this.cutMode !== 'precise';
	}
	get canJoin(): boolean {
		return this.isCopied && this.selection.length > 1;
	}
	/** True when there are no segments, so that the whole file goes out. */
	get wholeFile(): boolean {
		return this.#editor.segments.length === 0;
	}

	/** Takes up the settings of the last visit. What was changed meanwhile stays. */
	async load(): Promise<void> {
		const [settings, destination] = await Promise.all([
			this.#storage.settings.get(SETTINGS_KEY, ExportSettings),
			this.#storage.settings.get(DESTINATION_KEY, Destination),
		]);
		if (this.#touched) return;
		if (settings !== undefined) this.#settings = settings;
		if (destination !== undefined) this.#destination = destination;
	}

	/** Changes settings and keeps them. What would not be valid is not taken. */
	change(patch: Partial<ExportSettings>): void {
		const next = ExportSettings.safeParse({ ...this.#settings, ...patch });
		if (!next.success) return;
		this.#touched = true;
		this.#settings = next.data;
		// An answer about other settings must not keep the start button shut.
		if (ASKED_ANEW.some((key) => key in patch)) this.#answer = { kind: 'choosing' };
		void this.#storage.settings.set(SETTINGS_KEY, next.data);
	}

	cut(cutMode: CutMode): void {
		this.change({ cutMode });
	}

	/** Asks the engines which formats they make of the open file. `signal`: nobody waits any more. */
	async askFormats(signal: AbortSignal): Promise<void> {
		const { facts } = this.#editor;
		if (facts === undefined) return;
		const planner = await loadPlanner(facts.name);
		// `choose`, which asks about the format that is chosen, tells it.
		if (!planner.ok) return;
		const canMake = async (patch: Partial<ExportSettings>): Promise<boolean> => {
			const plan = this.#planOf([this.#wholeFile()], { ...this.#settings, cutMode: 'precise', ...patch });
			if (plan?.ok !== true) return false;
			return (await planner.value.chooseEngine(this.#engines, 'auto', plan.value.tasks, () => facts)).ok;
		};
		const formats: ExportFormat[] = [];
		for (const format of ExportFormat.options) {
			if (await canMake({ format, mp4Codec: 'avc' })) formats.push(format);
			if (signal.aborted) return;
		}
		const hasPicture = facts.video !== undefined;
		const codecs = await askMp4Codecs(
			async (mp4Codec) => hasPicture && (await canMake({ format: 'mp4', mp4Codec })),
			signal,
		);
		if (signal.aborted) return;
		const isHdr = facts.video?.hdr === true;
		const keepsHdr = isHdr && (await canMake({ format: 'mp4', mp4Codec: 'hevc', hdr: 'keep' }));
		// The server encodes H.265 at all: then also the ends of what is copied.
		const joins = facts.video?.codec === 'hevc' && codecs.includes('hevc') ? 'server' : 'browser';
		if (signal.aborted) return;
		this.#joins = joins;
		this.#formats = formats;
		this.#mp4Codecs = codecs;
		this.#keepsHdr = keepsHdr;
	}

	toBrowser(): void {
		this.#setDestination({ kind: 'browser' });
	}

	async toFolder(handle: FileSystemDirectoryHandle): Promise<void> {
		const handleId = await this.#storage.jobs.putFolder(handle);
		this.#setDestination({ kind: 'folder', handleId, name: handle.name });
	}

	toServer(destination: Extract<Destination, { kind: 'server' }>): void {
		this.#setDestination(destination);
	}

	#setDestination(destination: Destination): void {
		this.#touched = true;
		this.#destination = destination;
		// Another one may be able to make it now.
		this.#answer = { kind: 'choosing' };
		void this.#storage.settings.set(DESTINATION_KEY, destination);
	}

	/** Asks the planner which engine takes the present plan. `signal`: the plan has changed since. */
	async choose(signal: AbortSignal): Promise<void> {
		const { plan } = this;
		const { facts } = this.#editor;
		const { destination, away } = this;
		if (plan?.ok !== true || facts === undefined) return;
		if (away !== undefined) {
			this.#answer = { kind: 'chosen', name: 'server', encoder: '', reason: away, notes: [] };
			return;
		}
		const planner = await loadPlanner(facts.name);
		if (!planner.ok) {
			this.#answer = { kind: 'none', text: failureText(planner.error) };
			return;
		}
		const choice = await planner.value.chooseEngine(
			...enginesFor(destination, this.#engines, this.#settings.engine),
			plan.value.tasks,
			() => facts,
		);
		if (signal.aborted) return;
		this.#answer = choice.ok
			? {
					kind: 'chosen',
					name: choice.value.engine.name,
					encoder: choice.value.ability.encoder,
					reason: reasonOn(destination, choice.value),
					notes: choice.value.ability.notes.map((note) => note.text),
				}
			: { kind: 'none', text: failureText(choice.error) };
	}

	/** Queues the plan. Gives how many clips were queued; a sentence when that was not possible. */
	async start(): Promise<Result<number, string>> {
		const plan = this.#plan();
		const facts = present(this.#editor.facts, 'facts of the open file');
		if (plan === undefined) return { ok: false, error: text.opening };
		if (!plan.ok) return { ok: false, error: plan.error.map((failure) => failure.text).join(' ') };
		const refusal = this.refusal();
		if (refusal !== undefined) return { ok: false, error: refusal };
		this.#busy = true;
		try {
			if (!(await mayWrite(this.#storage.jobs, this.destination))) return { ok: false, error: text.folderRefused };
			const { tasks } = plan.value;
			// Pressed once, shown as one.
			const group = tasks.length > 1 ? { group: this.#newId() } : {};
			const ids = await this.#queue.enqueue(
				tasks.map((task) => ({
					task,
					facts: [facts],
					engineChoice: this.#settings.engine,
					destination: this.destination,
					notes: plan.value.notes,
					...group,
				})),
			);
			return { ok: true, value: ids.length };
		} catch (thrown) {
			return { ok: false, error: text.queueFailed(thrown instanceof Error ? thrown.message : String(thrown)) };
		} finally {
			this.#busy = false;
		}
	}

	#selectionOf(scope: ExportScope): Selection[] {
		const { segments, selected, cropping, tools } = this.#editor;
		const { track } = cropping;
		const numbers = positionsOf(segments);
		const chosen = scope === 'selected' && selected !== undefined ? [selected] : tools.ticked;
		if (segments.length === 0) return [this.#wholeFile()];
		return chosen.map((chosenOne) => {
			const segment = { ...chosenOne, number: (numbers.get(chosenOne.id) ?? 0) + 1 };
			return segment.crop === undefined
				? { segment, crop: track.base, track }
				: { segment, crop: segment.crop, track: ownTrack(segment.crop, track) };
		});
	}

	#wholeFile(): Selection {
		const { media, grid, cropping } = this.#editor;
		const { track } = cropping;
		return { segment: { media, inS: grid.firstS, outS: grid.endS, name: '' }, crop: track.base, track };
	}

	#plan(): Result<ExportPlan, readonly PlanFailure[]> | undefined {
		if (this.selection.length === 0) {
			return err([{ kind: 'nothing-to-keep', position: 0, text: text.nothingTicked }]);
		}
		return this.#planOf(this.selection, this.#settings);
	}

	#planOf(
		selection: readonly Selection[],
		settings: ExportSettings,
	): Result<ExportPlan, readonly PlanFailure[]> | undefined {
		const { facts, index, selected, segments } = this.#editor;
		if (facts === undefined) return undefined;
		const one = this.#scope === 'selected' && selected !== undefined;
		return planExport({
			selection,
			factsOf: () => facts,
			indexOf: () => index,
			settings,
			joins: this.#joins,
			now: this.#now(),
			newId: this.#newId,
			firstCounter: one ? segments.indexOf(selected) + 1 : 1,
		});
	}
}
