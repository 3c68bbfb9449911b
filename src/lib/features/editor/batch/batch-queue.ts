import type { Failure } from '#core/failure';
import type { Marker } from '#core/profile';
import type { Result } from '#core/result';
import type { DatasetFormat } from '#core/dataset/dataset-format';
import type { ExportRequest } from '$lib/jobs/export-queue';
import type { Destination } from '$lib/storage/job-record';

/** What is recorded when a clip is done. */
export interface AfterClip {
	readonly profile: string;
	readonly marker: Omit<Marker, 'clips'>;
	readonly clip: { readonly inS: number; readonly outS: number };
	readonly annotation?: {
		readonly label: string;
		readonly category: string;
		readonly formats: readonly DatasetFormat[];
		readonly root: string;
	};
}

export interface ClipRequest extends ExportRequest {
	readonly group?: string;
	readonly after?: AfterClip;
}

/** The part of the export queue that batches use. */
export interface BatchQueue {
	enqueue(requests: readonly ClipRequest[]): Promise<readonly string[]>;
	nextCounter(of: {
		readonly destination: Destination;
		readonly folder: string;
		readonly name: string;
	}): Promise<number>;
	deleteGroup(marker: Marker): Promise<Result<void, Failure>>;
}
