import { shardPath, shardSample } from '#core/dataset/shard';
import { TAR_END, tarHeader, tarPadding } from '#core/dataset/tar';
import type { Marker } from '#core/project/profile';
import type { FolderTree } from '$lib/storage/folder-tree';
import { soundPath } from './dataset-files.ts';

export { shardPath };

/** Writes the shard of a group anew: every clip that is there, with its words. */
export async function writeShard(tree: FolderTree, root: string, marker: Marker): Promise<void> {
	const files: { name: string; file: Blob }[] = [];
	for (const clip of marker.clips) files.push(...(await sample(tree, clip, marker)));
	await tree.write(shardPath(marker, root), tarBytes(files));
}

async function sample(
	tree: FolderTree,
	clip: Marker['clips'][number],
	marker: Marker,
): Promise<{ name: string; file: Blob }[]> {
	const found = (await tree.files(clip.path)).map(({ path }) => path);
	const sound = soundPath(clip.path);
	const hasSound = (await tree.file(sound)) !== undefined;
	const files: { name: string; file: Blob }[] = [];
	for (const member of shardSample(clip, marker, found, hasSound ? sound : undefined)) {
		const file = 'text' in member ? new Blob([member.text]) : await (await tree.file(member.path))?.getFile();
		if (file !== undefined) files.push({ name: member.name, file });
	}
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
