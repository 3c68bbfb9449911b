import type { AnswerOf, FromWorker, ProgressOf, RequestOf, ToWorker, WorkerApi } from './protocol.ts';

export interface CallOptions<Progress> {
	readonly signal?: AbortSignal;
	readonly onProgress?: (progress: Progress) => void;
	/** Moved to the worker instead of copied. */
	readonly transfer?: Transferable[];
}

/** Thrown by a call when its worker died (out of memory, script error) before it answered. */
export class WorkerCrashedError extends Error {
	override name = 'WorkerCrashedError';
}

/** An error that a worker's method threw, with its name and message kept. */
export class RemoteError extends Error {
	constructor(name: string, message: string, stack: string | undefined) {
		super(message);
		this.name = name;
		if (stack !== undefined) this.stack = stack;
	}
}

interface Pending {
	readonly resolve: (value: unknown) => void;
	readonly reject: (error: unknown) => void;
	readonly onProgress: ((progress: never) => void) | undefined;
}

/** The page's side of a worker whose methods are `Api`. */
export interface Connection<Api extends WorkerApi> {
	call<Method extends keyof Api & string>(
		method: Method,
		request: RequestOf<Api[Method]>,
		options?: CallOptions<ProgressOf<Api[Method]>>,
	): Promise<AnswerOf<Api[Method]>>;
	/** Ends the worker; calls under way reject with `AbortError`. */
	terminate(): void;
	/** True after a crash or `terminate`: open a new connection. */
	readonly closed: boolean;
}

/**
 * Speaks to a worker that called `serve`. The worker's methods come in as a type only, so nothing of the worker enters the page:
 * `connect<typeof import('./probe.worker').api>(new Worker(…))`.
 *
 * An aborted call rejects at once with the platform's `AbortError` and tells the worker to stop.
 */
export function connect<Api extends WorkerApi>(worker: Worker): Connection<Api> {
	const pending = new Map<number, Pending>();
	let nextId = 1;
	let closed = false;

	function close(error: Error): void {
		closed = true;
		worker.terminate();
		for (const call of pending.values()) call.reject(error);
		pending.clear();
	}

	worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
		const call = pending.get(data.id);
		if (call === undefined) return;
		if (data.kind === 'progress') {
			call.onProgress?.(data.progress as never);
			return;
		}
		pending.delete(data.id);
		if (data.kind === 'done') call.resolve(data.value);
		else call.reject(new RemoteError(data.error.name, data.error.message, data.error.stack));
	});
	worker.addEventListener('error', (event) => {
		event.preventDefault();
		close(new WorkerCrashedError(event.message || 'the worker script could not be run'));
	});
	worker.addEventListener('messageerror', () => close(new WorkerCrashedError('a message could not be read')));

	return {
		get closed() {
			return closed;
		},
		terminate: () => close(new DOMException('The worker was stopped', 'AbortError')),
		call(method, request, { signal, onProgress, transfer = [] } = {}) {
			if (closed) return Promise.reject(new WorkerCrashedError('the worker has already stopped'));
			if (signal?.aborted) return Promise.reject(new DOMException('The call was cancelled', 'AbortError'));
			const id = nextId++;
			return new Promise((resolve, reject) => {
				const abort = (): void => {
					pending.delete(id);
					worker.postMessage({ kind: 'abort', id } satisfies ToWorker);
					reject(new DOMException('The call was cancelled', 'AbortError'));
				};
				const settle =
					<T>(then: (value: T) => void) =>
					(value: T): void => {
						signal?.removeEventListener('abort', abort);
						then(value);
					};
				// Throws what cannot be cloned; then nothing is under way.
				worker.postMessage({ kind: 'call', id, method, request } satisfies ToWorker, transfer);
				signal?.addEventListener('abort', abort, { once: true });
				pending.set(id, {
					resolve: settle(resolve as (value: unknown) => void),
					reject: settle(reject),
					onProgress: onProgress as ((progress: never) => void) | undefined,
				});
			});
		},
	};
}
