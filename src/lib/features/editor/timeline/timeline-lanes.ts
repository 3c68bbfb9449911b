import { timeToX, type TimelineView } from './timeline-scale.ts';

/** A segment as the timeline needs it. */
export interface Span {
	readonly id: string;
	readonly inS: number;
	readonly outS: number;
}

/** A span with the row it is drawn in: spans that overlap get rows of their own. */
export interface LaidSpan<S extends Span = Span> {
	readonly span: S;
	readonly lane: number;
}

export interface Lanes<S extends Span = Span> {
	/** By IN, earliest first. */
	readonly spans: readonly LaidSpan<S>[];
	/** 1..MAX_LANES. */
	readonly count: number;
}

/** More overlapping rows than this share the last one. */
export const MAX_LANES = 4;

/** Lays spans into rows: each takes the first row that is free at its IN. O(n log n), for thousands of spans. */
export function layLanes<S extends Span>(spans: readonly S[]): Lanes<S> {
	const sorted = [...spans].sort((a, b) => a.inS - b.inS || a.outS - b.outS);
	const freeFrom: number[] = [];
	const laid = sorted.map((span) => {
		const free = freeFrom.findIndex((endS) => endS <= span.inS + 1e-9);
		const lane = free >= 0 ? free : Math.min(freeFrom.length, MAX_LANES - 1);
		freeFrom[lane] = Math.max(freeFrom[lane] ?? -Infinity, span.outS);
		return { span, lane };
	});
	return { spans: laid, count: Math.max(1, freeFrom.length) };
}

export type HitPart = 'in' | 'out' | 'body';

export interface Hit {
	readonly id: string;
	readonly part: HitPart;
}

/** Where the rows stand in the track, in CSS pixels. */
export interface LaneBox {
	readonly top: number;
	readonly height: number;
}

/**
 * What lies under a pointer: an edge within `reachPx` (the closest wins, the selected span's first), else a body.
 *
 * Edges reach outwards fully, but inwards at most a third of the span, so that a short span can still be taken by its body.
 */
export function hitTest(
	lanes: Lanes,
	view: TimelineView,
	box: LaneBox,
	point: { readonly x: number; readonly y: number },
	options: { readonly reachPx: number; readonly selectedId?: string | undefined },
): Hit | undefined {
	const lane = Math.floor(((point.y - box.top) / box.height) * lanes.count);
	let best: { hit: Hit; score: number } | undefined;
	for (const { span, lane: own } of lanes.spans) {
		const left = timeToX(view, span.inS);
		if (left - options.reachPx > point.x) break;
		const right = timeToX(view, span.outS);
		if (right + options.reachPx < point.x || (own !== lane && lanes.count > 1)) continue;
		const hit = hitSpan(span, left, right, point.x, options.reachPx);
		if (hit === undefined) continue;
		const score = hit.distance - (span.id === options.selectedId ? 1000 : 0);
		if (best === undefined || score < best.score) best = { hit: { id: span.id, part: hit.part }, score };
	}
	return best?.hit;
}

function hitSpan(
	span: Span,
	left: number,
	right: number,
	x: number,
	reachPx: number,
): { part: HitPart; distance: number } | undefined {
	const inwards = Math.min(reachPx, (right - left) / 3);
	const toIn = x - left;
	const toOut = right - x;
	const onIn = toIn >= -reachPx && toIn <= inwards;
	const onOut = toOut >= -reachPx && toOut <= inwards;
	if (onIn && (!onOut || Math.abs(toIn) <= Math.abs(toOut))) return { part: 'in', distance: Math.abs(toIn) };
	if (onOut) return { part: 'out', distance: Math.abs(toOut) };
	return x >= left && x <= right ? { part: 'body', distance: reachPx + 1 } : undefined;
}
