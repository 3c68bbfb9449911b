import type { PicturePlace } from '../crop/camera-path.ts';
import { countBefore } from '../time/count-before.ts';
import { SAME_FRAME_S } from '../time/same-frame.ts';
import { centreOf, type Box } from './detection.ts';
import { boxAt, boxesAt, unknownBoxes, type BoxSeries } from './smooth-track.ts';
import type { Sighting, Track } from './track.ts';

/** What is wanted in one shot; what is absent is as for the whole clip. */
export interface ShotChoice {
	/** `none`: follow nothing in this shot. */
	readonly follow?: 'none';
	readonly tracks?: readonly number[];
	/** Where the person has clicked: the track whose box holds the place at that time is wanted. */
	readonly pins?: readonly PicturePlace[];
	readonly labels?: readonly string[];
}

export interface SubjectOptions {
	/** Only these are followed by themselves; absent or empty: everything. A pin finds everything. */
	readonly labels?: readonly string[];
	/** Ids of tracks that are wanted wherever they are. */
	readonly tracks?: readonly number[];
	readonly pins?: readonly PicturePlace[];
	/** By index of the shot. */
	readonly shots?: ReadonlyMap<number, ShotChoice>;
}

/** What is followed in one shot. */
export interface ShotSubject {
	readonly shot: number;
	/** Half-open span, in seconds. */
	readonly fromS: number;
	readonly toS: number;
	/** Together in the picture when `pinned`, one after the other when `automatic`. */
	readonly tracks: readonly Track[];
	readonly chosen: 'pinned' | 'automatic' | 'none';
}

/** How much better another has to be to take over from the subject of the shot before. */
const HYSTERESIS = 1.25;
/** A subject of the shot before is the same when it is there again within this overlap of places, in box sides. */
const SAME_PLACE = 0.5;
/** How far a click may be beside a box, as a share of its sides, and from a sighting, in seconds. */
const [BESIDE, NEAR_S] = [0.1, 0.6];
/** What takes over when the subject is gone must be there at least this long, in seconds. */
const SUCCESSOR_S = 0.5;

/**
 * Who is followed, shot by shot.
 *
 * A pinned track, or one that a pin hits, is followed in its shot, and nobody else when it is lost there: the camera comes to rest. Elsewhere the track with the largest score is: the sum over its sightings of
 * confidence · √area · centrality, times the time that each stands for, so that who is large, central and long in the picture wins. Who stands
 * where the subject of the shot before stood keeps the role unless another is 25 % better. When the subject leaves for good, or comes late,
 * the best of those who are there while it is not takes the rest of the shot. Nobody takes over while the subject is in the picture: there
 * is no going to and fro.
 *
 * `cutsS` are the starts of the frames that begin a new shot, `endS` is where the last shot ends.
 */
export function chooseSubjects(
	tracks: readonly Track[],
	cutsS: readonly number[],
	endS: number,
	options: SubjectOptions = {},
): readonly ShotSubject[] {
	const subjects: ShotSubject[] = [];
	let before: Sighting | undefined;
	for (let shot = 0; shot <= cutsS.length; shot += 1) {
		const span = { fromS: cutsS[shot - 1] ?? -Infinity, toS: cutsS[shot] ?? endS };
		const mine = tracks.filter((track) => track.shot === shot);
		const choice = options.shots?.get(shot);
		const pinned = choice?.follow === 'none' ? [] : pinnedOf(mine, span, { ...options, ...choice });
		const labels = choice?.labels ?? options.labels ?? [];
		const candidates = mine.filter(({ label }) => labels.length === 0 || labels.includes(label));
		const chosen = pinned.length > 0 ? pinned : choice?.follow === 'none' ? [] : best(candidates, before);
		before = chosen.at(-1)?.sightings.at(-1);
		subjects.push({
			shot,
			...span,
			tracks: chosen,
			chosen: pinned.length > 0 ? 'pinned' : chosen.length > 0 ? 'automatic' : 'none',
		});
	}
	return subjects;
}

/** The score of a track: see `chooseSubjects`. */
export function scoreOf({ sightings }: Pick<Track, 'sightings'>): number {
	let sum = 0;
	for (const [n, { atS, box, score }] of sightings.entries()) {
		const before = atS - (sightings[n - 1]?.atS ?? atS);
		const after = (sightings[n + 1]?.atS ?? atS) - atS;
		const lastsS = sightings.length === 1 ? 0.2 : (Math.min(1, before) + Math.min(1, after)) / 2;
		sum += score * Math.sqrt(box.width * box.height) * centrality(box) * lastsS;
	}
	return sum;
}

