import type { BatchSettings } from '../batch/batch.ts';
import type { CropTrack } from '../crop/crop-track.ts';
import type { FilmSettings } from '../film/film.ts';
import type { Fingerprint } from '../media/fingerprint.ts';
import type { OctocutContent } from './octocut-file.ts';
import type { Project, Segment } from './project.ts';

/** An item of the film: `added` is a segment's id in the file, `here` one in the open project. */
export interface MergedFilmItem {
	readonly added?: string;
	readonly here?: string;
	readonly crossfadeS: number;
}

/** What taking a project file into an open project adds to it. */
export interface ProjectMerge {
	readonly media: readonly { readonly fingerprint: Fingerprint; readonly name: string }[];
	/** Segments that are new here; `id` is theirs in the file. */
	readonly segments: readonly Segment[];
	readonly crops: readonly (readonly [Fingerprint, CropTrack])[];
	/** The film, at the end of the one that is here. Each item's segment: one of the file (`added`) or one that is here already. */
	readonly film: readonly MergedFilmItem[];
	/** Taken over when nothing has been made in the open project. */
	readonly settings:
		| {
				readonly name: string;
				readonly filmSettings: FilmSettings | undefined;
				readonly batch: BatchSettings | undefined;
		  }
		| undefined;
	/** Sentences for the person: what was there already and stays as it is. */
	readonly notes: readonly string[];
}

/**
 * Decides what of a project file goes into the open project. Nothing that is here is changed: segments that are here already are not added
 * again, a file that has a crop keeps it. Opening the same file twice adds nothing.
 */
export function planProjectMerge(here: Project, file: OctocutContent): ProjectMerge {
	const known = new Map(here.segments.map((segment) => [cutOf(segment), segment.id]));
	const already = new Map(
		file.segments.flatMap((segment) => {
			const id = known.get(cutOf(segment));
			return id === undefined ? [] : [[segment.id, id] as const];
		}),
	);
	const crops = Object.entries(file.crops);
	const isKept = (media: Fingerprint): boolean => here.crops[media] !== undefined;
	const film = file.film.map(({ segment, crossfadeS }): MergedFilmItem => {
		const id = already.get(segment);
		return { ...(id === undefined ? { added: segment } : { here: id }), crossfadeS };
	});
	const filmIsHere =
		film.length > 0 &&
		film.length <= here.film.length &&
		film.every(({ here: id }, i) => id !== undefined && here.film[i]?.segment === id);
	const keptCrops = crops.filter(([media, track]) => isKept(media) && !alike(here.crops[media], track));
	const isNew = here.segments.length === 0 && here.film.length === 0 && Object.keys(here.crops).length === 0;
	return {
		media: file.media.filter(({ fingerprint }) => here.media[fingerprint] === undefined),
		segments: file.segments.filter(({ id }) => !already.has(id)),
		crops: crops.filter(([media]) => !isKept(media)),
		film: filmIsHere ? [] : film,
		settings: isNew ? { name: file.name, filmSettings: file.filmSettings, batch: file.batch } : undefined,
		notes: [
			...(already.size === 0 ? [] : [`${already.size} of its segments are here already.`]),
			...keptCrops.map(([media]) => `“${here.media[media]?.name ?? media}” keeps the crop that it has here.`),
		],
	};
}

const cutOf = ({ media, inS, outS, name, label }: Segment): string => JSON.stringify([media, inS, outS, name, label]);

/** Both were made by the same schema, whose keys have one order. */
const alike = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
