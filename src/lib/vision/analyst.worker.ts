import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import type { CallContext } from '$lib/media/worker-rpc/protocol';
import { serve } from '$lib/media/worker-rpc/serve';
import { analyseFilm, FilmError } from './analyse-film.ts';
import type { AnalysisSummary, WorkerReport, WorkerRequest } from './analysis-request.ts';
import { Detector } from './detector.ts';
import { hasGpu } from './gpu.ts';
import { InferenceLostError, MissingPartError, ModelRefusedError } from './inference.ts';
import { inspectModel, type ModelFacts } from './inspect-model.ts';
import { modelBytes } from './model-bytes.ts';
import { openOrtSession } from './ort-session.ts';
import { HeadError } from './tensor.ts';

/** The one model that is open, for the next call. */
let open: { readonly key: string; readonly detector: Detector } | undefined;
/** Calls go one after the other: a runtime does one thing at a time. */
let last: Promise<unknown> = Promise.resolve();

export const api = {
	/** See `VideoAnalyst.analyse`. `subject` names the film in failures. */
	analyse(
		request: WorkerRequest & { readonly subject: string },
		{ signal, report }: CallContext<WorkerReport>,
	): Promise<Result<AnalysisSummary, Failure>> {
		return inTurn(signal, async () => {
			const startedMs = performance.now();
			try {
				const detector = await opened(request, signal, report);
				return ok(await analyseFilm(request, { detector, signal, report, startedMs }));
			} catch (thrown) {
				signal.throwIfAborted();
				const failure = failureOf(thrown, request.model.title, request.subject);
				if (failure === undefined) throw thrown;
				await forget();
				return err(failure);
			}
		});
	},

	/** See `VideoAnalyst.inspect`. */
	inspect(
		{ file, name }: { readonly file: Blob; readonly name: string },
		{ signal }: CallContext,
	): Promise<Result<ModelFacts, Failure>> {
		return inTurn(signal, async () => {
			try {
				return ok(await inspectModel(await modelBytes(file), openOrtSession));
			} catch (thrown) {
				const failure = failureOf(thrown, name, name);
				if (failure === undefined) throw thrown;
				return err(failure);
			}
		});
	},
};

function inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
	const turn = last.then(() => {
		signal.throwIfAborted();
		return work();
	});
	last = turn.catch(() => undefined);
	return turn;
}

async function opened(
	{ key, at, model, backend }: WorkerRequest,
	signal: AbortSignal,
	report: (report: WorkerReport) => void,
): Promise<Detector> {
	const wanted = `${key} ${backend}`;
	if (open?.key === wanted) return open.detector;
	await forget();
	report({ kind: 'progress', share: 0, step: 'loading' });
	const bytes = await modelBytes(at, signal);
	const detector = await Detector.open({
		model,
		bytes,
		wish: backend,
		open: openOrtSession,
		hasGpu: () => hasGpu(backend),
	});
	open = { key: wanted, detector };
	return detector;
}

async function forget(): Promise<void> {
	const closing = open?.detector;
	open = undefined;
	await closing?.release();
}

/** What a person is told; undefined for what is not expected here. */
function failureOf(thrown: unknown, model: string, film: string): Failure | undefined {
	if (thrown instanceof FilmError) return { kind: 'not-searchable', subject: film, detail: thrown.message };
	if (thrown instanceof MissingPartError) return { kind: 'offline', subject: model };
	if (thrown instanceof ModelRefusedError) return { kind: 'model-refused', subject: model, detail: thrown.message };
	if (thrown instanceof HeadError) return { kind: 'model-refused', subject: model, detail: thrown.message };
	if (thrown instanceof InferenceLostError) {
		return thrown.outOfMemory
			? { kind: 'out-of-memory', subject: model }
			: { kind: 'model-refused', subject: model, detail: `it could not be run (${thrown.message})` };
	}
	return undefined;
}

serve(api, self);
