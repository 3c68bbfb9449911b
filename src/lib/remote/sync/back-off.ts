/** The first pause before trying again, and the longest one, in milliseconds. */
const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * How long to wait before trying for the `attempt`-th time (0, 1, …), in milliseconds: twice as long each time, and anywhere in the upper half of
 * that, so that devices which lost the server together do not come back together. `random` is in 0..1.
 */
export function backOffMs(attempt: number, random: number): number {
	const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
	return whole / 2 + (whole / 2) * random;
}
