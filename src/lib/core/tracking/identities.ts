import { assign } from './assignment.ts';
import { centreOf, type Box, type Colours } from './detection.ts';
import type { Sighting, Track } from './track.ts';

/** What becomes a track when it has a number. */
export type Unnumbered = Omit<Track, 'id'>;

/** From this share of the smaller box on, two who overlap cannot be told apart by where they are. */
const CROWDED = 0.2;
/**
 * Colours are taken from sightings up to this long before and after a meeting, in seconds, and from no fewer than so many: who is alone for less between two meetings
 * has been in one.
 */
const [LOOK_BACK_S, LEAST_SIGHTINGS] = [2, 3];
/** Someone may have gone this long, in seconds, and be the same. */
const AWAY_S = 8;
/** Differences of colours (0..1): of one person at two times at most, and how much less a change of mind must cost for each who changes. */
const [ALIKE, CLEARLY] = [0.07, 0.03];
/** What it costs to find nobody again. */
const NOBODY = 0.2;
/** Heights of the own box that someone may come in a second, and how far the height may change meanwhile. */
const [HEIGHTS_PER_S, SIZE_CHANGE] = [1.5, 1.6];

/**
 * Who is who, by what they wear. Where boxes meet, a tracker that knows places alone gives each the likeliest; here the colours before and
 * after each meeting are compared, and the ends are exchanged where another way round is clearly more alike (cf. tracklet association, e.g. Huang et al. 2008). Who was gone
 * for up to 8 s and comes back with the same colours, which nobody else has, goes on as the same.
 *
 * Tracks of one label and shot belong together; those without colours stay as they are. `aspect`: width of the picture over its height.
 */
export function sameAgain(tracks: readonly Unnumbered[], aspect: number): readonly Unnumbered[] {
	if (!tracks.some(({ sightings }) => sightings.some(({ colours }) => colours !== undefined))) return tracks;
	const groups = new Map<string, Unnumbered[]>();
	for (const track of tracks) {
		const key = `${track.shot} ${track.label}`;
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [track]);
		else group.push(track);
	}
	return [...groups.values()].flatMap((group) => (group.length < 2 ? group : foundAgain(untangled(group), aspect)));
}

/** The stay of one track in a meeting. */
interface Stay {
	readonly track: number;
	fromS: number;
	toS: number;
	/** The stay that stands for its meeting; itself until it is joined to another. */
	meeting: Stay;
}

/** Sightings of one track from one meeting to the next. */
interface Piece {
	readonly sightings: readonly Sighting[];
	next: Piece | undefined;
	isNext: boolean;
}

function untangled(tracks: readonly Unnumbered[]): readonly Unnumbered[] {
	const { stays, crowded } = staysOf(tracks);
	if (stays.length === 0) return tracks;
	const meetings = new Map<Stay, Around[]>();
	const pieces = tracks.map((track, n) => {
		const mine = stays.filter((stay) => stay.track === n);
		const parts = piecesOf(track, mine);
		for (const [nth, stay] of mine.entries()) {
			const [before, after] = [parts[nth], parts[nth + 1]];
			if (before === undefined || after === undefined) continue;
			const around = { stay, before, after };
			const meeting = meetings.get(meetingOf(stay));
			if (meeting === undefined) meetings.set(meetingOf(stay), [around]);
			else meeting.push(around);
		}
		return parts;
	});
	for (const meeting of meetings.values()) if (meeting.length > 1) exchange(meeting, crowded);
	return tracks.flatMap((track, n) =>
		(pieces[n] ?? []).filter(({ isNext }) => !isNext).flatMap((first) => joinedFrom(first, track)),
	);
}

/** What of a track lies before and behind a meeting. */
interface Around {
	readonly stay: Stay;
	readonly before: Piece;
	readonly after: Piece;
}

