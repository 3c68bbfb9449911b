import { expect, test } from 'vitest';
import { edgesOf, Magnets } from './magnets.ts';

const spans = [
	{ id: 'b', inS: 20, outS: 30 },
	{ id: 'a', inS: 1, outS: 25 },
	{ id: 'dragged', inS: 5, outS: 6 },
];

test('an edge is drawn to the closest of edges, key frames and playhead, when it is near', () => {
	const magnets = new Magnets(edgesOf(spans, 'dragged'), [24.6], [12, 14, 16]);
	expect(magnets.pull(24.7, 0.5)).toBe(24.6);
	expect(magnets.pull(24.9, 0.5)).toBe(25);
	expect(magnets.pull(13.8, 0.5)).toBe(14);
	expect(magnets.pull(13, 0.5)).toBe(13);
	expect(magnets.pull(13.9, 0)).toBe(13.9);
});

test('a segment is not held by its own edges', () => {
	expect(new Magnets(edgesOf(spans, 'dragged')).pull(5.1, 0.5)).toBe(5.1);
	expect(new Magnets(edgesOf(spans)).pull(5.1, 0.5)).toBe(5);
});
