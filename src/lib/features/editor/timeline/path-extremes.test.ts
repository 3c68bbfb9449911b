import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PathExtremes } from './path-extremes.ts';

test('any stretch has the extremes that reading all of it would give', () => {
	const values = fc.float64Array({ minLength: 1, maxLength: 400, noNaN: true, min: 0, max: 1 });
	fc.assert(
		fc.property(values, fc.nat(400), fc.nat(400), (all, a, b) => {
			const part = [...all.subarray(Math.min(a, b), Math.max(a, b))];
			const found = new PathExtremes(all).range(Math.min(a, b), Math.max(a, b));
			expect(found).toEqual(part.length === 0 ? undefined : { least: Math.min(...part), greatest: Math.max(...part) });
		}),
	);
});
