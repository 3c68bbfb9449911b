/** Which part of a file the timeline shows, and at what scale. Times in seconds on the file's own timeline. */
export interface TimelineView {
	/** Time at the left edge. */
	readonly startS: number;
	readonly secondsPerPx: number;
	/** Width of the track area, in CSS pixels. */
	readonly widthPx: number;
}

/** The whole of what can be shown: from the file's first moment to its end. */
export interface TimelineExtent {
	readonly firstS: number;
	readonly endS: number;
	/** Length of the shortest frame: decides how far in one can zoom. */
	readonly frameS: number;
}

/** How wide one frame is at the closest zoom, in CSS pixels. */
export const CLOSEST_FRAME_PX = 64;

/** Free space on both sides of the file when all of it is shown, as a share of the width. */
const MARGIN_SHARE = 0.01;

export const timeToX = (view: TimelineView, timeS: number): number => (timeS - view.startS) / view.secondsPerPx;

export const xToTime = (view: TimelineView, x: number): number => view.startS + x * view.secondsPerPx;

/** Time at the right edge. */
export const endOfView = (view: TimelineView): number => xToTime(view, view.widthPx);

/** The view that shows the whole file, with a little air on both sides. */
export function fitView(extent: TimelineExtent, widthPx: number): TimelineView {
	const width = Math.max(1, widthPx);
	const lengthS = Math.max(extent.frameS, extent.endS - extent.firstS);
	const secondsPerPx = lengthS / (width * (1 - 2 * MARGIN_SHARE));
	return { startS: extent.firstS - width * MARGIN_SHARE * secondsPerPx, secondsPerPx, widthPx: width };
}

/** `view` brought back inside the file: no wider than the whole, no closer than single frames, no empty space beyond the ends. */
export function clampView(view: TimelineView, extent: TimelineExtent): TimelineView {
	const whole = fitView(extent, view.widthPx);
	const closest = Math.min(whole.secondsPerPx, extent.frameS / CLOSEST_FRAME_PX);
	const secondsPerPx = Math.min(whole.secondsPerPx, Math.max(closest, view.secondsPerPx));
	const marginS = whole.widthPx * MARGIN_SHARE * secondsPerPx;
	const lowest = extent.firstS - marginS;
	const highest = Math.max(lowest, extent.endS + marginS - whole.widthPx * secondsPerPx);
	return {
		startS: Math.min(highest, Math.max(lowest, view.startS)),
		secondsPerPx,
		widthPx: whole.widthPx,
	};
}

/** Zooms by `factor` (2 = twice as close) while the time under `atX` stays under it. */
export function zoomView(view: TimelineView, extent: TimelineExtent, factor: number, atX: number): TimelineView {
	const timeS = xToTime(view, atX);
	const scaled = clampView({ ...view, secondsPerPx: view.secondsPerPx / factor }, extent);
	return clampView({ ...scaled, startS: timeS - atX * scaled.secondsPerPx }, extent);
}

export const panView = (view: TimelineView, extent: TimelineExtent, byPx: number): TimelineView =>
	clampView({ ...view, startS: view.startS + byPx * view.secondsPerPx }, extent);

/** The view turned like a page so that `timeS` is seen; the same view when it already is. */
export function revealTime(view: TimelineView, extent: TimelineExtent, timeS: number): TimelineView {
	const x = timeToX(view, timeS);
	if (x >= 0 && x <= view.widthPx) return view;
	const share = x < 0 && x > -view.widthPx ? 0.9 : 0.1;
	return clampView({ ...view, startS: timeS - share * view.widthPx * view.secondsPerPx }, extent);
}

/** The view that shows [fromS, toS] with a fifth of air on both sides. */
export function viewOfSpan(view: TimelineView, extent: TimelineExtent, fromS: number, toS: number): TimelineView {
	const lengthS = Math.max(extent.frameS, toS - fromS);
	const secondsPerPx = (lengthS * 1.4) / view.widthPx;
	return clampView({ ...view, secondsPerPx, startS: fromS - lengthS * 0.2 }, extent);
}

/** 0 = the whole file, 1 = single frames; even steps feel even (logarithmic). */
export function zoomShare(view: TimelineView, extent: TimelineExtent): number {
	const whole = fitView(extent, view.widthPx).secondsPerPx;
	const closest = Math.min(whole, extent.frameS / CLOSEST_FRAME_PX);
	return whole === closest ? 0 : Math.log(whole / view.secondsPerPx) / Math.log(whole / closest);
}

/** The view at zoom `share` (see `zoomShare`), around the time at `atX`. */
export function viewAtZoom(view: TimelineView, extent: TimelineExtent, share: number, atX: number): TimelineView {
	const whole = fitView(extent, view.widthPx).secondsPerPx;
	const closest = Math.min(whole, extent.frameS / CLOSEST_FRAME_PX);
	const wanted = whole * (closest / whole) ** share;
	return zoomView(view, extent, view.secondsPerPx / wanted, atX);
}

/** Where the scrollbar's thumb stands: both as shares (0..1) of the bar. */
export function thumbOf(view: TimelineView, extent: TimelineExtent): { start: number; size: number } {
	const whole = fitView(extent, view.widthPx);
	const lengthS = whole.widthPx * whole.secondsPerPx;
	const size = Math.min(1, (view.widthPx * view.secondsPerPx) / lengthS);
	return { start: Math.min(1 - size, Math.max(0, (view.startS - whole.startS) / lengthS)), size };
}

/** The view whose thumb starts at `start` (0..1 of the bar). */
export function viewAtThumb(view: TimelineView, extent: TimelineExtent, start: number): TimelineView {
	const whole = fitView(extent, view.widthPx);
	return clampView({ ...view, startS: whole.startS + start * whole.widthPx * whole.secondsPerPx }, extent);
}
