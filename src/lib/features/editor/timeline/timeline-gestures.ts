import type { EditorState } from '../editor-state.svelte.ts';
import { dragSpan, magnet, stepTime } from '../snap.ts';
import { hitTest, type Hit, type HitPart, type LaneBox } from './timeline-lanes.ts';
import { xToTime } from './timeline-scale.ts';
import type { TimelineState } from './timeline-state.svelte.ts';

/** How far a pointer may tremble and still be a tap, in CSS pixels. */
const SLACK_PX = 4;
/** Other edges and the playhead attract a dragged edge from this far, in CSS pixels. */
const MAGNET_PX = 7;
const REACH_MOUSE_PX = 7;
/** Half of a 44-px target. */
const REACH_TOUCH_PX = 22;

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
	  };

interface Press {
	readonly id: number;
	readonly startX: number;
	readonly onRuler: boolean;
	readonly hit: Hit | undefined;
	moved: boolean;
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
	/** Height of the ruler and place of the lanes. */
	readonly #layout: () => { readonly rulerPx: number; readonly lanes: LaneBox };
	readonly #pointers = new Map<number, Point>();
	#press: Press | undefined;
	#frame: number | undefined;

	constructor(
		editor: EditorState,
		timeline: TimelineState,
		layout: () => { readonly rulerPx: number; readonly lanes: LaneBox },
	) {
		this.#editor = editor;
		this.#timeline = timeline;
		this.#layout = layout;
	}

	get active(): boolean {
		return this.#press?.gesture !== undefined;
	}

	/** What a pointer at `point` would take. */
	under(point: Point, touch: boolean): Hit | undefined {
		if (point.y < this.#layout().rulerPx) return undefined;
		return hitTest(this.#timeline.lanes, this.#timeline.view, this.#layout().lanes, point, {
			reachPx: touch ? REACH_TOUCH_PX : REACH_MOUSE_PX,
			selectedId: this.#timeline.selected?.id,
		});
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
		if (how.pan) press.gesture = { kind: 'pan', lastX: point.x };
		else if (press.onRuler) this.#startScrub(press, point);
		else if (press.hit !== undefined && this.#mayDrag(press.hit, how.touch))
			press.gesture = this.#startDrag(press.hit, point);
		else if (how.touch) press.gesture = { kind: 'pan', lastX: point.x };
	}

	move(id: number, point: Point, free: boolean): void {
		if (!this.#pointers.has(id)) return;
		this.#pointers.set(id, point);
		const press = this.#press;
		if (press === undefined) return;
		if (!press.moved && Math.abs(point.x - press.startX) < SLACK_PX) return;
		press.moved = true;
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
		if (gesture?.kind === 'scrub') await this.#endScrub();
		else if (gesture?.kind === 'drag' && press.moved) this.#endDrag(gesture);
		else if (!press.moved) this.#tap(press, point);
		if (gesture?.kind === 'drag') this.#timeline.hold(null);
	}

	/** Lets go without changing anything. */
	cancel(): void {
		const gesture = this.#press?.gesture;
		this.#press = undefined;
		this.#stopScrolling();
		this.#timeline.draft = null;
		this.#timeline.hold(null);
		if (gesture?.kind === 'drag' && gesture.backS !== undefined) this.#editor.goTo(gesture.backS);
	}

	/** A pointer that the browser took away. */
	lost(id: number): void {
		this.#pointers.delete(id);
		if (this.#press?.id === id || this.#pointers.size === 0) this.cancel();
	}

	#newPress(id: number, point: Point, touch: boolean): Press {
		const onRuler = point.y < this.#layout().rulerPx;
		return { id, startX: point.x, onRuler, hit: this.under(point, touch), moved: false, gesture: undefined };
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
		const span = this.#timeline.segments.find(({ id }) => id === hit.id);
		if (span === undefined) return undefined;
		this.#editor.select(span.id);
		const { player } = this.#editor;
		const backS = player?.timeS;
		const edgeS = hit.part === 'out' ? span.outS : span.inS;
		return { kind: 'drag', span, part: hit.part, offsetS: edgeS - xToTime(this.#timeline.view, point.x), backS };
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
		}
	}

	#drag(gesture: Extract<Gesture, { kind: 'drag' }>, pointerS: number, free: boolean): void {
		const { grid, player } = this.#editor;
		const { span, part, backS } = gesture;
		if (backS !== undefined && !this.#timeline.held) {
			void player?.pause();
			this.#timeline.hold(backS);
		}
		const reachS = free ? 0 : MAGNET_PX * this.#timeline.view.secondsPerPx;
		const others = this.#timeline.segments.filter(({ id }) => id !== span.id).flatMap(({ inS, outS }) => [inS, outS]);
		const toS = magnet(pointerS, backS === undefined ? others : [backS, ...others], reachS);
		const { inS, outS } = dragSpan(grid, span, part, toS);
		this.#timeline.draft = { id: span.id, inS, outS };
		// OUT is the first frame left out: the picture to judge by is the last one kept.
		player?.scrubTo(part === 'out' ? stepTime(grid, outS, -1) : inS);
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
		if (press.hit !== undefined) this.#editor.select(press.hit.id);
		if (press.hit !== undefined && press.hit.part !== 'body') return;
		this.#editor.goTo(xToTime(this.#timeline.view, point.x));
	}

	/** While something is held at the rim of the view, the view moves on. */
	#scrollAtEdges(press: Press, free: boolean): void {
		this.#stopScrolling();
		const kind = press.gesture?.kind;
		if (kind !== 'scrub' && kind !== 'drag') return;
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
		if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
		this.#frame = undefined;
	}
}
