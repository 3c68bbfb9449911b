import { SAME_FRAME_S } from '../time/same-frame.ts';
import { assign } from './assignment.ts';
import { grown, overlap, type Box, type DetectedFrame, type Detection } from './detection.ts';
import { sameAgain } from './identities.ts';
import { BoxFilter } from './kalman.ts';
import type { Sighting, Track } from './track.ts';

export interface AssociateOptions {
	/** Scores from here on may begin a track. Default 0.3: detectors made for speed give someone who is plain to see no more at times. */
	readonly high?: number;
	/** Scores from here on up to `high` only prolong a track, also one that was lost (something half hidden). Default 0.1. */
	readonly low?: number;
	/** What a track needs once in its life to be more than something that looks like one. Default 0.5. */
	readonly sure?: number;
	/** How long something may stay unseen and keep its id, in seconds. Default 2. */
	readonly lostS?: number;
	/** Width of the picture over its height. Default 16/9. */
	readonly aspect?: number;
}

/** Cost limits of ByteTrack's three associations (1 − overlap), and the overlap from which two tracks are one thing. */
const [FIRST_LIMIT, SECOND_LIMIT, UNCONFIRMED_LIMIT, DUPLICATE] = [0.8, 0.5, 0.7, 0.85];
/** OC-SORT asks for an overlap of 0.3 with the last observation. */
const RECOVERY_LIMIT = 0.7;
/** How much both boxes grow, in their own sizes, when something has moved by its size between two looks (buffered overlap, Yang et al. 2023). */
const REACHES = [0.3, 0.7, 1.4];
/** How fast that growth may be used up, in box sides a second: the longer unseen, the farther it may have come. */
const REACH_PER_S = 5;
/** What is found by reach alone must be about as high as before. */
const SIZE_CHANGE = 1.6;

interface Live {
	readonly filter: BoxFilter;
	readonly label: string;
	readonly shot: number;
	readonly sightings: Sighting[];
	/** Where the filter expects it on the frame that is looked at. */
	expected: Box;
	lastBox: Box;
	lastS: number;
	lost: boolean;
}

/**
 * Follows what a detector saw from frame to frame: ByteTrack (Zhang et al. 2022), with the observation-centred recovery of OC-SORT (Cao et
 * al. 2023) and a buffered overlap for what moves fast or is looked at seldom.
 *
 * `frames` are in order of time and may lie unevenly; `cutsS` are the starts of the frames that begin a new shot. No track crosses a cut.
 * Only boxes with the same label belong together. Tracks come in the order in which they were confirmed; what was seen only once, and not on the first
 * looked-at frame of its shot, is noise and left out.
 */
export function associate(
	frames: readonly DetectedFrame[],
	cutsS: readonly number[],
	options: AssociateOptions = {},
): readonly Track[] {
	const tracker = new Tracker(options);
	let cut = 0;
	for (const frame of frames) {
		const before = cut;
		while (cut < cutsS.length && (cutsS[cut] ?? Infinity) <= frame.atS + SAME_FRAME_S) cut += 1;
		if (cut !== before) tracker.cut();
		tracker.look(frame, cut);
	}
	return tracker.tracks();
}

class Tracker {
	readonly #high: number;
	readonly #low: number;
	readonly #sure: number;
	readonly #lostS: number;
	readonly #aspect: number;
	#live: Live[] = [];
	#unconfirmed: Live[] = [];
	readonly #confirmed: Live[] = [];
	#lastS: number | null = null;

