import { expect, test } from 'vitest';
import { measureCamera, reportOf, TrackReport } from './camera-metrics.ts';

const times = (count: number): Float64Array => Float64Array.from({ length: count }, (_, n) => n / 30);
const clip = (
	count: number,
	centre: (n: number) => number,
	boxAt: (n: number) => number = centre,
	cutsS: readonly number[] = [],
) => ({
	path: {
		x: Float64Array.from({ length: count }, (_, n) => centre(n)),
		y: new Float64Array(count).fill(0.5),
	},
	crop: { width: 0.3, height: 1 },
	timesS: times(count),
	cutsS,
	subject: {
		x: Float64Array.from({ length: count }, (_, n) => boxAt(n) - 0.05),
		y: new Float64Array(count).fill(0.2),
		width: new Float64Array(count).fill(0.1),
		height: new Float64Array(count).fill(0.6),
	},
});

test('a subject half of whose time is spent at the edge is half inside', () => {
	const metrics = measureCamera(
		clip(
			60,
			() => 0.5,
			(n) => (n < 30 ? 0.5 : 0.65),
		),
	);
	expect(metrics.insideShare).toBe(0.5);
	expect(metrics.longestLossS).toBeCloseTo(1, 6);
	expect(metrics.coverage).toBeCloseTo(0.75, 6);
});

test('frames without a known subject do not count', () => {
	const metrics = measureCamera(
		clip(
			60,
			() => 0.5,
			(n) => (n % 2 === 0 ? 0.5 : NaN),
		),
	);
	expect(metrics).toMatchObject({ insideShare: 1, longestLossS: 0 });
	expect(measureCamera({ ...clip(9, () => 0.5), subject: null })).toMatchObject({ insideShare: 1, coverage: 1 });
});

test('of several who are wanted all must be in the crop, as far as they are known', () => {
	const judged = clip(60, () => 0.5);
	const beside = clip(
		60,
		() => 0.5,
		(n) => (n < 20 ? 0.9 : n < 40 ? 0.6 : NaN),
	);
	const subject = [judged.subject, beside.subject];
	expect(measureCamera({ ...judged, subject }).insideShare).toBeCloseTo(2 / 3, 6);
	expect(measureCamera({ ...judged, subject }).longestLossS).toBeCloseTo(2 / 3, 6);
	expect(measureCamera({ ...judged, subject: [] })).toMatchObject({ insideShare: 1, longestLossS: 0 });
});

test('a box larger than the crop is inside when it fills it, and what hangs out of the picture is not missed', () => {
	const wide = clip(3, () => 0.5);
	wide.subject.width.fill(0.5);
	wide.subject.x.fill(0.25);
	expect(measureCamera(wide).insideShare).toBe(1);
	expect(
		measureCamera(
			clip(
				3,
				() => 0.15,
				() => 0.02,
			),
		).insideShare,
	).toBe(1);
});

test('a camera on a tripod is still and has no jerk; one with even speed is neither still nor jerky', () => {
	expect(measureCamera(clip(60, () => 0.5))).toMatchObject({ stillShare: 1, jerk: 0, reversals: 0, largestStep: 0 });
	const pan = measureCamera(clip(60, (n) => 0.2 + n / 300));
	expect(pan.stillShare).toBe(0);
	expect(pan.jerk).toBeCloseTo(0, 6);
	expect(pan.largestStep).toBeCloseTo(1 / 300, 9);
});

test('jerk is the third derivative in widths per s³', () => {
	expect(measureCamera(clip(90, (n) => 0.5 * (n / 30) ** 3)).jerk).toBeCloseTo(3, 6);
});

test('each change of direction counts once, and a jump at a cut is no movement', () => {
	expect(measureCamera(clip(120, (n) => 0.5 + 0.1 * Math.sin((2 * Math.PI * n) / 60))).reversals).toBe(4);
	expect(measureCamera(clip(60, (n) => (n < 30 ? 0.2 : 0.8), undefined, [1]))).toMatchObject({
		largestStep: 0,
		jerk: 0,
		reversals: 0,
	});
});

test('a report holds three figures that can be stored; an empty clip has one too', () => {
	for (const count of [0, 1, 2, 60])
		expect(TrackReport.parse(reportOf(clip(count, () => 0.5)))).toMatchObject({ insideShare: 1, jerk: 0 });
});
