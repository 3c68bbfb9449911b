import type { EngineChoice } from '#core/export/export-settings';
import type { ExportTask, PlanNote } from '#core/export/export-task';
import type { MediaFacts } from '#core/media/media-facts';
import { InvariantError } from '#core/result';
import type { AfterExport, Destination, JobRecord } from '$lib/storage/job-record';
import { pathParts } from '$lib/storage/private-files';

/** One file to make. */
export interface ExportRequest {
	readonly task: ExportTask;
	/** Facts of every file in the task. */
	readonly facts: readonly MediaFacts[];
	readonly engineChoice: EngineChoice;
	readonly destination: Destination;
	/** What was said about the plan before the start. */
	readonly notes: readonly PlanNote[];
	/** Requests of one group are shown together; those that read one file are made in one pass over it. */
	readonly group?: string;
	/** What is written down when the file is done. */
	readonly after?: AfterExport;
}

/** A new job. Throws when the task would write outside of its destination. */
export function newJob(request: ExportRequest, id: string, createdAt: string): JobRecord {
	const { task, facts, engineChoice, destination, notes, group, after } = request;
	const { folder, name } = task.output;
	if (pathParts(folder === undefined ? name : `${folder}/${name}`).at(-1) !== name) {
		throw new InvariantError(`"${name}" is not a file name`);
	}
	if (after?.annotation !== undefined && after.annotation.root !== '') pathParts(after.annotation.root);
	return {
		job: { id, kind: 'export', state: 'queued', progress: 0, step: '', attempts: 0, priority: 0, createdAt },
		task,
		facts,
		engineChoice,
		engine: '',
		engineReason: '',
		destination,
		notes,
		...(group !== undefined && { group }),
		...(after !== undefined && { after }),
	};
}
