import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CameraPath, encodeSeries, PathSeries, withoutSpan } from '../crop/camera-path.ts';
import { WHOLE_FRAME } from '../crop/crop.ts';
import { frameIndexFrom, framesIn } from '../time/frame-index.ts';
import { FRAME_COUNT, sceneOf } from './camera-path-fixture.ts';
import { findSubject, follow, type FollowRequest } from './follow.ts';

const FRAME_US = 1e6 / 30;
const index = frameIndexFrom(
	Float64Array.from({ length: FRAME_COUNT }, (_, n) => Math.round(n * FRAME_US)),
	new Uint8Array(FRAME_COUNT).fill(1),
	Math.round(FRAME_US),
);
const request: FollowRequest = {
	...{ frames: sceneOf('walk', 1).detected, cutsS: [4], index, frame: { width: 1920, height: 1080 } },
	crop: { base: { ...WHOLE_FRAME, ratio: { width: 9, height: 16 } }, keyframes: [], interpolation: 'step' },
	...{ span: { inS: 0, outS: 8 }, style: 'steady', labels: ['person'], picks: [], fixes: [] },
};

test('a shot that follows nobody leaves the crop where the person put it, the others follow on', () => {
	const { centres, knownShare } = follow({ ...request, quiet: [4] });
	expect(knownShare).toBeCloseTo(0.5, 1);
	expect(centres.x[10]).toBeLessThan(0.3);
	expect(new Set(centres.x.subarray(120))).toEqual(new Set([centres.x[120]]));
});

test('a time of silence means the shot it lies in', () => {
	const shotsOf = (quiet: readonly number[]): readonly number[] =>
		[0, 1].filter((shot) => {
			const { tracks, subjects } = findSubject({ ...request, quiet });
			return tracks.some((track) => track.shot === shot && subjects.includes(track.id));
		});
	expect([[], [3.9], [4.1], [1, 6]].map(shotsOf)).toEqual([[0, 1], [1], [0], []]);
});

test('a path keeps its wishes on both sides of a span that is taken out', () => {
	const series = encodeSeries(new Float64Array(FRAME_COUNT).fill(0.5));
	const wishes = { picks: [{ atS: 1, x: 0.2, y: 0.5 }], fixes: [{ atS: 6, x: 0.4, y: 0.5 }], quiet: [0.5, 7] };
	const path = CameraPath.parse({
		...{ id: 'a', inS: 0, outS: 8, style: 'steady', labels: [], x: series, y: series },
		...wishes,
	});
	const [head, tail] = withoutSpan([path], 3, 4, index, () => 'b');
	expect(head).toMatchObject({ picks: wishes.picks, fixes: [], quiet: [0.5] });
	expect(tail).toMatchObject({ picks: [], fixes: wishes.fixes, quiet: [7] });
	expect(withoutSpan([path], 0, 7.5, index, () => 'b')[0]).not.toHaveProperty('quiet');
});

describe('whatever was seen', () => {
	const number = fc.oneof(
		fc.constantFrom(NaN, Infinity, -Infinity, 1e300, -1e300, 0, 1e-300),
		fc.double({ min: -1, max: 2, noNaN: true }),
		fc.double({ min: 0, max: 1, noNaN: true }),
	);
	const detection = fc.record({
		box: fc.record({ x: number, y: number, width: number, height: number }),
		score: fc.oneof(number, fc.constant(0.9)),
		label: fc.constantFrom('person', 'dog', ''),
	});
	const someTimes = (most: number): fc.Arbitrary<readonly number[]> =>
		fc
			.uniqueArray(fc.double({ min: -2, max: 4, noNaN: true }), { maxLength: most })
			.map((times) => times.sort((a, b) => a - b));
	const place = fc.record({
		atS: fc.double({ min: -3, max: 5, noNaN: true }),
		x: fc.double({ min: 0, max: 1, noNaN: true }),
		y: fc.double({ min: 0, max: 1, noNaN: true }),
	});

	test('each frame has a centre with all of the crop in the picture, and the path can be kept', () => {
		fc.assert(
			fc.property(
				fc.tuple(someTimes(40), someTimes(40), someTimes(8)),
				fc.array(fc.array(detection, { maxLength: 4 }), { minLength: 40, maxLength: 40 }),
				fc.tuple(fc.integer({ min: 2, max: 4096 }), fc.integer({ min: 2, max: 4096 })),
				fc.tuple(fc.double({ min: 0.1, max: 10, noNaN: true }), fc.double({ min: 1, max: 32, noNaN: true })),
				fc.constantFrom('steady', 'follow', 'lively', 'clip'),
				fc.tuple(fc.array(place, { maxLength: 3 }), fc.array(place, { maxLength: 3 })),
				([frameTimes, seenTimes, cutsS], seen, [width, height], [ratio, zoom], style, [picks, fixes]) => {
					const some = frameIndexFrom(
						Float64Array.from(frameTimes, (atS) => Math.round(atS * 1e6)),
						new Uint8Array(frameTimes.length).fill(1),
						0,
					);
					const span = { inS: -1, outS: 3 };
					const base = { ...WHOLE_FRAME, ratio: { width: ratio, height: 1 }, zoom };
					const { centres, report, knownShare } = follow({
						...{ frames: seenTimes.map((atS, n) => ({ atS, detections: seen[n]! })), cutsS, index: some, span, style },
						...{ frame: { width, height }, crop: { base, keyframes: [], interpolation: 'step' } },
						...{ labels: [], picks, fixes },
					});
					expect(centres.x).toHaveLength(framesIn(some, span.inS, span.outS));
					expect([...centres.x, ...centres.y].every((value) => value >= 0 && value <= 1)).toBe(true);
					expect([...Object.values(report), knownShare].every(Number.isFinite)).toBe(true);
					if (centres.x.length === 0) return;
					expect(PathSeries.safeParse(encodeSeries(centres.x)).success).toBe(true);
				},
			),
			{ numRuns: 300 },
		);
	});
});
