import { Transferring, type FromWorker, type ToWorker, type WorkerApi } from './protocol.ts';

/** Where a worker speaks to its page: its own global scope (`self`), or a `MessagePort` in tests. */
export interface Channel {
	postMessage(message: unknown, options: { transfer: Transferable[] }): void;
	addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): unknown;
}

/** Answers calls with the methods of `api`. Call it once, at the top of a worker. */
export function serve(api: WorkerApi, channel: Channel): void {
	const running = new Map<number, AbortController>();
	const post = (message: FromWorker, transfer: Transferable[] = []): void => channel.postMessage(message, { transfer });

	async function answer(id: number, method: string, request: unknown): Promise<void> {
		const abort = new AbortController();
		running.set(id, abort);
		try {
			const run = api[method];
			if (run === undefined) throw new TypeError(`the worker has no method "${method}"`);
			const value = await run(request, {
				signal: abort.signal,
				report: (progress: unknown) => post({ kind: 'progress', id, progress }),
			});
			if (value instanceof Transferring) post({ kind: 'done', id, value: value.value }, value.transfer);
			else post({ kind: 'done', id, value });
		} catch (thrown) {
			const error = thrown instanceof Error || thrown instanceof DOMException ? thrown : new Error(String(thrown));
			const { name, message, stack } = error;
			post({ kind: 'failed', id, error: stack === undefined ? { name, message } : { name, message, stack } });
		} finally {
			running.delete(id);
		}
	}

	channel.addEventListener('message', ({ data }) => {
		if (data.kind === 'abort') running.get(data.id)?.abort();
		else void answer(data.id, data.method, data.request);
	});
}
