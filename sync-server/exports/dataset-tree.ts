import { createReadStream } from 'node:fs';
import { soundPath } from '#core/dataset/clip-paths';
import type { DatasetTree } from '#core/dataset/dataset-files';
import { shardPath, shardSample } from '#core/dataset/shard';
import { TAR_END, tarHeader, tarPadding } from '#core/dataset/tar';
import type { Marker } from '#core/project/profile';
import type { ExportFolder } from './export-folder.ts';
import { failureOfFiles } from './failure-of.ts';

/** The export folder as lists of data sets see it. */
export const datasetTree = (folder: ExportFolder): DatasetTree => ({
	size: async (path) => (await folder.files(path)).find((file) => file.path === path)?.bytes,
	read: (path) => folder.read(path),
	has: (path) => folder.has(path),
	write: (path, text) => folder.write(path, text),
	copy: (from, to) => folder.copy(from, to),
	remove: (path) => folder.remove(path),
	trouble: troubleText,
});

export function troubleText(path: string, thrown: unknown): string {
	const failure = failureOfFiles(thrown, path);
	switch (failure.kind) {
		case 'out-of-space':
			return `“${path}” could not be written: there is no space left on the server. Free some and retry.`;
		case 'output-permission':
			return `“${path}” could not be written: the server may not write to its export folder. Give it the right to and retry.`;
		default:
			return `“${path}” could not be written (${'detail' in failure ? failure.detail : failure.kind}). Retry; the clip itself is complete.`;
	}
}

/** Writes the shard of a group anew: every clip that is there, with its words. */
export async function writeShard(folder: ExportFolder, root: string, marker: Marker): Promise<void> {
	await folder.write(shardPath(marker, root), shardBytes(folder, marker));
}

async function* shardBytes(folder: ExportFolder, marker: Marker): AsyncGenerator<Uint8Array> {
	for (const clip of marker.clips) {
		const there = (await folder.files(clip.path)).map(({ path }) => path);
		const sound = soundPath(clip.path);
		const hasSound = (await folder.files(sound)).length > 0;
		for (const member of shardSample(clip, marker, there, hasSound ? sound : undefined)) {
			if ('text' in member) yield* entry(member.name, [Buffer.from(member.text)], Buffer.byteLength(member.text));
			else {
				const [file] = await folder.files(member.path);
				const full = await folder.find(member.path);
				if (file !== undefined && full !== undefined) yield* entry(member.name, createReadStream(full), file.bytes);
			}
		}
	}
	yield TAR_END;
}

async function* entry(
	name: string,
	content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
	bytes: number,
): AsyncGenerator<Uint8Array> {
	yield tarHeader(name, bytes);
	yield* content;
	const padding = tarPadding(bytes);
	if (padding > 0) yield new Uint8Array(padding);
}