/** 1 in the middle of the picture, a half at the middle of its edges. */
function centrality(box: Box): number {
	const { x, y } = centreOf(box);
	return 1 / (1 + 4 * ((x - 0.5) ** 2 + (y - 0.5) ** 2));
}

function pinnedOf(
	tracks: readonly Track[],
	{ fromS, toS }: { readonly fromS: number; readonly toS: number },
	{ tracks: ids = [], pins = [] }: SubjectOptions,
): readonly Track[] {
	const found = new Set(tracks.filter(({ id }) => ids.includes(id)));
	for (const pin of pins) {
		if (pin.atS < fromS - SAME_FRAME_S || pin.atS >= toS) continue;
		const track = trackAt(tracks, pin);
		if (track !== undefined) found.add(track);
	}
	return [...found];
}

/** The track whose box holds the place at that time; of several the one whose middle is nearest. */
export function trackAt(tracks: readonly Track[], { atS, x, y }: PicturePlace): Track | undefined {
	let [found, nearest]: [Track | undefined, number] = [undefined, 0.5 + BESIDE];
	for (const track of tracks) {
		const sighting = nearestInTime(track.sightings, atS);
		if (sighting === undefined || Math.abs(sighting.atS - atS) > NEAR_S) continue;
		const box = boxAt(track, atS) ?? sighting.box;
		const centre = centreOf(box);
		const away = Math.max(Math.abs(x - centre.x) / box.width, Math.abs(y - centre.y) / box.height);
		if (away < nearest) [found, nearest] = [track, away];
	}
	return found;
}

function nearestInTime(sightings: readonly Sighting[], atS: number): Sighting | undefined {
	let nearest: Sighting | undefined;
	for (const sighting of sightings) {
		if (nearest === undefined || Math.abs(sighting.atS - atS) < Math.abs(nearest.atS - atS)) nearest = sighting;
	}
	return nearest;
}

/** The best track, and who fills the time before and after it, in order of time. */
function best(tracks: readonly Track[], before: Sighting | undefined): readonly Track[] {
	const ranked = tracks
		.map((track) => ({ track, score: scoreOf(track) * (goesOn(track, before) ? HYSTERESIS : 1) }))
		.sort((a, b) => b.score - a.score)
		.map(({ track }) => track);
	const chosen: Track[] = [];
	for (const track of ranked) {
		if (chosen.length > 0 && lengthOf(track) < SUCCESSOR_S) continue;
		if (chosen.every((other) => startOf(track) > endOf(other) || endOf(track) < startOf(other))) chosen.push(track);
	}
	return chosen.sort((a, b) => startOf(a) - startOf(b));
}

function goesOn({ sightings: [first] }: Track, before: Sighting | undefined): boolean {
	if (first === undefined || before === undefined) return false;
	const [a, b] = [centreOf(first.box), centreOf(before.box)];
	return Math.abs(a.x - b.x) < SAME_PLACE * before.box.width && Math.abs(a.y - b.y) < SAME_PLACE * before.box.height;
}

const startOf = ({ sightings }: Track): number => sightings[0]?.atS ?? Infinity;
const endOf = ({ sightings }: Track): number => sightings.at(-1)?.atS ?? -Infinity;
const lengthOf = (track: Track): number => endOf(track) - startOf(track);

/**
 * The box to keep in the crop at each of `timesS`, NaN where there is none.
 *
 * Several pinned tracks are wanted together: their common box, as long as that fits into a crop of these sides. Where it does not, the
 * camera is not asked to go from one to the other. It gets the middle of them for the whole shot when they seldom fit (in under half of the
 * frames that show more than one), so that it stands still and cuts both alike; otherwise nothing is asked on the frames on which they do not
 * fit, and it glides on to the next that do.
 */
export function subjectBoxes(
	subjects: readonly ShotSubject[],
	timesS: Float64Array,
	crop: { readonly width: number; readonly height: number },
): BoxSeries {
	return wantedBoxes(subjects, timesS, crop).target;
}

const KEYS = ['x', 'y', 'width', 'height', 'spreadX', 'spreadY'] as const;

export interface WantedBoxes {
	/** What the camera is asked to keep in the crop: see `subjectBoxes`. */
	readonly target: BoxSeries;
	/** Where those who are wanted are, each for itself: by these the camera is judged. */
	readonly each: readonly BoxSeries[];
	/** Share of the frames that show several on which they do not fit into the crop together, 0..1. */
	readonly apartShare: number;
}

