import type { Failure } from '#core/failure';
import { err, isAbort, type Result } from '#core/result';
import type { MediaEngine } from '$lib/media/engine';
import type { ExportResult, JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import type { AfterExports } from './after-exports.ts';
import { recoverExports } from './export-recovery.ts';
import { runExports, type Member } from './export-run.ts';
import type { Planner, Verifier } from './export-parts.ts';
import { toDone, toFailed, toQueued, toRunning, toSaving } from './job-changes.ts';
import { liveProgress, type LiveProgress } from './job-progress.ts';
import { nextUnit } from './job-units.ts';
import { dropReplaced, removeKept } from './kept-files.ts';
import { heldNames } from './held-names.ts';
import { jobFolder, OutputPlace } from './output-place.ts';
import { pathLost } from './path-lost.ts';
import { isForServer } from './server-exports.ts';
import type { ServerSide } from './server-side.ts';
import { Throttle } from './throttle.ts';

/** Progress is told at most this often, in milliseconds. */
const TELL_MS = 50;
/** Runs that the server makes at a time, at most: it has a queue of its own. */
const MOST_ELSEWHERE = 8;

export interface RunnerParts {
	readonly storage: Storage;
	readonly engines: readonly MediaEngine[];
	readonly planner: Planner;
	readonly verify: Verifier;
	readonly after: AfterExports;
	readonly now: () => Date;
	/** Runs at a time on this device. Those that the server makes come on top. */
	readonly concurrency: number;
	readonly side: Pick<ServerSide, 'here' | 'onChange' | 'settled'>;
	/** Called at every sign of life of running jobs; undefined when they no longer run. */
	readonly onProgress: (ids: readonly string[], progress: LiveProgress | undefined) => void;
}

/** Jobs that run together, and what stops all of them. */
interface Running {
	readonly stop: AbortController;
	/** What stops each. */
	readonly members: ReadonlyMap<string, AbortController>;
	readonly ended: Promise<void>;
	/** The server makes it: this device is free for the next one. */
	isElsewhere: boolean;
}

/** Works through the queue of this browser. There is one at a time over all tabs; the queue's lock sees to that. */
export class ExportRunner {
	#parts: RunnerParts;
	#running = new Set<Running>();
	#stopped = false;

	constructor(parts: RunnerParts) {
		this.#parts = parts;
	}

	/** Works until `signal` fires, then puts unfinished jobs back into the queue. */
	async work(signal: AbortSignal): Promise<void> {
		this.#stopped = false;
		const { storage, now, after } = this.#parts;
		await recoverExports(storage, now, (record) => this.#placeOf(record));
		if (signal.aborted) return;
		addEventListener('pagehide', () => storage.jobs.noteLeaving(now().toISOString()), { signal });
		await after.catchUp();
		if (signal.aborted) return;
		await new Promise<void>((resolve) => {
			const subscription = storage.jobs.watch().subscribe((records) => this.#look(records));
			const unhear = this.#parts.side.onChange(() => void this.#lookAnew());
			signal.addEventListener(
				'abort',
				() => {
					unhear();
					subscription.unsubscribe();
					resolve();
				},
				{ once: true },
			);
		});
		this.#stopped = true;
		const running = [...this.#running];
		for (const { stop } of running) stop.abort();
		await Promise.all(running.map(({ ended }) => ended));
	}

	/**
	 * Stops a job that runs here. Resolves when it has ended; with others in the same run, at once: the engine goes on with those, and
	 * what it still makes of this one is not kept.
	 */
	async abort(id: string): Promise<void> {
		const running = [...this.#running].find(({ members }) => members.has(id));
		if (running !== undefined && this.#cancel(running, id)) await running.ended;
	}

	/** True when the whole run ends with it. */
	#cancel({ stop, members }: Running, id: string): boolean {
		members.get(id)?.abort();
		const all = [...members.values()].every(({ signal }) => signal.aborted);
		if (all) stop.abort();
		return all;
	}

	#look(records: readonly JobRecord[]): void {
		const byId = new Map(records.map((record) => [record.job.id, record]));
		const busy = new Set<string>();
		for (const running of this.#running) {
			for (const id of running.members.keys()) {
				busy.add(id);
				const record = byId.get(id);
				if (record === undefined || record.job.state === 'cancelled') this.#cancel(running, id);
			}
		}
		const waiting = records.filter((record) => !busy.has(record.job.id) && this.#mayStart(record));
		for (let unit = nextUnit(waiting); unit.length > 0; unit = nextUnit(waiting)) {
			const elsewhere = [...this.#running].filter(({ isElsewhere }) => isElsewhere).length;
			const isFull = this.#running.size - elsewhere >= this.#parts.concurrency || elsewhere >= MOST_ELSEWHERE;
			if (this.#stopped || isFull) return;
			for (const record of unit) waiting.splice(waiting.indexOf(record), 1);
			this.#start(unit.map(({ job }) => job.id));
		}
	}

	/** What the server was making is its own: it is not made twice while the server is away. What goes to a folder of it is no work of this device. */
	#mayStart(record: JobRecord): boolean {
		if (record.job.state !== 'queued' || isForServer(record)) return false;
		return record.engine !== 'server' || this.#parts.side.here() !== undefined;
	}

	async #lookAnew(): Promise<void> {
		try {
			if (!this.#stopped) this.#look(await this.#parts.storage.jobs.all());
		} catch (thrown) {
			// The next change of a job makes the queue look again.
			console.error('The export queue could not look for the next job:', thrown);
		}
	}

	#start(ids: readonly string[]): void {
		const members = new Map(ids.map((id) => [id, new AbortController()]));
		const stop = new AbortController();
		const ended = this.#run(members, stop.signal, () => {
			running.isElsewhere = true;
			void this.#lookAnew();
		})
			.finally(() => {
				this.#running.delete(running);
				this.#parts.onProgress(ids, undefined);
			})
			.catch((thrown: unknown) => console.error('The export queue met a bug:', thrown))
			.then(() => this.#lookAnew());
		const running: Running = { stop, members, ended, isElsewhere: false };
		this.#running.add(running);
	}

	async #run(
		controllers: ReadonlyMap<string, AbortController>,
		signal: AbortSignal,
		onElsewhere: () => void,
	): Promise<void> {
		const { storage, engines, planner, verify, now, after, side } = this.#parts;
		const members: Member[] = [];
		for (const [id, { signal: own }] of controllers) {
			const record = await storage.jobs.update(id, (latest) =>
				latest.job.state === 'queued' ? toRunning(latest, now().toISOString()) : latest,
			);
			if (record?.job.state !== 'running') continue;
			// In the database as it was when it was started: what the run adds comes on top.
			const whole = await storage.jobs.whole(record);
			if (whole !== undefined) members.push({ record: whole, place: this.#placeOf(record), signal: own });
			else await this.#finish(record, err(pathLost(record)));
		}
		if (members.length === 0) return;
		const progress = this.#progressOf(members);
		try {
			await runExports(members, {
				storage,
				engines,
				planner: async (...asked) => {
					const before = side.here()?.client;
					const choice = await planner(...asked);
					if (choice.ok) return choice;
					// Right after a visit begins, a server may be there that nobody has heard of yet.
					await side.settled();
					return side.here()?.client === before ? choice : planner(...asked);
				},
				verify,
				signal,
				clock: () => performance.now() / 1000,
				onStep: progress.tell,
				onEngine: async (chosen, engine, engineReason, notes) => {
					for (const { record } of chosen) {
						const all = [...record.notes, ...notes];
						await this.#change(record, (latest) => ({ ...latest, engine, engineReason, notes: all }));
					}
					if (engine === 'server') onElsewhere();
				},
				onSaving: async ({ record }, result) => {
					const changed = await this.#change(record, (latest) => toSaving(latest, result));
					return changed?.saving !== undefined;
				},
				onEnded: async ({ record }, result) => {
					progress.leave(record.job.id);
					await this.#finish(record, result);
				},
			});
		} catch (thrown) {
			if (!isAbort(thrown)) throw thrown;
			for (const { record } of members) await this.#giveBack(record);
		} finally {
			progress.end();
			await this.#sweep(members);
			await after.flush(members.map(({ record }) => record.job.id));
		}
	}

	/** Cancelled by a person, the record says so already; stopped with the queue, the job waits for the next start. */
	async #giveBack(record: JobRecord): Promise<void> {
		await this.#change(record, (latest) => toQueued(latest, latest.job.attempts - 1));
	}

	async #finish(record: JobRecord, result: Result<ExportResult, Failure>): Promise<void> {
		const { storage, now, after } = this.#parts;
		const endedAt = now().toISOString();
		// First, so that a crash leaves no older job that would take the new file with it when it is removed.
		if (result.ok) await dropReplaced(storage, record, result.value);
		const changed = await this.#change(record, (latest) =>
			result.ok ? toDone(latest, result.value, endedAt) : toFailed(latest, result.error, endedAt),
		);
		if (changed?.job.state === 'done') await after.note(changed);
		// Removed in the last instant: what came out is not wanted.
		if (changed === undefined && result.ok) await removeKept(storage, result.value);
	}

	/** Removes what jobs have left in the private file system beside what they keep there. */
	async #sweep(members: readonly Member[]): Promise<void> {
		const { jobs, files } = this.#parts.storage;
		for (const { record } of members) {
			const { id } = record.job;
			const path = (await jobs.get(id))?.result?.path;
			if (path?.startsWith(`${jobFolder(id)}/`) === true) continue;
			try {
				await files.remove(jobFolder(id));
			} catch (thrown) {
				// Held by an engine that did not obey in time: it goes at the next start.
				console.debug('What an export left could not be removed yet:', thrown);
			}
		}
	}

	/** Changes the record while it is running; one that was cancelled or removed meanwhile stays so. */
	#change({ job }: JobRecord, change: (record: JobRecord) => JobRecord): Promise<JobRecord | undefined> {
		return this.#parts.storage.jobs.update(job.id, (latest) =>
			latest.job.state === 'running' ? change(latest) : latest,
		);
	}

	#progressOf(members: readonly Member[]): {
		tell: (progress: Parameters<typeof liveProgress>[0]) => void;
		leave: (id: string) => void;
		end: () => void;
	} {
		const started = performance.now();
		const durationS = members.reduce((sum, { record }) => sum + record.task.durationS, 0);
		const ids = new Set(members.map(({ record }) => record.job.id));
		let latest: LiveProgress = { progress: 0, step: '' };
		const tell = new Throttle(TELL_MS, () => this.#parts.onProgress([...ids], latest));
		return {
			tell: (progress) => {
				// An engine that did not obey a cancel in time may still be talking.
				if (ids.size === 0) return;
				latest = liveProgress(progress, (performance.now() - started) / 1000, durationS);
				tell.poke();
			},
			leave: (id) => {
				ids.delete(id);
				this.#parts.onProgress([id], undefined);
			},
			end: () => {
				ids.clear();
				tell.cancel();
			},
		};
	}

	#placeOf(record: JobRecord): OutputPlace {
		return new OutputPlace(this.#parts.storage, record, async () =>
			heldNames(record, await this.#parts.storage.jobs.all()),
		);
	}
}
