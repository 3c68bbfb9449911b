import type { JobRecord } from '$lib/storage/job-record';

/**
 * What is made next of the jobs that wait: the first in the queue (higher priority first, then the order they came in), with the others of
 * its group that read the same file, so that one pass over it serves all of them.
 */
export function nextUnit(waiting: readonly JobRecord[]): readonly JobRecord[] {
	const sorted = [...waiting].sort(
		(a, b) => b.job.priority - a.job.priority || (a.job.createdAt < b.job.createdAt ? -1 : 1),
	);
	const [first] = sorted;
	if (first === undefined) return [];
	const media = onlyMedia(first);
	if (first.group === undefined || media === undefined) return [first];
	return sorted.filter(
		(record) =>
			record === first ||
			(record.group === first.group && record.engineChoice === first.engineChoice && onlyMedia(record) === media),
	);
}

/** The one file that a job reads; undefined when there are more. */
function onlyMedia({ task: { pieces } }: JobRecord): string | undefined {
	const [first] = pieces;
	return first !== undefined && pieces.every(({ media }) => media === first.media) ? first.media : undefined;
}
