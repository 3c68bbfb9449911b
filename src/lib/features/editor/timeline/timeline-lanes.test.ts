import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hitTest, layLanes, MAX_LANES, rangeIn } from './timeline-lanes.ts';

const span = (id: string, inS: number, outS: number) => ({ id, inS, outS });

describe('rows', () => {
	test('spans that do not overlap share one row', () => {
		const lanes = layLanes([span('b', 2, 4), span('a', 0, 2)]);
		expect(lanes.count).toBe(1);
		expect(lanes.spans.map((laid) => laid.span.id)).toEqual(['a', 'b']);
	});

	test('a duplicate gets a row of its own', () => {
		const lanes = layLanes([span('a', 0, 2), span('copy', 0, 2)]);
		expect(lanes.count).toBe(2);
		expect(new Set(lanes.spans.map(({ lane }) => lane)).size).toBe(2);
	});

	test('there are never more rows than fit', () => {
		const lanes = layLanes(Array.from({ length: 12 }, (_, n) => span(String(n), n * 0.1, 10)));
		expect(lanes.count).toBe(MAX_LANES);
	});

	test('ten thousand spans stay in order, in few rows', () => {
		const many = Array.from({ length: 10_000 }, (_, n) => span(String(n), (n * 7919) % 7200, ((n * 7919) % 7200) + 3));
		const lanes = layLanes(many);
		expect(lanes.spans).toHaveLength(10_000);
		expect(lanes.count).toBeLessThanOrEqual(MAX_LANES);
		expect(lanes.insS).toEqual(lanes.insS.slice().sort());
	});
});

test('what is in view is found without looking at the rest', () => {
	const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 200 })), {
		maxLength: 60,
	});
	fc.assert(
		fc.property(
			spans,
			fc.integer({ min: 0, max: 1000 }),
			fc.integer({ min: 0, max: 300 }),
			(pairs, startS, lengthS) => {
				const lanes = layLanes(pairs.map(([inS, length], n) => span(String(n), inS, inS + length)));
				const { from, to } = rangeIn(lanes, startS, startS + lengthS);
				lanes.spans.forEach(({ span: { inS, outS } }, n) => {
					if (outS >= startS && inS <= startS + lengthS) expect(n >= from && n < to).toBe(true);
				});
			},
		),
	);
	const many = layLanes(Array.from({ length: 10_000 }, (_, n) => span(String(n), n, n + 0.9)));
	expect(rangeIn(many, 5000.5, 5010)).toEqual({ from: 5000, to: 5011 });
});

describe('what lies under a pointer', () => {
	const view = { startS: 0, secondsPerPx: 0.1, widthPx: 1000 };
	const box = { top: 30, height: 40 };
	const lanes = layLanes([span('a', 10, 20), span('b', 20, 40)]);
	const at = (x: number, reachPx = 6, selectedId?: string) =>
		hitTest(lanes, view, box, { x, y: 50 }, { reachPx, selectedId });

	test('the middle is the body, the ends are the edges', () => {
		expect(at(150)).toEqual({ id: 'a', part: 'body' });
		expect(at(97)).toEqual({ id: 'a', part: 'in' });
		expect(at(396)).toEqual({ id: 'b', part: 'out' });
		expect(at(60)).toBeUndefined();
	});

	test('where two edges meet, the chosen segment is taken', () => {
		expect(at(200, 6, 'a')).toEqual({ id: 'a', part: 'out' });
		expect(at(200, 6, 'b')).toEqual({ id: 'b', part: 'in' });
	});

	test('a short span can still be taken by its body, even by a thumb', () => {
		const short = layLanes([span('s', 10, 13)]);
		expect(hitTest(short, view, box, { x: 115, y: 50 }, { reachPx: 22 })).toEqual({ id: 's', part: 'body' });
		expect(hitTest(short, view, box, { x: 82, y: 50 }, { reachPx: 22 })).toEqual({ id: 's', part: 'in' });
	});

	test('overlapping spans are told apart by their row', () => {
		const two = layLanes([span('a', 10, 30), span('b', 15, 35)]);
		expect(hitTest(two, view, box, { x: 200, y: 35 }, { reachPx: 6 })?.id).toBe('a');
		expect(hitTest(two, view, box, { x: 200, y: 65 }, { reachPx: 6 })?.id).toBe('b');
	});
});
