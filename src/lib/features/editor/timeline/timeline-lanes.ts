import { countBefore } from '#core/time/count-before';
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
	/** IN of each span, and the latest OUT of it and all before: both ascend, so that what is in view is found by halving. */
	readonly insS: Float64Array;
	readonly reachS: Float64Array;
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
	const insS = Float64Array.from(sorted, ({ inS }) => inS);
	let latestS = -Infinity;
	const reachS = Float64Array.from(sorted, ({ outS }) => (latestS = Math.max(latestS, outS)));
	return { spans: laid, count: Math.max(1, freeFrom.length), insS, reachS };
}

/**
 * Positions [from, to) in `lanes.spans` among which all spans are that reach into [startS, endS]; a few between may end before. Found by
 * halving: the same quick for ten thousand.
 */
export function rangeIn({ insS, reachS }: Lanes, startS: number, endS: number): { from: number; to: number } {
	const to = countBefore(insS, endS + 1e-9);
	return { from: Math.min(to, countBefore(reachS, startS)), to };
}

/** Where each span stands in its list. */
export const positionsOf = (spans: readonly Pick<Span, 'id'>[]): ReadonlyMap<string, number> =>
	new Map(spans.map(({ id }, position) => [id, position]));

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
	const reachS = options.reachPx * view.secondsPerPx;
	const atS = view.startS + point.x * view.secondsPerPx;
	const { from, to } = rangeIn(lanes, atS - reachS, atS + reachS);
	for (let n = from; n < to; n += 1) {
		const laid = lanes.spans[n];
		if (laid === undefined) break;
		const { span, lane: own } = laid;
		const left = timeToX(view, span.inS);
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
