import * as z from 'zod';
import { BatchSettings } from '../batch/batch.ts';
import { CropTrack } from '../crop/crop-track.ts';
import { FilmItem, FilmSettings } from '../film/film.ts';
import { Fingerprint } from '../media/fingerprint.ts';
import { parseJson } from '../formats/json-text.ts';
import { MediaFacts } from '../media/media-facts.ts';
import { Marker } from './profile.ts';
import { Project, Segment } from './project.ts';
import { err, ok, type Result } from '../result.ts';

/** Version of the project file that this app reads and writes. */
export const OCTOCUT_VERSION = 1;
/** The entry of the ZIP that holds the project. */
export const PROJECT_ENTRY = 'project.json';
/** Largest `project.json` that is read, in bytes: hundreds of thousands of cuts. */
export const MAX_PROJECT_BYTES = 64_000_000;
/** Largest frame index that is read, in bytes: weeks of film. */
export const MAX_INDEX_BYTES = 64_000_000;
/** Most entries that a project file has. */
export const MAX_OCTOCUT_ENTRIES = 10_000;

/** A file of the project: what it is, so that it is known again, and where its parts lie in the ZIP. */
export const OctocutMedia = z
	.object({
		fingerprint: Fingerprint,
		name: z.string().min(1).max(1000),
		bytes: z.int().nonnegative(),
		facts: MediaFacts.optional(),
		/** Entry with the times of its frames. */
		index: z.string().min(1).optional(),
		/** Entry with the file itself, stored as it is. */
		file: z.string().min(1).optional(),
	})
	.refine((media) => media.fingerprint.startsWith(`${media.bytes}-`), {
		error: 'its size is not that of its fingerprint',
	})
	.refine((media) => media.facts === undefined || media.facts.fingerprint === media.fingerprint, {
		error: 'its facts are of another file',
	})
	.readonly();
export type OctocutMedia = z.infer<typeof OctocutMedia>;

/** What was exported of the project's files, as one profile knows it. */
const OctocutProfile = z.object({ name: z.string().min(1).max(80), markers: z.array(Marker).readonly() }).readonly();
export type OctocutProfile = z.infer<typeof OctocutProfile>;

/** What `project.json` of a project file (`.octocut`, a ZIP) holds. */
export const OctocutFile = z
	.object({
		format: z.literal('octocut'),
		version: z.literal(OCTOCUT_VERSION),
		project: Project,
		media: z.array(OctocutMedia).readonly(),
		profiles: z.array(OctocutProfile).readonly(),
	})
	.readonly();
export type OctocutFile = z.infer<typeof OctocutFile>;

/** What could be read of a project file; `aside` are sentences about what could not. */
export interface OctocutContent {
	readonly name: string;
	readonly media: readonly OctocutMedia[];
	readonly segments: readonly Segment[];
	readonly crops: Readonly<Record<Fingerprint, CropTrack>>;
	readonly film: readonly FilmItem[];
	readonly filmSettings: FilmSettings | undefined;
	readonly batch: BatchSettings | undefined;
	readonly profiles: readonly OctocutProfile[];
	readonly aside: readonly string[];
}

const Head = z.looseObject({ format: z.literal('octocut'), version: z.number() });
const List = z.array(z.unknown()).catch([]);
const Body = z.looseObject({
	project: z.looseObject({
		name: z.string().catch(''),
		segments: List,
		film: List,
		crops: z.record(z.string(), z.unknown()).catch({}),
		filmSettings: z.unknown().optional(),
		batch: z.unknown().optional(),
	}),
	media: List,
	profiles: z.array(z.looseObject({ name: z.string().min(1).max(80), markers: List })).catch([]),
});

/**
 * Reads the text of `project.json`. An entry that does not parse is set aside with a sentence, the rest is read. The error is a sentence
 * about the whole: broken, or written by a newer app.
 */
export function readOctocutFile(text: string): Result<OctocutContent, string> {
	const value = parseJson(text);
	const head = Head.safeParse(value);
	if (!head.success) return err('its project cannot be read: it is broken, or was made by something else');
	if (head.data.version > OCTOCUT_VERSION)
		return err(
			`it was saved by a newer Octocut (version ${head.data.version} of the format, ${OCTOCUT_VERSION} is known here). Reload to update Octocut, then open it again`,
		);
	const body = Body.safeParse(value);
	if (!body.success) return err('its project cannot be read: a part of it is missing');
	const { project } = body.data;
	const reading = new Reading();
	const media = unique(reading.list('file', OctocutMedia, body.data.media), ({ fingerprint }) => fingerprint, reading);
	const known = new Set(media.map(({ fingerprint }) => fingerprint));
	const segments = unique(reading.list('segment', Segment, project.segments), ({ id }) => id, reading).filter(
		(segment) =>
			reading.keeps(known.has(segment.media), `the segment “${segment.name}” is of a file that is not in the project`),
	);
	const present = new Set(segments.map(({ id }) => id));
	return ok({
		name: project.name,
		media,
		segments: segments.sort(byOrder),
		crops: Object.fromEntries(
			Object.entries(project.crops).flatMap(([key, crop]) => {
				const track = known.has(key) ? reading.one(`the crop of ${key}`, CropTrack, crop) : undefined;
				return track === undefined ? [] : [[key, track]];
			}),
		),
		film: reading
			.list('part of the film', FilmItem, project.film)
			.filter(({ segment }) => reading.keeps(present.has(segment), 'a part of the film has lost its segment'))
			.sort(byOrder),
		filmSettings: reading.one('the settings of the film', FilmSettings, project.filmSettings),
		batch: reading.one('the settings of the batch', BatchSettings, project.batch),
		profiles: body.data.profiles.map(({ name, markers }) => ({
			name,
			markers: reading.list('mark', Marker, markers).filter((marker) => known.has(marker.media)),
		})),
		aside: reading.aside,
	});
}

/** Remembers what was set aside. */
class Reading {
	readonly aside: string[] = [];

	one<T>(what: string, schema: z.ZodType<T>, value: unknown): T | undefined {
		if (value === undefined) return undefined;
		const parsed = schema.safeParse(value);
		if (parsed.success) return parsed.data;
		const issue = parsed.error.issues[0];
		this.aside.push(`${what} cannot be read (${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')})`);
		return undefined;
	}
	list<T>(noun: string, schema: z.ZodType<T>, values: readonly unknown[]): T[] {
		return values.flatMap((value, i) => {
			const read = this.one(`${noun} ${i + 1}`, schema, value);
			return read === undefined ? [] : [read];
		});
	}
	keeps(fits: boolean, otherwise: string): boolean {
		if (!fits) this.aside.push(otherwise);
		return fits;
	}
}

function unique<T>(entries: readonly T[], idOf: (entry: T) => string, reading: Reading): T[] {
	const ids = new Set<string>();
	return entries.filter((entry) => {
		const id = idOf(entry);
		const fresh = !ids.has(id);
		ids.add(id);
		return reading.keeps(fresh, `two entries have the id ${id.slice(0, 40)}: the second was left out`);
	});
}

const byOrder = (a: { readonly order: string }, b: { readonly order: string }): number =>
	a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
