import { ascii, box, concat, fullBox, list32, u32, u64, type Bytes } from './box-writing.ts';
import { trackHeader, type TrackTemplate } from './track-template.ts';

/** A run of samples that lie together in the file. */
export interface Chunk {
	/** When it is due, in seconds of the output: chunks of all tracks are stored in this order. */
	readonly dueS: number;
	readonly samples: number;
	readonly bytes: number;
}

/** A track as it will be listed. Times in its own units. */
export interface ListedTrack {
	readonly template: TrackTemplate;
	readonly chunks: readonly Chunk[];
	/** Bytes of each sample, or of every one of `count`. */
	readonly sizes: readonly number[] | { readonly each: number; readonly count: number };
	/** Runs of samples: how many, and how long each. */
	readonly steps: readonly (readonly [count: number, length: number])[];
	/** Runs of samples: how many, and how long after its decoding each is shown. Empty: at once. */
	readonly offsets: readonly (readonly [count: number, length: number])[];
	/** Numbers of the key samples from 0; undefined: all are. */
	readonly keys: readonly number[] | undefined;
	/** What of the track is played: nothing for `emptyS` seconds, then from `fromUnits` on, for `lengthS`. */
	readonly played: { readonly emptyS: number; readonly fromUnits: number; readonly lengthS: number };
}

/** Units a second of the movie: fine enough for a sample of sound. */
const MOVIE_TIMESCALE = 48_000;

const toMovie = (seconds: number): number => Math.round(seconds * MOVIE_TIMESCALE);
const needsLong = (value: number): boolean => value > 0x7fffffff;

export const fileType = (container: 'mp4' | 'mov'): Bytes =>
	container === 'mov'
		? box('ftyp', ascii('qt  '), u32(0x200), ascii('qt  '))
		: box('ftyp', ascii('isom'), u32(0x200), ...['isom', 'iso2', 'mp41'].map(ascii));

/**
 * The movie box (ISO/IEC 14496-12 §8.2). `places`: for each track where each of its chunks starts in the file. Its length depends on the tracks and
 * `long` (64-bit places) alone.
 */
export function movieBox(
	tracks: readonly ListedTrack[],
	places: readonly (readonly number[])[],
	durationS: number,
	long: boolean,
): Bytes {
	const duration = toMovie(durationS);
	const wide = needsLong(duration);
	const times = wide ? [u64(0, 0), u32(MOVIE_TIMESCALE), u64(duration)] : [u32(0, 0, MOVIE_TIMESCALE, duration)];
	const rest = u32(0x00010000, 0x01000000, 0, 0, ...IDENTITY, 0, 0, 0, 0, 0, 0, tracks.length + 1);
	return box(
		'moov',
		fullBox('mvhd', wide ? 1 : 0, 0, ...times, rest),
		...tracks.map((track, i) => trackBox(track, i + 1, places[i] ?? [], long)),
	);
}

const IDENTITY = [0x00010000, 0, 0, 0, 0x00010000, 0, 0, 0, 0x40000000];

function trackBox(track: ListedTrack, id: number, places: readonly number[], long: boolean): Bytes {
	const { template, played } = track;
	const lengthUnits = track.steps.reduce((sum, [count, length]) => sum + count * length, 0);
	const wide = needsLong(lengthUnits);
	const times = wide
		? [u64(0, 0), u32(template.timescale), u64(lengthUnits)]
		: [u32(0, 0, template.timescale, lengthUnits)];
	const duration = toMovie(played.emptyS) + toMovie(played.lengthS);
	return box(
		'trak',
		box('tkhd', trackHeader(template, id, duration)),
		editBox(played),
		box(
			'mdia',
			fullBox('mdhd', wide ? 1 : 0, 0, ...times, u32(template.language * 65536)),
			template.handler,
			box(
				'minf',
				template.mediaHeader,
				box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1))),
				sampleTable(track, places, long),
			),
		),
	);
}

function editBox({ emptyS, fromUnits, lengthS }: ListedTrack['played']): Bytes {
	const edits: (readonly [duration: number, from: number])[] = [];
	if (toMovie(emptyS) > 0) edits.push([toMovie(emptyS), -1]);
	edits.push([toMovie(lengthS), fromUnits]);
	const wide = edits.some(([duration, from]) => needsLong(duration) || needsLong(from));
	const rows = edits.map(([duration, from]) =>
		concat([wide ? u64(duration, from) : u32(duration, from >>> 0), u32(0x00010000)]),
	);
	return box('edts', fullBox('elst', wide ? 1 : 0, 0, u32(edits.length), ...rows));
}

function sampleTable(track: ListedTrack, places: readonly number[], long: boolean): Bytes {
	const { template, sizes, steps, offsets, keys, chunks } = track;
	const parts = [
		fullBox('stsd', 0, 0, u32(1), template.description),
		list32('stts', [steps.length], steps.flat()),
		...(keys === undefined
			? []
			: [
					list32(
						'stss',
						[keys.length],
						keys.map((n) => n + 1),
					),
				]),
		...(offsets.length === 0 ? [] : [list32('ctts', [offsets.length], offsets.flat())]),
		chunkRuns(chunks),
		'each' in sizes ? list32('stsz', [sizes.each, sizes.count]) : list32('stsz', [0, sizes.length], sizes),
		long
			? list32(
					'co64',
					[places.length],
					places.flatMap((place) => [Math.floor(place / 2 ** 32), place % 2 ** 32]),
				)
			: list32('stco', [places.length], places),
	];
	return box('stbl', ...parts);
}

/** Consecutive chunks with the same number of samples are one row. */
function chunkRuns(chunks: readonly Chunk[]): Bytes {
	const rows: number[] = [];
	chunks.forEach(({ samples }, i) => {
		if (chunks[i - 1]?.samples !== samples) rows.push(i + 1, samples, 1);
	});
	return list32('stsc', [rows.length / 3], rows);
}
