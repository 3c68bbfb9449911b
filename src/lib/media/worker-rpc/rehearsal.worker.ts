import { transferring, type CallContext } from './protocol.ts';
import { serve } from './serve.ts';

/** A worker for the tests of this folder: it does what they need to see. */
export const api = {
	double: (value: number): Promise<number> => Promise.resolve(2 * value),
	count: async (to: number, { report }: CallContext<number>): Promise<string> => {
		for (let n = 1; n <= to; n += 1) report(n);
		await Promise.resolve();
		return 'counted';
	},
	refuse: (name: string): Promise<never> => Promise.reject(new DOMException('it is what you asked for', name)),
	throwText: (text: string): Promise<never> => {
		// eslint-disable-next-line @typescript-eslint/only-throw-error -- libraries do this
		throw text;
	},
	/** Ends only when it is told to stop, and then says so through `report` of the next call. */
	wait: (_: null, { signal }: CallContext): Promise<never> =>
		new Promise((_resolve, reject) => {
			signal.addEventListener('abort', () => {
				stopped += 1;
				reject(new DOMException('stopped', 'AbortError'));
			});
		}),
	stopped: (_: null): Promise<number> => Promise.resolve(stopped),
	bytes: (length: number) => {
		const bytes = new Uint8Array(length).fill(7);
		return Promise.resolve(transferring({ bytes }, [bytes.buffer]));
	},
	sizeOf: (bytes: Uint8Array): Promise<number> => Promise.resolve(bytes.byteLength),
	uncloneable: (_: null): Promise<unknown> => Promise.resolve(() => undefined),
	crash: (text: string): Promise<never> =>
		new Promise(() => {
			setTimeout(() => {
				throw new Error(text);
			}, 0);
		}),
};

let stopped = 0;

// In a unit test there is no worker: the test serves these methods over a channel.
if ('importScripts' in globalThis) serve(api, self);
