import type { EditorState } from '../editor-state.svelte.ts';
import { dragSpan, snapTime, stepTime } from '../snap.ts';
import { edgesOf, Magnets } from './magnets.ts';
import { markUnder, type MarkHit } from './mark-hits.ts';
import { curveUnder, valueToY, yToValue, type CurveHit } from './path-curve.ts';
import { hitTest, type Hit, type HitPart } from './timeline-lanes.ts';
import type { TimelineLayout } from './timeline-layout.ts';
import { xToTime } from './timeline-scale.ts';
import type { TimelineState } from './timeline-state.svelte.ts';

/** How far a pointer may tremble and still be a tap, in CSS pixels. */
const SLACK_PX = 4;
/** Other edges and the playhead attract a dragged edge from this far, in CSS pixels. */
const MAGNET_PX = 7;
const REACH_MOUSE_PX = 7;
/** Height of what a finger can hit, and half of it. */
const TOUCH_PX = 44;
const REACH_TOUCH_PX = TOUCH_PX / 2;
/** Key frames attract when they are at least this far apart on average, in CSS pixels. */
const KEY_MAGNET_PX = 14;
/** A finger that rests this long marks, in milliseconds. */
const HOLD_MS = 500;

type Gesture =
	| { readonly kind: 'scrub' }
	| { readonly kind: 'pan'; lastX: number }
	| { readonly kind: 'pinch'; distance: number; middleX: number }
	| {
			readonly kind: 'drag';
			readonly span: { readonly id: string; readonly inS: number; readonly outS: number };
			readonly part: HitPart;
			/** From the pointer to the edge (or IN of the body) when it was taken, in seconds. */
			readonly offsetS: number;
			/** Where the player was, to return to. */
			readonly backS: number | undefined;
			readonly magnets: Magnets;
	  }
	| {
			readonly kind: 'curve';
			readonly hit: CurveHit;
			/** From the pointer to the point that was taken, in CSS pixels. */
			readonly offsetY: number;
	  }
	| {
			readonly kind: 'keyframe';
			readonly fromS: number;
			readonly backS: number | undefined;
			readonly magnets: Magnets;
	  };

interface Press {
	readonly id: number;
	readonly startX: number;
	readonly startY: number;
	readonly touch: boolean;
	readonly onRuler: boolean;
	readonly hit: Hit | undefined;
	readonly mark: MarkHit | undefined;
	readonly curve: CurveHit | undefined;
	moved: boolean;
	/** A held finger has marked: letting go means nothing more. */
	held: boolean;
	gesture: Gesture | undefined;
}

export interface Point {
	readonly x: number;
	readonly y: number;
}

/** Turns pointers on the timeline into scrubbing, dragging, panning, pinching and taps. Points are CSS pixels of the surface. */
export class TimelineGestures {
	readonly #editor: EditorState;
	readonly #timeline: TimelineState;
	readonly #layout: () => TimelineLayout;
	readonly #pointers = new Map<number, Point>();
	#press: Press | undefined;
	#frame: number | undefined;
	#holding: ReturnType<typeof setTimeout> | undefined;

	constructor(editor: EditorState, timeline: TimelineState, layout: () => TimelineLayout) {
		this.#editor = editor;
		this.#timeline = timeline;
		this.#layout = layout;
	}

	get active(): boolean {
		return this.#press?.gesture !== undefined;
	}

