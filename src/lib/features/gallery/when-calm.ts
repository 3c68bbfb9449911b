/** The longest that a page that is never idle is waited for, in milliseconds. */
const PATIENCE_MS = 200;

/** Calls `run` after `restMs`, when the page has nothing else to do; not any more once the answer was called. */
export function whenCalm(run: () => void, restMs: number): () => void {
	// Safari has no idle callbacks.
	const hasIdle = 'requestIdleCallback' in globalThis;
	let idle: number | undefined;
	const timer = setTimeout(() => {
		if (hasIdle) idle = requestIdleCallback(run, { timeout: PATIENCE_MS });
		else run();
	}, restMs);
	return () => {
		clearTimeout(timer);
		if (idle !== undefined) cancelIdleCallback(idle);
	};
}
