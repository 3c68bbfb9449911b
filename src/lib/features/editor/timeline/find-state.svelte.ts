import { failureText, type Failure } from '#core/failure';
import type { Result } from '#core/result';
import { isAbort } from '#core/result';
import { DEFAULT_THRESHOLD, findScenes, type SceneCut } from '$lib/media/scenes';
import { between, findSilences, type SoundSpan, type WaveformPyramid } from '$lib/media/waveform';
import type { EditorState } from '../editor-state.svelte.ts';
import { snapTime } from '../snap.ts';
import type { FindKind, FoundPart } from './find-kinds.ts';
import { text } from './text.ts';
import type { TimelineMedia, TimelineSource } from './timeline-media.svelte.ts';
import type { TimelineExtent } from './timeline-scale.ts';

/** What is searched through. */
export interface FindSubject {
	readonly media: TimelineMedia | undefined;
	readonly source: TimelineSource | undefined;
	readonly extent: TimelineExtent;
}

/** Scene cuts and silences of the open file: found when asked for, drawn on the timeline, made into segments. Nothing here is kept. */
export class FindState {
	readonly #editor: EditorState;
	readonly #timeline: FindSubject;
	#kind: FindKind = $state('scenes');
	#share: number | undefined = $state();
	#problem = $state('');
	#cuts: readonly SceneCut[] | null = $state.raw(null);
	#pyramid: WaveformPyramid | null = $state.raw(null);
	/** 0..1: how different pictures must be. */
	#threshold = $state(DEFAULT_THRESHOLD);
	#thresholdDb = $state(-40);
	#minS = $state(0.5);
	#abort: AbortController | undefined;

	/** When new shots begin, in seconds, ascending. */
	readonly cutsS: readonly number[] = $derived.by(() => this.#cuts?.map(({ atS }) => atS) ?? []);
	/** Silences as the limits are now: they move with the sliders once the sound is known. */
	readonly silences: readonly SoundSpan[] = $derived.by(() =>
		this.#pyramid === null ? [] : findSilences(this.#pyramid, { thresholdDb: this.#thresholdDb, minS: this.#minS }),
	);

	constructor(editor: EditorState, timeline: FindSubject) {
		this.#editor = editor;
		this.#timeline = timeline;
	}

	get kind(): FindKind {
		return this.#kind;
	}
	set kind(kind: FindKind) {
		if (this.#kind === kind) return;
		this.cancel();
		this.#kind = kind;
		this.#problem = '';
	}
	/** How far a search is, 0..1; undefined when none is under way. */
	get share(): number | undefined {
		return this.#share;
	}
	/** Why nothing could be found; a sentence, or empty. */
	get problem(): string {
		return this.#problem;
	}
	get threshold(): number {
		return this.#threshold;
	}
	set threshold(threshold: number) {
		this.#threshold = threshold;
	}
	/** Decibels below full scale. */
	get thresholdDb(): number {
		return this.#thresholdDb;
	}
	set thresholdDb(thresholdDb: number) {
		this.#thresholdDb = thresholdDb;
	}
	/** Shortest silence, in seconds. */
	get minS(): number {
		return this.#minS;
	}
	set minS(minS: number) {
		this.#minS = minS;
	}
	/** Whether the file has what is searched through. */
	get possible(): boolean {
		const media = this.#timeline.media;
		if (media === undefined) return false;
		return this.#kind === 'scenes'
			? media.facts.video !== undefined && this.#editor.index !== undefined
			: media.hasWave;
	}
	/** How many were found; undefined before a search. */
	get count(): number | undefined {
		if (this.#kind === 'scenes') return this.#cuts?.length;
		return this.#pyramid === null ? undefined : this.silences.length;
	}

	async start(): Promise<void> {
		if (this.#share !== undefined || !this.possible) return;
		const abort = new AbortController();
		this.#abort = abort;
		this.#share = 0;
		this.#problem = '';
		try {
			const failed = await (this.#kind === 'scenes'
				? this.#findScenes(abort.signal)
				: this.#findSilences(abort.signal));
			if (failed !== undefined) this.#problem = failureText(failed);
		} catch (thrown) {
			if (isAbort(thrown)) return;
			this.#problem = text.findFailed(thrown instanceof Error ? thrown.message : String(thrown));
		} finally {
			if (this.#abort === abort) this.#share = undefined;
		}
	}

	/** Stops the search; what was found so far stays. */
	cancel(): void {
		this.#abort?.abort();
		this.#share = undefined;
	}

	/** Takes everything found off the timeline. */
	clear(): void {
		this.cancel();
		this.#cuts = null;
		this.#pyramid = null;
	}

	/** Adds segments made of what was found, as one undo step; answers how many. */
	makeSegments(part: FoundPart): number {
		const { grid } = this.#editor;
		const { firstS, endS } = this.#timeline.extent;
		const spans =
			part === 'silences'
				? this.silences
				: part === 'sound'
					? between(this.silences, firstS, endS)
					: between(
							this.cutsS.map((atS) => ({ inS: atS, outS: atS })),
							firstS,
							endS,
						);
		const snapped = spans
			.map(({ inS, outS }) => ({ inS: snapTime(grid, inS), outS: snapTime(grid, outS) }))
			.filter(({ inS, outS }) => outS > inS);
		if (snapped.length === 0) return 0;
		this.#editor.addSegments(snapped.map((span, n) => ({ ...span, name: text.foundName(part, n + 1) })));
		return snapped.length;
	}

	async #findScenes(signal: AbortSignal): Promise<Failure | undefined> {
		const { index } = this.#editor;
		const source = this.#timeline.source;
		if (index === undefined || source === undefined) return undefined;
		this.#cuts = [];
		const found = await findScenes(source.file, source.facts, index, {
			signal,
			threshold: this.#threshold,
			onProgress: (share, more) => {
				if (signal.aborted) return;
				this.#share = share;
				if (more.length > 0) this.#cuts = [...(this.#cuts ?? []), ...more];
			},
		});
		return found.ok ? undefined : found.error;
	}

	async #findSilences(signal: AbortSignal): Promise<Failure | undefined> {
		const whole: Result<WaveformPyramid, Failure> | undefined = await this.#timeline.media?.waveform?.whole(
			signal,
			(share) => (this.#share = share),
		);
		if (whole?.ok === true) this.#pyramid = whole.value;
		return whole?.ok === false ? whole.error : undefined;
	}
}
