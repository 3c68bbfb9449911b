/**
 * Hands values on at most once in `everyMs`: the first at once, of the following ones only the latest. `stop` drops what waits.
 */
export function paced<T>(everyMs: number, next: (value: T) => void): { push(value: T): void; stop(): void } {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let waiting: { readonly value: T } | undefined;
	const pass = (value: T): void => {
		waiting = undefined;
		timer = setTimeout(() => {
			timer = undefined;
			if (waiting !== undefined) pass(waiting.value);
		}, everyMs);
		next(value);
	};
	return {
		push(value) {
			if (timer === undefined) pass(value);
			else waiting = { value };
		},
		stop() {
			clearTimeout(timer);
			waiting = undefined;
		},
	};
}
