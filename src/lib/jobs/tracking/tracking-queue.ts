import type { Failure } from '#core/failure';
import { isFinished, type Job } from '#core/export/job';
import type { Live } from '#core/live';
import { err, isAbort, type Result } from '#core/result';
import type { Span } from '#core/time/segment-arithmetic';
import type { Storage } from '$lib/storage/storage';
import type { TrackingRecord } from '$lib/storage/tracking-record';
import { failureOf } from '../failure-of.ts';
import { ProgressBoard } from '../job-progress.ts';
import { runTracking } from './tracking-run.ts';
import type { Backend, Sight, TrackingRequest } from './tracking-parts.ts';

/** Watchers hear of progress at most this often, in milliseconds. */
const TELL_MS = 100;
/** A search that brought the page down this often is not begun again by itself. */
const MOST_ATTEMPTS = 3;

export interface TrackingQueueOptions {
	readonly storage: Storage;
	/** Loaded when the first search runs. */
	readonly sight: () => Promise<Sight>;
	readonly now?: () => Date;
	readonly newId?: () => string;
	/** Name of the lock that only one tab holds. Tests give their own. */
	readonly lock?: string;
}

/**
 * Searches for subjects, kept in the database and worked through one at a time by one tab. When that tab goes, another (or the next visit) goes
 * on where it was: what has been seen is kept.
 */
export class TrackingQueue {
	readonly #options: Required<TrackingQueueOptions>;
	#sight: Promise<Sight> | undefined;
	readonly #progress: ProgressBoard;
	readonly #stop = new AbortController();
	#running: { readonly id: string; readonly stop: AbortController } | undefined;
	#work: Promise<void> | undefined;
	#lastCreatedMs = 0;

	constructor({
		storage,
		sight,
		now = () => new Date(),
		newId = () => crypto.randomUUID(),
		lock = 'octocut:tracking',
	}: TrackingQueueOptions) {
		this.#options = { storage, sight, now, newId, lock };
		this.#progress = new ProgressBoard(`${lock}:progress`, TELL_MS);
	}

