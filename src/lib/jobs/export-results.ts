import { pathsBeside } from '#core/dataset/beside-clip';
import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import { mayUse } from '$lib/storage/file-system-access';
import { FolderTree } from '$lib/storage/folder-tree';
import type { JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import { destinationTree, KEPT_TREE } from './destination-tree.ts';
import { failureOf } from './failure-of.ts';

/** A finished file with its path under the destination. */
export interface ResultFile {
	readonly path: string;
	readonly handle: Pick<FileSystemFileHandle, 'getFile'>;
}

/** Every file that came out of a job: one, or the pictures of a folder and the sound beside it. */
export async function resultFiles(
	storage: Storage,
	{ job, result, destination }: JobRecord,
): Promise<Result<readonly ResultFile[], Failure>> {
	if (result === undefined) return err({ kind: 'unexpected', subject: job.id, detail: 'it is not finished' });
	const { fileName, path } = result;
	try {
		const files = result.files ?? [fileName];
		let tree: FolderTree | undefined;
		if (path === undefined) {
			const folder = destination.kind === 'folder' ? await storage.jobs.folder(destination.handleId) : undefined;
			if (folder !== undefined && !(await mayUse(folder, 'read', true))) {
				return err({ kind: 'output-permission', subject: fileName });
			}
			tree = folder && new FolderTree(folder);
		} else {
			const kept = path.startsWith(`${KEPT_TREE}/`) ? KEPT_TREE : path.slice(0, path.lastIndexOf('/'));
			tree = new FolderTree(await storage.files.folder(kept));
		}
		const found: ResultFile[] = [];
		for (const file of files) found.push(...((await tree?.files(file)) ?? []));
		if (found.length > 0) return ok(found);
		return err({ kind: 'unexpected', subject: fileName, detail: 'the file is no longer where it was saved' });
	} catch (thrown) {
		return err(failureOf(thrown, fileName));
	}
}

/** The files of several jobs, each path once; jobs without a result are left out. */
export async function groupFiles(
	records: readonly JobRecord[],
	filesOf: (record: JobRecord) => Promise<Result<readonly ResultFile[], Failure>>,
): Promise<Result<readonly ResultFile[], Failure>> {
	const found = new Map<string, ResultFile>();
	for (const record of records.filter(({ result }) => result !== undefined)) {
		const files = await filesOf(record);
		if (!files.ok) return files;
		for (const file of files.value) found.set(file.path, file);
	}
	return ok([...found.values()]);
}

/** What was written down about the clip of a job on this device: its caption, the group's shard and the lists of the data set. */
export async function filesBeside(
	storage: Storage,
	{ after, result, destination }: JobRecord,
): Promise<readonly ResultFile[]> {
	const [clip] = result?.files ?? [];
	if (clip === undefined || after === undefined) return [];
	const tree = await destinationTree(storage, destination);
	const files: ResultFile[] = [];
	for (const path of pathsBeside(clip, after)) files.push(...((await tree?.files(path)) ?? []));
	return files;
}