export function wantedBoxes(
	subjects: readonly ShotSubject[],
	timesS: Float64Array,
	crop: { readonly width: number; readonly height: number },
): WantedBoxes {
	const target = unknownBoxes(timesS.length);
	const each: BoxSeries[] = [];
	let [several, apart] = [0, 0];
	for (const { fromS, toS, tracks, chosen } of subjects) {
		const from = countBefore(timesS, fromS - SAME_FRAME_S);
		const to = countBefore(timesS, toS - SAME_FRAME_S);
		if (to <= from || tracks.length === 0) continue;
		const within = timesS.subarray(from, to);
		const shown = chosen === 'pinned' ? tracks.map((track) => boxesAt(track, within)) : [oneByOne(tracks, within)];
		const shot = together(shown, crop);
		place(shot.target, target, from);
		for (const [n, one] of shown.entries()) place(one, (each[n] ??= unknownBoxes(timesS.length)), from);
		several += shot.several;
		apart += shot.apart;
	}
	return { target, each, apartShare: several === 0 ? 0 : apart / several };
}

function place(from: BoxSeries, to: BoxSeries, at: number): void {
	for (const key of KEYS) to[key].set(from[key], at);
}

/** Each on the frames around its own sightings: in an hour of passers-by none is there for long. */
function oneByOne(tracks: readonly Track[], timesS: Float64Array): BoxSeries {
	const merged = unknownBoxes(timesS.length);
	for (const track of tracks) {
		const from = countBefore(timesS, startOf(track) - NEAR_S);
		const course = boxesAt(track, timesS.subarray(from, countBefore(timesS, endOf(track) + NEAR_S)));
		for (const [n, x] of course.x.entries()) {
			if (!Number.isNaN(x)) for (const key of KEYS) merged[key][from + n] = course[key][n] ?? NaN;
		}
	}
	return merged;
}

/** What is asked of the camera, on how many frames there are several, and on how many of those they do not fit. */
function together(
	courses: readonly BoxSeries[],
	crop: { readonly width: number; readonly height: number },
): { readonly target: BoxSeries; readonly several: number; readonly apart: number } {
	const [only] = courses;
	if (only !== undefined && courses.length === 1) return { target: only, several: 0, apart: 0 };
	const count = only?.x.length ?? 0;
	const union = unknownBoxes(count);
	const wide = new Uint8Array(count);
	let [several, fitting] = [0, 0];
	for (let n = 0; n < count; n += 1) {
		const known = courses.filter(({ x }) => !Number.isNaN(x[n] ?? NaN));
		const [left, top] = [Math.min(...known.map(({ x }) => x[n] ?? 0)), Math.min(...known.map(({ y }) => y[n] ?? 0))];
		const right = Math.max(...known.map(({ x, width }) => (x[n] ?? 0) + (width[n] ?? 0)));
		const bottom = Math.max(...known.map(({ y, height }) => (y[n] ?? 0) + (height[n] ?? 0)));
		if (known.length === 0) continue;
		union.x[n] = left;
		union.y[n] = top;
		union.width[n] = right - left;
		union.height[n] = bottom - top;
		union.spreadX[n] = Math.max(...known.map(({ spreadX }) => spreadX[n] ?? 0));
		union.spreadY[n] = Math.max(...known.map(({ spreadY }) => spreadY[n] ?? 0));
		if (known.length < 2) continue;
		several += 1;
		// One who is alone too tall for the crop does not keep two from fitting side by side.
		const fits = right - left <= crop.width;
		if (fits) fitting += 1;
		else wide[n] = 1;
	}
	const target = several === 0 ? union : fitting * 2 < several ? held(union) : withoutWide(union, wide);
	return { target, several, apart: several - fitting };
}

function withoutWide(union: BoxSeries, wide: Uint8Array): BoxSeries {
	for (let n = 0; n < wide.length; n += 1) {
		if (wide[n] !== 1) continue;
		for (const key of KEYS) union[key][n] = NaN;
	}
	return union;
}

/** One place for the whole shot: the median of the middles. */
function held(union: BoxSeries): BoxSeries {
	const still = (start: Float64Array, side: Float64Array): number => {
		const middles = start
			.map((value, n) => value + (side[n] ?? 0) / 2)
			.filter((value) => !Number.isNaN(value))
			.sort();
		return middles[middles.length >> 1] ?? 0.5;
	};
	const [x, y] = [still(union.x, union.width), still(union.y, union.height)];
	const all = (value: number): Float64Array => union.x.map(() => value);
	return { x: all(x), y: all(y), width: all(0), height: all(0), spreadX: all(0), spreadY: all(0) };
}
