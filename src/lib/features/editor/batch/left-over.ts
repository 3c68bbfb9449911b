import type { BatchSettings } from '#core/batch/batch';
import { batchName, safeFolder } from '#core/batch/batch-plan';
import type { MarkedClip, Marker } from '#core/project/profile';

/** Paths of a group's files that `clips` do not write again. */
export const leftOver = (
	{ clips: before }: Pick<Marker, 'clips'>,
	clips: readonly Pick<MarkedClip, 'path'>[],
): readonly string[] => before.map(({ path }) => path).filter((path) => !clips.some((clip) => clip.path === path));

/** Whether a batch of `settings` lies where the group lies. Elsewhere its number may be that of another group. */
export const staysInPlace = (
	{ batch, mediaName: before }: Pick<Marker, 'batch' | 'mediaName'>,
	settings: Pick<BatchSettings, 'name' | 'folder'>,
	mediaName: string,
): boolean =>
	batchName(batch, before) === batchName(settings, mediaName) &&
	safeFolder(batch.folder) === safeFolder(settings.folder);
