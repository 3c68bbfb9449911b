import { courseThrough } from './course.ts';
import type { Box } from './detection.ts';
import type { Sighting, Track } from './track.ts';

/** A box for each of a row of times, as `Box`: fractions of the picture, `x`, `y` left and top. NaN throughout where nothing is known. */
export interface BoxSeries {
	readonly x: Float64Array;
	readonly y: Float64Array;
	readonly width: Float64Array;
	readonly height: Float64Array;
	/** Standard deviation of the centre, in the same units: small where it was seen, large in gaps and when it moves wildly. */
	readonly spreadX: Float64Array;
	readonly spreadY: Float64Array;
}

export const unknownBoxes = (count: number): BoxSeries => ({
	x: new Float64Array(count).fill(NaN),
	y: new Float64Array(count).fill(NaN),
	width: new Float64Array(count).fill(NaN),
	height: new Float64Array(count).fill(NaN),
	spreadX: new Float64Array(count).fill(NaN),
	spreadY: new Float64Array(count).fill(NaN),
});

/** Gaps up to this long are filled, in seconds. */
const GAP_S = 1;
/** How far a course is drawn out beyond what was seen, in seconds: less than two looks at 6 a second. */
const EDGE_S = 0.25;
const ROUNDED_S = 1e-6;
/** How far off detectors are, as a share of the box's side, before a track tells it better. */
const NOISE = 0.04;
const LEAST_SIDE = 1e-3;

/**
 * Where the tracked thing is at `timesS` (ascending, seconds on the file's own timeline): the smoothed course of its centre and size through
 * all sightings, those before and those after, blunders left out. Unknown inside gaps longer than 1 s and more than 0.25 s beyond a sighting.
 */
export function boxesAt({ sightings }: Pick<Track, 'sightings'>, timesS: Float64Array): BoxSeries {
	const series = unknownBoxes(timesS.length);
	const seen = distinct(sightings);
	const seenS = Float64Array.from(seen, ({ atS }) => atS);
	const known = knownTimes(seenS, timesS);
	if (known.length === 0) return series;
	const at = Float64Array.from(known, (n) => timesS[n] ?? 0);
	const wide = typical(seen.map(({ box }) => box.width));
	const tall = typical(seen.map(({ box }) => box.height));
	const course = (of: (sighting: Sighting) => number, side: number): { value: Float64Array; spread: Float64Array } =>
		courseThrough(seenS, Float64Array.from(seen, of), NOISE * side).at(at);
	const x = course(({ box }) => box.x + box.width / 2, wide);
	const y = course(({ box }) => box.y + box.height / 2, tall);
	const width = course(({ box }) => box.width, wide);
	const height = course(({ box }) => box.height, tall);
	for (const [k, n] of known.entries()) {
		const [w, h] = [Math.max(LEAST_SIDE, width.value[k] ?? 0), Math.max(LEAST_SIDE, height.value[k] ?? 0)];
		series.x[n] = (x.value[k] ?? 0) - w / 2;
		series.y[n] = (y.value[k] ?? 0) - h / 2;
		series.width[n] = w;
		series.height[n] = h;
		series.spreadX[n] = x.spread[k] ?? 0;
		series.spreadY[n] = y.spread[k] ?? 0;
	}
	return series;
}

/** Where it is at one moment; undefined where that is not known. See `boxesAt`. */
export function boxAt(track: Pick<Track, 'sightings'>, atS: number): Box | undefined {
	const { x, y, width, height } = boxesAt(track, Float64Array.of(atS));
	const left = x[0] ?? NaN;
	return Number.isNaN(left) ? undefined : { x: left, y: y[0] ?? 0, width: width[0] ?? 0, height: height[0] ?? 0 };
}

/** One sighting a moment, in order; of two at once the surer one. What is not a number is no sighting. */
function distinct(sightings: readonly Sighting[]): readonly Sighting[] {
	const sorted = sightings
		.filter(({ atS, box }) => Number.isFinite(atS + box.x + box.y + box.width + box.height))
		.sort((a, b) => a.atS - b.atS || b.score - a.score);
	return sorted.filter(({ atS }, n) => n === 0 || atS - (sorted[n - 1]?.atS ?? 0) > ROUNDED_S);
}

/** Indices of the times at which something can be said. */
function knownTimes(seenS: Float64Array, timesS: Float64Array): readonly number[] {
	const known: number[] = [];
	let next = 0;
	for (const [n, time] of timesS.entries()) {
		while (next < seenS.length && (seenS[next] ?? 0) < time) next += 1;
		const before = time - (seenS[next - 1] ?? -Infinity);
		const after = (seenS[next] ?? Infinity) - time;
		if (before + after <= GAP_S + ROUNDED_S || Math.min(before, after) <= EDGE_S + ROUNDED_S) known.push(n);
	}
	return known;
}

function typical(sides: readonly number[]): number {
	const sorted = [...sides].sort((a, b) => a - b);
	return Math.max(LEAST_SIDE, sorted[sorted.length >> 1] ?? LEAST_SIDE);
}
