import { foldersAbove, pathBelow } from '#core/dataset/dataset-entry';
import type { Failure } from '#core/failure';
import type { MarkedClip, Marker } from '#core/project/profile';
import { err, ok, type Result } from '#core/result';
import type { FolderTree } from '$lib/storage/folder-tree';
import type { Storage } from '$lib/storage/storage';
import { DatasetFiles, isFolderOfPictures, soundPath } from './dataset-files.ts';
import { failureOf } from './failure-of.ts';
import { removeFromTree } from './kept-files.ts';
import { shardPath, writeShard } from './shard-file.ts';

/**
 * Deletes clips of a group from `tree`, then their entries in every list above them, then their history. What could not be deleted keeps
 * its entries and its history, and is named in the failure; sentences about lists that could not be changed go to `say`.
 */
export async function removeClips(
	storage: Storage,
	tree: FolderTree,
	marker: Marker,
	paths: readonly string[],
	say: (sentence: string) => void = (sentence) => console.warn(sentence),
): Promise<Result<void, Failure>> {
	const gone: string[] = [];
	let failure: Failure | undefined;
	for (const path of paths) {
		try {
			await removeFromTree(tree, [path, ...(isFolderOfPictures(path) ? [soundPath(path)] : [])]);
			gone.push(path);
		} catch (thrown) {
			failure ??= failureOf(thrown, path);
		}
	}
	const left = marker.clips.filter(({ path }) => !gone.includes(path));
	const roots = new Set(gone.flatMap(foldersAbove));
	for (const root of roots) {
		const files = new DatasetFiles(tree, root);
		await files.remove(gone.flatMap((path) => pathBelow(root, path) ?? []));
		files.trouble.forEach(say);
		await renewShard(tree, root, { ...marker, clips: left }, say);
		await tree.prune(root);
	}
	await forgetClips(storage, marker.id, gone);
	return failure === undefined ? ok(undefined) : err(failure);
}

/** A shard of the group holds what is left, or goes. */
async function renewShard(
	tree: FolderTree,
	root: string,
	marker: Marker,
	say: (sentence: string) => void,
): Promise<void> {
	const path = shardPath(marker, root);
	try {
		if ((await tree.file(path)) === undefined) return;
		if (marker.clips.length === 0) await tree.remove(path);
		else await writeShard(tree, root, marker);
	} catch (thrown) {
		say(`“${path}” could not be changed: ${String(thrown)}`);
	}
}

/** Takes clips out of the history of every profile; files stay. */
export async function forgetClips(
	storage: Storage,
	marker: string,
	paths: readonly MarkedClip['path'][],
): Promise<void> {
	for (const name of await storage.profiles.names()) {
		const profile = await storage.profiles.open(name);
		profile.forgetClips(marker, paths);
		await profile.flush();
	}
}
