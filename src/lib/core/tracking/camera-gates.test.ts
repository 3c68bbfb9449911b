import { describe, expect, test } from 'vitest';
import { judged, meanOf, MOTIONS, SEEDS } from './camera-path-fixture.ts';

describe('a steady camera on five motions with eight noises each', () => {
	const clips = MOTIONS.map((motion) => SEEDS.map((seed) => judged(motion, seed, 'steady')));
	const mean = meanOf(clips.flat());
	test('has the subject wholly in the crop on 99 % of the frames', () => {
		expect(mean.insideShare).toBeGreaterThanOrEqual(0.99);
	});
	test('loses a part of it for 0.3 s at most', () => {
		expect(mean.longestLossS).toBeLessThanOrEqual(0.3);
	});
	test('has a jerk of at most 3 W/s³', () => {
		expect(mean.jerk).toBeLessThanOrEqual(3);
	});
	test('stands for 95 % of a talking head', () => {
		expect(meanOf(clips[MOTIONS.indexOf('still')] ?? []).stillShare).toBeGreaterThanOrEqual(0.95);
	});
	test('turns back twice a clip at most', () => {
		expect(mean.reversals).toBeLessThanOrEqual(2);
	});
	test('never steps by more than a hundredth of the width', () => {
		expect(Math.max(...clips.flat().map(({ largestStep }) => largestStep))).toBeLessThanOrEqual(0.01);
	});
});

test.for([
	['follow', 3],
	['lively', 4],
] as const)('style %s is as sure, with a jerk of at most %d W/s³', ([style, jerk]) => {
	const mean = meanOf(MOTIONS.flatMap((motion) => SEEDS.map((seed) => judged(motion, seed, style))));
	expect(mean.insideShare).toBeGreaterThanOrEqual(0.99);
	expect(mean.longestLossS).toBeLessThanOrEqual(0.3);
	expect(mean.jerk).toBeLessThanOrEqual(jerk);
});
