import { describe, expect, test } from 'vitest';
import { measureCamera } from './camera-metrics.ts';
import type { PathCentres } from '../crop/camera-path.ts';
import { solveCameraPath, type CameraInput } from './solve-camera-path.ts';
import { CROP, sceneOf } from './camera-path-fixture.ts';
import { unknownBoxes, type BoxSeries } from './smooth-track.ts';

const times = (count: number, fps = 30): Float64Array => Float64Array.from({ length: count }, (_, n) => n / fps);
/** A box of a tenth of the width whose centre is told. */
const boxes = (count: number, centre: (n: number) => number): BoxSeries => ({
	x: Float64Array.from({ length: count }, (_, n) => centre(n) - 0.05),
	y: new Float64Array(count).fill(0.3),
	width: new Float64Array(count).fill(0.1),
	height: new Float64Array(count).fill(0.5),
	spreadX: new Float64Array(count),
	spreadY: new Float64Array(count),
});
const input = (count: number, more: Partial<CameraInput> = {}): CameraInput => ({
	timesS: times(count),
	cutsS: [],
	crop: CROP,
	hold: { x: 0.5, y: 0.5 },
	subject: null,
	...more,
});
const finite = ({ x, y }: PathCentres): boolean => [...x, ...y].every(Number.isFinite);
const steps = (axis: Float64Array): readonly number[] => [...axis.subarray(1)].map((value, n) => value - axis[n]!);

describe('without a subject', () => {
	test('the camera holds the user’s centre', () => {
		const path = solveCameraPath(input(50, { hold: { x: 0.3, y: 0.5 } }));
		for (const x of path.x) expect(x).toBeCloseTo(0.3, 9);
	});
	test('a box that is never known is no subject', () => {
		const path = solveCameraPath(input(50, { hold: { x: 0.3, y: 0.5 }, subject: unknownBoxes(50) }));
		for (const x of path.x) expect(x).toBeCloseTo(0.3, 9);
	});
	test('a centre too near the edge is pushed inside', () => {
		expect(solveCameraPath(input(3, { hold: { x: 0, y: 0.5 } })).x[1]).toBeCloseTo(CROP.width / 2, 9);
	});
});

test('no frame, one frame and two frames have paths', () => {
	expect(solveCameraPath(input(0)).x).toHaveLength(0);
	for (const count of [1, 2, 3, 4]) {
		const path = solveCameraPath(input(count, { subject: boxes(count, () => 0.7) }));
		expect(finite(path)).toBe(true);
		expect(Math.abs(path.x[0]! - 0.7)).toBeLessThan(0.09);
	}
});

test('a crop as wide as the picture does not move along that side', () => {
	const portrait = input(60, {
		crop: { width: 1, height: 0.6 },
		subject: { ...boxes(60, (n) => 0.2 + n / 100), y: Float64Array.from({ length: 60 }, (_, n) => n / 120) },
	});
	const path = solveCameraPath(portrait);
	expect(new Set(path.x)).toEqual(new Set([0.5]));
	expect(path.y.at(-1)! - path.y[0]!).toBeGreaterThan(0.05);
});

test('the camera jumps at a cut and nowhere else', () => {
	const path = solveCameraPath(input(60, { cutsS: [1], subject: boxes(60, (n) => (n < 30 ? 0.2 : 0.8)) }));
	const all = steps(path.x);
	expect(all[29]).toBeGreaterThan(0.4);
	for (const [n, step] of all.entries()) if (n !== 29) expect(Math.abs(step)).toBeLessThan(1e-3);
});

test('a cut every second gives a place a second', () => {
	const path = solveCameraPath(
		input(240, {
			cutsS: Array.from({ length: 7 }, (_, n) => n + 1),
			subject: boxes(240, (n) => (Math.floor(n / 30) % 2 === 0 ? 0.25 : 0.75)),
		}),
	);
	expect(finite(path)).toBe(true);
	for (const [n, step] of steps(path.x).entries()) if (n % 30 !== 29) expect(Math.abs(step)).toBeLessThan(1e-3);
});

