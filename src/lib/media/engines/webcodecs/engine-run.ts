import type { ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import type { Fingerprint } from '#core/media/fingerprint';
import { err, ok, type Result } from '#core/result';
import type { EngineIo, MadeFile } from '../../engine.ts';
import type { OutputPlace, RunReport, SourceFile, TaskEnd, TaskRequest } from './task-request.ts';

/** One run of the engine as the page sees it: what is opened for it, what came out, how far it is. */
export class EngineRun {
	/** The first failure, when nobody takes failures one by one. */
	failure: Failure | undefined;
	/** Fires when the run is cancelled, and at its first failure when that ends it. */
	readonly signal: AbortSignal;
	readonly #ends = new Map<string, TaskEnd>();
	readonly #sources = new Map<Fingerprint, SourceFile>();
	readonly #stop = new AbortController();
	readonly #totalS: number;

	constructor(
		private readonly tasks: readonly ExportTask[],
		private readonly io: EngineIo,
	) {
		this.signal = AbortSignal.any([io.signal, this.#stop.signal]);
		this.#totalS = sumS(tasks);
	}

	get made(): readonly MadeFile[] {
		return this.tasks.flatMap(({ id }) => {
			const result = this.#ends.get(id)?.result;
			return result?.ok ? [result.value] : [];
		});
	}

	throwIfAborted(): void {
		this.io.signal.throwIfAborted();
	}

	/** Opens what the tasks read and write; those for which that fails are settled. */
	async open(tasks: readonly ExportTask[]): Promise<readonly TaskRequest[]> {
		const requests: TaskRequest[] = [];
		for (const task of tasks) {
			this.throwIfAborted();
			const request = await this.#request(task);
			if (request.ok) requests.push(request.value);
			else this.settle({ taskId: task.id, result: request });
			if (this.failure !== undefined) break;
		}
		this.throwIfAborted();
		return requests;
	}

	/** Takes what became of a task, once. */
	settle(end: TaskEnd): void {
		if (this.#ends.has(end.taskId)) return;
		this.#ends.set(end.taskId, end);
		if (end.result.ok) {
			this.io.onMade?.(end.result.value);
		} else if (this.io.onFailed !== undefined) {
			this.io.onFailed(end.taskId, end.result.error);
		} else {
			this.failure ??= end.result.error;
			if (this.tasks.length > 1) this.#stop.abort();
		}
	}

	/** Takes what the worker tells of the tasks it makes now. */
	reporter(): (report: RunReport) => void {
		const doneS = sumS(this.tasks.filter(({ id }) => this.#ends.has(id)));
		const startedMs = performance.now();
		return (report) => {
			if (report.kind === 'ended') {
				this.settle(report);
				return;
			}
			const { reachedS, step } = report;
			const share = Math.min(1, (doneS + reachedS) / this.#totalS);
			const speed = (reachedS * 1000) / Math.max(1, performance.now() - startedMs);
			this.io.onProgress({ share, step, ...(reachedS > 0 ? { speed } : {}) });
		};
	}

	async #request(task: ExportTask): Promise<Result<TaskRequest, Failure>> {
		const sources: SourceFile[] = [];
		for (const media of new Set(task.pieces.map((piece) => piece.media))) {
			const source = await this.#source(media, task);
			if (!source.ok) return source;
			sources.push(source.value);
		}
		const output = await this.#output(task);
		return output.ok ? ok({ task, sources, output: output.value }) : output;
	}

	async #source(media: Fingerprint, task: ExportTask): Promise<Result<SourceFile, Failure>> {
		const { io } = this;
		const facts = io.factsOf(media);
		const known = this.#sources.get(media);
		const blob = known === undefined ? await io.open(media) : ok(known.blob);
		if (!blob.ok) return blob;
		const index = known?.index ?? (facts.video === undefined ? undefined : await io.frameIndex(media));
		if (index === undefined && task.video.kind !== 'none') {
			const detail = 'its frames were not counted yet; remove it from the library and add it again';
			return err({ kind: 'source-unreadable', subject: facts.name, detail });
		}
		const source = { blob: blob.value, facts, index };
		this.#sources.set(media, source);
		return ok(source);
	}

	async #output(task: ExportTask): Promise<Result<OutputPlace, Failure>> {
		if (task.video.kind !== 'frames') {
			const file = await this.io.create(task);
			return file.ok ? ok({ file: file.value }) : file;
		}
		const folder = await this.io.createFolder(task);
		if (!folder.ok) return folder;
		if (task.audio.kind !== 'wav') return ok({ folder: folder.value, sound: undefined });
		const sound = await this.io.createSound(task);
		return sound.ok ? ok({ folder: folder.value, sound: sound.value }) : sound;
	}
}

const sumS = (tasks: readonly ExportTask[]): number => tasks.reduce((sum, { durationS }) => sum + durationS, 0);