	/** What a pointer at `point` would take. A finger reaches above low rows, but not to the ruler. */
	under(point: Point, touch: boolean): Hit | undefined {
		const { lanes, ruler } = this.#layout();
		const reachY = touch ? Math.max(ruler.height, Math.min(lanes.top, lanes.top + lanes.height - TOUCH_PX)) : lanes.top;
		if (point.y < reachY) return undefined;
		const within = { x: point.x, y: Math.max(lanes.top, point.y) };
		return hitTest(this.#timeline.lanes, this.#timeline.view, lanes, within, {
			reachPx: touch ? REACH_TOUCH_PX : REACH_MOUSE_PX,
			selectedId: this.#timeline.selected?.id,
		});
	}

	/** The marker or diamond that a pointer at `point` would take. */
	markUnder(point: Point, touch: boolean): MarkHit | undefined {
		const reachPx = touch ? REACH_TOUCH_PX : REACH_MOUSE_PX;
		return markUnder(this.#timeline, this.#timeline.view, this.#layout().marks, point, reachPx);
	}

	/** The point of a curve that a pointer at `point` would take. */
	curveUnder(point: Point, touch: boolean): CurveHit | undefined {
		const reachPx = touch ? REACH_TOUCH_PX : REACH_MOUSE_PX;
		const { curves, view } = this.#timeline;
		return curveUnder(curves, view, this.#layout().curve, this.#editor.index, point, reachPx);
	}

	down(id: number, point: Point, how: { readonly touch: boolean; readonly pan: boolean }): void {
		this.#pointers.set(id, point);
		if (this.#pointers.size === 2) {
			this.cancel();
			this.#press = { ...this.#newPress(id, point, how.touch), gesture: this.#startPinch(), moved: true };
			return;
		}
		if (this.#press !== undefined) return;
		const press = this.#newPress(id, point, how.touch);
		this.#press = press;
		if (how.touch) this.#hold(press, point);
		if (how.pan) press.gesture = { kind: 'pan', lastX: point.x };
		else if (press.mark !== undefined) press.gesture = this.#startMark(press.mark);
		else if (press.onRuler) this.#startScrub(press, point);
		// Up and down moves the curve, sideways is what it is everywhere: that shows with the first movement.
		else if (press.curve !== undefined) return;
		else if (press.hit !== undefined && this.#mayDrag(press.hit, how.touch))
			press.gesture = this.#startDrag(press.hit, point);
		else if (how.touch) press.gesture = { kind: 'pan', lastX: point.x };
	}

	move(id: number, point: Point, free: boolean): void {
		if (!this.#pointers.has(id)) return;
		this.#pointers.set(id, point);
		const press = this.#press;
		if (press === undefined) return;
		const [byX, byY] = [Math.abs(point.x - press.startX), Math.abs(point.y - press.startY)];
		const trembles = byX < SLACK_PX && (press.curve === undefined || byY < SLACK_PX);
		if (press.held || (!press.moved && trembles)) return;
		press.moved = true;
		if (!trembles) clearTimeout(this.#holding);
		if (press.gesture === undefined && press.curve !== undefined) press.gesture = this.#startOnCurve(press, point);
		if (press.gesture === undefined) this.#startScrub(press, point);
		this.#apply(press, point, free);
		this.#scrollAtEdges(press, free);
	}

	async up(id: number): Promise<void> {
		const point = this.#pointers.get(id);
		this.#pointers.delete(id);
		const press = this.#press;
		if (press === undefined || point === undefined) return;
		if (press.gesture?.kind === 'pinch') {
			if (this.#pointers.size === 0) this.#press = undefined;
			return;
		}
		if (press.id !== id) return;
		this.#press = undefined;
		this.#stopScrolling();
		const { gesture } = press;
		if (press.held) return;
		if (gesture?.kind === 'keyframe' && press.moved) this.#endKeyframe(gesture);
		else if (gesture?.kind === 'curve') this.#timeline.events.onDropCurve?.(true);
		else if (gesture?.kind === 'scrub') await this.#endScrub();
		else if (gesture?.kind === 'drag' && press.moved) this.#endDrag(gesture);
		else if (!press.moved) this.#tap(press, point);
		if (gesture?.kind === 'drag' || gesture?.kind === 'keyframe') this.#timeline.hold(null);
	}

	/** Lets go without changing anything. */
	cancel(): void {
		const gesture = this.#press?.gesture;
		this.#press = undefined;
		this.#stopScrolling();
		this.#timeline.draft = null;
		this.#timeline.keyframeDraft = null;
		this.#timeline.hold(null);
		if (gesture?.kind === 'curve') this.#timeline.events.onDropCurve?.(false);
		const draws = gesture?.kind === 'drag' || gesture?.kind === 'keyframe';
		if (draws && gesture.backS !== undefined) this.#editor.goTo(gesture.backS);
	}

	/** A pointer that the browser took away. */
	lost(id: number): void {
		this.#pointers.delete(id);
		if (this.#press?.id === id || this.#pointers.size === 0) this.cancel();
	}

	#newPress(id: number, point: Point, touch: boolean): Press {
		const { ruler } = this.#layout();
		const mark = this.markUnder(point, touch);
		const curve = mark === undefined ? this.curveUnder(point, touch) : undefined;
		const hit = mark === undefined && curve === undefined ? this.under(point, touch) : undefined;
		return {
			...{ id, startX: point.x, startY: point.y, touch, onRuler: point.y < ruler.height, hit, mark, curve },
			...{ moved: false, held: false, gesture: undefined },
		};
	}

	/** A finger moves only what is chosen, so that scrolling never changes a segment; nobody moves a whole segment by accident. */
	#mayDrag(hit: Hit, touch: boolean): boolean {
		const chosen = hit.id === this.#editor.selected?.id;
		return chosen || (!touch && hit.part !== 'body');
	}

	#startScrub(press: Press, point: Point): void {
		press.gesture = { kind: 'scrub' };
		press.moved = true;
		void this.#editor.player?.pause();
		this.#apply(press, point, true);
	}

	#startDrag(hit: Hit, point: Point): Gesture | undefined {
		const span = this.#editor.segments.find(({ id }) => id === hit.id);
		if (span === undefined) return undefined;
		this.#editor.select(span.id);
		const { player } = this.#editor;
		const backS = player?.timeS;
		const edgeS = hit.part === 'out' ? span.outS : span.inS;
		const offsetS = edgeS - xToTime(this.#timeline.view, point.x);
		return { kind: 'drag', span, part: hit.part, offsetS, backS, magnets: this.#magnets(backS, span.id) };
	}

	#startOnCurve(press: Press, point: Point): Gesture | undefined {
		const { curve: hit, startX, startY, touch } = press;
		const upright = Math.abs(point.y - startY) > Math.abs(point.x - startX);
		if (hit === undefined || !upright || this.#timeline.events.onDragCurve === undefined) {
			return touch ? { kind: 'pan', lastX: startX } : undefined;
		}
		const { curve: band } = this.#layout();
		const { curves } = this.#timeline;
		const offsetY = band === null || curves === null ? 0 : valueToY(curves, band, hit.value) - startY;
		return { kind: 'curve', hit, offsetY };
	}

	/** A diamond can be moved, a marker stands where it was made. */
	#startMark(mark: MarkHit): Gesture | undefined {
		if (mark.kind !== 'keyframe' || this.#timeline.events.onMoveKeyframe === undefined) return undefined;
		const backS = this.#editor.player?.timeS;
		return { kind: 'keyframe', fromS: mark.atS, backS, magnets: this.#magnets(backS) };
	}

	#magnets(playheadS: number | undefined, exceptId?: string): Magnets {
		const { keys, extent, view, find } = this.#timeline;
		const meanS = (extent.endS - extent.firstS) / Math.max(1, keys?.timesS.length ?? 0);
		const keysS = keys === undefined || meanS / view.secondsPerPx < KEY_MAGNET_PX ? [] : keys.timesS;
		const playhead = playheadS === undefined ? [] : [playheadS];
		return new Magnets(edgesOf(this.#editor.segments, exceptId), playhead, keysS, find.cutsS);
	}

	/** A finger that stays where it is marks there: IN first, then OUT. */
	#hold(press: Press, point: Point): void {
		clearTimeout(this.#holding);
		if (press.mark !== undefined || (press.hit !== undefined && press.hit.part !== 'body')) return;
		this.#holding = setTimeout(() => {
			if (this.#press !== press || (press.moved && press.gesture?.kind !== 'scrub')) return;
			press.held = true;
			this.#timeline.hold(null);
			this.#editor.goTo(xToTime(this.#timeline.view, point.x));
			if (this.#editor.pendingInS === null) this.#editor.markIn();
			else this.#editor.markOut();
			if ('vibrate' in navigator) navigator.vibrate(15);
		}, HOLD_MS);
	}

	#startPinch(): Gesture {
		const [a, b] = [...this.#pointers.values()];
		const [left, right] = [a?.x ?? 0, b?.x ?? 0];
		return { kind: 'pinch', distance: Math.max(20, Math.abs(right - left)), middleX: (left + right) / 2 };
	}

	#apply(press: Press, point: Point, free: boolean): void {
		const { gesture } = press;
		const { view, extent } = this.#timeline;
		if (gesture?.kind === 'scrub') {
			const timeS = Math.min(extent.endS, Math.max(extent.firstS, xToTime(view, point.x)));
			this.#timeline.hold(timeS);
			this.#editor.player?.scrubTo(timeS);
		} else if (gesture?.kind === 'pan') {
			this.#timeline.pan(gesture.lastX - point.x);
			gesture.lastX = point.x;
		} else if (gesture?.kind === 'pinch') {
			const next = this.#startPinch();
			if (next.kind !== 'pinch') return;
			this.#timeline.pan(gesture.middleX - next.middleX);
			this.#timeline.zoomBy(next.distance / gesture.distance, next.middleX);
			press.gesture = next;
		} else if (gesture?.kind === 'drag') {
			this.#drag(gesture, xToTime(view, point.x) + gesture.offsetS, free);
		} else if (gesture?.kind === 'curve') {
			this.#moveCurve(gesture, point.y);
		} else if (gesture?.kind === 'keyframe') {
			this.#moveKeyframe(gesture, xToTime(view, point.x), free);
		}
	}

	#drag(gesture: Extract<Gesture, { kind: 'drag' }>, pointerS: number, free: boolean): void {
		const { grid, player } = this.#editor;
		const { span, part, backS } = gesture;
		this.#holdPlayhead(backS);
		const toS = gesture.magnets.pull(pointerS, this.#reachS(free));
		const { inS, outS } = dragSpan(grid, span, part, toS);
		this.#timeline.draft = { id: span.id, inS, outS };
		// OUT is the first frame left out: the picture to judge by is the last one kept.
		player?.scrubTo(part === 'out' ? stepTime(grid, outS, -1) : inS);
	}

	#moveKeyframe(gesture: Extract<Gesture, { kind: 'keyframe' }>, pointerS: number, free: boolean): void {
		const { grid, player } = this.#editor;
		this.#holdPlayhead(gesture.backS);
		const toS = snapTime(grid, gesture.magnets.pull(pointerS, this.#reachS(free)));
		this.#timeline.keyframeDraft = { fromS: gesture.fromS, toS };
		player?.scrubTo(toS);
	}

	#moveCurve({ hit, offsetY }: Extract<Gesture, { kind: 'curve' }>, y: number): void {
		const { curve: band } = this.#layout();
		const { curves, events } = this.#timeline;
		if (band !== null && curves !== null) events.onDragCurve?.(hit.atS, yToValue(curves, band, y + offsetY));
	}

	/** The player shows what is dragged; the playhead stays where it returns to. */
	#holdPlayhead(backS: number | undefined): void {
		if (backS === undefined || this.#timeline.held) return;
		void this.#editor.player?.pause();
		this.#timeline.hold(backS);
	}

	#reachS(free: boolean): number {
		return free || !this.#timeline.snapping ? 0 : MAGNET_PX * this.#timeline.view.secondsPerPx;
	}

	#endKeyframe(gesture: Extract<Gesture, { kind: 'keyframe' }>): void {
		const draft = this.#timeline.keyframeDraft;
		this.#timeline.keyframeDraft = null;
		if (draft !== null && draft.toS !== draft.fromS) this.#timeline.events.onMoveKeyframe?.(draft.fromS, draft.toS);
		if (gesture.backS !== undefined) this.#editor.goTo(gesture.backS);
	}

	async #endScrub(): Promise<void> {
		await this.#editor.player?.settle();
		if (this.#press === undefined) this.#timeline.hold(null);
	}

	#endDrag(gesture: Extract<Gesture, { kind: 'drag' }>): void {
		const { draft } = this.#timeline;
		if (draft !== null && (draft.inS !== gesture.span.inS || draft.outS !== gesture.span.outS)) {
			this.#editor.setSpan(draft.id, draft);
		}
		this.#timeline.draft = null;
		if (gesture.backS !== undefined) this.#editor.goTo(gesture.backS);
	}

	#tap(press: Press, point: Point): void {
		const { mark } = press;
		if (mark !== undefined) {
			this.#editor.goTo(mark.atS);
			if (mark.kind === 'marker') this.#timeline.events.onMarker?.(mark.id, 'select');
			else this.#timeline.events.onKeyframe?.(mark.atS);
			return;
		}
		if (press.hit !== undefined) this.#editor.select(press.hit.id);
		if (press.hit !== undefined && press.hit.part !== 'body') return;
		this.#editor.goTo(xToTime(this.#timeline.view, point.x));
	}

	/** While something is held at the rim of the view, the view moves on. */
	#scrollAtEdges(press: Press, free: boolean): void {
		this.#stopScrolling();
		const kind = press.gesture?.kind;
		if (kind !== 'scrub' && kind !== 'drag' && kind !== 'keyframe') return;
		const step = (): void => {
			const point = this.#pointers.get(press.id);
			if (point === undefined || this.#press !== press) return;
			const { widthPx, startS } = this.#timeline.view;
			const beyond = point.x < 8 ? point.x - 8 : point.x > widthPx - 8 ? point.x - widthPx + 8 : 0;
			if (beyond === 0) return;
			this.#timeline.pan(Math.min(30, Math.max(-30, beyond / 2)));
			if (this.#timeline.view.startS === startS) return;
			this.#apply(press, point, free);
			this.#frame = requestAnimationFrame(step);
		};
		this.#frame = requestAnimationFrame(step);
	}

	#stopScrolling(): void {
		clearTimeout(this.#holding);
		if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
		this.#frame = undefined;
	}
}
