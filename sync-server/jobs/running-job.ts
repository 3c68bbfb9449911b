import type { JobContext, JobProgress } from './job-queue.ts';

/** Why a running job was told to stop. */
export type StopReason = 'cancelled' | 'stalled' | 'stopping' | 'lost';

const TOLD_EVERY_MS = 250;
const LOG_LINES = 200;
const LOG_LINE_CHARACTERS = 2000;

/** What of a running job is to be kept. */
export interface Told {
	readonly progress?: JobProgress;
	readonly notes: readonly string[];
	readonly log: readonly string[];
}

/** One job while its handler works: what it says, gathered to at most four times a second, and whether it is still alive. */
export class RunningJob {
	readonly context: JobContext;
	readonly #abort = new AbortController();
	readonly #keep: (told: Told) => void;
	readonly #watchdog: NodeJS.Timeout;
	#timer: NodeJS.Timeout | undefined;
	#lastToldMs = -Infinity;
	#progress: JobProgress | undefined;
	#notes: readonly string[];
	#log: readonly string[];
	#stopReason: StopReason | undefined;

	constructor(
		job: {
			readonly id: string;
			readonly attempt: number;
			readonly notes: readonly string[];
			readonly log: readonly string[];
		},
		{ stallMs, keep }: { readonly stallMs: number; readonly keep: (told: Told) => void },
	) {
		this.#keep = keep;
		this.#notes = job.notes;
		this.#log = job.log;
		this.#watchdog = setTimeout(() => this.stop('stalled'), stallMs);
		this.context = {
			id: job.id,
			attempt: job.attempt,
			signal: this.#abort.signal,
			onProgress: (progress) => {
				this.#watchdog.refresh();
				this.#progress = progress;
				this.#poke();
			},
			note: (sentence) => {
				if (this.#notes.includes(sentence)) return;
				this.#notes = [...this.#notes, sentence];
				this.#poke();
			},
			log: (line) => {
				this.#log = [...this.#log, line.slice(0, LOG_LINE_CHARACTERS)].slice(-LOG_LINES);
				this.#poke();
			},
		};
	}

	/** Undefined: nobody told it to stop. */
	get stopReason(): StopReason | undefined {
		return this.#stopReason;
	}

	get log(): readonly string[] {
		return this.#log;
	}

	stop(reason: StopReason): void {
		this.#stopReason ??= reason;
		this.#abort.abort();
	}

	/** Nothing is told after it. What has not been kept yet is given back. */
	end(): Told {
		clearTimeout(this.#watchdog);
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#lastToldMs = Infinity;
		return this.#told();
	}

	#told(): Told {
		return { ...(this.#progress && { progress: this.#progress }), notes: this.#notes, log: this.#log };
	}

	#poke(): void {
		if (this.#timer !== undefined || this.#lastToldMs === Infinity) return;
		const waitMs = this.#lastToldMs + TOLD_EVERY_MS - performance.now();
		if (waitMs <= 0) this.#tell();
		else this.#timer = setTimeout(() => this.#tell(), waitMs);
	}

	#tell(): void {
		this.#timer = undefined;
		this.#lastToldMs = performance.now();
		this.#keep(this.#told());
	}
}
