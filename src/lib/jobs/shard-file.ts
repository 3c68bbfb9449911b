import { shardKey, shardName, type ShardFacts } from '#core/dataset/shard';
import { TAR_END, tarHeader, tarPadding } from '#core/dataset/tar';
import { batchName } from '#core/batch/batch-plan';
import type { Marker } from '#core/project/profile';
import { join, type FolderTree } from '$lib/storage/folder-tree';
import { soundPath } from './dataset-files.ts';

/** Path of the shard of a group, under the destination. */
export const shardPath = (marker: Pick<Marker, 'batch' | 'mediaName' | 'counter'>, root: string): string =>
	join(root, shardName(batchName(marker.batch, marker.mediaName), marker.counter));

/** Writes the shard of a group anew: every clip that is there, with its words. */
export async function writeShard(tree: FolderTree, root: string, marker: Marker): Promise<void> {
	const files: { name: string; file: Blob }[] = [];
	for (const clip of marker.clips) files.push(...(await sample(tree, clip, marker)));
	await tree.write(shardPath(marker, root), tarBytes(files));
}

async function sample(
	tree: FolderTree,
	{ path, inS, outS }: Marker['clips'][number],
	{ label, category, mediaName }: Marker,
): Promise<{ name: string; file: Blob }[]> {
	const found = await tree.files(path);
	if (found.length === 0) return [];
	const key = shardKey(path);
	const files: { name: string; file: Blob }[] = [];
	for (const { path: at, handle } of found) {
		const last = at.slice(at.lastIndexOf('/') + 1);
		// A clip's ending, or a picture's name: both are the field of the sample.
		const field = at === path ? last.slice(last.lastIndexOf('.') + 1) : last;
		files.push({ name: `${key}.${field}`, file: await handle.getFile() });
	}
	const sound = found[0]?.path === path ? undefined : await (await tree.file(soundPath(path)))?.getFile();
	if (sound !== undefined) files.push({ name: `${key}.wav`, file: sound });
	if (label.trim() !== '') files.push({ name: `${key}.txt`, file: new Blob([label]) });
	const facts: ShardFacts = { path, label, category, media: mediaName, in: inS, out: outS };
	files.push({ name: `${key}.json`, file: new Blob([JSON.stringify(facts)]) });
	return files;
}

/** A tar of `files`, read one after the other as it is written. */
async function* tarBytes(files: readonly { name: string; file: Blob }[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
	for (const { name, file } of files) {
		yield tarHeader(name, file.size);
		const reader = file.stream().getReader();
		for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
		const padding = tarPadding(file.size);
		if (padding > 0) yield new Uint8Array(padding);
	}
	yield TAR_END;
}
