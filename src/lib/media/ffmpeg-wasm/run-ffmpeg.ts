import type { Failure } from '#core/failure';
import { SERVER_ERRORS } from '#core/media/source-failure';
import { err, ok, type Result } from '#core/result';
import { connect, type Connection } from '../worker-rpc/connect.ts';
import { ensureCore } from './core-module.ts';
import type { CoreSource } from './core-types.ts';
import { failureOfRun, failureOfThrown } from './failure-of.ts';
import type { LookAnswer, LookProgress, RunAnswer, RunProgress, RunRequest, StopFlag } from './messages.ts';
import { readdressed, type MediaBytes } from '../media-bytes.ts';

type Api = typeof import('./ffmpeg.worker.ts').api;

export interface RunOptions {
	readonly signal?: AbortSignal;
	readonly onProgress?: (progress: RunProgress) => void;
	/** Names for failures: of what is read, and of what is made. */
	readonly input: string;
	readonly output: string;
}

/**
 * Runs ffmpeg once, in a worker of its own: the memory goes with it. `signal` stops it within a second; then this rejects with
 * `AbortError`. An exit code other than 0 is a failure.
 */
export async function runFfmpeg(request: WantedRun, options: RunOptions): Promise<Result<RunAnswer, Failure>> {
	const answer = await runIn(request, options);
	if (answer.ok || answer.error.kind !== 'source-refused') return answer;
	// The worker cannot wait for another address, so the run is made anew with one.
	const inputs = await readdressedAll(request.inputs);
	return inputs === undefined ? answer : runIn({ ...request, inputs }, options);
}

type WantedRun = Omit<RunRequest, 'core' | 'stop'>;

/** Undefined when there is no other address for any of them. */
async function readdressedAll(inputs: readonly MediaBytes[]): Promise<readonly MediaBytes[] | undefined> {
	const others = await Promise.all(inputs.map(readdressed));
	return others.every((other, n) => other === inputs[n]) ? undefined : others;
}

async function runIn(
	request: WantedRun,
	{ signal, onProgress, input, output }: RunOptions,
): Promise<Result<RunAnswer, Failure>> {
	const answer = await inWorker(output, signal, (worker, basis) =>
		worker.call('run', { ...basis, ...request }, onProgress ? { onProgress } : {}),
	);
	if (!answer.ok) return answer;
	const { code, problem } = answer.value;
	return code === 0 && problem === undefined ? answer : err(failureOfRun(answer.value, input, output));
}

/** What ffprobe says of `file`. Rejects with `AbortError` on `signal`. */
export function lookWithFfmpeg(
	file: MediaBytes,
	subject: string,
	{ signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress: (progress: LookProgress) => void },
): Promise<Result<LookAnswer, Failure>> {
	return inWorker(subject, signal, async (worker, basis) => {
		const look = (seen: MediaBytes) => worker.call('look', { ...basis, file: seen }, { onProgress });
		const answer = await look(file);
		if (answer.problem?.name !== SERVER_ERRORS.refused) return answer;
		const [other] = (await readdressedAll([file])) ?? [];
		return other === undefined ? answer : look(other);
	});
}

/** How long a run may take to notice that it is to stop, before its worker is ended by force. */
const POLITE_MS = 700;

interface Basis {
	readonly core: CoreSource;
	readonly stop?: StopFlag;
}

async function inWorker<T>(
	subject: string,
	signal: AbortSignal | undefined,
	work: (worker: Connection<Api>, basis: Basis) => Promise<T>,
): Promise<Result<T, Failure>> {
	const core = await ensureCore({ subject, ...(signal === undefined ? {} : { signal }) });
	if (!core.ok) return core;
	const worker = connect<Api>(new Worker(new URL('./ffmpeg.worker.ts', import.meta.url), { type: 'module' }));
	const stop = crossOriginIsolated ? new Int32Array(new SharedArrayBuffer(4)) : undefined;
	let force: ReturnType<typeof setTimeout> | undefined;
	// A worker that is busy hears no message, and browsers let it go on for seconds after `terminate`, its files locked.
	const abort = (): void => {
		if (stop === undefined) return worker.terminate();
		Atomics.store(stop, 0, 1);
		force = setTimeout(() => worker.terminate(), POLITE_MS);
	};
	signal?.addEventListener('abort', abort, { once: true });
	try {
		const done = await work(worker, { core: core.value, ...(stop === undefined ? {} : { stop }) });
		signal?.throwIfAborted();
		return ok(done);
	} catch (thrown) {
		signal?.throwIfAborted();
		return err(failureOfThrown(thrown, subject));
	} finally {
		clearTimeout(force);
		signal?.removeEventListener('abort', abort);
		worker.terminate();
	}
}
