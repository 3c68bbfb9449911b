import type { Failure } from '#core/failure';
import type { Marker } from '#core/project/profile';
import type { Result } from '#core/result';
import type { ExportRequest } from '$lib/jobs/export-queue';
import type { GroupPlace } from '$lib/jobs/group-counter';
import type { AfterExport } from '$lib/storage/job-record';

/** A clip of a batch: made in one pass with the others of its group, and written down when it is done. */
export interface ClipRequest extends ExportRequest {
	readonly group: string;
	readonly after: AfterExport;
}

/** The part of the export queue that batches use. */
export interface BatchQueue {
	enqueue(requests: readonly ClipRequest[]): Promise<readonly string[]>;
	/** The number that the next group would get now. */
	nextCounter(place: GroupPlace): Promise<number>;
	/** Runs `use` with the number of the next group; until it ends, no tab gets another one. */
	takeCounter<T>(place: GroupPlace, use: (counter: number) => Promise<T>): Promise<T>;
	/** Deletes the files of a group, or `only` those of these paths, with what is known of them. */
	deleteGroup(marker: Marker, options?: { readonly only?: readonly string[] }): Promise<Result<void, Failure>>;
}
