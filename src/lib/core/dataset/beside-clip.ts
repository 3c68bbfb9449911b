import type { AfterExport } from '../export/after-export.ts';
import { captionPath } from './clip-paths.ts';
import { LISTS } from './dataset-files.ts';
import { shardPath } from './shard.ts';

/**
 * Where something may be written down about a clip: its caption, the shard of its group, the lists of its data set. Paths under the destination,
 * like `clip`; which of them are there depends on what was asked for.
 */
export function pathsBeside(clip: string, { marker, annotation }: AfterExport): readonly string[] {
	if (annotation === undefined) return [];
	const { root } = annotation;
	const lists = LISTS.map(({ fileName }) => (root === '' ? fileName : `${root}/${fileName}`));
	return [captionPath(clip), shardPath(marker, root), ...lists];
}
