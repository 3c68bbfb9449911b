import { getExportFile, listExportFiles, ServerExport, startExports } from '#contract/exports';
import { cancelJob, removeJob, type ServerJob } from '#contract/jobs';
import type { ExportTask } from '#core/export/export-task';
import { pictureExtension } from '#core/export/output-file-name';
import type { Failure } from '#core/failure';
import { err, ok, present, type Result } from '#core/result';
import type { EngineIo, MadeFile } from '../media/engine.ts';
import type { JobFeed } from './job-feed.ts';
import { nap } from './nap.ts';
import type { ServerClient } from './server-client.ts';
import { refusedIds } from './refused-ids.ts';
import { failureOfServer, type ServerFailure } from './server-failure.ts';

/** What the server takes as the id of a job. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;
const GONE = 'the server no longer knows of it';

export interface ServerRunParts {
	readonly feed: JobFeed;
	readonly onLeft: (ids: readonly string[]) => void;
	/** Between two tries while the server is away, in milliseconds. */
	readonly againMs: number;
}

/**
 * One run: its jobs are followed, what each made is fetched, and nothing of it stays on the server. A job has the id of its task, so that a run
 * that was cut off here finds the same jobs again.
 */
export class ServerRun {
	readonly #client: ServerClient;
	readonly #io: EngineIo;
	readonly #parts: ServerRunParts;
	readonly #asked: readonly ExportTask[];
	/** By the id of the job. */
	readonly #tasks = new Map<string, ExportTask>();
	readonly #jobs = new Map<string, ServerJob>();
	/** Ids by which the server keeps other work. */
	#foreign: ReadonlySet<string> = new Set();
	readonly #made: MadeFile[] = [];
	/** What was made is fetched, one after the other. */
	#taking: Promise<void> = Promise.resolve();
	#failure: Failure | undefined;

	constructor(client: ServerClient, tasks: readonly ExportTask[], io: EngineIo, parts: ServerRunParts) {
		this.#client = client;
		this.#asked = tasks;
		this.#io = io;
		this.#parts = parts;
	}

