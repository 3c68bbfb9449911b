import type { Failure } from '#core/failure';
import type { Marker } from '#core/project/profile';
import type { Result } from '#core/result';
import type { ExportRequest } from '$lib/jobs/export-queue';
import type { AfterExport, Destination } from '$lib/storage/job-record';

/** A clip of a batch: made in one pass with the others of its group, and written down when it is done. */
export interface ClipRequest extends ExportRequest {
	readonly group: string;
	readonly after: AfterExport;
}

/** Which groups are numbered together: those of one name in one folder. */
export interface GroupPlace {
	readonly destination: Destination;
	readonly folder: string;
	readonly name: string;
}

/** The part of the export queue that batches use. */
export interface BatchQueue {
	enqueue(requests: readonly ClipRequest[]): Promise<readonly string[]>;
	/** The number of the next group. With `reserve`, no later call gives it out again. */
	nextCounter(place: GroupPlace, options?: { readonly reserve?: boolean }): Promise<number>;
	/** Deletes the files of a group, or `only` those of these paths, with what is known of them. */
	deleteGroup(marker: Marker, options?: { readonly only?: readonly string[] }): Promise<Result<void, Failure>>;
}
