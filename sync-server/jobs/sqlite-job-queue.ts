import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { ServerJob, ServerJobKind } from '#contract/jobs';
import type { Failure } from '#core/failure';
import { err, isAbort, type Result } from '#core/result';
import type { Database } from '../db/open-database.ts';
import type { JobEvent, JobFailure, JobFilter, JobHandler, JobQueue, Lane, NewJob } from './job-queue.ts';
import { type JobRow, JobRows, toServerJob } from './job-rows.ts';
import { RunningJob, type Told } from './running-job.ts';
import { isWorkerAlive, workerName } from './worker-name.ts';

export interface QueueOptions {
	/** Jobs at a time in each lane. */
	readonly lanes: Readonly<Partial<Record<Lane, number>>>;
	/** A job that says nothing for so long is stopped and tried again. */
	readonly stallMs: number;
	/** Before the second start; each further one waits four times longer. */
	readonly firstPauseMs: number;
	/** Others may take what this process runs when it has not been heard of for so long. */
	readonly leaseMs: number;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	/** What broke in the queue itself; the job's own failures are told in the job. */
	readonly onError: (error: unknown) => void;
}

/** `maxJobs` is MAX_JOBS; without it, exports use half the processors. */
export const laneSizes = (maxJobs: number | undefined): Record<Lane, number> => ({
	export: maxJobs ?? Math.max(1, Math.floor(availableParallelism() / 2)),
	interactive: 2,
	shot: 2,
	background: 2,
});

const LANES: readonly Lane[] = ['shot', 'interactive', 'export', 'background'];
const LONGEST_RETRY_PAUSE_MS = 120_000;
const LONGEST_ASKED_PAUSE_MS = 3_600_000;
/** A job that was running at so many deaths of the server is not started again by itself. */
const MOST_DEATHS = 3;
const LONGEST_TIMER_MS = 60_000;

/** `JobQueue` on SQLite: one process works at it, another one that dies leaves its jobs to the next. */
export class SqliteJobQueue implements JobQueue {
	readonly #rows: JobRows;
	readonly #options: QueueOptions;
	readonly #worker = workerName(randomUUID());
	readonly #handlers = new Map<ServerJobKind, JobHandler>();
	readonly #running = new Map<
		string,
		{ readonly job: RunningJob; readonly lane: Lane; readonly ended: Promise<void> }
	>();
	readonly #listeners = new Set<(event: JobEvent) => void>();
	readonly #wakers = new Map<Lane, NodeJS.Timeout>();
	#heartbeat: NodeJS.Timeout | undefined;
	#works = false;
	#seq = 0;

