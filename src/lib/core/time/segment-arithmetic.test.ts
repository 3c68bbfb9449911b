import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clippedTo, edgesOf, gapsOf, hullOf, joined, type Span } from './segment-arithmetic.ts';

const span = (inS: number, outS: number): Span => ({ inS, outS });
const spans = fc.array(
	fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 1, max: 20 })).map(([at, long]) => span(at, at + long)),
);

test('what overlaps or touches is joined, in order of time', () => {
	expect(joined([span(8, 9), span(1, 3), span(3, 4), span(2, 5)])).toEqual([span(1, 5), span(8, 9)]);
});

test('the gaps are what no span covers, the ends of the file included', () => {
	expect(gapsOf([span(2, 4), span(6, 8)], 0, 10)).toEqual([span(0, 2), span(4, 6), span(8, 10)]);
	expect(gapsOf([span(0, 4), span(4, 10)], 0, 10)).toEqual([]);
	expect(gapsOf([], 0.5, 10)).toEqual([span(0.5, 10)]);
	expect(gapsOf([span(-1, 12)], 0, 10)).toEqual([]);
});

test('inverting twice gives the joined spans again', () => {
	fc.assert(
		fc.property(spans, (all) => {
			expect(gapsOf(gapsOf(all, 0, 200), 0, 200)).toEqual(joined(all));
		}),
	);
});

test('the hull runs from the first IN to the last OUT', () => {
	expect(hullOf([span(5, 6), span(1, 9), span(2, 3)])).toEqual(span(1, 9));
	expect(hullOf([])).toBeUndefined();
});

test('a span is clipped to a shorter file, or is not in it at all', () => {
	expect(clippedTo({ ...span(2, 12), name: 'a' }, 0, 10)).toEqual({ ...span(2, 10), name: 'a' });
	expect(clippedTo(span(10, 12), 0, 10)).toBeUndefined();
	expect(clippedTo(span(0, 3), 1, 10)).toEqual(span(1, 3));
});

test('edges ascend, each once', () => {
	expect(edgesOf([span(4, 6), span(2, 4)])).toEqual([2, 4, 6]);
});
