import { groupName } from '#core/batch/batch-plan';
import { mayBeOneFolder } from '#core/project/on-server';
import type { FolderTree } from '$lib/storage/folder-tree';
import { join } from '$lib/storage/folder-tree';
import type { Destination } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import { destinationId, destinationTree } from './destination-tree.ts';
import { sameDestination } from './kept-files.ts';

/** Which groups are numbered together: those of one name in one folder. */
export interface GroupPlace {
	readonly destination: Destination;
	/** Under the destination; empty: the destination itself. */
	readonly folder: string;
	/** First part of the names, safe as a file name. */
	readonly name: string;
}

/**
 * The number that comes after all of this name: in the history of every profile, on the disk, and in the queue. Names that differ only in
 * case count as one, as they do on many disks.
 */
export async function nextCounter(storage: Storage, { destination, folder, name }: GroupPlace): Promise<number> {
	const start = join(folder, groupName(name, 0)).slice(0, -3).toLowerCase();
	const paths = [
		...(await pathsInHistory(storage, destinationId(destination))),
		...(await pathsInQueue(storage, destination)),
		...(await pathsOnDisk(await destinationTree(storage, destination), folder)),
	];
	const counters = paths.map((path) => {
		const lower = path.toLowerCase();
		const digits = lower.startsWith(start) ? /^\d+/u.exec(lower.slice(start.length))?.[0] : undefined;
		return digits === undefined ? 0 : Number(digits);
	});
	return 1 + counters.filter(Number.isSafeInteger).reduce((most, counter) => Math.max(most, counter), 0);
}

async function pathsInHistory(storage: Storage, destination: string): Promise<readonly string[]> {
	const paths: string[] = [];
	for (const name of await storage.profiles.names()) {
		const { profile } = await storage.profiles.open(name);
		for (const marker of profile.markers) {
			if (mayBeOneFolder(marker.destination, destination)) paths.push(...marker.clips.map(({ path }) => path));
		}
	}
	return paths;
}

async function pathsInQueue(storage: Storage, destination: Destination): Promise<readonly string[]> {
	const records = await storage.jobs.all();
	return records
		.filter((record) => record.job.state !== 'cancelled' && sameDestination(record.destination, destination))
		.flatMap(({ task: { output }, result }) => [join(output.folder ?? '', output.name), ...(result?.files ?? [])]);
}

async function pathsOnDisk(tree: FolderTree | undefined, folder: string): Promise<readonly string[]> {
	return ((await tree?.list(folder)) ?? []).map((name) => join(folder, name));
}
