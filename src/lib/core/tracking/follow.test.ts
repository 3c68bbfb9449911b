import { expect, test } from 'vitest';
import { CameraPath, encodeSeries, withoutSpan } from '../crop/camera-path.ts';
import { WHOLE_FRAME } from '../crop/crop.ts';
import { frameIndexFrom } from '../time/frame-index.ts';
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
