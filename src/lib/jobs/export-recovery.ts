import type { Failure } from '#core/failure';
import type { JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import { toDone, toFailed, toQueued } from './job-changes.ts';
import { dropReplaced } from './kept-files.ts';
import { jobFolder, type OutputPlace } from './output-place.ts';
import { isForServer } from './server-exports.ts';

/** A job that was started this often and never ended is not started again by itself. */
const MOST_ATTEMPTS = 3;

/**
 * Nobody else runs, so what the records call running was cut off: by a killed tab, a crash, a reload. What was complete and only lacked
 * its name gets it; the rest starts anew.
 */
export async function recoverExports(
	storage: Storage,
	now: () => Date,
	placeOf: (record: JobRecord) => OutputPlace,
): Promise<void> {
	const { jobs, files } = storage;
	// What a server makes for its own folder goes on there.
	const cut = (await jobs.all()).filter((record) => record.job.state === 'running' && !isForServer(record));
	for (const record of cut) {
		const place = placeOf(record);
		const { saving } = record;
		const settled = saving === undefined ? undefined : await place.settle(saving);
		const done = settled?.ok === true && settled.value;
		if (!done) {
			// What cannot be removed now only takes space: it goes with its job, or at the next start.
			const discarded = await place.discard();
			if (!discarded.ok) console.debug('What an interrupted export left could not be removed yet:', discarded.error);
		}
		if (done && saving !== undefined) await dropReplaced(storage, record, saving);
		await jobs.update(record.job.id, (latest) => {
			if (latest.job.state !== 'running') return latest;
			return done && saving !== undefined ? toDone(latest, saving, now().toISOString()) : again(latest, storage, now);
		});
	}
	const done = new Set((await jobs.all()).filter(({ job }) => job.state === 'done').map(({ job }) => job.id));
	for (const id of await files.list('exports')) {
		if (done.has(id)) continue;
		try {
			await files.remove(jobFolder(id));
		} catch (thrown) {
			console.warn('What an interrupted export left could not be removed yet:', thrown);
		}
	}
}

function again(record: JobRecord, storage: Storage, now: () => Date): JobRecord {
	const { attempts, startedAt } = record.job;
	// A page that was left or reloaded tells nothing against the job; one that died may have died of it.
	// Nor does what the server makes: it goes on there.
	if (record.engine === 'server') return toQueued(record, attempts - 1);
	const leftAt = storage.jobs.leftAt();
	if (leftAt !== undefined && startedAt !== undefined && leftAt >= startedAt) return toQueued(record, attempts - 1);
	if (attempts < MOST_ATTEMPTS) return toQueued(record, attempts);
	const error: Failure = { kind: 'interrupted', subject: record.task.output.name };
	return toFailed(record, error, now().toISOString());
}