/** When each track is too near to another of them to be told apart, and those sightings. */
function staysOf(tracks: readonly Unnumbered[]): {
	readonly stays: readonly Stay[];
	readonly crowded: ReadonlySet<Sighting>;
} {
	const byTime = new Map<number, { readonly track: number; readonly sighting: Sighting }[]>();
	for (const [track, { sightings }] of tracks.entries()) {
		for (const sighting of sightings) {
			const seen = byTime.get(sighting.atS);
			if (seen === undefined) byTime.set(sighting.atS, [{ track, sighting }]);
			else seen.push({ track, sighting });
		}
	}
	const stays: Stay[] = [];
	const latest: ({ readonly stay: Stay; alone: number } | undefined)[] = [];
	const crowded = new Set<Sighting>();
	const stayOf = (track: number, atS: number): Stay => {
		const before = latest[track];
		if (before !== undefined && before.alone < LEAST_SIGHTINGS) {
			before.stay.toS = atS;
			before.alone = 0;
			return before.stay;
		}
		const begun = { track, fromS: atS, toS: atS } as Stay;
		begun.meeting = begun;
		latest[track] = { stay: begun, alone: 0 };
		stays.push(begun);
		return begun;
	};
	for (const [atS, seen] of [...byTime].sort(([a], [b]) => a - b)) {
		const across = seen.toSorted((a, b) => a.sighting.box.x - b.sighting.box.x);
		for (const [n, one] of across.entries()) {
			for (let k = n + 1; k < across.length; k += 1) {
				const other = across[k];
				if (other === undefined || other.sighting.box.x >= one.sighting.box.x + one.sighting.box.width) break;
				if (shared(one.sighting.box, other.sighting.box) < CROWDED) continue;
				crowded.add(one.sighting).add(other.sighting);
				meetingOf(stayOf(one.track, atS)).meeting = meetingOf(stayOf(other.track, atS));
			}
		}
		for (const { track, sighting } of seen) {
			const stay = latest[track];
			if (stay !== undefined && !crowded.has(sighting)) stay.alone += 1;
		}
	}
	return { stays: joined(stays), crowded };
}

/** One stay for each track in each meeting: who left it for a moment was in it, and so was whom they met meanwhile. */
function joined(stays: readonly Stay[]): readonly Stay[] {
	const byTrack = [...new Set(stays.map(({ track }) => track))].map((track) =>
		stays.filter((stay) => stay.track === track),
	);
	let isStable = false;
	while (!isStable) {
		isStable = true;
		for (const mine of byTrack) {
			for (const [n, stay] of mine.entries()) {
				const last = mine.findLastIndex((other) => meetingOf(other) === meetingOf(stay));
				for (const between of mine.slice(n + 1, last)) {
					if (meetingOf(between) === meetingOf(stay)) continue;
					meetingOf(between).meeting = meetingOf(stay);
					isStable = false;
				}
			}
		}
	}
	return byTrack.flatMap((mine) => {
		const one = new Map<Stay, Stay>();
		for (const stay of mine) {
			const first = one.get(meetingOf(stay));
			if (first === undefined) one.set(meetingOf(stay), stay);
			else first.toS = stay.toS;
		}
		return [...one.values()];
	});
}

function meetingOf(stay: Stay): Stay {
	let found = stay;
	while (found.meeting !== found) found = found.meeting;
	return found;
}

/** The part of the smaller box that both have. */
function shared(a: Box, b: Box): number {
	const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
	const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
	if (width <= 0 || height <= 0) return 0;
	return (width * height) / Math.max(1e-9, Math.min(a.width * a.height, b.width * b.height));
}

/** The sightings up to the middle of the first stay, from there to that of the next, and so on: one piece more than stays. */
function piecesOf({ sightings }: Unnumbered, stays: readonly Stay[]): readonly Piece[] {
	let from = 0;
	const pieces = [...stays.map(({ fromS, toS }) => (fromS + toS) / 2), Infinity].map((untilS, n): Piece => {
		const first = from;
		while (from < sightings.length && (sightings[from]?.atS ?? 0) <= untilS) from += 1;
		return { sightings: sightings.slice(first, from), next: undefined, isNext: n > 0 };
	});
	for (const [n, piece] of pieces.entries()) piece.next = pieces[n + 1];
	return pieces;
}

/** Gives those who come out of a meeting to those who went in, where that is clearly another way round than the tracker's. */
function exchange(meeting: readonly Around[], crowded: ReadonlySet<Sighting>): void {
	const members = meeting.map(({ stay, before, after }) => {
		const alone = ({ sightings }: Piece): readonly Sighting[] => sightings.filter((seen) => !crowded.has(seen));
		return {
			...{ before, after },
			worn: typical(alone(before).filter(({ atS }) => atS >= stay.fromS - LOOK_BACK_S)),
			wears: typical(alone(after).filter(({ atS }) => atS <= stay.toS + LOOK_BACK_S)),
		};
	});
	const into = members.filter(({ worn }) => worn !== undefined);
	const out = members.filter(({ wears }) => wears !== undefined);
	const costs = Float64Array.from(into.flatMap(({ worn }) => out.map(({ wears }) => difference(worn, wears))));
	const chosen = assign(costs, into.length, out.length, NOBODY);
	const cost = (row: number, column: number): number =>
		column < 0 ? NOBODY : Math.min(NOBODY, costs[row * out.length + column] ?? NOBODY);
	const own = into.map((one) => out.indexOf(one));
	const changed = into.filter((_, row) => chosen[row] !== own[row]).length;
	const gain = into.reduce((sum, _, row) => sum + cost(row, own[row] ?? -1) - cost(row, chosen[row] ?? -1), 0);
	if (changed === 0 || gain < CLEARLY * changed) return;
	const taken = new Set([...chosen].map((column) => out[column]?.after));
	for (const [row, { before, after }] of into.entries()) {
		const next = out[chosen[row] ?? -1]?.after;
		if (next === after) continue;
		// Nobody's: it begins a track of its own.
		if (!taken.has(after)) after.isNext = false;
		before.next = next;
		if (next !== undefined) next.isNext = true;
	}
	// Who came out of it has been given to another.
	for (const { before, after, worn } of members) if (worn === undefined && taken.has(after)) before.next = undefined;
}

