import type { Failure } from '#core/failure';
import type { JobRecord } from '$lib/storage/job-record';

/** The record is there, and where its crop moves to is not. */
export const pathLost = ({ task }: JobRecord): Failure => ({
	kind: 'unexpected',
	subject: task.output.name,
	detail: 'where its crop moves to is no longer there; export it again',
});