	constructor({ high = 0.3, low = 0.1, sure = 0.5, lostS = 2, aspect = 16 / 9 }: AssociateOptions) {
		[this.#high, this.#low, this.#sure, this.#lostS, this.#aspect] = [high, low, sure, lostS, aspect];
	}

	cut(): void {
		this.#live = [];
		this.#unconfirmed = [];
		this.#lastS = null;
	}

	look({ atS, detections }: DetectedFrame, shot: number): void {
		const first = this.#lastS === null;
		const beforeS = this.#lastS ?? atS;
		const dt = atS - beforeS;
		this.#lastS = atS;
		// Nobody is lost while nobody looks: frames may be many seconds apart.
		const since = Math.min(beforeS, atS - this.#lostS) - SAME_FRAME_S;
		this.#live = this.#live.filter(({ lastS }) => lastS >= since);
		for (const track of [...this.#live, ...this.#unconfirmed]) {
			track.filter.predict(dt, track.lost);
			track.expected = track.filter.box;
		}
		let high = detections.filter(({ score }) => score >= this.#high);
		const low = detections.filter(({ score }) => score >= this.#low && score < this.#high);
		let open = this.#live;
		const seen = (track: Live, detection: Detection): void => see(track, detection, atS);

		[open, high] = match(
			open,
			high,
			FIRST_LIMIT,
			(track, { box, score }) => 1 - overlap(track.expected, box) * score,
			seen,
		);
		[open] = match(open, low, SECOND_LIMIT, (track, { box }) => 1 - overlap(track.expected, box), seen);
		for (const track of open) track.lost = true;
		[open, high] = match(open, high, RECOVERY_LIMIT, (track, { box }) => 1 - overlap(track.lastBox, box), seen);
		for (const reach of REACHES) {
			[open, high] = match(
				open,
				high,
				RECOVERY_LIMIT,
				(track, { box }) => 1 - reached(track, box, reach, atS, this.#aspect),
				seen,
			);
		}

		const [, rest] = match(
			this.#unconfirmed,
			high,
			UNCONFIRMED_LIMIT,
			(track, { box, score }) => 1 - overlap(track.expected, box) * score,
			(track, detection) => {
				seen(track, detection);
				this.#confirm(track);
			},
		);
		this.#unconfirmed = [];
		for (const detection of rest) {
			const track = this.#started(detection, atS, shot);
			if (first) this.#confirm(track);
			else this.#unconfirmed.push(track);
		}
		this.#live = withoutDuplicates(this.#live);
	}

	tracks(): readonly Track[] {
		return sameAgain(this.#confirmed, this.#aspect)
			.filter(({ sightings }) => sightings.some(({ score }) => score >= this.#sure))
			.map(({ label, shot, sightings }, n) => ({ id: n + 1, label, shot, sightings }));
	}

	#started({ box, score, label, colours }: Detection, atS: number, shot: number): Live {
		return {
			filter: new BoxFilter(box, this.#aspect),
			label,
			shot,
			sightings: [{ atS, box, score, colours }],
			expected: box,
			lastBox: box,
			lastS: atS,
			lost: false,
		};
	}

	#confirm(track: Live): void {
		this.#confirmed.push(track);
		this.#live.push(track);
	}
}

function see(track: Live, { box, score, colours }: Detection, atS: number): void {
	track.filter.update(box);
	track.sightings.push({ atS, box, score, colours });
	track.lastBox = box;
	track.lastS = atS;
	track.lost = false;
}

/** Gives detections to tracks with the least cost, tells each pair, and returns who was left alone. */
function match(
	tracks: Live[],
	detections: readonly Detection[],
	limit: number,
	costOf: (track: Live, detection: Detection) => number,
	pair: (track: Live, detection: Detection) => void,
): [Live[], Detection[]] {
	const cost = new Float64Array(tracks.length * detections.length);
	let next = 0;
	for (const track of tracks) {
		for (const detection of detections) {
			cost[next] = track.label === detection.label ? costOf(track, detection) : Infinity;
			next += 1;
		}
	}
	const columnOf = assign(cost, tracks.length, detections.length, limit);
	const taken = new Set<number>();
	const alone = tracks.filter((track, row) => {
		const column = columnOf[row] ?? -1;
		const detection = detections[column];
		if (detection === undefined) return true;
		taken.add(column);
		pair(track, detection);
		return false;
	});
	return [alone, detections.filter((_, column) => !taken.has(column))];
}

/** The overlap of boxes that were both grown, taken from where the track was expected or last seen, whichever is nearer. */
function reached({ expected, lastBox, lastS }: Live, box: Box, reach: number, atS: number, aspect: number): number {
	if (reach > (atS - lastS) * REACH_PER_S) return 0;
	const change = box.height / Math.max(1e-6, lastBox.height);
	if (change > SIZE_CHANGE || change < 1 / SIZE_CHANGE) return 0;
	const wide = grown(box, reach, aspect);
	return Math.max(overlap(grown(expected, reach, aspect), wide), overlap(grown(lastBox, reach, aspect), wide));
}

/** Without the younger of a tracked and a lost track that have come to cover the same place. */
function withoutDuplicates(live: Live[]): Live[] {
	const gone = new Set<Live>();
	const lost = live.filter((track) => track.lost);
	for (const track of live) {
		if (track.lost) continue;
		for (const other of lost) {
			if (track.label !== other.label || overlap(track.expected, other.expected) <= DUPLICATE) continue;
			gone.add(lifeOf(track) >= lifeOf(other) ? other : track);
		}
	}
	return live.filter((track) => !gone.has(track));
}

const lifeOf = ({ sightings, lastS }: Live): number => lastS - (sightings[0]?.atS ?? lastS);
