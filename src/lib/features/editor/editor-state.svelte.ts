import { untrack } from 'svelte';
import type { CropState } from '#core/crop/crop';
import { formatShortTime } from '#core/time/timecode';
import { frameAt, frameCount, framesIn, timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import type { Fingerprint } from '#core/media/fingerprint';
import type { MediaFacts } from '#core/media/media-facts';
import type { Project, Segment } from '#core/project/project';
import { idSet } from '$lib/app/id-set';
import { LiveValue } from '$lib/app/live.svelte';
import type { ProjectDocument } from '$lib/storage/project-document';
import type { MediaStore } from '$lib/storage/storage';
import { CropEditing } from './crop/crop-editing.svelte.ts';
import { EditorSource, type SourcePhase } from './editor-source.svelte.ts';
import type { PlayerState } from './player/player-state.svelte.ts';
import { SegmentTools } from './segments/segment-tools.svelte.ts';
import { snapTime, stepTime, type SnapGrid } from './snap.ts';
import { text } from './text.ts';

/** What the editor tells beside the mark buttons. */
export interface MarkMessage {
	readonly kind: 'info' | 'warning';
	readonly text: string;
}

export interface EditorOptions {
	readonly media: Fingerprint;
	readonly store: MediaStore;
	readonly document: ProjectDocument;
	/** Makes the player once the file can be read. */
	readonly makePlayer: (source: Extract<SourcePhase, { kind: 'ready' }>) => PlayerState;
	/** So many segments were deleted: a person may want them back. */
	readonly onRemoved?: (count: number) => void;
}

/** One file in the editor: what is open, what is marked, what is chosen. Edits go to the project document. */
export class EditorState {
	readonly media: Fingerprint;
	readonly source: EditorSource;
	/** The crop over time, and where changes to it go. */
	readonly cropping: CropEditing;
	/** What is done to several segments, and to the list of them. */
	readonly tools: SegmentTools;
	readonly #onRemoved: EditorOptions['onRemoved'];
	readonly #document: ProjectDocument;
	readonly #project: LiveValue<Project>;
	readonly #makePlayer: EditorOptions['makePlayer'];
	#player: PlayerState | undefined = $state.raw();
	#selectedId: string | null = $state(null);
	#pendingInS: number | null = $state(null);
	#message: MarkMessage | null = $state.raw(null);
	#loopingId: string | null = $state(null);

	/** The segments of this file, in the person's order. */
	readonly segments: readonly Segment[] = $derived.by(() =>
		this.#project.current.segments.filter((segment) => segment.media === this.media),
	);
	readonly selected: Segment | undefined = $derived(this.segments.find(({ id }) => id === this.#selectedId));

	constructor(options: EditorOptions) {
		this.media = options.media;
		this.#document = options.document;
		this.#makePlayer = options.makePlayer;
		this.#onRemoved = options.onRemoved;
		this.#project = new LiveValue(options.document.watch(), options.document.project);
		this.source = new EditorSource(options.store, options.media);
		this.cropping = new CropEditing({
			media: options.media,
			document: options.document,
			project: () => this.#project.current,
			shownS: () => this.shownTimeS,
			selected: () => this.selected,
			grid: () => this.grid,
		});
		this.tools = new SegmentTools(this, options.document);
	}

	get player(): PlayerState | undefined {
		return this.#player;
	}
	get facts(): MediaFacts | undefined {
		const { phase } = this.source;
		return phase.kind === 'ready' || phase.kind === 'unreadable' ? phase.facts : undefined;
	}
	get index(): FrameIndex | undefined {
		const { phase } = this.source;
		return phase.kind === 'ready' || phase.kind === 'unreadable' ? phase.index : undefined;
	}
	/** What times snap to. */
	get grid(): SnapGrid {
		const firstS = this.facts?.firstTimestampS ?? 0;
		return { index: this.index, firstS, endS: firstS + (this.facts?.durationS ?? 0) };
	}
	get pendingInS(): number | null {
		return this.#pendingInS;
	}
	get message(): MarkMessage | null {
		return this.#message;
	}
	get loopingId(): string | null {
		return this.#loopingId;
	}
	/** The crop as it is seen now: while a drag goes on, not yet what is stored. */
	get crop(): CropState {
		return this.cropping.crop;
	}
	get problem(): string | undefined {
		return this.#project.current === undefined ? undefined : this.#document.problem;
	}
	get canUndo(): boolean {
		return this.#project.current !== undefined && this.#document.canUndo;
	}
	get canRedo(): boolean {
		return this.#project.current !== undefined && this.#document.canRedo;
	}

	/** Makes the player when the source is ready; for an effect of the page. Gives the cleanup. */
	attachPlayer(): (() => void) | undefined {
		const { phase } = this.source;
		if (phase.kind !== 'ready') return undefined;
		// What the player reads while it is made is its own affair, not a reason to make it again.
		const player = untrack(() => this.#makePlayer(phase));
		this.#player = player;
		return () => {
			this.#player = undefined;
			player.dispose();
		};
	}

	/** Exact number of frames in a span; undefined for a file without a picture. */
	framesOf(span: { readonly inS: number; readonly outS: number }): number | undefined {
		return this.index === undefined ? undefined : framesIn(this.index, span.inS, span.outS);
	}
	framesText(span: { readonly inS: number; readonly outS: number }): string {
		const frames = this.framesOf(span);
		return frames === undefined ? text.framesUnknown : text.frames(frames);
	}
	nameOf(segment: Segment): string {
		return segment.name === '' ? text.segmentPlaceholder(this.segments.indexOf(segment) + 1) : segment.name;
	}

	/**
	 * Start of the frame that a mark stands for, in seconds: the picture on screen while playing, else the one that is on screen or
	 * on its way there (a key pressed right after a jump means the place that was jumped to).
	 */
	get shownTimeS(): number | undefined {
		const player = this.#player;
		if (player?.state !== 'ready') return undefined;
		const timeS = player.playing ? player.timeS : player.targetS;
		return this.index === undefined ? snapTime(this.grid, timeS) : timeOfFrame(this.index, frameAt(this.index, timeS));
	}

	markIn(): void {
		const atS = this.#shownOrSay();
		if (atS === undefined) return;
		this.#pendingInS = atS;
		this.#message = { kind: 'info', text: text.pendingIn(formatShortTime(atS, true)) };
	}

	/** Makes a segment from the IN mark to the shown frame (left out), and chooses it. OUT on the last frame means the end. */
	markOut(): void {
		const outS = this.#outOrSay();
		if (outS === undefined) return;
		const inS = this.#pendingInS;
		if (inS === null) {
			this.#message = { kind: 'warning', text: text.outWithoutIn };
		} else if (outS <= inS) {
			this.#message = { kind: 'warning', text: text.outBeforeIn(formatShortTime(inS, true)) };
		} else {
			this.#selectedId = this.#edit(() => this.#document.addSegment({ media: this.media, inS, outS }));
			this.#pendingInS = null;
			this.#message = { kind: 'info', text: text.segmentMade(this.framesText({ inS, outS })) };
		}
	}

	/** No frame follows the last one to be the first that is left out, and nobody wants to lose just that one. */
	#outOrSay(): number | undefined {
		const { index } = this;
		const atS = this.#shownOrSay();
		if (atS === undefined || index === undefined) return atS;
		return frameAt(index, atS) === frameCount(index) - 1 ? timeOfFrame(index, frameCount(index)) : atS;
	}

	/** Tells something beside the mark buttons. */
	say(kind: MarkMessage['kind'], sentence: string): void {
		this.#message = { kind, text: sentence };
	}

	dropPending(): void {
		this.#pendingInS = null;
		this.#message = null;
	}

	/** Moves an edge of the chosen segment to the shown frame. */
	setEdge(edge: 'in' | 'out'): void {
		const atS = edge === 'in' ? this.#shownOrSay() : this.#outOrSay();
		if (atS === undefined) return;
		const segment = this.selected;
		if (segment === undefined) {
			this.#message = { kind: 'warning', text: text.noSelection };
		} else if (this.moveEdge(segment, edge, atS)) {
			this.#message = { kind: 'info', text: text.edgeSet(edge, formatShortTime(atS, true)) };
		}
	}

	/** Moves one edge to the frame nearest `toS`; says why not when it would cross the other. */
	moveEdge(segment: Segment, edge: 'in' | 'out', toS: number): boolean {
		const timeS = snapTime(this.grid, toS);
		const next = edge === 'in' ? { inS: timeS, outS: segment.outS } : { inS: segment.inS, outS: timeS };
		if (next.outS <= next.inS) {
			this.#message = { kind: 'warning', text: text.edgeWouldCross };
			return false;
		}
		// What was said about the last try is over.
		if (this.#message?.kind === 'warning') this.#message = null;
		this.setSpan(segment.id, next);
		return true;
	}

	/** Moves an edge by whole frames; stops one frame before the other edge. Quick repeats are one undo step. */
	nudgeEdge(segment: Segment, edge: 'in' | 'out', frames: number): number {
		const fromS = edge === 'in' ? segment.inS : segment.outS;
		const limitS = edge === 'in' ? stepTime(this.grid, segment.outS, -1) : stepTime(this.grid, segment.inS, 1);
		const wantedS = stepTime(this.grid, fromS, frames);
		const toS = edge === 'in' ? Math.min(wantedS, limitS) : Math.max(wantedS, limitS);
		this.#document.updateSegment(segment.id, edge === 'in' ? { inS: toS } : { outS: toS });
		return toS;
	}

	/** One undo step. */
	setSpan(id: string, span: { readonly inS: number; readonly outS: number }): void {
		this.#edit(() => this.#document.updateSegment(id, { inS: span.inS, outS: span.outS }));
		if (this.#loopingId === id) this.#player?.loop({ inS: span.inS, outS: span.outS });
	}

	select(id: string | null): void {
		this.#selectedId = id;
	}

	/** Chooses the segment before or after the chosen one in the list and goes to its IN. */
	selectBeside(step: -1 | 1): void {
		const { segments } = this;
		if (segments.length === 0) return;
		const at = this.selected === undefined ? (step === 1 ? -1 : segments.length) : segments.indexOf(this.selected);
		const next = segments[Math.min(segments.length - 1, Math.max(0, at + step))];
		if (next === undefined) return;
		this.#selectedId = next.id;
		void this.#player?.seekToTime(next.inS);
	}

	rename(id: string, name: string): void {
		this.#edit(() => this.#document.updateSegment(id, { name }));
	}

	/** Adds segments of this file at the end of the list, as one undo step, and chooses the first. */
	addSegments(spans: readonly { readonly inS: number; readonly outS: number; readonly name?: string }[]): void {
		const added = spans.map((span) => ({ media: this.media, ...span }));
		const [first] = this.#edit(() => this.#document.addSegments(added));
		this.#selectedId = first ?? this.#selectedId;
	}

	duplicate(id: string): void {
		this.#selectedId = this.#edit(() => this.#document.duplicateSegment(id));
	}

	/** Deletes a segment and chooses its neighbour. */
	remove(id: string): void {
		this.removeAll([id]);
	}

	/** Deletes segments, as one undo step, and chooses what comes after them. */
	removeAll(ids: readonly string[]): void {
		const gone = idSet(ids);
		const at = this.segments.findIndex(({ id }) => gone.has(id));
		if (at === -1) return;
		const neighbour =
			this.segments.slice(at).find(({ id }) => !gone.has(id)) ?? this.segments.findLast(({ id }) => !gone.has(id));
		if (this.#loopingId !== null && gone.has(this.#loopingId)) this.loop(null);
		this.#edit(() => this.#document.removeSegments(ids));
		if (this.#selectedId !== null && gone.has(this.#selectedId)) this.#selectedId = neighbour?.id ?? null;
		this.#onRemoved?.(gone.size);
	}

	/** Moves a segment so that it stands at `position` (0-based) of the list. */
	moveTo(id: string, position: number): void {
		const others = this.segments.filter((segment) => segment.id !== id);
		const target = Math.min(others.length, Math.max(0, position));
		if (this.segments.findIndex((segment) => segment.id === id) === target) return;
		this.#edit(() => this.#document.moveSegment(id, others[target]?.id ?? null));
	}

	moveBy(id: string, step: -1 | 1): void {
		this.moveTo(id, this.segments.findIndex((segment) => segment.id === id) + step);
	}

	/** Plays a segment over and over; null plays on as usual. */
	loop(segment: Segment | null): void {
		this.#loopingId = segment?.id ?? null;
		this.#player?.loop(segment === null ? null : { inS: segment.inS, outS: segment.outS });
		if (segment !== null) void this.#playFrom(segment.inS);
	}

	goTo(timeS: number): void {
		void this.#player?.seekToTime(timeS);
	}

	async #playFrom(timeS: number): Promise<void> {
		await this.#player?.seekToTime(timeS);
		await this.#player?.play();
	}

	/** Shows a crop without storing it: the middle of a gesture. */
	previewCrop(crop: CropState): void {
		this.cropping.preview(crop);
	}
	/** Stores what was previewed as one undo step; with `crop`, that. */
	commitCrop(crop?: CropState): void {
		this.cropping.commit(crop);
	}
	/** Stores a crop; quick repeats are one undo step. */
	nudgeCrop(crop: CropState): void {
		this.cropping.nudge(crop);
	}
	/** Lets go of a gesture: the stored crop is shown again. */
	dropCropDraft(): void {
		this.cropping.dropDraft();
	}

	undo(): void {
		this.cropping.dropDraft();
		this.#document.undo();
	}
	redo(): void {
		this.#document.redo();
	}

	/** Takes up where the person was. */
	restore(memory: { readonly pendingInS: number | null; readonly selectedId: string | null }): void {
		this.#pendingInS = memory.pendingInS;
		this.#selectedId = memory.selectedId;
		if (memory.pendingInS !== null) {
			this.#message = { kind: 'info', text: text.pendingIn(formatShortTime(memory.pendingInS, true)) };
		}
	}

	/** Runs an edit as an undo step of its own. */
	#edit<T>(change: () => T): T {
		return this.#document.asOneStep(change);
	}

	#shownOrSay(): number | undefined {
		const shown = this.shownTimeS;
		if (shown === undefined) this.#message = { kind: 'warning', text: text.playerNotReady };
		return shown;
	}
}