	constructor(database: Database, options: Partial<QueueOptions> = {}) {
		this.#rows = new JobRows(database);
		this.#options = {
			lanes: laneSizes(undefined),
			stallMs: 60_000,
			firstPauseMs: 2000,
			leaseMs: 30_000,
			now: Date.now,
			onError: () => undefined,
			...options,
		};
	}

	get seq(): number {
		return this.#seq;
	}

	handle(kind: ServerJobKind, handler: JobHandler): void {
		this.#handlers.set(kind, handler);
	}

	start(): void {
		if (this.#works) return;
		this.#works = true;
		this.#takeBack();
		this.#heartbeat = setInterval(() => this.#guarded(() => this.#beat()), this.#options.leaseMs / 3);
		for (const lane of LANES) this.#pump(lane);
	}

	async stop(): Promise<void> {
		this.#works = false;
		clearInterval(this.#heartbeat);
		for (const waker of this.#wakers.values()) clearTimeout(waker);
		this.#wakers.clear();
		const running = [...this.#running.values()];
		for (const { job } of running) job.stop('stopping');
		await Promise.all(running.map(({ ended }) => ended));
	}

	enqueue(news: readonly NewJob[]): readonly ServerJob[] {
		const added = this.#rows.add(news, this.#options.now(), randomUUID);
		for (const { row, isNew } of added) if (isNew) this.#tell(row);
		// The caller has its answer before anything runs.
		for (const lane of new Set(news.map((job) => job.lane))) setImmediate(() => this.#pump(lane));
		return added.map(({ row }) => toServerJob(row));
	}

	get(id: string): ServerJob | undefined {
		const row = this.#rows.get(id);
		return row && toServerJob(row);
	}

	payload(id: string): unknown {
		return this.#rows.get(id)?.payload;
	}

	list(filter: JobFilter = {}): readonly ServerJob[] {
		return this.#rows.list(filter).map(toServerJob);
	}

	log(id: string): readonly string[] | undefined {
		return this.#running.get(id)?.job.log ?? this.#rows.get(id)?.log;
	}

	async cancel(id: string): Promise<ServerJob | undefined> {
		const running = this.#running.get(id);
		if (running !== undefined) {
			running.job.stop('cancelled');
			await running.ended;
			return this.get(id);
		}
		const cancelled = this.#rows.changeWhen(id, ['queued', 'running'], {
			state: 'cancelled',
			worker: null,
			leaseUntil: null,
			endedAt: this.#options.now(),
		});
		if (cancelled !== undefined) this.#tell(cancelled);
		return this.get(id);
	}

	retry(id: string): ServerJob | undefined {
		const row = this.#rows.get(id);
		if (row === undefined) return undefined;
		// Somebody asked for the same again in the meantime: that one it is.
		const same = row.key === null ? undefined : this.#rows.withKey(row.key);
		if (same !== undefined && same.id !== id) return toServerJob(same);
		const again = this.#rows.changeWhen(id, ['failed', 'cancelled'], {
			...WAITING,
			attempts: 0,
			runAfter: 0,
			error: null,
			notes: [],
			startedAt: null,
			endedAt: null,
		});
		if (again === undefined) return undefined;
		this.#tell(again);
		setImmediate(() => this.#pump(again.lane));
		return toServerJob(again);
	}

	remove(id: string): boolean {
		if (!this.#rows.removeEnded(id)) return false;
		this.#emit({ type: 'job-removed', seq: ++this.#seq, id });
		return true;
	}

	subscribe(listener: (event: JobEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	#tell(row: JobRow): void {
		this.#emit({ type: 'job', seq: ++this.#seq, job: toServerJob(row) });
	}

	#emit(event: JobEvent): void {
		for (const listener of this.#listeners) this.#guarded(() => listener(event));
	}

	/** A full disk or a broken listener stops neither the queue nor the process. */
	#guarded<T>(act: () => T): T | undefined {
		try {
			return act();
		} catch (error) {
			this.#options.onError(error);
			return undefined;
		}
	}

	/** Starts as many jobs of a lane as may run now. */
	#pump(lane: Lane): void {
		if (!this.#works) return;
		clearTimeout(this.#wakers.get(lane));
		this.#wakers.delete(lane);
		const size = this.#options.lanes[lane] ?? laneSizes(undefined)[lane];
		this.#guarded(() => {
			for (let busy = this.#busy(lane); busy < size; busy++) {
				const nowMs = this.#options.now();
				const row = this.#rows.claim(lane, this.#worker, nowMs, nowMs + this.#options.leaseMs);
				if (row === undefined) return this.#wakeLater(lane, nowMs);
				this.#run(row);
			}
		});
	}

	#busy(lane: Lane): number {
		let count = 0;
		for (const running of this.#running.values()) if (running.lane === lane) count++;
		return count;
	}

	#wakeLater(lane: Lane, nowMs: number): void {
		const at = this.#rows.nextStart(lane);
		if (at === undefined) return;
		const waitMs = Math.min(LONGEST_TIMER_MS, Math.max(1, at - nowMs));
		this.#wakers.set(
			lane,
			setTimeout(() => this.#pump(lane), waitMs),
		);
	}

	#run(row: JobRow): void {
		const keep = (told: Told) => void this.#guarded(() => this.#keep(row.id, told));
		const job = new RunningJob(
			{ id: row.id, attempt: row.attempts, notes: row.notes, log: row.log },
			{ stallMs: this.#options.stallMs, keep },
		);
		this.#tell(row);
		const ended = this.#work(row, job).then((outcome) => {
			const told = job.end();
			this.#running.delete(row.id);
			this.#guarded(() => this.#settle(row, job, told, outcome));
			this.#pump(row.lane);
		});
		this.#running.set(row.id, { job, lane: row.lane, ended });
	}

	async #work(row: JobRow, job: RunningJob): Promise<Result<unknown, JobFailure>> {
		const handler = this.#handlers.get(row.kind);
		if (handler === undefined) return err(unexpected(row, `this server does no work of the kind “${row.kind}”`));
		try {
			return await handler(row.payload, job.context);
		} catch (thrown) {
			if (!(isAbort(thrown) && job.stopReason !== undefined)) this.#options.onError(thrown);
			return err(unexpected(row, thrown instanceof Error ? thrown.message : String(thrown)));
		}
	}

	#keep(id: string, told: Told): void {
		const row = this.#rows.changeOwn(id, this.#worker, columnsOf(told));
		if (row === undefined) this.#running.get(id)?.job.stop('lost');
		else this.#tell(row);
	}

	#settle(row: JobRow, job: RunningJob, told: Told, outcome: Result<unknown, JobFailure>): void {
		const change = this.#after(row, job.stopReason, outcome);
		const settled = this.#rows.changeOwn(row.id, this.#worker, { ...columnsOf(told), ...change });
		if (settled !== undefined) this.#tell(settled);
	}

	/** What becomes of a job whose handler is through. */
	#after(row: JobRow, reason: StopReasonOf, outcome: Result<unknown, JobFailure>): Partial<JobRow> {
		const nowMs = this.#options.now();
		const ended = { worker: null, leaseUntil: null, endedAt: nowMs };
		if (outcome.ok)
			return { ...ended, state: 'done', progress: 1, step: '', etaS: null, result: outcome.value ?? null };
		if (reason === 'cancelled') return { ...ended, state: 'cancelled', step: '', etaS: null };
		// Not the job's fault: the start does not count.
		if (reason === 'stopping' || reason === 'lost') return { ...WAITING, attempts: row.attempts - 1, startedAt: null };
		const {
			failure,
			mayPass,
			pauseMs: askedMs = 0,
		} = reason === 'stalled' ? stalled(row, this.#options.stallMs) : outcome.error;
		if (!mayPass || row.attempts >= row.maxAttempts) {
			return { ...ended, state: 'failed', step: '', etaS: null, error: failure };
		}
		const ownMs = Math.min(LONGEST_RETRY_PAUSE_MS, this.#options.firstPauseMs * 4 ** (row.attempts - 1));
		const pauseMs = Math.max(ownMs, Math.min(askedMs, LONGEST_ASKED_PAUSE_MS));
		return { ...WAITING, runAfter: nowMs + pauseMs, error: failure };
	}

	/** What a process that is gone was running waits again. */
	#takeBack(): void {
		const nowMs = this.#options.now();
		for (const row of this.#rows.ofOthers(this.#worker)) {
			const isHeld = row.worker !== null && isWorkerAlive(row.worker) && (row.leaseUntil ?? 0) > nowMs;
			if (isHeld) continue;
			const failure: Failure = { kind: 'interrupted', subject: row.title };
			const change: Partial<JobRow> =
				row.attempts < Math.max(row.maxAttempts, MOST_DEATHS)
					? WAITING
					: { state: 'failed', worker: null, leaseUntil: null, error: failure, endedAt: nowMs };
			const back = this.#rows.changeOwn(row.id, row.worker ?? '', change);
			if (back !== undefined) this.#tell(back);
		}
	}

	#beat(): void {
		const held = new Set(this.#rows.prolong(this.#worker, this.#options.now() + this.#options.leaseMs));
		for (const [id, { job }] of this.#running) if (!held.has(id)) job.stop('lost');
		this.#takeBack();
		for (const lane of LANES) this.#pump(lane);
	}
}

type StopReasonOf = RunningJob['stopReason'];

const WAITING = {
	state: 'queued',
	worker: null,
	leaseUntil: null,
	progress: 0,
	step: '',
	speed: null,
	etaS: null,
} as const satisfies Partial<JobRow>;

const columnsOf = ({ progress, notes, log }: Told): Partial<JobRow> => ({
	notes,
	log,
	...(progress && {
		progress: Math.min(1, Math.max(0, progress.progress)),
		step: progress.step,
		speed: progress.speed ?? null,
		etaS: progress.etaS ?? null,
	}),
});

const unexpected = (row: JobRow, detail: string): JobFailure => ({
	failure: { kind: 'unexpected', subject: row.title, detail },
	mayPass: false,
});

const stalled = (row: JobRow, stallMs: number): JobFailure => ({
	failure: {
		kind: 'worker-crashed',
		subject: row.title,
		detail: `it made no progress for ${Math.round(stallMs / 1000)} s`,
	},
	mayPass: true,
});
