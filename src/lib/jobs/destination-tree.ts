import { mayUse } from '$lib/storage/file-system-access';
import { FolderTree } from '$lib/storage/folder-tree';
import type { Destination } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';

/** Folder of the private file system that holds what the browser keeps as a tree. */
export const KEPT_TREE = 'clips';

/**
 * The folder that outputs of a destination go below; undefined when it was picked and may no longer be written to. With `ask` the browser
 * may ask the person, in a click.
 */
export async function destinationTree(
	storage: Storage,
	destination: Destination,
	ask = false,
): Promise<FolderTree | undefined> {
	if (destination.kind === 'browser') return new FolderTree(await storage.files.folder(KEPT_TREE));
	const folder = await storage.jobs.folder(destination.handleId);
	if (folder === undefined || !(await mayUse(folder, 'readwrite', ask))) return undefined;
	return new FolderTree(folder);
}

/** How a marker names a destination: `browser`, or the id of the picked folder. */
export const destinationId = (destination: Destination): string =>
	destination.kind === 'browser' ? 'browser' : destination.handleId;

/** The destination that a marker names. */
export const destinationOf = (id: string): Destination =>
	id === 'browser' ? { kind: 'browser' } : { kind: 'folder', handleId: id, name: '' };
