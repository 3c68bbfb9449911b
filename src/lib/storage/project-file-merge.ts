import type { ProjectMerge } from '#core/project/octocut-file-merge';
import type { NewFilmItem, ProjectDocument } from './project-document.ts';

/** Puts what a project file adds into the open project, as one undo step. Returns the ids of the new segments. */
export function mergeProject(document: ProjectDocument, merge: ProjectMerge): readonly string[] {
	return document.asOneStep(() => {
		const { settings } = merge;
		for (const { fingerprint, name } of merge.media) document.addMedia(fingerprint, name);
		const ids = document.addSegments(merge.segments.map(({ id: _id, order: _order, ...segment }) => segment));
		const idOf = new Map(merge.segments.map(({ id }, i) => [id, ids[i]]));
		for (const [media, track] of merge.crops) document.setTrack(media, track);
		document.addFilmItems(
			merge.film.flatMap(({ added, here, crossfadeS }): NewFilmItem[] => {
				const segment = here ?? idOf.get(added ?? '');
				return segment === undefined ? [] : [{ segment, crossfadeS }];
			}),
		);
		if (settings !== undefined && settings.name !== '') document.rename(settings.name);
		if (settings?.filmSettings !== undefined) document.setFilmSettings(settings.filmSettings);
		if (settings?.batch !== undefined) document.setBatch(settings.batch);
		return ids;
	});
}
