import type { EngineChoice } from '#core/export-settings';
import type { ExportTask, PlanNote } from '#core/export-task';
import type { Failure } from '#core/failure';
import { isFinished } from '#core/job';
import type { Live } from '#core/live';
import type { MediaFacts } from '#core/media-facts';
import { err, ok, type Result } from '#core/result';
import type { MediaEngine } from '$lib/media/engine';
import { mayUse } from '$lib/storage/file-system-access';
import type { Destination, JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import type { Planner, Verifier } from './export-parts.ts';
import { ExportRunner, type LiveProgress } from './export-runner.ts';
import { failureOf, isAbort } from './failure-of.ts';
import { toCancelled, toQueued } from './job-changes.ts';
import { jobFolder } from './output-place.ts';
import { Throttle } from './throttle.ts';

/** Watchers hear of progress at most this often, in milliseconds. */
const TELL_MS = 50;

const plan: Planner = async (...asked) => (await import('$lib/media/planner')).chooseEngine(...asked);
const check: Verifier = async (...asked) => (await import('$lib/media/verify/index')).verifyOutput(...asked);

/** One file to make. */
export interface ExportRequest {
	readonly task: ExportTask;
	/** Facts of every file in the task. */
	readonly facts: readonly MediaFacts[];
	readonly engineChoice: EngineChoice;
	readonly destination: Destination;
	/** What was said about the plan before the start. */
	readonly notes: readonly PlanNote[];
}

export interface ExportQueueOptions {
	readonly storage: Storage;
	readonly engines: readonly MediaEngine[];
	/** Defaults to `media/planner`, loaded when first needed. */
	readonly planner?: Planner;
	/** Defaults to `media/verify`, loaded when first needed. */
	readonly verify?: Verifier;
	readonly now?: () => Date;
	readonly newId?: () => string;
	/** Jobs run at a time. Defaults to 1: one export already keeps a small processor busy. */
	readonly concurrency?: number;
	/** Name of the lock that only one tab holds. Tests give their own. */
	readonly lock?: string;
}

/**
 * The exports of this browser: kept in the database, worked through by one tab at a time. When that tab goes, another goes on; what it
 * was making starts from the beginning.
 */
export class ExportQueue {
	#storage: Storage;
	#now: () => Date;
	#newId: () => string;
	#lock: string;
	#runner: ExportRunner;
	#stop: AbortController | undefined;
	#work: Promise<void> = Promise.resolve();
	#live = new Map<string, LiveProgress>();
	#listeners = new Set<() => void>();
	#tell = new Throttle(TELL_MS, () => this.#listeners.forEach((listen) => listen()));
	#lastCreatedMs = 0;

	constructor({ storage, engines, planner = plan, verify = check, ...options }: ExportQueueOptions) {
		const {
			now = () => new Date(),
			newId = () => crypto.randomUUID(),
			concurrency = 1,
			lock = 'octocut:exports',
		} = options;
		this.#storage = storage;
		this.#now = now;
		this.#newId = newId;
		this.#lock = lock;
		this.#runner = new ExportRunner({
			storage,
			engines,
			planner,
			verify,
			now,
			concurrency,
			onProgress: (id, progress) => {
				if (progress === undefined) this.#live.delete(id);
				else this.#live.set(id, progress);
				this.#tell.poke();
			},
		});
	}

	/** Works through the queue as soon as no other tab does. Calling it again does nothing. */
	start(): void {
		if (this.#stop !== undefined) return;
		const stop = new AbortController();
		this.#stop = stop;
		this.#work = this.#workAlone(stop.signal).catch((thrown: unknown) => {
			if (!isAbort(thrown)) console.error('The export queue stopped:', thrown);
		});
	}

	/** Stops working; a job under way goes back into the queue. Another tab may go on with it. */
	async stop(): Promise<void> {
		this.#stop?.abort();
		await this.#work;
		this.#stop = undefined;
	}

	/** All jobs, newest first, with the progress of those that run in this tab as it is now. */
	watch(): Live<readonly JobRecord[]> {
		return {
			subscribe: (next) => {
				let records: readonly JobRecord[] | undefined;
				const tell = (): void => {
					if (records !== undefined) next(records.map((record) => this.#withProgress(record)));
				};
				const subscription = this.#storage.jobs.watch().subscribe((latest) => {
					records = latest;
					tell();
				});
				this.#listeners.add(tell);
				return {
					unsubscribe: () => {
						this.#listeners.delete(tell);
						subscription.unsubscribe();
					},
				};
			},
		};
	}

	/** Adds jobs at the end of the queue, in the order given, and returns their ids. All are kept once this has been called, or none. */
	async enqueue(requests: readonly ExportRequest[]): Promise<readonly string[]> {
		const records: JobRecord[] = [];
		for (const { task, facts, engineChoice, destination, notes } of requests) {
			const id = this.#newId();
			// Dates order the queue, so no two are equal.
			this.#lastCreatedMs = Math.max(this.#now().getTime(), this.#lastCreatedMs + 1);
			const createdAt = new Date(this.#lastCreatedMs).toISOString();
			records.push({
				job: { id, kind: 'export', state: 'queued', progress: 0, step: '', attempts: 0, priority: 0, createdAt },
				task,
				facts,
				engineChoice,
				engine: '',
				engineReason: '',
				destination,
				notes,
			});
		}
		await this.#storage.jobs.add(records);
		return records.map(({ job }) => job.id);
	}

	/** Cancels a job that waits or runs, in whichever tab. Nothing of it stays. */
	async cancel(id: string): Promise<void> {
		const endedAt = this.#now().toISOString();
		await this.#storage.jobs.update(id, (record) =>
			isFinished(record.job.state) ? record : toCancelled(record, endedAt),
		);
		await this.#runner.abort(id);
	}

	/** Puts a failed or cancelled job back into the queue. Call it in a click: the browser may ask to read the source again. */
	async retry(id: string): Promise<void> {
		const record = await this.#storage.jobs.get(id);
		if (record === undefined || !['failed', 'cancelled'].includes(record.job.state)) return;
		await this.#askAgain(record);
		await this.#storage.jobs.update(id, (latest) =>
			isFinished(latest.job.state) ? { ...toQueued(latest, 0), engine: '', engineReason: '' } : latest,
		);
	}

	/** Forgets a job, cancelling it first, with the file that the browser keeps of it. A file in a picked folder stays. */
	async remove(id: string): Promise<void> {
		await this.cancel(id);
		await this.#storage.jobs.remove(id);
		await this.#storage.files.remove(jobFolder(id));
	}

	/** Removes all jobs that have ended. */
	async clearFinished(): Promise<void> {
		for (const { job } of await this.#storage.jobs.all()) if (isFinished(job.state)) await this.remove(job.id);
	}

	/** The finished file of a job. */
	async result(id: string): Promise<Result<File, Failure>> {
		const record = await this.#storage.jobs.get(id);
		if (record?.result === undefined) return err({ kind: 'unexpected', subject: id, detail: 'it is not finished' });
		const { fileName, path } = record.result;
		const gone: Failure = { kind: 'unexpected', subject: fileName, detail: 'the file is no longer where it was saved' };
		try {
			if (path !== undefined) {
				const handle = await this.#storage.files.get(path);
				return handle === undefined ? err(gone) : ok(await handle.getFile());
			}
			if (record.destination.kind !== 'folder') return err(gone);
			const folder = await this.#storage.jobs.folder(record.destination.handleId);
			if (folder === undefined) return err(gone);
			if (!(await mayUse(folder, 'read', true))) return err({ kind: 'output-permission', subject: fileName });
			return ok(await (await folder.getFileHandle(fileName)).getFile());
		} catch (thrown) {
			if (thrown instanceof DOMException && thrown.name === 'NotFoundError') return err(gone);
			return err(failureOf(thrown, fileName));
		}
	}

	async #askAgain({ task, destination }: JobRecord): Promise<void> {
		for (const media of new Set(task.pieces.map((piece) => piece.media))) {
			await this.#storage.media.open(media, { ask: true });
		}
		if (destination.kind !== 'folder') return;
		const folder = await this.#storage.jobs.folder(destination.handleId);
		if (folder !== undefined) await mayUse(folder, 'readwrite', true);
	}

	async #workAlone(signal: AbortSignal): Promise<void> {
		// Without locks (an insecure address) there is only this tab to trust.
		if (!('locks' in navigator)) return this.#runner.work(signal);
		await navigator.locks.request(this.#lock, { signal }, () => this.#runner.work(signal));
	}

	#withProgress(record: JobRecord): JobRecord {
		const progress = record.job.state === 'running' ? this.#live.get(record.job.id) : undefined;
		return progress === undefined ? record : { ...record, job: { ...record.job, ...progress } };
	}
}
