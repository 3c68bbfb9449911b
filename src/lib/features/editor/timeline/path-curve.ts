import { centreAt, centresOf, pathAt, type CameraPath } from '#core/crop/camera-path';
import { frameAt, timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import { PathExtremes } from './path-extremes.ts';
import type { Band } from './timeline-layout.ts';
import type { CurvesView } from './timeline-overlays.ts';
import { timeToX, xToTime, type TimelineView } from './timeline-scale.ts';

/** Free space above and below a curve, and half of a dot, in CSS pixels. */
const PAD_PX = 5;
export const DOT_PX = 4;

/** What lies under a pointer on a curve: a place that a person has set, or the curve itself at a frame. */
export interface CurveHit {
	readonly kind: 'fix' | 'curve';
	/** Start of the frame, in seconds. */
	readonly atS: number;
	/** Where the path is on it, 0..1 of the picture. */
	readonly value: number;
}

/** Left of the picture is the top of the band, as is its upper edge. */
export function valueToY({ low, high }: CurvesView, { top, height }: Band, value: number): number {
	const share = high > low ? (value - low) / (high - low) : 0.5;
	return top + PAD_PX + Math.min(1, Math.max(0, share)) * (height - 2 * PAD_PX);
}

/** The reachable place nearest to `y`. */
export function yToValue({ low, high }: CurvesView, { top, height }: Band, y: number): number {
	const share = (y - top - PAD_PX) / Math.max(1, height - 2 * PAD_PX);
	return low + Math.min(1, Math.max(0, share)) * (high - low);
}

const kept = new WeakMap<Float64Array, PathExtremes>();

/** Extremes of the path's places on this axis; worked out once for each path. */
export function extremesOf(path: CameraPath, axis: 'x' | 'y'): PathExtremes {
	const values = centresOf(path)[axis];
	const known = kept.get(values) ?? new PathExtremes(values);
	kept.set(values, known);
	return known;
}

/** The dot or the curve within `reachPx` of a pointer; a dot goes before the curve it lies on. */
export function curveUnder(
	curves: CurvesView | null,
	view: TimelineView,
	band: Band | null,
	index: FrameIndex | undefined,
	point: { readonly x: number; readonly y: number },
	reachPx: number,
): CurveHit | undefined {
	if (curves === null || !curves.shown || band === null || index === undefined) return undefined;
	if (point.y < band.top || point.y > band.top + band.height) return undefined;
	const { axis, paths } = curves;
	let [best, closest]: [CurveHit | undefined, number] = [undefined, reachPx + DOT_PX / 2];
	for (const { fixes } of paths) {
		for (const fix of fixes) {
			const away = Math.hypot(timeToX(view, fix.atS) - point.x, valueToY(curves, band, fix[axis]) - point.y);
			if (away >= closest) continue;
			[best, closest] = [{ kind: 'fix', atS: fix.atS, value: fix[axis] }, away];
		}
	}
	if (best !== undefined) return best;
	const timeS = xToTime(view, point.x);
	const path = pathAt(paths, timeS);
	if (path === undefined) return undefined;
	const atS = Math.max(path.inS, timeOfFrame(index, frameAt(index, timeS)));
	const value = centreAt(path, atS, index)[axis];
	return Math.abs(valueToY(curves, band, value) - point.y) <= reachPx ? { kind: 'curve', atS, value } : undefined;
}
