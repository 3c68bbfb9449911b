import { DatasetFiles as Files, type DatasetTree } from '#core/dataset/dataset-files';
import { present } from '#core/result';
import type { FolderTree } from '$lib/storage/folder-tree';
import { failureOf } from './failure-of.ts';

export { captionPath, isFolderOfPictures, soundPath } from '#core/dataset/clip-paths';
export { LISTS } from '#core/dataset/dataset-files';

/** What is written about the clips of one root, and what went wrong with it, in sentences. */
export class DatasetFiles extends Files {
	/** `root` is the folder of the data set under the top of `tree`. */
	constructor(tree: FolderTree, root: string) {
		super(datasetTree(tree), root);
	}
}

const datasetTree = (tree: FolderTree): DatasetTree => {
	const fileAt = async (path: string) => (await tree.file(path))?.getFile();
	return {
		size: async (path) => (await fileAt(path))?.size,
		read: async (path) => present(await fileAt(path), path).text(),
		has: (path) => tree.has(path),
		write: (path, text) => tree.write(path, text),
		copy: async (from, to) => tree.write(to, present(await fileAt(from), from)),
		remove: (path) => tree.remove(path),
		trouble: troubleText,
	};
};

/** The sentence for a file of a data set that could not be written. */
export function troubleText(path: string, thrown: unknown): string {
	const failure = failureOf(thrown, path);
	if (failure.kind === 'out-of-space')
		return `“${path}” could not be written: there is no space left. Free some and retry.`;
	if (failure.kind === 'output-permission') {
		return `“${path}” could not be written: the browser may not change it. Choose the folder again and retry.`;
	}
	const detail = 'detail' in failure ? failure.detail : failure.kind;
	return `“${path}” could not be written (${detail}). Retry; the clip itself is complete.`;
}
