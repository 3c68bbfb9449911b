import { describe, expect, test } from 'vitest';
import type { Candidate } from './heads/candidate.ts';
import { suppress } from './suppress.ts';

const box = (left: number, score: number, classId = 0, width = 0.2): Candidate => ({
	...{ left, top: 0.1, right: left + width, bottom: 0.5 },
	...{ score, classId },
});

describe('suppression', () => {
	test('of boxes on one thing the surest is kept', () => {
		expect(suppress([box(0.11, 0.5), box(0.1, 0.9), box(0.6, 0.3)])).toEqual([box(0.1, 0.9), box(0.6, 0.3)]);
	});

	test('classes do not suppress each other', () => {
		expect(suppress([box(0.1, 0.9, 1), box(0.1, 0.8, 2)])).toHaveLength(2);
	});

	test('two people side by side stay two', () => {
		expect(suppress([box(0.1, 0.9), box(0.2, 0.8)])).toHaveLength(2);
	});

	test('what has no area is nothing', () => {
		expect(suppress([box(0.1, 0.9, 0, 0), box(0.1, 0.9, 0, -0.1)])).toEqual([]);
	});

	test('what is no number, endless or inside out is no box, and hides none', () => {
		const odd = [
			...[{ left: NaN }, { top: NaN }, { right: Infinity }, { left: -Infinity }, { bottom: -1 }, { right: 0 }],
			...[{ score: NaN }, { score: -1 }],
		].map((part) => ({ ...box(0.1, 0.9), ...part }));
		expect(suppress([...odd, box(0.1, 0.2)])).toEqual([box(0.1, 0.2)]);
	});

	test('a model that is sure of everything gives 200 boxes', () => {
		expect(suppress(Array.from({ length: 20_000 }, (_, n) => box(n, 0.99)))).toHaveLength(200);
	});
});
