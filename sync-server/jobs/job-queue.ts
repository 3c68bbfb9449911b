import type { Failure } from '#core/failure';
import type { Result } from '#core/result';
import type { ServerJob, ServerJobKind } from '#contract/jobs';

/**
 * Queues beside each other, each with its own number of jobs at a time: a person who waits is never behind a night's exports, and who takes a screenshot
 * (`shot`) not behind clips that are encoded.
 */
export type Lane = 'export' | 'interactive' | 'shot' | 'background';

export interface NewJob {
	/** A new one is made up without it. While a job of this id is known, asking again gives that one, whatever became of it. */
	readonly id?: string;
	readonly kind: ServerJobKind;
	readonly lane: Lane;
	/** For the person. */
	readonly title: string;
	/** What the handler of the kind needs, as JSON; read through the handler's own schema when it runs. */
	readonly payload: unknown;
	/** Higher runs first; defaults to 0. Within one priority devices take turns. */
	readonly priority?: number;
	/** Id of the device that asked; empty for the server itself. */
	readonly device?: string;
	readonly group?: string;
	/** While a job with this key is queued or runs, asking again gives that one. */
	readonly key?: string;
	/** Starts altogether before a failure that may pass is final; defaults to 3. */
	readonly maxAttempts?: number;
}

export interface JobProgress {
	/** 0..1. */
	readonly progress: number;
	readonly step: string;
	readonly speed?: number;
	readonly etaS?: number;
}

/** What a handler works with. */
export interface JobContext {
	readonly id: string;
	/** 1 at the first start. */
	readonly attempt: number;
	/** Fires when the job is cancelled, stalls, or the server stops. */
	readonly signal: AbortSignal;
	/** Also tells that the job is alive. Kept and sent at most four times a second. */
	readonly onProgress: (progress: JobProgress) => void;
	/** A sentence for the person on what went otherwise than planned. */
	readonly note: (sentence: string) => void;
	/** A line of the job's log; the last 200 are kept. */
	readonly log: (line: string) => void;
}

export interface JobFailure {
	readonly failure: Failure;
	/** Another start may do better: tried again after a pause. */
	readonly mayPass: boolean;
	/** The pause is at least so long, an hour at most: somebody asked for it. */
	readonly pauseMs?: number;
}

/**
 * Does the work of one kind. Starting it again after a crash must be safe. Rejects with the `AbortError` of `signal`; the promise settles only when
 * nothing of it runs any more and nothing half-made lies about.
 */
export type JobHandler = (payload: unknown, context: JobContext) => Promise<Result<unknown, JobFailure>>;

export type JobEvent =
	| { readonly type: 'job'; readonly seq: number; readonly job: ServerJob }
	| { readonly type: 'job-removed'; readonly seq: number; readonly id: string };

export interface JobFilter {
	readonly state?: 'active' | 'ended';
	readonly kind?: ServerJobKind;
	readonly group?: string;
	readonly before?: string;
	/** Defaults to 100. */
	readonly limit?: number;
}

/**
 * Durable work: what is queued survives the process, what ran when it died starts again. One implementation keeps it in SQLite; the
 * interface is narrow enough for another one that shares the work among machines.
 */
export interface JobQueue {
	/** Before `start`, once for each kind. */
	handle(kind: ServerJobKind, handler: JobHandler): void;
	/** Puts back what a dead process was running, and begins to work. */
	start(): void;
	/** Stops: running jobs go back into the queue. */
	stop(): Promise<void>;
	/** All or none; in the order given. */
	enqueue(jobs: readonly NewJob[]): readonly ServerJob[];
	get(id: string): ServerJob | undefined;
	/** What the handler was given. */
	payload(id: string): unknown;
	/** Newest first. */
	list(filter?: JobFilter): readonly ServerJob[];
	log(id: string): readonly string[] | undefined;
	/** The job once it has stopped; undefined when there is none. */
	cancel(id: string): Promise<ServerJob | undefined>;
	/** Undefined when it is not failed or cancelled. */
	retry(id: string): ServerJob | undefined;
	/** False while it is queued or runs. */
	remove(id: string): boolean;
	/** Number of the last event. */
	readonly seq: number;
	subscribe(listener: (event: JobEvent) => void): () => void;
}
