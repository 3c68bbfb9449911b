import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Throttle } from './throttle.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('it acts at once when it has been quiet, then once for all that came meanwhile', () => {
	const act = vi.fn();
	const throttle = new Throttle(100, act);
	for (let n = 0; n < 3; n += 1) throttle.poke();
	expect(act).toHaveBeenCalledTimes(1);
	vi.advanceTimersByTime(100);
	expect(act).toHaveBeenCalledTimes(2);
	vi.advanceTimersByTime(100);
	throttle.poke();
	expect(act).toHaveBeenCalledTimes(3);
});

test('what waits when it is cancelled is dropped', () => {
	const act = vi.fn();
	const throttle = new Throttle(100, act);
	throttle.poke();
	throttle.poke();
	throttle.cancel();
	vi.advanceTimersByTime(1000);
	expect(act).toHaveBeenCalledTimes(1);
});
