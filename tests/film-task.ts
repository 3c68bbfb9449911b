import type { ExportTask } from '#core/export/export-task';
import { planFilm, type FilmPart, type FilmRequest } from '#core/film/film-plan';
import { DEFAULT_FILM, type FilmSettings } from '#core/film/film';
import type { MediaFacts } from '#core/media/media-facts';
import type { FrameIndex } from '#core/time/frame-index';

/** What a film is planned from. */
export interface FilmSource {
	readonly facts: MediaFacts;
	readonly index: FrameIndex | undefined;
}

/** Seconds [inS, outS) of a file, after a cross-fade from the part before. */
export const part = (of: FilmSource, inS: number, outS: number, crossfadeS = 0): FilmPart => ({
	segment: { media: of.facts.fingerprint, inS, outS, name: '' },
	crossfadeS,
});

/** The task that the app plans for a film. */
export function filmTask(
	sources: readonly FilmSource[],
	items: readonly FilmPart[],
	settings: Partial<FilmSettings> = {},
	more: Partial<FilmRequest> = {},
): ExportTask {
	const find = (media: string): FilmSource => sources.find(({ facts }) => facts.fingerprint === media)!;
	const plan = planFilm({
		items,
		settings: { ...DEFAULT_FILM, ...settings },
		factsOf: (media) => find(media).facts,
		indexOf: (media) => find(media).index,
		tracks: () => undefined,
		now: new Date(0),
		newId: () => crypto.randomUUID(),
		...more,
	});
	if (!plan.ok) throw new Error(plan.error.map(({ text }) => text).join(' '));
	return plan.value.tasks[0]!;
}
