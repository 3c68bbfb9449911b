import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reportOf } from './camera-metrics.ts';
import { solveCameraPath } from './solve-camera-path.ts';
import type { DetectedFrame } from './detection.ts';
import { chooseSubjects, subjectBoxes } from './subject.ts';
import { associate } from './tracker.ts';

const share = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
const detection = fc.record({
	box: fc.record({ x: share(-1, 2), y: share(-1, 2), width: share(0, 3), height: share(0, 3) }),
	score: share(0, 1),
	label: fc.constantFrom('person', 'dog'),
});
const clip = fc.record({
	gaps: fc.array(share(0, 0.5), { maxLength: 25 }),
	seen: fc.array(fc.array(detection, { maxLength: 4 }), { minLength: 25, maxLength: 25 }),
	frames: fc.integer({ min: 0, max: 60 }),
	cutsS: fc.array(share(0, 3), { maxLength: 4 }),
	crop: fc.record({ width: share(0.05, 1), height: share(0.05, 1) }),
	hold: fc.record({ x: share(0, 1), y: share(0, 1) }),
	keyframes: fc.array(fc.record({ atS: share(-1, 4), x: share(-0.5, 1.5), y: share(-0.5, 1.5) }), { maxLength: 3 }),
	style: fc.constantFrom('steady', 'follow', 'lively', 'clip'),
});

test('whatever a detector says, there is a path of numbers with the crop inside the picture, and it can be judged', () => {
	fc.assert(
		fc.property(clip, ({ gaps, seen, frames, cutsS: unsorted, crop, hold, keyframes, style }) => {
			const cutsS = [...unsorted].sort((a, b) => a - b);
			let atS = 0;
			const detected: DetectedFrame[] = gaps.map((gap, n) => ({ atS: (atS += gap), detections: seen[n]! }));
			const timesS = Float64Array.from({ length: frames }, (_, n) => n / 24);
			const tracks = associate(detected, cutsS);
			const subject = subjectBoxes(chooseSubjects(tracks, cutsS, frames / 24), timesS, crop);
			const path = solveCameraPath({ timesS, cutsS, crop, hold, subject, keyframes, style });
			for (const [axis, side] of [
				[path.x, crop.width],
				[path.y, crop.height],
			] as const) {
				expect(axis).toHaveLength(frames);
				for (const centre of axis) {
					expect(centre).toBeGreaterThanOrEqual(side / 2 - 1e-9);
					expect(centre).toBeLessThanOrEqual(1 - side / 2 + 1e-9);
				}
			}
			const report = reportOf({ path, crop, timesS, cutsS, subject });
			expect(Object.values(report).every(Number.isFinite)).toBe(true);
		}),
		{ numRuns: 150 },
	);
});

test('in a crowd of 200 one is followed, and a click on another follows that one', () => {
	const place = (k: number, n: number): { x: number; y: number } => ({
		x: (k % 20) / 20 + 0.01 * Math.sin(n / 3 + k),
		y: Math.floor(k / 20) / 10,
	});
	const detected = Array.from({ length: 24 }, (_, n) => ({
		atS: n / 6,
		detections: Array.from({ length: 200 }, (_, k) => ({
			box: { ...place(k, n), width: 0.03, height: 0.09 },
			score: 0.9,
			label: 'person',
		})),
	}));
	const tracks = associate(detected, []);
	const timesS = Float64Array.from({ length: 120 }, (_, n) => n / 30);
	const crop = { width: 0.32, height: 1 };
	const follow = (pins: readonly { atS: number; x: number; y: number }[]): number => {
		const subjects = chooseSubjects(tracks, [], 4, { pins });
		expect(subjects[0]?.tracks).toHaveLength(1);
		const subject = subjectBoxes(subjects, timesS, crop);
		const path = solveCameraPath({ timesS, cutsS: [], crop, hold: { x: 0.5, y: 0.5 }, subject });
		expect(reportOf({ path, crop, timesS, cutsS: [], subject }).insideShare).toBe(1);
		return path.x[60]!;
	};
	expect(Math.abs(follow([]) - 0.5)).toBeLessThan(0.1);
	expect(follow([{ atS: 2, x: place(65, 12).x + 0.015, y: place(65, 12).y + 0.045 }])).toBeLessThan(0.4);
});
