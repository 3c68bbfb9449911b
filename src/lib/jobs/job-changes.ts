import type { Failure } from '#core/failure';
import type { Job } from '#core/export/job';
import type { ExportResult, JobRecord } from '$lib/storage/job-record';

/** What belongs to one run and is gone with it. */
type OfRun = 'speed' | 'etaS' | 'error' | 'startedAt' | 'endedAt';

function without<Key extends OfRun>(job: Job, ...keys: readonly Key[]): Omit<Job, Key> {
	const kept = { ...job };
	for (const key of keys) delete (kept as { -readonly [K in OfRun]?: Job[K] })[key];
	return kept;
}

/** The record with `job`; whatever was on its way to a final name no longer is. */
function withJob(record: JobRecord, job: Job): JobRecord {
	const kept = { ...record, job };
	delete (kept as { saving?: ExportResult }).saving;
	return kept;
}

/** Waiting for its turn, with `attempts` starts behind it. */
export const toQueued = (record: JobRecord, attempts: number): JobRecord =>
	withJob(record, {
		...without(record.job, 'speed', 'etaS', 'error', 'startedAt', 'endedAt'),
		state: 'queued',
		progress: 0,
		step: '',
		attempts,
	});

export const toRunning = (record: JobRecord, startedAt: string): JobRecord =>
	withJob(record, {
		...without(record.job, 'speed', 'etaS', 'error', 'endedAt'),
		state: 'running',
		progress: 0,
		step: 'Starting',
		attempts: record.job.attempts + 1,
		startedAt,
	});

/** Complete and checked, about to get its final name. */
export const toSaving = (record: JobRecord, saving: ExportResult): JobRecord => ({ ...record, saving });

export const toDone = (record: JobRecord, result: ExportResult, endedAt: string): JobRecord => ({
	...withJob(record, { ...without(record.job, 'etaS', 'error'), state: 'done', progress: 1, step: '', endedAt }),
	result,
});

export const toFailed = (record: JobRecord, error: Failure, endedAt: string): JobRecord =>
	withJob(record, { ...without(record.job, 'etaS'), state: 'failed', step: '', error, endedAt });

export const toCancelled = (record: JobRecord, endedAt: string): JobRecord =>
	withJob(record, { ...without(record.job, 'etaS', 'error'), state: 'cancelled', step: '', endedAt });