	async run(): Promise<Result<readonly MadeFile[], Failure>> {
		const started = await this.#start();
		if (!started.ok) return started;
		const ids = [...this.#tasks.keys()];
		const failed = new AbortController();
		const signal = AbortSignal.any([this.#io.signal, failed.signal]);
		const fail = (id: string, failure: Failure): void => {
			const { onFailed } = this.#io;
			if (onFailed !== undefined) return onFailed(this.#taskOf(id).id, failure);
			this.#failure ??= failure;
			failed.abort();
		};
		const end = (job: ServerJob): void => {
			this.#taking = this.#taking.then(async () => {
				if (signal.aborted) return;
				const taken = await this.#take(job);
				if (!taken.ok) fail(job.id, taken.error);
			});
			// Told below, when it is awaited.
			this.#taking.catch(() => undefined);
		};
		try {
			await this.#parts.feed.follow(this.#client, {
				...{ ids, group: started.value, signal },
				onJob: (job) => {
					this.#jobs.set(job.id, job);
					if (job.endedAt !== undefined) end(job);
					this.#tell();
				},
				onGone: (id) => fail(id, { kind: 'unexpected', subject: this.#taskOf(id).output.name, detail: GONE }),
				onReach: (isThere) => isThere || this.#away(),
			});
			await this.#taking;
		} catch (thrown) {
			if (!failed.signal.aborted || this.#io.signal.aborted) throw thrown;
		}
		return this.#failure === undefined ? ok(this.#made) : err(this.#failure);
	}

	/** Cancels what still runs, and has the server forget all of it. */
	async clearUp(): Promise<void> {
		// Asked for in vain, as far as is known: the answer may have been lost.
		const asked = this.#asked.map(({ id }) => id).filter((id) => UUID.test(id) && !this.#foreign.has(id));
		const ids = this.#tasks.size > 0 ? [...this.#tasks.keys()] : asked;
		const forget = async (id: string): Promise<boolean> => {
			if (this.#jobs.get(id)?.endedAt === undefined) {
				const cancelled = await this.#client.call(cancelJob, { params: { id } });
				if (!cancelled.ok && cancelled.error.kind === 'offline') return false;
			}
			const removed = await this.#client.call(removeJob, { params: { id } });
			return removed.ok || removed.error.kind !== 'offline';
		};
		const forgotten = await Promise.all(ids.map(forget));
		const left = ids.filter((_, n) => forgotten[n] !== true);
		if (left.length > 0) this.#parts.onLeft(left);
	}

	/** Hands the tasks over; waits for a server that is away. The group of the jobs. */
	async #start(): Promise<Result<string | undefined, Failure>> {
		const items = this.#asked.map((task) => ({ task, ...(UUID.test(task.id) && { id: task.id }) }));
		for (;;) {
			this.#io.signal.throwIfAborted();
			const started = await this.#client.call(startExports, { body: { items, destination: 'download' } });
			if (started.ok) {
				const { jobs } = started.value;
				for (const [n, job] of jobs.entries()) {
					this.#tasks.set(job.id, present(this.#asked[n], 'the task of a job'));
				}
				return ok(jobs[0]?.group);
			}
			const { error } = started;
			if (error.kind === 'refused' && error.error?.code === 'conflict') {
				this.#foreign = new Set(refusedIds(error.error) ?? this.#asked.map(({ id }) => id));
			}
			if (error.kind !== 'offline') return err(failureOfServer(error, this.#asked[0]?.output.name ?? 'The export'));
			this.#away();
			await nap(this.#parts.againMs, this.#io.signal);
		}
	}

	#taskOf(id: string): ExportTask {
		return present(this.#tasks.get(id), 'the task of a job');
	}

	get #share(): number {
		const jobs = [...this.#jobs.values()];
		const done = jobs.reduce((sum, job) => sum + (job.endedAt === undefined ? job.progress : 1), 0);
		return Math.min(1, (done / Math.max(1, this.#tasks.size)) * 0.95);
	}

	#away(): void {
		this.#io.onProgress({ share: this.#share, step: 'Waiting for the server' });
	}

	#tell(): void {
		const running = [...this.#jobs.values()].find(({ state }) => state === 'running');
		this.#io.onProgress({
			share: this.#share,
			step: running === undefined ? 'Waiting for its turn on the server' : running.step || 'Making it on the server',
			...(running?.speed !== undefined && { speed: running.speed }),
		});
	}

	async #take(job: ServerJob): Promise<Result<void, Failure>> {
		const task = this.#taskOf(job.id);
		if (job.state !== 'done') {
			const detail = 'it was cancelled on the server';
			return err(job.error ?? { kind: 'unexpected', subject: task.output.name, detail });
		}
		const result = ServerExport.parse(job.result);
		const { signal } = this.#io;
		const listed = await this.#patiently(() => this.#client.call(listExportFiles, { params: { id: job.id }, signal }));
		if (!listed.ok) return err(failureOfServer(listed.error, task.output.name));
		const { files } = listed.value;
		const [, soundPath] = result.files;
		const isFolder = task.video.kind === 'frames';
		const folder = isFolder ? await this.#io.createFolder(task) : undefined;
		if (folder?.ok === false) return folder;
		for (const [n, { path }] of files.entries()) {
			const target = await this.#targetOf(task, path, soundPath, folder?.value);
			if (!target.ok) return target;
			const fetched = await this.#fetch(job.id, n, target.value, task.output.name);
			if (!fetched.ok) return fetched;
		}
		const { bytes, frames, durationS, width, height, encoder, pictures } = result;
		const soundBytes = files.find(({ path }) => path === soundPath)?.bytes;
		const made: MadeFile = {
			...{ taskId: task.id, bytes, frames, durationS, width, height, encoder },
			...(task.video.kind === 'frames' && {
				folder: {
					pictures: pictures ?? frames,
					extension: pictureExtension(task.video.format),
					...(soundBytes !== undefined && { soundBytes }),
				},
			}),
		};
		this.#made.push(made);
		this.#io.onMade?.(made);
		return ok(undefined);
	}

	async #targetOf(
		task: ExportTask,
		path: string,
		soundPath: string | undefined,
		folder: FileSystemDirectoryHandle | undefined,
	): Promise<Result<FileSystemFileHandle, Failure>> {
		if (folder === undefined) return this.#io.create(task);
		if (path === soundPath) return this.#io.createSound(task);
		return ok(await folder.getFileHandle(path.slice(path.lastIndexOf('/') + 1), { create: true }));
	}

	/** Straight into the file: nothing is ever whole in memory. */
	async #fetch(id: string, n: number, target: FileSystemFileHandle, subject: string): Promise<Result<void, Failure>> {
		const { signal } = this.#io;
		const fetched = await this.#patiently(async (): Promise<Result<void, ServerFailure>> => {
			try {
				const response = await this.#client.fetch(this.#client.url(getExportFile.path, { id }, { n }), { signal });
				if (!response.ok || response.body === null) {
					return err({ kind: 'refused', status: response.status, error: null });
				}
				await response.body.pipeTo(await target.createWritable(), { signal });
				return ok(undefined);
			} catch (thrown) {
				signal.throwIfAborted();
				// What the network breaks off is a `TypeError`; all else is of the disk.
				if (thrown instanceof TypeError) return err({ kind: 'offline', cause: thrown });
				throw thrown;
			}
		});
		return fetched.ok ? fetched : err(failureOfServer(fetched.error, subject));
	}

	/** Asks again while the server is away. */
	async #patiently<T>(ask: () => Promise<Result<T, ServerFailure>>): Promise<Result<T, ServerFailure>> {
		for (;;) {
			const answer = await ask();
			if (answer.ok || answer.error.kind !== 'offline') return answer;
			this.#away();
			await nap(this.#parts.againMs, this.#io.signal);
		}
	}
}
