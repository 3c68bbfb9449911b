import type { ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import { err, isAbort, ok, type Result } from '#core/result';
import type { Ability, EngineIo, FactsOf, MadeFile, MediaEngine } from '../../engine.ts';
import { connect, WorkerCrashedError, type Connection } from '../../worker-rpc/connect.ts';
import { assessTasks } from './assess.ts';
import { EngineRun } from './engine-run.ts';
import { shareDecoding } from './share-decoding.ts';

type Api = typeof import('./export.worker.ts').api;

/** How long a cancelled run may take to let go of its files before its worker is ended. */
const LET_GO_MS = 700;
/** The worker is kept this long between runs: starting one costs more than keeping it. */
const IDLE_MS = 60_000;

/**
 * Decodes and encodes with the browser's own codecs, in a worker. The fastest way, and the first choice for everything the browser can
 * read and write.
 */
export class WebCodecsEngine implements MediaEngine {
	readonly name = 'webcodecs';
	#connection: Connection<Api> | undefined;
	#retire: ReturnType<typeof setTimeout> | undefined;
	#running = 0;

	assess(tasks: readonly ExportTask[], factsOf: FactsOf): Promise<Ability> {
		return assessTasks(tasks, factsOf).catch((thrown: unknown) => ({
			able: false,
			reason: 'no-webcodecs',
			detail: `the browser could not say what it can do (${String(thrown)})`,
		}));
	}

	async run(tasks: readonly ExportTask[], io: EngineIo): Promise<Result<readonly MadeFile[], Failure>> {
		const run = new EngineRun(tasks, io);
		this.#running += 1;
		try {
			for (const group of shareDecoding(tasks)) {
				await this.#runGroup(group, run);
				if (run.failure !== undefined) return err(run.failure);
			}
			return ok(run.made);
		} finally {
			this.#running -= 1;
			this.#retireLater();
		}
	}

	/** Ends the worker; a run under way rejects with `AbortError`. */
	dispose(): void {
		clearTimeout(this.#retire);
		this.#connection?.terminate();
		this.#connection = undefined;
	}

	async #runGroup(group: readonly ExportTask[], run: EngineRun): Promise<void> {
		const requests = await run.open(group);
		if (requests.length === 0 || run.failure !== undefined) return;
		const connection = this.#connect();
		const report = run.reporter();
		try {
			const ends = await connection.call('run', requests, { signal: run.signal, onProgress: report });
			for (const end of ends) run.settle(end);
		} catch (thrown) {
			if (run.signal.aborted) {
				await this.#letGo(connection);
				run.throwIfAborted();
				return;
			}
			if (isAbort(thrown)) throw thrown;
			const detail = thrown instanceof Error ? thrown.message : String(thrown);
			const kind = thrown instanceof WorkerCrashedError ? 'worker-crashed' : 'unexpected';
			for (const { task } of requests)
				run.settle({ taskId: task.id, result: err({ kind, subject: task.output.name, detail }) });
		}
	}

	/** After a cancel: waits until the worker holds no file any more, and ends it when that takes too long. */
	async #letGo(connection: Connection<Api>): Promise<void> {
		let timer: ReturnType<typeof setTimeout> | undefined;
		const late = new Promise<'late'>((resolve) => {
			timer = setTimeout(() => resolve('late'), LET_GO_MS);
		});
		const idle = connection.call('idle', undefined).catch(() => 'late' as const);
		if ((await Promise.race([idle, late])) === 'late') connection.terminate();
		clearTimeout(timer);
	}

	#connect(): Connection<Api> {
		clearTimeout(this.#retire);
		if (this.#connection === undefined || this.#connection.closed) {
			this.#connection = connect<Api>(new Worker(new URL('./export.worker.ts', import.meta.url), { type: 'module' }));
		}
		return this.#connection;
	}

	#retireLater(): void {
		clearTimeout(this.#retire);
		if (this.#running > 0) return;
		this.#retire = setTimeout(() => this.dispose(), IDLE_MS);
	}
}
