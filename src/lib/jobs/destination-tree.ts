import { onServer } from '#core/project/on-server';
import { err, ok, type Result } from '#core/result';
import { mayUse } from '$lib/storage/file-system-access';
import { FolderTree } from '$lib/storage/folder-tree';
import type { Destination } from '$lib/storage/job-record';
import type { JobStore, Storage } from '$lib/storage/storage';

/** Folder of the private file system that holds what the browser keeps as a tree. */
export const KEPT_TREE = 'clips';

/**
 * The folder that outputs of a destination go below; undefined when it was picked and may no longer be written to, and on a server, which alone
 * writes there. With `ask` the browser may ask the person, in a click.
 */
export async function destinationTree(
	storage: Storage,
	destination: Destination,
	ask = false,
): Promise<FolderTree | undefined> {
	if (destination.kind === 'browser') return new FolderTree(await storage.files.folder(KEPT_TREE));
	if (destination.kind === 'server') return undefined;
	const folder = await writableFolder(storage.jobs, destination.handleId, ask);
	return folder.ok ? new FolderTree(folder.value) : undefined;
}

/** Why a picked folder cannot be written to: it is no longer known, or the browser may not. */
export type FolderTrouble = 'gone' | 'refused';

/** The folder that was picked as `handleId`, once it may be written to: the permission ends with the visit. `ask` as above. */
export async function writableFolder(
	jobs: Pick<JobStore, 'folder'>,
	handleId: string,
	ask: boolean,
): Promise<Result<FileSystemDirectoryHandle, FolderTrouble>> {
	const folder = await jobs.folder(handleId);
	if (folder === undefined) return err('gone');
	return (await mayUse(folder, 'readwrite', ask)) ? ok(folder) : err('refused');
}

/** Whether files may be written to a destination, as far as that is seen here. Call it in a click: the browser may ask. */
export const mayWrite = async (jobs: Pick<JobStore, 'folder'>, destination: Destination): Promise<boolean> =>
	destination.kind !== 'folder' || (await writableFolder(jobs, destination.handleId, true)).ok;

/** How a marker names a destination: `browser`, the folder of a server, or the id of the picked folder. */
export const destinationId = (destination: Destination): string =>
	destination.kind === 'browser'
		? 'browser'
		: destination.kind === 'server'
			? onServer(destination.id)
			: destination.handleId;

/** The destination on this device that a marker names. */
export const destinationOf = (id: string): Exclude<Destination, { kind: 'server' }> =>
	id === 'browser' ? { kind: 'browser' } : { kind: 'folder', handleId: id, name: '' };
