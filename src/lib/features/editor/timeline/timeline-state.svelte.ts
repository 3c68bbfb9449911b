import { untrack } from 'svelte';
import { keyFramesOf, timeBeside, type KeyFrames } from '#core/time/key-frames';
import { toNumber } from '#core/time/rational';
import type { Segment } from '#core/project/project';
import type { DerivedCache } from '$lib/media/derived-cache';
import type { EditorState } from '../editor-state.svelte.ts';
import { text as editorText } from '../text.ts';
import { FindState } from './find-state.svelte.ts';
import { layLanes, positionsOf, rangeIn, type Lanes } from './timeline-lanes.ts';
import { TimelineMedia, type TimelineSource } from './timeline-media.svelte.ts';
import type { BatchBox, CurvesView, KeyframeView, MarkerView, OverlayEvents } from './timeline-overlays.ts';
import {
	clampView,
	endOfView,
	fitView,
	panView,
	revealTime,
	thumbOf,
	viewAtThumb,
	viewAtZoom,
	viewOfSpan,
	zoomShare,
	zoomView,
	type TimelineExtent,
	type TimelineView,
} from './timeline-scale.ts';

/** A segment while it is being dragged: shown, not yet stored. */
export interface SpanDraft {
	readonly id: string;
	readonly inS: number;
	readonly outS: number;
}

/** What the timeline shows of the open file. Nothing here is kept. */
export class TimelineState {
	readonly #editor: EditorState;
	/** Undefined: the whole file. */
	#wanted: TimelineView | undefined = $state.raw();
	#widthPx = $state(1);
	#draft: SpanDraft | null = $state.raw(null);
	#heldS: number | null = $state(null);
	#lastS: number | undefined;
	#markers: readonly MarkerView[] = $state.raw([]);
	#keyframes: readonly KeyframeView[] = $state.raw([]);
	#batchBox: BatchBox | null = $state.raw(null);
	#curves: CurvesView | null = $state.raw(null);
	#keyframeDraft: { readonly fromS: number; readonly toS: number } | null = $state.raw(null);
	#snapping = $state(true);
	#media: TimelineMedia | undefined = $state.raw();
	/** Scene cuts and silences. */
	readonly find: FindState;
	/** Who listens to clicks on markers and diamonds. */
	readonly events: OverlayEvents = {};

