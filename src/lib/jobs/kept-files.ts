import { FolderTree } from '$lib/storage/folder-tree';
import type { Destination, ExportResult, JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import { destinationId, KEPT_TREE } from './destination-tree.ts';
import { isMeant } from './server-side.ts';

export const sameDestination = (a: Destination, b: Destination): boolean =>
	a.kind === 'server' && b.kind === 'server'
		? isMeant({ id: undefined, ...a }, b)
		: destinationId(a) === destinationId(b);

/** Removes a finished output that the browser keeps, with folders that are empty then. One in a picked folder stays. */
export async function removeKept(storage: Storage, { path, files = [] }: ExportResult): Promise<void> {
	if (path === undefined) return;
	if (!path.startsWith(`${KEPT_TREE}/`)) {
		await storage.files.remove(path.slice(0, path.lastIndexOf('/')));
		return;
	}
	await removeFromTree(new FolderTree(await storage.files.folder(KEPT_TREE)), files);
}

/** Forgets older jobs whose file has been replaced by `result` of `record`: they have nothing left to show. */
export async function dropReplaced(
	storage: Storage,
	{ job, task, destination }: JobRecord,
	result: ExportResult,
): Promise<void> {
	if (task.output.overwrite !== true) return;
	const files = new Set(result.files);
	for (const other of await storage.jobs.all()) {
		const older = other.job.id !== job.id && sameDestination(other.destination, destination);
		if (older && other.result?.files?.some((file) => files.has(file)) === true) {
			await storage.jobs.remove(other.job.id);
		}
	}
}

/** Removes files and folders of a tree by their paths, and the folders above them as far as they are empty. */
export async function removeFromTree(tree: FolderTree, files: readonly string[]): Promise<void> {
	for (const file of files) await tree.remove(file);
	for (const folder of new Set(files.map((file) => file.slice(0, Math.max(0, file.lastIndexOf('/')))))) {
		await tree.prune(folder);
	}
}
