import type { MarkedClip, Marker } from '#core/profile';

/** Paths of a group's files that `clips` do not write again. */
export const leftOver = (
	{ clips: before }: Pick<Marker, 'clips'>,
	clips: readonly Pick<MarkedClip, 'path'>[],
): readonly string[] => before.map(({ path }) => path).filter((path) => !clips.some((clip) => clip.path === path));
