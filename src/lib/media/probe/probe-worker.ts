import { connect, type CallOptions, type Connection } from '../worker-rpc/connect.ts';
import type { AnswerOf, ProgressOf, RequestOf } from '../worker-rpc/protocol.ts';

type Api = typeof import('./probe.worker.ts').api;
type Name = keyof Api;

/** Thrown when the worker gave no sign of life for so long that it is taken for stuck. */
export class StalledError extends Error {
	override name = 'StalledError';
}

export interface ProbeWorkerOptions {
	readonly create: () => Worker;
	/** Ends the worker after this long without work: its memory goes with it. */
	readonly idleMs?: number;
	/** Ends a call that shows no progress for this long: broken files must not hang the app. */
	readonly stallMs?: number;
}

/**
 * One worker, started when first needed, that does one thing after the other. After a crash or a stall the next call gets a
 * fresh one.
 */
export class ProbeWorker {
	readonly #create: () => Worker;
	readonly #idleMs: number;
	readonly #stallMs: number;
	#connection: Connection<Api> | undefined;
	#idle: ReturnType<typeof setTimeout> | undefined;
	#queue: Promise<unknown> = Promise.resolve();
	#waiting = 0;

	constructor({ create, idleMs = 30_000, stallMs = 20_000 }: ProbeWorkerOptions) {
		this.#create = create;
		this.#idleMs = idleMs;
		this.#stallMs = stallMs;
	}

	/** A worker is there: working, or waiting for work. */
	get running(): boolean {
		return this.#connection !== undefined && !this.#connection.closed;
	}

	/** Rejects with `AbortError`, `WorkerCrashedError`, `StalledError`, or what the method threw. */
	async call<Method extends Name>(
		method: Method,
		request: RequestOf<Api[Method]>,
		options: CallOptions<ProgressOf<Api[Method]>> = {},
	): Promise<AnswerOf<Api[Method]>> {
		const turn = this.#queue;
		let finished = (): void => undefined;
		this.#queue = new Promise<void>((resolve) => (finished = resolve));
		this.#waiting += 1;
		clearTimeout(this.#idle);
		try {
			await Promise.race([turn, aborted(options.signal)]);
			return await this.#run(method, request, options);
		} finally {
			void turn.then(finished);
			this.#waiting -= 1;
			if (this.#waiting === 0) this.#idle = setTimeout(() => this.close(), this.#idleMs);
		}
	}

	/** Ends the worker; a later call starts another. */
	close(): void {
		clearTimeout(this.#idle);
		this.#connection?.terminate();
		this.#connection = undefined;
	}

	async #run<Method extends Name>(
		method: Method,
		request: RequestOf<Api[Method]>,
		{ onProgress, ...options }: CallOptions<ProgressOf<Api[Method]>>,
	): Promise<AnswerOf<Api[Method]>> {
		if (this.#connection === undefined || this.#connection.closed) this.#connection = connect<Api>(this.#create());
		const connection = this.#connection;
		let stalled = (_error: Error): void => undefined;
		const stall = new Promise<never>((_resolve, reject) => (stalled = reject));
		const watch = (): ReturnType<typeof setTimeout> =>
			setTimeout(() => {
				stalled(new StalledError(`nothing was read for ${Math.round(this.#stallMs / 1000)} seconds`));
				connection.terminate();
			}, this.#stallMs);
		let timer = watch();
		try {
			const answer = connection.call(method, request, {
				...options,
				onProgress: (progress) => {
					clearTimeout(timer);
					timer = watch();
					onProgress?.(progress);
				},
			});
			return await Promise.race([answer, stall]);
		} finally {
			clearTimeout(timer);
		}
	}
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
	return new Promise((_resolve, reject) => {
		const abort = (): void => reject(new DOMException('The call was cancelled', 'AbortError'));
		if (signal?.aborted) abort();
		else signal?.addEventListener('abort', abort, { once: true });
	});
}