function joinedFrom(first: Piece, { label, shot }: Unnumbered): readonly Unnumbered[] {
	const sightings: Sighting[] = [];
	for (let piece: Piece | undefined = first; piece !== undefined; piece = piece.next) {
		const lastS = sightings.at(-1)?.atS ?? -Infinity;
		sightings.push(...piece.sightings.filter(({ atS }) => atS > lastS));
	}
	return sightings.length === 0 ? [] : [{ label, shot, sightings }];
}

/** Joins the tracks of those who were gone for a while. */
function foundAgain(tracks: readonly Unnumbered[], aspect: number): readonly Unnumbered[] {
	const ends = tracks.map(({ sightings }) => {
		const [first, last] = [sightings[0], sightings.at(-1)];
		return {
			...{ first, last },
			comes: typical(sightings.filter(({ atS }) => atS <= (first?.atS ?? 0) + LOOK_BACK_S)),
			goes: typical(sightings.filter(({ atS }) => atS >= (last?.atS ?? 0) - LOOK_BACK_S)),
		};
	});
	const [leaving, coming] = [tracks.map(() => new Likeliest()), tracks.map(() => new Likeliest())];
	for (const [row, { last, goes }] of ends.entries()) {
		for (const [column, { first, comes }] of ends.entries()) {
			if (last === undefined || first === undefined || !isReachable(last, first, aspect)) continue;
			const cost = difference(goes, comes);
			leaving[row]?.offer(column, cost);
			coming[column]?.offer(row, cost);
		}
	}
	const next = leaving.map(({ only }, row) => (coming[only]?.only === row ? only : -1));
	const isNext = new Set(next);
	return tracks.flatMap((track, row) => {
		if (isNext.has(row)) return [];
		const sightings = [...track.sightings];
		for (let n = next[row] ?? -1; n >= 0; n = next[n] ?? -1) sightings.push(...(tracks[n]?.sightings ?? []));
		return [{ ...track, sightings }];
	});
}

/** The one of several that is alike, when no other is nearly as much. */
class Likeliest {
	#who = -1;
	#cost = Infinity;
	#secondCost = Infinity;
	offer(who: number, cost: number): void {
		if (cost >= this.#cost) this.#secondCost = Math.min(this.#secondCost, cost);
		else [this.#who, this.#cost, this.#secondCost] = [who, cost, this.#cost];
	}
	/** Its index, or −1. */
	get only(): number {
		return this.#cost < ALIKE && this.#secondCost > this.#cost + CLEARLY ? this.#who : -1;
	}
}

function isReachable(last: Sighting, first: Sighting, aspect: number): boolean {
	const awayS = first.atS - last.atS;
	if (awayS <= 0 || awayS > AWAY_S) return false;
	const change = first.box.height / Math.max(1e-6, last.box.height);
	if (change > SIZE_CHANGE || change < 1 / SIZE_CHANGE) return false;
	const [a, b] = [centreOf(last.box), centreOf(first.box)];
	return Math.hypot((a.x - b.x) * aspect, a.y - b.y) <= last.box.height * (1 + HEIGHTS_PER_S * awayS);
}

/** The median of each colour; undefined where there are too few to tell. */
function typical(sightings: readonly Sighting[]): Colours | undefined {
	const known = sightings.flatMap(({ colours }) => (colours === undefined ? [] : [colours]));
	if (known.length < LEAST_SIGHTINGS) return undefined;
	return (known[0] ?? []).map((_, n) => {
		const values = known.map((colours) => colours[n] ?? 0).sort((a, b) => a - b);
		return values[values.length >> 1] ?? 0;
	});
}

/** The root mean square of the differences, 0..1; infinite where one is unknown. */
function difference(a: Colours | undefined, b: Colours | undefined): number {
	if (a === undefined || b === undefined) return Infinity;
	return Math.sqrt(a.reduce((sum, value, n) => sum + (value - (b[n] ?? 0)) ** 2, 0) / a.length) / 255;
}
