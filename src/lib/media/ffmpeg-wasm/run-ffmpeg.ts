import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import { connect, type CallOptions, type Connection } from '../worker-rpc/connect.ts';
import { ensureCore } from './core-module.ts';
import type { CoreSource } from './core-types.ts';
import { failureOfRun, failureOfThrown } from './failure-of.ts';
import type { LookAnswer, LookProgress, RunAnswer, RunProgress, RunRequest } from './messages.ts';

type Api = typeof import('./ffmpeg.worker.ts').api;

export interface RunOptions {
	readonly signal?: AbortSignal;
	readonly onProgress?: (progress: RunProgress) => void;
	/** Names for failures: of what is read, and of what is made. */
	readonly input: string;
	readonly output: string;
}

/**
 * Runs ffmpeg once, in a worker of its own: the memory goes with it, and `signal` ends it at once. Rejects with `AbortError` then.
 * An exit code other than 0 is a failure.
 */
export async function runFfmpeg(
	request: Omit<RunRequest, 'core'>,
	{ signal, onProgress, input, output }: RunOptions,
): Promise<Result<RunAnswer, Failure>> {
	const abort = signal === undefined ? {} : { signal };
	const answer = await inWorker(output, abort, (worker, core) =>
		worker.call('run', { core, ...request }, { ...abort, ...(onProgress ? { onProgress } : {}) }),
	);
	if (!answer.ok) return answer;
	const { code, problem } = answer.value;
	return code === 0 && problem === undefined ? answer : err(failureOfRun(answer.value, input, output));
}

/** What ffprobe says of `file`. Rejects with `AbortError` on `signal`. */
export function lookWithFfmpeg(
	file: Blob,
	subject: string,
	options: CallOptions<LookProgress>,
): Promise<Result<LookAnswer, Failure>> {
	return inWorker(subject, options, (worker, core) => worker.call('look', { core, file }, options));
}

async function inWorker<T>(
	subject: string,
	{ signal }: { readonly signal?: AbortSignal },
	work: (worker: Connection<Api>, core: CoreSource) => Promise<T>,
): Promise<Result<T, Failure>> {
	const core = await ensureCore({ subject, ...(signal === undefined ? {} : { signal }) });
	if (!core.ok) return core;
	const worker = connect<Api>(new Worker(new URL('./ffmpeg.worker.ts', import.meta.url), { type: 'module' }));
	try {
		return ok(await work(worker, core.value));
	} catch (thrown) {
		return err(failureOfThrown(thrown, subject));
	} finally {
		worker.terminate();
	}
}
