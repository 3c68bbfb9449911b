import { awaitedPath } from '#core/crop/crop-span';
import type { CropTrack } from '#core/crop/crop-track';
import type { Fingerprint } from '#core/media/fingerprint';
import type { ClosedSpan } from '#core/formats/imported';
import { ospProjectOf } from '#core/formats/osp-project';
import { writeOsp } from '#core/formats/osp';
import { LIST_ENDINGS, writeList, type WrittenFormat } from '#core/formats/write-list';
import { calledSegment } from '#core/export/source-span';
import type { MediaFacts } from '#core/media/media-facts';
import { safeFileName, withoutExtension } from '#core/export/name-template';
import type { Project, Segment } from '#core/project/project';
import type { MediaStore } from '$lib/storage/storage';
import { text } from './text.ts';

/** What cuts go out as. */
export type ListTarget = WrittenFormat | 'osp';

/** A segment with the file it is of. */
export interface Cut {
	readonly segment: Segment;
	readonly facts: MediaFacts;
}

/** Which segments go out: those of the open file, the film in its order, or all in theirs. */
export type CutScope = 'file' | 'film' | 'all';

export interface ListFile {
	readonly name: string;
	readonly text: string;
	readonly count: number;
	/** Sentences for the person. */
	readonly notes: readonly string[];
}

/** The lists that tell of each cut which file it is of. */
export const holdsManyFiles = (target: ListTarget): boolean =>
	target === 'osp' || target === 'edl' || target === 'otio';

/** The segments of a scope, in order. */
export function segmentsOf(project: Project, media: Fingerprint, scope: CutScope): readonly Segment[] {
	if (scope === 'all') return project.segments;
	if (scope === 'file') return project.segments.filter((segment) => segment.media === media);
	const byId = new Map(project.segments.map((segment) => [segment.id, segment]));
	return project.film.flatMap(({ segment }) => byId.get(segment) ?? []);
}

/** Segments with the facts of their files. One whose file was never read here cannot go into a list: `notes` say so. */
export async function cutsOf(
	segments: readonly Segment[],
	project: Project,
	store: Pick<MediaStore, 'get'>,
): Promise<{ readonly cuts: readonly Cut[]; readonly notes: readonly string[] }> {
	const facts = new Map<Fingerprint, MediaFacts | undefined>();
	for (const { media } of segments) {
		if (!facts.has(media)) facts.set(media, (await store.get(media))?.facts);
	}
	const cuts = segments.flatMap((segment): Cut[] => {
		const known = facts.get(segment.media);
		return known === undefined ? [] : [{ segment, facts: known }];
	});
	const unknown = [...facts].flatMap(([media, known]) => (known === undefined ? [media] : []));
	return { cuts, notes: unknown.map((media) => text.noFacts(project.media[media]?.name ?? media)) };
}

/** Why cuts cannot go into a project that crops: the first whose camera path has not come from another device yet. Other lists hold no crops. */
export function awaitedIn(cuts: readonly Cut[], crops: Readonly<Record<Fingerprint, CropTrack>>): string | undefined {
	for (const [n, { segment, facts }] of cuts.entries()) {
		const track = facts.video && crops[segment.media];
		const awaited = awaitedPath(track, segment, calledSegment(segment.name, n + 1));
		if (awaited !== undefined) return awaited;
	}
	return undefined;
}

/** The text of a list of `cuts`, and the name to save it under. `title` names the whole. */
export function listFileOf(
	target: ListTarget,
	cuts: readonly Cut[],
	{
		title,
		crops,
		id,
	}: { readonly title: string; readonly crops: Readonly<Record<Fingerprint, CropTrack>>; readonly id: string },
): ListFile {
	const base = safeFileName(withoutExtension(title), 'cuts');
	if (target === 'osp') {
		const { project, notes } = ospProjectOf(
			id,
			cuts.map(({ segment, facts }) => ({
				facts,
				name: segment.name,
				inS: segment.inS,
				outS: segment.outS,
				crop: segment.crop,
				track: crops[segment.media],
			})),
		);
		return { name: `${base}.osp`, text: writeOsp(project), count: cuts.length, notes };
	}
	const lead = cuts.find(({ facts }) => facts.video !== undefined)?.facts ?? cuts[0]?.facts;
	const spans = cuts.map(({ segment, facts }): ClosedSpan => ({
		inS: fromStart(segment.inS, facts),
		outS: fromStart(segment.outS, facts),
		name: segment.name,
		tags: segment.tags,
		selected: segment.selected,
		mediaName: facts.name,
	}));
	const words = writeList(target, spans, {
		title: withoutExtension(title),
		mediaName: lead?.name ?? '',
		fps: lead?.video?.fps ?? { num: 25, den: 1 },
	});
	const notes = target === 'youtube' ? [text.youtubeNote] : [];
	return { name: `${base}${LIST_ENDINGS[target]}`, text: words, count: cuts.length, notes };
}

/** Lists count from the start of the file. Rounded to nanoseconds: a difference of doubles has a tail of digits that means nothing. */
const fromStart = (timeS: number, { firstTimestampS }: MediaFacts): number =>
	firstTimestampS === 0 ? timeS : Math.round((timeS - firstTimestampS) * 1e9) / 1e9;
