import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DetectedFrame } from './detection.ts';
import { decodeDetections, encodeDetections } from './detection-store.ts';

const side = fc.double({ min: 0, max: 3, noNaN: true });
const edge = fc.double({ min: -1, max: 2, noNaN: true });
const frames: fc.Arbitrary<readonly DetectedFrame[]> = fc.array(
	fc.record({
		atS: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
		detections: fc.array(
			fc.record({
				box: fc.record({ x: edge, y: edge, width: side, height: side }),
				score: fc.double({ min: 0, max: 1, noNaN: true }),
				label: fc.oneof(fc.constantFrom('person', 'dog', 'Straßenbahn', '猫🐈', ''), fc.string({ maxLength: 12 })),
				colours: fc.option(fc.array(fc.nat(255), { minLength: 6, maxLength: 6 }), { nil: undefined }),
			}),
			{ maxLength: 8 },
		),
	}),
	{ maxLength: 12 },
);

test('what was written is read again: times and labels exactly, places to a ten-thousandth of the picture', () => {
	fc.assert(
		fc.property(frames, (given) => {
			const read = decodeDetections(encodeDetections(given));
			expect(read?.map(({ atS }) => atS)).toEqual(given.map(({ atS }) => atS));
			for (const [n, { detections }] of given.entries()) {
				for (const [k, { box, score, label }] of detections.entries()) {
					const got = read?.[n]?.detections[k];
					expect(got?.label).toBe(label.replace(/\p{Surrogate}/gu, '\uFFFD'));
					expect(Math.abs((got?.score ?? NaN) - score)).toBeLessThanOrEqual(0.5 / 255 + 1e-9);
					for (const key of ['x', 'y', 'width', 'height'] as const) {
						expect(Math.abs((got?.box[key] ?? NaN) - box[key])).toBeLessThanOrEqual(1e-4);
					}
				}
			}
		}),
	);
});

test('a second pass changes nothing', () => {
	fc.assert(
		fc.property(frames, (given) => {
			const once = encodeDetections(given);
			expect(encodeDetections(decodeDetections(once) ?? [])).toEqual(once);
		}),
	);
});

test('colours are read again where every detection has them', () => {
	const one = { box: { x: 0, y: 0, width: 1, height: 1 }, score: 1, label: 'person' };
	const colours = [0, 17, 255, 3, 128, 200];
	const read = (detections: DetectedFrame['detections']) =>
		decodeDetections(encodeDetections([{ atS: 1, detections }]))?.[0]?.detections.map((found) => found.colours);
	expect(read([{ ...one, colours }])).toEqual([colours]);
	expect(read([{ ...one, colours }, one])).toEqual([undefined, undefined]);
});

test('half a file, a longer file and another file are not read', () => {
	const box = { x: 0, y: 0, width: 1, height: 1 };
	const colours = [1, 2, 3, 4, 5, 6];
	const bytes = encodeDetections([{ atS: 1, detections: [{ box, score: 1, label: 'person', colours }] }]);
	for (let length = 0; length < bytes.length; length += 1)
		expect(decodeDetections(bytes.subarray(0, length))).toBeNull();
	expect(decodeDetections(Uint8Array.of(...bytes, 0))).toBeNull();
	expect(decodeDetections(new Uint8Array(64))).toBeNull();
});

test('five people on each of 2880 frames (8 minutes at 6 a second) weigh less than 280 kB', () => {
	const five = Array.from({ length: 5 }, (_, n) => ({
		box: { x: n / 10, y: 0.2, width: 0.1, height: 0.6 },
		score: 0.9,
		label: 'person',
		colours: [1, 2, 3, 4, 5, 6],
	}));
	const given = Array.from({ length: 2880 }, (_, n) => ({ atS: n / 6, detections: five }));
	expect(encodeDetections(given).length).toBeLessThan(280_000);
});