describe('places that the user has set', () => {
	const keyframes = [
		{ atS: 1, x: 0.3, y: 0.5 },
		{ atS: 3, x: 0.6, y: 0.5 },
	];
	test('are kept exactly and reached smoothly', () => {
		const path = solveCameraPath(input(120, { keyframes, subject: boxes(120, () => 0.5) }));
		expect(path.x[30]).toBeCloseTo(0.3, 4);
		expect(path.x[90]).toBeCloseTo(0.6, 4);
		for (const step of steps(path.x)) expect(Math.abs(step)).toBeLessThan(0.01);
	});
	test('are kept even where they ask for more than the fastest pan', () => {
		const near = [
			{ atS: 1, x: 0.2, y: 0.5 },
			{ atS: 1.5, x: 0.8, y: 0.5 },
		];
		const path = solveCameraPath(input(120, { keyframes: near, subject: boxes(120, () => 0.5) }));
		expect(path.x[30]).toBeCloseTo(0.2, 3);
		expect(path.x[45]).toBeCloseTo(0.8, 3);
	});
	test('are followed where nothing is known of a subject', () => {
		const path = solveCameraPath(input(120, { keyframes, subject: null }));
		expect(path.x[30]).toBeCloseTo(0.3, 4);
		expect(path.x.at(-1)).toBeCloseTo(0.6, 2);
	});
	test('belong to the shot that they stand in', () => {
		const path = solveCameraPath(input(120, { keyframes, cutsS: [2], subject: null }));
		expect(path.x[59]).toBeCloseTo(0.3, 2);
		expect(path.x[60]).toBeCloseTo(0.6, 2);
	});
});

test('style clip is one place, the median of the subject', () => {
	const path = solveCameraPath(input(101, { style: 'clip', cutsS: [1], subject: boxes(101, (n) => 0.3 + n / 1000) }));
	expect(new Set(path.x).size).toBe(1);
	expect(path.x[0]).toBeCloseTo(0.35, 6);
});

test('60 frames a second give the path of 30', () => {
	const at = (t: number): number => 0.3 + 0.4 * Math.min(1, Math.max(0, t - 1) / 2);
	const slow = solveCameraPath(input(120, { subject: boxes(120, (n) => at(n / 30)) }));
	const fast = solveCameraPath(input(240, { timesS: times(240, 60), subject: boxes(240, (n) => at(n / 60)) }));
	for (let n = 0; n < 120; n += 1) expect(Math.abs(fast.x[2 * n]! - slow.x[n]!)).toBeLessThan(0.01);
});

test('frames of uneven length have a path without steps', () => {
	const { truth } = sceneOf('walk', 1);
	const timesS = times(240).map((t, n) => t + (n % 3 === 0 ? 0.02 : 0));
	const path = solveCameraPath(input(240, { timesS, subject: truth }));
	expect(finite(path)).toBe(true);
	expect(measureCamera({ path, crop: CROP, timesS, cutsS: [], subject: truth }).insideShare).toBeGreaterThan(0.98);
});

test('frames with one time, a box without size and a box far outside do not break it', () => {
	const odd = boxes(40, (n) => (n === 7 ? 12 : n === 9 ? -9 : 0.5));
	odd.width[11] = 0;
	expect(
		finite(solveCameraPath(input(40, { timesS: times(40).map((t) => Math.floor(t * 10) / 10), subject: odd }))),
	).toBe(true);
});

test('who leaves is not chased: the camera comes to rest', () => {
	const path = solveCameraPath(input(150, { subject: boxes(150, (n) => (n < 60 ? 0.4 + n / 400 : NaN)) }));
	for (const step of steps(path.x).slice(100)) expect(Math.abs(step)).toBeLessThan(1e-4);
});

test('an hour-long shot is solved', () => {
	const count = 20_000;
	const path = solveCameraPath(input(count, { subject: boxes(count, (n) => 0.5 + 0.3 * Math.sin(n / 200)) }));
	expect(finite(path)).toBe(true);
});
