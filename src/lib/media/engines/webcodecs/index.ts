import type { ExportTask } from '#core/export-task';
import type { Failure } from '#core/failure';
import type { Fingerprint } from '#core/fingerprint';
import { err, ok, type Result } from '#core/result';
import type { Ability, EngineIo, FactsOf, MadeFile, MediaEngine } from '../../engine.ts';
import { connect, WorkerCrashedError, type Connection } from '../../worker-rpc/connect.ts';
import { assessTasks } from './assess.ts';
import type { SourceFile } from './run-task.ts';

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
		const totalS = tasks.reduce((sum, task) => sum + task.durationS, 0);
		const made: MadeFile[] = [];
		let doneS = 0;
		this.#running += 1;
		try {
			for (const task of tasks) {
				const result = await this.#runOne(task, io, { doneS, totalS });
				if (!result.ok) return result;
				made.push(result.value);
				doneS += task.durationS;
			}
			return ok(made);
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

	async #runOne(
		task: ExportTask,
		io: EngineIo,
		{ doneS, totalS }: { doneS: number; totalS: number },
	): Promise<Result<MadeFile, Failure>> {
		io.signal.throwIfAborted();
		const sources = await openSources(task, io);
		if (!sources.ok) return sources;
		const output = await io.create(task);
		if (!output.ok) return output;
		io.signal.throwIfAborted();
		const startedMs = performance.now();
		const connection = this.#connect();
		try {
			return await connection.call(
				'run',
				{ task, sources: sources.value, output: output.value },
				{
					signal: io.signal,
					onProgress: ({ reachedS, step }) => {
						const share = Math.min(1, (doneS + reachedS) / totalS);
						const speed = (reachedS * 1000) / Math.max(1, performance.now() - startedMs);
						io.onProgress({ share, step, ...(reachedS > 0 ? { speed } : {}) });
					},
				},
			);
		} catch (thrown) {
			if (io.signal.aborted) {
				await this.#letGo(connection);
				throw thrown;
			}
			if (isAbort(thrown)) throw thrown;
			const detail = thrown instanceof Error ? thrown.message : String(thrown);
			const subject = task.output.name;
			if (thrown instanceof WorkerCrashedError) return err({ kind: 'worker-crashed', subject, detail });
			return err({ kind: 'unexpected', subject, detail });
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

const isAbort = (thrown: unknown): boolean => thrown instanceof DOMException && thrown.name === 'AbortError';

async function openSources(task: ExportTask, io: EngineIo): Promise<Result<readonly SourceFile[], Failure>> {
	const sources = new Map<Fingerprint, SourceFile>();
	for (const { media } of task.pieces) {
		if (sources.has(media)) continue;
		const facts = io.factsOf(media);
		const blob = await io.open(media);
		if (!blob.ok) return blob;
		const index = facts.video === undefined ? undefined : await io.frameIndex(media);
		if (index === undefined && task.video.kind !== 'none') {
			const detail = 'its frames were not counted yet; remove it from the library and add it again';
			return err({ kind: 'source-unreadable', subject: facts.name, detail });
		}
		sources.set(media, { blob: blob.value, facts, index });
	}
	return ok([...sources.values()]);
}
