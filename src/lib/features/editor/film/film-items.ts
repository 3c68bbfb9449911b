import type { FilmPart } from '#core/film/film-plan';
import type { Fingerprint } from '#core/media/fingerprint';
import type { MediaFacts } from '#core/media/media-facts';
import type { Project, Segment } from '#core/project/project';
import type { MediaRecord } from '$lib/storage/media-record';

/** A clip of the film as the panel shows it. */
export interface FilmClip {
	/** Id of the film's item; of the segment while the film is implied. */
	readonly id: string;
	readonly segment: Segment;
	/** 1-based place of the segment in the list of its file, which names it when it has no name. */
	readonly number: number;
	readonly crossfadeS: number;
	/** Undefined when the file is not in the library. */
	readonly facts: MediaFacts | undefined;
}

/** The segments that make the film while nobody has put one together: those that are ticked, in the order of the lists. */
export const impliedSegments = ({ segments }: Pick<Project, 'segments'>): readonly Segment[] =>
	segments.filter(({ selected }) => selected);

/** The clips of the film; items whose segment is gone are left out. */
export function filmClips(
	{ film, segments }: Pick<Project, 'film' | 'segments'>,
	factsOf: (media: Fingerprint) => MediaFacts | undefined,
): readonly FilmClip[] {
	const numbers = segmentNumbers(segments);
	const clip = (id: string, segment: Segment, crossfadeS: number): FilmClip => ({
		...{ id, segment, crossfadeS, number: numbers.get(segment.id) ?? 1 },
		facts: factsOf(segment.media),
	});
	if (film.length === 0) return impliedSegments({ segments }).map((segment) => clip(segment.id, segment, 0));
	const byId = new Map(segments.map((segment) => [segment.id, segment]));
	return film.flatMap((item) => {
		const segment = byId.get(item.segment);
		return segment === undefined ? [] : [clip(item.id, segment, item.crossfadeS)];
	});
}

/** Counts the segments of each file from 1, in the order of the lists. */
function segmentNumbers(segments: readonly Segment[]): ReadonlyMap<string, number> {
	const counts = new Map<Fingerprint, number>();
	return new Map(
		segments.map(({ id, media }) => {
			const number = (counts.get(media) ?? 0) + 1;
			counts.set(media, number);
			return [id, number];
		}),
	);
}

export const partOf = ({ segment, number, crossfadeS }: FilmClip): FilmPart => ({
	segment: { ...segment, number },
	crossfadeS,
});

export const factsByMedia = (records: readonly MediaRecord[]): ReadonlyMap<Fingerprint, MediaFacts> =>
	new Map(records.flatMap(({ fingerprint, facts }) => (facts === undefined ? [] : ([[fingerprint, facts]] as const))));

/** The files of the film, each once. */
export const filesOf = (clips: readonly FilmClip[]): readonly Fingerprint[] => [
	...new Set(clips.map(({ segment }) => segment.media)),
];

/** The cross-fade of all joins; undefined when they differ. */
export function commonCrossfade(clips: readonly FilmClip[]): number | undefined {
	const [first = 0, ...others] = clips.slice(1).map(({ crossfadeS }) => crossfadeS);
	return others.every((crossfadeS) => crossfadeS === first) ? first : undefined;
}
