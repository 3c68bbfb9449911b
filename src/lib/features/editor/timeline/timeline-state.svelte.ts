import { toNumber } from '#core/rational';
import type { Segment } from '#core/project';
import type { EditorState } from '../editor-state.svelte.ts';
import { layLanes, type Lanes } from './timeline-lanes.ts';
import type { BatchBox, KeyframeView, MarkerView, OverlayEvents } from './timeline-overlays.ts';
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
	/** The segments as they are seen now, a drag included. */
	readonly segments: readonly Segment[] = $derived.by(() => {
		const draft = this.#draft;
		if (draft === null) return this.#editor.segments;
		return this.#editor.segments.map((segment) => (segment.id === draft.id ? { ...segment, ...draft } : segment));
	});
	readonly lanes: Lanes<Segment> = $derived(layLanes(this.segments));
	/** Every segment that reaches into the view, by IN. */
	readonly visible: readonly Segment[] = $derived.by(() => {
		const { startS } = this.view;
		const endS = endOfView(this.view);
		return this.lanes.spans.filter(({ span }) => span.outS > startS && span.inS < endS).map(({ span }) => span);
	});
	readonly selected: Segment | undefined = $derived.by(() =>
		this.segments.find(({ id }) => id === this.#editor.selected?.id),
	);
	readonly thumb = $derived(thumbOf(this.view, this.extent));
	readonly zoom = $derived(zoomShare(this.view, this.extent));

	constructor(editor: EditorState) {
		this.#editor = editor;
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
