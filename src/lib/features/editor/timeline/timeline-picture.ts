import type { Segment } from '#core/project/project';
import type { FrameIndex } from '#core/time/frame-index';
import type { KeyFrames } from '#core/time/key-frames';
import type { SoundSpan } from '$lib/media/waveform';
import type { Lanes } from './timeline-lanes.ts';
import type { Band, TimelineLayout } from './timeline-layout.ts';
import type { TimelineMedia } from './timeline-media.svelte.ts';
import type { BatchBox, CurvesView, KeyframeView, MarkerView } from './timeline-overlays.ts';
import { timeToX, type TimelineExtent, type TimelineView } from './timeline-scale.ts';

export interface TimelineColours {
	readonly ground: string;
	readonly ruler: string;
	readonly line: string;
	readonly text: string;
	readonly faint: string;
	readonly segment: string;
	readonly segmentEdge: string;
	readonly segmentText: string;
	readonly chosen: string;
	readonly chosenEdge: string;
	readonly onChosen: string;
	readonly pending: string;
	readonly wave: string;
	readonly found: string;
	readonly light: boolean;
}

/** All that is drawn, as it is now. */
export interface TimelinePicture {
	readonly view: TimelineView;
	readonly extent: TimelineExtent;
	readonly layout: TimelineLayout;
	readonly heightPx: number;
	readonly lanes: Lanes<Segment>;
	readonly nameOf: (segment: Segment) => string;
	readonly selectedId: string | undefined;
	readonly hoveredId: string | undefined;
	/** The segment that is being dragged, where it is now. */
	readonly draft: { readonly id: string; readonly inS: number; readonly outS: number } | null;
	/** The IN mark that waits for an OUT, and how far its span reaches now, in seconds. */
	readonly pending: { readonly fromS: number; readonly toS: number } | undefined;
	readonly index: FrameIndex | undefined;
	readonly keys: KeyFrames | undefined;
	readonly media: TimelineMedia | undefined;
	readonly markers: readonly MarkerView[];
	readonly keyframes: readonly KeyframeView[];
	readonly keyframeDraft: { readonly fromS: number; readonly toS: number } | null;
	readonly batchBox: BatchBox | null;
	readonly curves: CurvesView | null;
	readonly cutsS: readonly number[];
	readonly silences: readonly SoundSpan[];
	readonly colours: TimelineColours;
	readonly font: string;
}

/** Left and right of a span, in CSS pixels, kept near the view: a box millions of pixels wide costs time. */
export function sidesOf(view: TimelineView, inS: number, outS: number): { left: number; right: number } {
	return { left: Math.max(-8, timeToX(view, inS)), right: Math.min(view.widthPx + 8, timeToX(view, outS)) };
}

/** A line one pixel wide through `band`, without blur. */
export function drawLine(context: CanvasRenderingContext2D, x: number, { top, height }: Band): void {
	context.fillRect(Math.round(x), top, 1, height);
}
