import type { Failure } from '#core/failure';
import type { Job } from '#core/job';
import type { Result } from '#core/result';
import type { EngineProgress, MediaEngine } from '$lib/media/engine';
import type { ExportResult, JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import type { Planner, Verifier } from './export-parts.ts';
import { runExport } from './export-run.ts';
import { isAbort } from './failure-of.ts';
import { toDone, toFailed, toQueued, toRunning } from './job-changes.ts';
import { jobFolder, outputPlace } from './output-place.ts';
import { Throttle } from './throttle.ts';

/** A job that was started this often and never ended is not started again by itself. */
const MOST_ATTEMPTS = 3;
/** Progress reaches the database at most this often, in milliseconds. */
const WRITE_MS = 250;
/** A time left is said after this much work, in seconds: before, it is a guess. */
const ETA_AFTER_S = 0.5;

export type LiveProgress = Pick<Job, 'progress' | 'step' | 'speed' | 'etaS'>;

export interface RunnerParts {
	readonly storage: Storage;
	readonly engines: readonly MediaEngine[];
	readonly planner: Planner;
	readonly verify: Verifier;
	readonly now: () => Date;
	readonly concurrency: number;
	/** Called at every sign of life of a running job. */
	readonly onProgress: (id: string, progress: LiveProgress | undefined) => void;
}

interface Running {
	readonly abort: AbortController;
	readonly ended: Promise<void>;
}

/** Works through the queue of this browser. There is one at a time over all tabs; the queue's lock sees to that. */
export class ExportRunner {
	#parts: RunnerParts;
	#running = new Map<string, Running>();
	#stopped = false;

	constructor(parts: RunnerParts) {
		this.#parts = parts;
	}

	/** Works until `signal` fires, then puts unfinished jobs back into the queue. */
	async work(signal: AbortSignal): Promise<void> {
		this.#stopped = false;
		await this.#recover();
		if (signal.aborted) return;
		addEventListener('pagehide', () => this.#parts.storage.jobs.noteLeaving(this.#parts.now().toISOString()), {
			signal,
		});
		await new Promise<void>((resolve) => {
			const subscription = this.#parts.storage.jobs.watch().subscribe((records) => this.#look(records));
			signal.addEventListener(
				'abort',
				() => {
					subscription.unsubscribe();
					resolve();
				},
				{ once: true },
			);
		});
		this.#stopped = true;
		const running = [...this.#running.values()];
		for (const { abort } of running) abort.abort();
		await Promise.all(running.map(({ ended }) => ended));
	}

	/** Stops a job that runs here; resolves when it has ended. */
	async abort(id: string): Promise<void> {
		const running = this.#running.get(id);
		running?.abort.abort();
		await running?.ended;
	}

	/** Nobody else runs, so what the records call running was cut off: by a killed tab, a crash, a reload. */
	async #recover(): Promise<void> {
		const { jobs, files } = this.#parts.storage;
		const records = await jobs.all();
		for (const record of records.filter(({ job }) => job.state === 'running')) {
			await this.#clear(() => this.#placeOf(record).discard());
			await jobs.update(record.job.id, (latest) => (latest.job.state === 'running' ? this.#again(latest) : latest));
		}
		const done = new Set(records.filter(({ job }) => job.state === 'done').map(({ job }) => job.id));
		for (const id of await files.list('exports'))
			if (!done.has(id)) await this.#clear(() => files.remove(jobFolder(id)));
	}

	/** What cannot be removed now only takes space: it goes with its job, or at the next start. */
	async #clear(remove: () => Promise<void>): Promise<void> {
		try {
			await remove();
		} catch (thrown) {
			console.warn('What an interrupted export left could not be removed yet:', thrown);
		}
	}

	#again(record: JobRecord): JobRecord {
		const { attempts, startedAt } = record.job;
		// A page that was left or reloaded tells nothing against the job; one that died may have died of it.
		const leftAt = this.#parts.storage.jobs.leftAt();
		if (leftAt !== undefined && startedAt !== undefined && leftAt >= startedAt) return toQueued(record, attempts - 1);
		if (attempts < MOST_ATTEMPTS) return toQueued(record, attempts);
		const error: Failure = { kind: 'interrupted', subject: record.task.output.name };
		return toFailed(record, error, this.#parts.now().toISOString());
	}

	#look(records: readonly JobRecord[]): void {
		for (const [id, { abort }] of this.#running) {
			const record = records.find(({ job }) => job.id === id);
			if (record === undefined || record.job.state === 'cancelled') abort.abort();
		}
		const queued = records
			.filter(({ job }) => job.state === 'queued' && !this.#running.has(job.id))
			.sort((a, b) => b.job.priority - a.job.priority || (a.job.createdAt < b.job.createdAt ? -1 : 1));
		for (const { job } of queued) {
			if (this.#stopped || this.#running.size >= this.#parts.concurrency) return;
			const abort = new AbortController();
			const ended = this.#run(job.id, abort.signal)
				.catch((thrown: unknown) => console.error('The export queue met a bug:', thrown))
				.finally(async () => {
					this.#running.delete(job.id);
					this.#parts.onProgress(job.id, undefined);
					if (!this.#stopped) this.#look(await this.#parts.storage.jobs.all());
				});
			this.#running.set(job.id, { abort, ended });
		}
	}

	async #run(id: string, signal: AbortSignal): Promise<void> {
		const { storage, engines, planner, verify, now } = this.#parts;
		const record = await storage.jobs.update(id, (latest) =>
			latest.job.state === 'queued' ? toRunning(latest, now().toISOString()) : latest,
		);
		if (record?.job.state !== 'running') return;
		const progress = this.#progressOf(record);
		try {
			const result = await runExport(record, {
				storage,
				engines,
				planner,
				verify,
				place: this.#placeOf(record),
				signal,
				clock: () => performance.now() / 1000,
				onStep: progress.tell,
				onEngine: async (engine, engineReason, notes) => {
					await this.#change(id, (latest) => ({ ...latest, engine, engineReason, notes: [...record.notes, ...notes] }));
				},
			});
			progress.end();
			await this.#finish(record, result, now().toISOString());
		} catch (thrown) {
			progress.end();
			if (!isAbort(thrown)) throw thrown;
			// Cancelled by a person, the record says so already; stopped with the queue, the job waits for the next start.
			const changed = await this.#change(id, (latest) => toQueued(latest, latest.job.attempts - 1));
			if (changed?.job.state !== 'queued') await storage.files.remove(jobFolder(id));
		}
	}

	async #finish(record: JobRecord, result: Result<ExportResult, Failure>, endedAt: string): Promise<void> {
		const { id } = record.job;
		const changed = await this.#change(id, (latest) =>
			result.ok ? toDone(latest, result.value, endedAt) : toFailed(latest, result.error, endedAt),
		);
		// Cancelled or removed in the last instant: what came out is not wanted.
		if (changed?.job.state !== 'done') await this.#parts.storage.files.remove(jobFolder(id));
	}

	/** Changes the record while it is running; one that was cancelled or removed meanwhile stays so. */
	#change(id: string, change: (record: JobRecord) => JobRecord): Promise<JobRecord | undefined> {
		return this.#parts.storage.jobs.update(id, (latest) => (latest.job.state === 'running' ? change(latest) : latest));
	}

	#progressOf({ job: { id }, task }: JobRecord): { tell: (progress: EngineProgress) => void; end: () => void } {
		let latest: LiveProgress = { progress: 0, step: '' };
		let ended = false;
		const started = performance.now();
		const write = new Throttle(WRITE_MS, () => {
			this.#change(id, (record) => ({ ...record, job: { ...record.job, ...latest } })).catch((thrown: unknown) =>
				console.warn('Progress could not be written:', thrown),
			);
		});
		return {
			tell: ({ share, step, speed }) => {
				// An engine that did not obey a cancel in time may still be talking.
				if (ended) return;
				const elapsedS = (performance.now() - started) / 1000;
				const guess = share > 0 ? (speed ?? (task.durationS * share) / elapsedS) : undefined;
				latest = {
					progress: share,
					step,
					...(guess === undefined ? {} : { speed: guess }),
					...(share > 0 && elapsedS >= ETA_AFTER_S ? { etaS: (elapsedS * (1 - share)) / share } : {}),
				};
				this.#parts.onProgress(id, latest);
				write.poke();
			},
			end: () => {
				ended = true;
				write.cancel();
			},
		};
	}

	#placeOf(record: JobRecord): ReturnType<typeof outputPlace> {
		return outputPlace(this.#parts.storage, record, async () => {
			const records = await this.#parts.storage.jobs.all();
			return new Set(
				records.flatMap(({ job, result }) =>
					job.id !== record.job.id && result?.path !== undefined ? [result.fileName.toLowerCase()] : [],
				),
			);
		});
	}
}
