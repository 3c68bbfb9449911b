import type { Failure } from '#core/failure';
import type { MediaFacts } from '#core/media/media-facts';
import { err, isAbort, type Result } from '#core/result';
import type { FrameIndex } from '#core/time/frame-index';
import type { DetectedFrame } from '#core/tracking/detection';
import type { OnnxBackend } from '#core/vision/onnx-runtime-files';
import type { Span } from '#core/time/segment-arithmetic';
import type { MediaBytes } from '$lib/media/media-bytes';
import { failureOf } from '$lib/media/probe/failure-of';
import { connect, type Connection } from '$lib/media/worker-rpc/connect';
import type { AnalysisProgress, AnalysisSummary, WorkerReport } from './analysis-request.ts';
import type { ModelSource } from './detector-model.ts';
import type { ModelFacts } from './inspect-model.ts';

export type { AnalysisProgress, AnalysisStep, AnalysisSummary, AnalysisTimings } from './analysis-request.ts';
export type { DetectorModel, ModelSource } from './detector-model.ts';
export type { ModelFacts, ModelReading } from './inspect-model.ts';

type Api = typeof import('./analyst.worker.ts').api;

export interface AnalysisRequest {
	/** The file, or the small copy that is shown instead of it: its frames stand at the same times. */
	readonly source: MediaBytes;
	readonly facts: MediaFacts;
	readonly index: FrameIndex;
	/** In seconds on the file's own timeline, in any order; what overlaps is looked at once. */
	readonly spans: readonly Span[];
	readonly model: ModelSource;
	/** Pictures looked at a second. Defaults to 6. */
	readonly perSecond?: number;
	/** Defaults to `auto`: the graphics processor when it gives the right answer and is faster. */
	readonly backend?: 'auto' | OnnxBackend;
}

export interface AnalysisIo {
	readonly signal: AbortSignal;
	readonly onProgress?: (progress: AnalysisProgress) => void;
	/**
	 * What was seen in about a second, in order. When it is kept, a later request needs only what the spans hold from `doneUntilS` (seconds) on.
	 * Cuts before `doneUntilS` have been told by then.
	 */
	readonly onFrames?: (frames: readonly DetectedFrame[], doneUntilS: number) => void;
	/** First frames of new shots, in order and in seconds. A resumed request may tell the last ones again. */
	readonly onCuts?: (atS: readonly number[]) => void;
}

/** Pictures a second that a walk and a turn are followed by. */
const PER_SECOND = 6;
/** A worker without work is ended after this time; with it goes all its memory. */
const IDLE_MS = 30_000;

/** After these a worker is made anew: it does not ask again for a script that it could not fetch, and never gives back memory that a model has grown. */
const SPOILT: ReadonlySet<Failure['kind']> = new Set(['offline', 'out-of-memory']);

/**
 * Finds people and things in films, on this device. One worker with one open model, made when needed and ended when idle; requests wait for each other.
 *
 * Close it when the app is done with it.
 */
export class VideoAnalyst {
	#connection: Connection<Api> | undefined;
	#working = 0;
	#idle: ReturnType<typeof setTimeout> | undefined;
	readonly #keys = new WeakMap<Blob, string>();
	#lastKey = 0;

	/** `idleMs`: how long a worker without work is kept. Defaults to 30 s. */
	constructor(private readonly idleMs = IDLE_MS) {}

	/**
	 * Looks at the spans of a film: cuts among all frames, things in some. Expected failures are values; rejects with `AbortError` on `io.signal`. What was
	 * handed to `onFrames` before a failure or a cancel is good.
	 */
	async analyse(request: AnalysisRequest, io: AnalysisIo): Promise<Result<AnalysisSummary, Failure>> {
		const { source, facts, index, spans, model, perSecond = PER_SECOND, backend = 'auto' } = request;
		const subject = facts.name;
		if (facts.video === undefined) return err({ kind: 'not-searchable', subject, detail: 'it has no picture' });
		const { width, height } = facts.video;
		const looked = await this.#call(subject, (connection) =>
			connection.call(
				'analyse',
				{
					...{ file: source, index, spans, display: { width, height }, perSecond, backend, subject },
					...{ model: plain(model.model), at: model.at, key: this.#keyOf(model.at) },
				},
				{ signal: io.signal, onProgress: (report) => tell(report, io) },
			),
		);
		// What helps an export with such a file does not help here.
		return !looked.ok && looked.error.kind === 'source-unreadable'
			? err({ ...looked.error, kind: 'not-searchable' })
			: looked;
	}

	/** What a model file is, and how its answer is to be read; a failure with what was found when it cannot be used. */
	async inspect(model: Blob): Promise<Result<ModelFacts, Failure>> {
		const name = model instanceof File ? model.name : 'The model';
		return this.#call(name, (connection) => connection.call('inspect', { file: model, name }));
	}

	/** Ends the worker. Requests under way reject with `AbortError`. */
	close(): void {
		clearTimeout(this.#idle);
		this.#connection?.terminate();
		this.#connection = undefined;
	}

	async #call<T>(
		subject: string,
		work: (connection: Connection<Api>) => Promise<Result<T, Failure>>,
	): Promise<Result<T, Failure>> {
		clearTimeout(this.#idle);
		this.#working += 1;
		try {
			const result = await work(this.#connected());
			if (!result.ok && SPOILT.has(result.error.kind)) this.#closeUnlessShared();
			return result;
		} catch (thrown) {
			// It may be busy with one picture for minutes, and would keep the next film waiting.
			if (isAbort(thrown)) this.#closeUnlessShared();
			return err(failureOf(thrown, subject));
		} finally {
			this.#working -= 1;
			if (this.#working === 0) this.#idle = setTimeout(() => this.close(), this.idleMs);
		}
	}

	#closeUnlessShared(): void {
		if (this.#working === 1) this.close();
	}

	#connected(): Connection<Api> {
		if (this.#connection === undefined || this.#connection.closed) {
			const worker = new Worker(new URL('./analyst.worker.ts', import.meta.url), { type: 'module' });
			this.#connection = connect<Api>(worker);
		}
		return this.#connection;
	}

	/** A model is known again by its address, a file by being the same object. */
	#keyOf(at: string | Blob): string {
		if (typeof at === 'string') return at;
		const known = this.#keys.get(at) ?? `file ${(this.#lastKey += 1)}`;
		this.#keys.set(at, known);
		return known;
	}
}

/** Only what the worker needs: an entry of the manifest has more. */
const plain = ({ title, input, head, classes }: ModelSource['model']): ModelSource['model'] => ({
	title,
	input,
	head,
	classes,
});

function tell(report: WorkerReport, io: AnalysisIo): void {
	switch (report.kind) {
		case 'progress': {
			const { share, backend, step, etaS } = report;
			io.onProgress?.({
				...{ share, step },
				...(backend !== undefined && { backend }),
				...(etaS !== undefined && { etaS }),
			});
			return;
		}
		case 'cuts':
			io.onCuts?.(report.cutsS);
			return;
		case 'frames':
			io.onFrames?.(report.frames, report.doneUntilS);
	}
}