	/** Works through the queue as soon as no other tab does. Calling it again does nothing. */
	start(): void {
		this.#work ??= this.#workAlone().catch((thrown: unknown) => {
			if (!isAbort(thrown)) console.error('The tracking queue stopped:', thrown);
		});
	}

	/** Stops; a search under way goes back into the queue with what it has seen. */
	async close(): Promise<void> {
		this.#stop.abort();
		await this.#work;
		this.#progress.close();
	}

	/** All searches, newest first, with the progress of the one that runs. */
	watch(): Live<readonly TrackingRecord[]> {
		return this.#progress.over(this.#options.storage.tracking.watch());
	}

	/** Adds a search at the end of the queue and returns its id. One that waits for the same spans of the same file is replaced. */
	async enqueue({ spans, ...request }: TrackingRequest): Promise<string> {
		const { storage, now, newId } = this.#options;
		const wanted = apart(spans);
		for (const { job, media, project, spans: others } of await storage.tracking.all()) {
			const same = media === request.media && project === request.project && overlaps(others, wanted);
			if (!same) continue;
			await this.cancel(job.id);
			await storage.tracking.remove(job.id);
		}
		// Dates order the queue, so no two are equal.
		this.#lastCreatedMs = Math.max(now().getTime(), this.#lastCreatedMs + 1);
		const job: Job = {
			...{ id: newId(), kind: 'tracking', state: 'queued', progress: 0, step: '', attempts: 0, priority: 0 },
			createdAt: new Date(this.#lastCreatedMs).toISOString(),
		};
		await storage.tracking.add({ ...request, spans: wanted, job, remarks: [] });
		return job.id;
	}

	/** Cancels a search that waits or runs, in whichever tab. What has been seen is kept. */
	async cancel(id: string): Promise<void> {
		const endedAt = this.#options.now().toISOString();
		await this.#change(id, (job) => (isFinished(job.state) ? job : { ...job, state: 'cancelled', step: '', endedAt }));
		if (this.#running?.id === id) this.#running.stop.abort();
	}

	/** Puts a failed or cancelled search back into the queue. Call it in a click: the browser may ask to read the file again. */
	async retry(id: string): Promise<void> {
		const { storage } = this.#options;
		const record = (await storage.tracking.all()).find(({ job }) => job.id === id);
		if (record === undefined || !isFinished(record.job.state)) return;
		await storage.media.open(record.media, { ask: true });
		await this.#change(id, (job) => toQueued(job, 0));
	}

	async remove(id: string): Promise<void> {
		await this.cancel(id);
		await this.#options.storage.tracking.remove(id);
	}

	async #workAlone(): Promise<void> {
		const { signal } = this.#stop;
		// Without locks (an insecure address) there is only this tab to trust.
		if (!('locks' in navigator)) return this.#workOn(signal);
		await navigator.locks.request(this.#options.lock, { signal }, () => this.#workOn(signal));
	}

	async #workOn(signal: AbortSignal): Promise<void> {
		const { storage } = this.#options;
		const { now } = this.#options;
		addEventListener('pagehide', () => storage.jobs.noteLeaving(now().toISOString()), { signal });
		for (const { job } of await storage.tracking.all()) {
			if (job.state === 'running') await this.#change(job.id, (latest) => this.#afterCrash(latest));
		}
		while (!signal.aborted) {
			const next = (await storage.tracking.all()).findLast(({ job }) => job.state === 'queued');
			if (next === undefined) await changed(storage, signal);
			else await this.#run(next.job.id);
		}
	}

	#afterCrash(job: Job): Job {
		if (job.state !== 'running') return job;
		const leftAt = this.#options.storage.jobs.leftAt();
		// A page that was left in order was not brought down by this.
		if (leftAt !== undefined && leftAt >= (job.startedAt ?? '')) return toQueued(job, 0);
		if (job.attempts < MOST_ATTEMPTS) return toQueued(job, job.attempts);
		const error: Failure = { kind: 'interrupted', subject: 'The search for a subject' };
		return { ...job, state: 'failed', step: '', error, endedAt: this.#options.now().toISOString() };
	}

	async #run(id: string): Promise<void> {
		const { storage, now } = this.#options;
		const startedAt = now().toISOString();
		const record = await this.#change(id, (job) =>
			job.state === 'queued'
				? { ...job, state: 'running', progress: 0, step: 'Starting', attempts: job.attempts + 1, startedAt }
				: job,
		);
		if (record?.job.state !== 'running') return;
		const stop = new AbortController();
		this.#running = { id, stop };
		const watching = storage.tracking.watch().subscribe((records) => {
			const latest = records.find(({ job }) => job.id === id);
			if (latest?.job.state !== 'running') stop.abort();
		});
		const signal = AbortSignal.any([stop.signal, this.#stop.signal]);
		try {
			await this.#finish(id, await this.#search(record, signal));
		} catch (thrown) {
			if (!isAbort(thrown)) return await this.#finish(id, err(failureOf(thrown, record.name)));
			if (this.#stop.signal.aborted)
				await this.#change(id, (job) => (job.state === 'running' ? toQueued(job, 0) : job));
		} finally {
			watching.unsubscribe();
			this.#running = undefined;
			this.#progress.tell([id], undefined);
		}
	}

	/** Loaded once; what could not be loaded is tried again by the next search. */
	#seeing(): Promise<Sight> {
		this.#sight ??= this.#options.sight().catch((thrown: unknown) => {
			this.#sight = undefined;
			throw thrown;
		});
		return this.#sight;
	}

	async #search(record: TrackingRecord, signal: AbortSignal): Promise<Result<readonly string[], Failure>> {
		const { storage, newId } = this.#options;
		let backend: Backend | undefined;
		return runTracking(record, {
			...{ storage, sight: await this.#seeing(), newId, signal },
			onProgress: ({ backend: runs, share, ...told }) => {
				this.#progress.tell([record.job.id], { ...told, progress: share });
				if (runs === undefined || runs === backend) return;
				backend = runs;
				void storage.tracking.update(record.job.id, (latest) => ({ ...latest, backend: runs }));
			},
		});
	}

	async #finish(id: string, outcome: Result<readonly string[], Failure>): Promise<void> {
		const endedAt = this.#options.now().toISOString();
		await this.#options.storage.tracking.update(id, (record) => {
			if (record.job.state !== 'running') return record;
			const job: Job = outcome.ok
				? { ...record.job, state: 'done', progress: 1, step: '', endedAt }
				: { ...record.job, state: 'failed', step: '', error: outcome.error, endedAt };
			return { ...record, job, remarks: outcome.ok ? outcome.value : [] };
		});
	}

	#change(id: string, change: (job: Job) => Job): Promise<TrackingRecord | undefined> {
		return this.#options.storage.tracking.update(id, (record) => {
			const job = change(record.job);
			return job === record.job ? record : { ...record, job };
		});
	}
}

const overlaps = (a: readonly { inS: number; outS: number }[], b: readonly { inS: number; outS: number }[]): boolean =>
	a.some((one) => b.some((other) => one.inS < other.outS - 1e-6 && one.outS > other.inS + 1e-6));

/** In order of time, those that overlap joined. What only touches stays two: each clip has its own way. */
function apart(spans: readonly Span[]): readonly Span[] {
	const all: Span[] = [];
	for (const { inS, outS } of spans.toSorted((a, b) => a.inS - b.inS)) {
		const last = all.at(-1);
		if (last !== undefined && inS < last.outS - 1e-6) {
			all[all.length - 1] = { inS: last.inS, outS: Math.max(last.outS, outS) };
		} else all.push({ inS, outS });
	}
	return all;
}

function toQueued(job: Job, attempts: number): Job {
	const kept: { -readonly [K in keyof Job]: Job[K] } = { ...job, state: 'queued', progress: 0, step: '', attempts };
	for (const key of ['error', 'startedAt', 'endedAt', 'speed', 'etaS'] as const) delete kept[key];
	return kept;
}

/** Resolves at the next change of the list after its first telling, or on `signal`. */
async function changed({ tracking }: Storage, signal: AbortSignal): Promise<void> {
	if (signal.aborted) return;
	await new Promise<void>((resolve) => {
		const subscription = tracking.watch().subscribe((records) => {
			if (records.some(({ job }) => job.state === 'queued')) end();
		});
		const end = (): void => {
			signal.removeEventListener('abort', end);
			// The first telling may come before there is something to unsubscribe from.
			queueMicrotask(() => subscription.unsubscribe());
			resolve();
		};
		signal.addEventListener('abort', end, { once: true });
	});
}
