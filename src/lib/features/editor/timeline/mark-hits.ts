import { DIAMOND_PX, FLAG_PX } from './draw-overlays.ts';
import type { Band } from './timeline-layout.ts';
import type { KeyframeView, MarkerView } from './timeline-overlays.ts';
import { timeToX, type TimelineView } from './timeline-scale.ts';

/** What lies under a pointer in the band of marks. */
export type MarkHit =
	| { readonly kind: 'keyframe'; readonly atS: number }
	| { readonly kind: 'marker'; readonly id: string; readonly atS: number };

export interface Marks {
	readonly markers: readonly MarkerView[];
	readonly keyframes: readonly KeyframeView[];
}

/** The closest diamond or flag within `reachPx`; a diamond is drawn above a flag, and taken first where they overlap. */
export function markUnder(
	{ markers, keyframes }: Marks,
	view: TimelineView,
	band: Band | null,
	point: { readonly x: number; readonly y: number },
	reachPx: number,
): MarkHit | undefined {
	// A thumb is taller than the band.
	const slackPx = Math.max(0, reachPx - DIAMOND_PX) / 3;
	if (band === null || point.y < band.top - slackPx || point.y > band.top + band.height + slackPx) return undefined;
	let best: MarkHit | undefined;
	let closest = reachPx;
	const offer = (distance: number, hit: MarkHit): void => {
		if (distance >= closest) return;
		closest = distance;
		best = hit;
	};
	for (const { atS } of keyframes) {
		const off = Math.abs(timeToX(view, atS) - point.x);
		offer(off <= DIAMOND_PX + 1 ? off / 1000 : off, { kind: 'keyframe', atS });
	}
	for (const { id, atS } of markers) {
		const x = timeToX(view, atS);
		const off = Math.max(x - point.x, point.x - x - FLAG_PX, 0);
		offer(off === 0 ? 0.01 + Math.abs(x - point.x) / 1000 : off, { kind: 'marker', id, atS });
	}
	return best;
}
