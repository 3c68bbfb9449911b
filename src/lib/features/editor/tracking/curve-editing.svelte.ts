import { pathAt } from '#core/crop/camera-path';
import { resolveCrop } from '#core/crop/crop';
import { isSameFrame } from '#core/time/same-frame';
import type { EditorState } from '../editor-state.svelte.ts';
import type { CurvesView } from '../timeline/timeline-overlays.ts';
import type { TimelineState } from '../timeline/timeline-state.svelte.ts';
import type { TrackingState } from './tracking-state.svelte.ts';

/** A crop without room to move is drawn all the same. */
const WHOLE_PICTURE = { low: 0, high: 1 };

/** The camera's way as a curve on the timeline, and what is done to it there. */
export class CurveEditing {
	readonly #editor: EditorState;
	readonly #tracking: TrackingState;
	readonly #timeline: TimelineState;

	readonly #view: CurvesView | null = $derived.by(() => {
		const { paths, curve: shown } = this.#tracking;
		return paths.length === 0 ? null : { paths, ...this.#axis, shown, draft: this.#draft };
	});
	/** Sides of the crop as shares of the picture's; told apart, so that a crop that only moves changes nothing here. */
	readonly #across: number = $derived.by(() => this.#sides().x);
	readonly #down: number = $derived.by(() => this.#sides().y);
	/** The axis with the most room for the crop, and how far its centre gets there. */
	readonly #axis: Pick<CurvesView, 'axis' | 'low' | 'high'> = $derived.by(() => {
		const half = Math.min(this.#across, this.#down) / 2;
		return {
			axis: this.#across <= this.#down ? 'x' : 'y',
			...(half < 0.5 ? { low: half, high: 1 - half } : WHOLE_PICTURE),
		};
	});
	readonly #draft: CurvesView['draft'] = $derived.by(() => {
		const { cropping } = this.#editor;
		if (!cropping.drafting || pathAt(this.#tracking.paths, cropping.shownS) === undefined) return null;
		return { atS: cropping.shownS, value: cropping.crop.centre[this.#axis.axis] };
	});

	constructor(editor: EditorState, timeline: TimelineState, tracking: TrackingState) {
		this.#editor = editor;
		this.#timeline = timeline;
		this.#tracking = tracking;
	}

	/** Gives the timeline what it shows; for an effect. */
	show(): void {
		this.#timeline.curves = this.#view;
	}

	/** Listens to what is done to the curve; for an effect. Gives the cleanup. */
	listen(): () => void {
		const { events } = this.#timeline;
		events.onDragCurve = (atS, value) => this.#drag(atS, value);
		events.onDropCurve = (keep) => (keep ? this.#editor.commitCrop() : this.#editor.dropCropDraft());
		events.onNudgeFix = (atS, pixels) => this.#nudge(atS, pixels);
		events.onRemoveFix = (atS) => void this.#tracking.removeFix(atS);
		return () => {
			for (const name of ['onDragCurve', 'onDropCurve', 'onNudgeFix', 'onRemoveFix'] as const) delete events[name];
		};
	}

	#sides(): { readonly x: number; readonly y: number } {
		const video = this.#editor.facts?.video;
		if (video === undefined) return { x: 1, y: 1 };
		const { width, height } = resolveCrop(this.#editor.crop, { width: video.width, height: video.height });
		return { x: width / video.width, y: height / video.height };
	}

	#drag(atS: number, value: number): void {
		const { player, cropping } = this.#editor;
		if (player?.state !== 'ready') return;
		// The picture to judge by is the one at that frame.
		if (!cropping.isShown(atS)) player.scrubTo(atS);
		const seen = this.#editor.crop;
		this.#editor.previewCrop({ ...seen, centre: { ...seen.centre, [this.#axis.axis]: value } });
	}

	#nudge(atS: number, pixels: number): void {
		const { video } = this.#editor.facts ?? {};
		const fix = pathAt(this.#tracking.paths, atS)?.fixes.find((place) => isSameFrame(place.atS, atS));
		if (video === undefined || fix === undefined) return;
		const { axis, low, high } = this.#axis;
		const moved = fix[axis] + pixels / (axis === 'x' ? video.width : video.height);
		void this.#tracking.putFix({ ...fix, [axis]: Math.min(high, Math.max(low, moved)) });
	}
}
