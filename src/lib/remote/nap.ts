import { isAbort } from '#core/result';

/** Waits for `ms` milliseconds (undefined: for ever), or until `wake` is called. Rejects with `AbortError` on `signal`. */
export function nap(
	ms: number | undefined,
	signal: AbortSignal,
	onAsleep: (wake: () => void) => void = () => undefined,
): Promise<void> {
	return new Promise((resolve, reject) => {
		const end = (): void => {
			clearTimeout(timer);
			signal.removeEventListener('abort', abort);
		};
		const abort = (): void => {
			end();
			const reason: unknown = signal.reason;
			reject(isAbort(reason) ? (reason as Error) : new DOMException('Nobody waits any more', 'AbortError'));
		};
		const awake = (): void => {
			end();
			resolve();
		};
		const timer = ms === undefined ? undefined : setTimeout(awake, ms);
		signal.addEventListener('abort', abort, { once: true });
		onAsleep(awake);
		if (signal.aborted) abort();
	});
}
