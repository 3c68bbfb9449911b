import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { paced } from './pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the first value passes at once, then the latest of each while', () => {
	const passed: number[] = [];
	const pace = paced<number>(100, (value) => passed.push(value));
	for (const value of [1, 2, 3]) pace.push(value);
	expect(passed).toEqual([1]);
	vi.advanceTimersByTime(100);
	expect(passed).toEqual([1, 3]);
	vi.advanceTimersByTime(100);
	pace.push(4);
	expect(passed).toEqual([1, 3, 4]);
});

test('what waits when it is stopped is dropped', () => {
	const passed: number[] = [];
	const pace = paced<number>(100, (value) => passed.push(value));
	pace.push(1);
	pace.push(2);
	pace.stop();
	vi.advanceTimersByTime(1000);
	expect(passed).toEqual([1]);
});
