import { join } from '$lib/storage/folder-tree';
import type { JobRecord } from '$lib/storage/job-record';
import { sameDestination } from './kept-files.ts';

/**
 * Names, in lower case, that other jobs hold in the folder that the output of `record` goes to: of what the browser keeps for them, and of
 * folders that are still to be made. What is finished in a picked folder is told by the disk.
 */
export function heldNames(record: JobRecord, others: readonly JobRecord[]): ReadonlySet<string> {
	const above = join(record.task.output.folder ?? '', '').toLowerCase();
	const paths = others
		.filter(({ job, destination }) => job.id !== record.job.id && sameDestination(destination, record.destination))
		.flatMap(pathsOf)
		.map((path) => path.toLowerCase());
	return new Set(
		paths.flatMap((path) => (path.startsWith(above) ? path.slice(above.length).split('/').slice(0, 1) : [])),
	);
}

function pathsOf({ job, task: { output }, destination, result }: JobRecord): readonly string[] {
	if (result !== undefined) return destination.kind === 'browser' ? (result.files ?? [result.fileName]) : [];
	return job.state === 'cancelled' || output.folder === undefined ? [] : [output.folder];
}