	readonly extent: TimelineExtent = $derived.by(() => {
		const { firstS, endS } = this.#editor.grid;
		const fps = this.#editor.facts?.video?.fps;
		return { firstS, endS: Math.max(endS, firstS + 0.01), frameS: fps === undefined ? 0.01 : 1 / toNumber(fps) };
	});
	readonly view: TimelineView = $derived(
		this.#wanted === undefined
			? fitView(this.extent, this.#widthPx)
			: clampView({ ...this.#wanted, widthPx: this.#widthPx }, this.extent),
	);
	/** Laid out as they are stored: what is being dragged keeps its row until it is let go. */
	readonly lanes: Lanes<Segment> = $derived.by(() => layLanes(this.#editor.segments));
	/** The chosen segment as it is seen now, a drag included. */
	readonly selected: Segment | undefined = $derived.by(() => {
		const chosen = this.#editor.selected;
		return chosen !== undefined && this.#draft?.id === chosen.id ? { ...chosen, ...this.#draft } : chosen;
	});
	/** Positions in the list, for the names of segments that have none. */
	readonly #positions: ReadonlyMap<string, number> = $derived.by(() => positionsOf(this.#editor.segments));
	readonly keys: KeyFrames | undefined = $derived.by(() => {
		const { index } = this.#editor;
		return index === undefined || index.ptsUs.length === 0 ? undefined : keyFramesOf(index);
	});
	/** What pictures and sound are made of; undefined until the file can be read. */
	readonly source: TimelineSource | undefined = $derived.by(() => {
		const { phase, preview } = this.#editor.source;
		if (phase.kind !== 'ready') return undefined;
		const { facts, file } = phase;
		if (facts.playable === 'native' || facts.playable === 'webcodecs') {
			return { facts, file, isCopy: false, keys: this.keys };
		}
		if (preview !== undefined) return { facts, file: preview, isCopy: true, keys: this.keys };
		return phase.server && { facts, file, isCopy: false, keptOnly: true, keys: this.keys };
	});
	readonly thumb = $derived(thumbOf(this.view, this.extent));
	readonly zoom = $derived(zoomShare(this.view, this.extent));

	constructor(editor: EditorState) {
		this.#editor = editor;
		this.find = new FindState(editor, this);
	}

	/** Pictures and sound behind the segments, while the file can be read. */
	get media(): TimelineMedia | undefined {
		return this.#media;
	}
	/** Begins to make them when there is something to make them of; for an effect of the component. Gives the cleanup. */
	attachMedia(cacheOf: (media: string) => DerivedCache | undefined): (() => void) | undefined {
		const { source } = this;
		if (source === undefined) return undefined;
		const media = new TimelineMedia(
			source,
			untrack(() => this.extent),
			cacheOf(source.facts.fingerprint),
		);
		this.#media = media;
		return () => {
			this.find.clear();
			this.#media = undefined;
			media.dispose();
		};
	}
	/** Whether what is dragged is drawn to edges, key frames and the playhead. Frames are always kept. */
	get snapping(): boolean {
		return this.#snapping;
	}
	set snapping(snapping: boolean) {
		this.#snapping = snapping;
	}
	/** A diamond while it is dragged. */
	get keyframeDraft(): { readonly fromS: number; readonly toS: number } | null {
		return this.#keyframeDraft;
	}
	set keyframeDraft(draft: { readonly fromS: number; readonly toS: number } | null) {
		this.#keyframeDraft = draft;
	}

	/** Groups of clips that were exported, drawn by profile. */
	get markers(): readonly MarkerView[] {
		return this.#markers;
	}
	set markers(markers: readonly MarkerView[]) {
		this.#markers = [...markers].sort((a, b) => a.atS - b.atS);
	}
	/** Crop keyframes, drawn as diamonds. */
	get keyframes(): readonly KeyframeView[] {
		return this.#keyframes;
	}
	set keyframes(keyframes: readonly KeyframeView[]) {
		this.#keyframes = [...keyframes].sort((a, b) => a.atS - b.atS);
	}
	/** Null: no batch is being placed. */
	get batchBox(): BatchBox | null {
		return this.#batchBox;
	}
	set batchBox(box: BatchBox | null) {
		this.#batchBox = box;
	}

	/** Null: nothing in the file is followed. */
	get curves(): CurvesView | null {
		return this.#curves;
	}
	set curves(curves: CurvesView | null) {
		this.#curves = curves;
	}

	/** Segments that reach into `view`, by IN; the first `atMost` of them. */
	visible(view: TimelineView, atMost: number): Segment[] {
		const { from, to } = rangeIn(this.lanes, view.startS, endOfView(view));
		const seen: Segment[] = [];
		for (let n = from; n < to && seen.length < atMost; n += 1) {
			const span = this.lanes.spans[n]?.span;
			if (span !== undefined && span.outS > view.startS) seen.push(span);
		}
		return seen;
	}
	nameOf(segment: Segment): string {
		return segment.name === ''
			? editorText.segmentPlaceholder((this.#positions.get(segment.id) ?? 0) + 1)
			: segment.name;
	}
	/** Goes to the key frame `steps` before (negative) or after where the player is going. */
	stepKey(steps: number): void {
		const { player } = this.#editor;
		if (player === undefined || this.keys === undefined) return;
		const toS = timeBeside(this.keys.timesS, player.targetS, steps);
		if (toS !== undefined) this.#editor.goTo(toS);
	}

	get draft(): SpanDraft | null {
		return this.#draft;
	}
	set draft(draft: SpanDraft | null) {
		this.#draft = draft;
	}
	/** Where the playhead is drawn, in seconds: under the pointer while it is held. */
	get playheadS(): number {
		return this.#heldS ?? this.#editor.player?.timeS ?? this.extent.firstS;
	}
	/** Holds the drawn playhead at a time; null lets it follow the player again. */
	hold(timeS: number | null): void {
		this.#heldS = timeS;
	}
	get held(): boolean {
		return this.#heldS !== null;
	}

	resize(widthPx: number): void {
		this.#widthPx = Math.max(1, widthPx);
	}
	/** Around `atX` (CSS pixels), by default around the playhead when it is seen, else the middle. */
	zoomBy(factor: number, atX = this.#anchorX()): void {
		this.#wanted = zoomView(this.view, this.extent, factor, atX);
	}
	zoomTo(share: number): void {
		this.#wanted = viewAtZoom(this.view, this.extent, share, this.#anchorX());
	}
	fit(): void {
		this.#wanted = undefined;
	}
	pan(byPx: number): void {
		this.#wanted = panView(this.view, this.extent, byPx);
	}
	scrollTo(start: number): void {
		this.#wanted = viewAtThumb(this.view, this.extent, start);
	}
	showSpan(span: { readonly inS: number; readonly outS: number }): void {
		this.#wanted = viewOfSpan(this.view, this.extent, span.inS, span.outS);
	}

	/**
	 * Turns the page to the player's new time. While it plays only when the playhead was seen before: a person who has scrolled
	 * away to look elsewhere is left there.
	 */
	follow(timeS: number, playing: boolean): void {
		const lastS = this.#lastS;
		this.#lastS = timeS;
		if (this.held || (playing && lastS !== undefined && !this.#sees(lastS))) return;
		const next = revealTime(this.view, this.extent, timeS);
		if (next !== this.view) this.#wanted = next;
	}

	#sees(timeS: number): boolean {
		return timeS >= this.view.startS && timeS <= endOfView(this.view);
	}
	#anchorX(): number {
		const x = (this.playheadS - this.view.startS) / this.view.secondsPerPx;
		return x >= 0 && x <= this.view.widthPx ? x : this.view.widthPx / 2;
	}
}
