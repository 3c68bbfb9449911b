import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_RULE, ruleFrames, TRAINING_PRESETS } from './training.ts';

const fps = (num: number, den = 1) => ({ num, den });

test('without a rule a clip has round(length · rate) frames of the source', () => {
	expect(ruleFrames(NO_RULE, 8, fps(30))).toBe(240);
	expect(ruleFrames(NO_RULE, 8, fps(24000, 1001))).toBe(192);
	expect(ruleFrames(NO_RULE, 8, fps(30000, 1001))).toBe(240);
	expect(ruleFrames(NO_RULE, 0.01, fps(24))).toBe(0);
});

test.each([
	['foley', 8, 240],
	['wan', 8, 129],
	['wan', 5, 81],
	['hunyuan', 8, 193],
	['hunyuan', 5, 121],
	['ltx', 8, 201],
	['ltx', 5, 129],
] as const)('%s: %i s are %i frames', (preset, lengthS, frames) => {
	expect(ruleFrames(TRAINING_PRESETS[preset], lengthS, fps(30))).toBe(frames);
});

test('at the end of a file the largest count that fits is taken', () => {
	expect(ruleFrames(TRAINING_PRESETS.wan, 8, fps(30), 8.05)).toBe(125);
	expect(ruleFrames(TRAINING_PRESETS.wan, 8, fps(30), 8.0625)).toBe(129);
	expect(ruleFrames(TRAINING_PRESETS.wan, 8, fps(30), 0.01)).toBe(0);
});

test('counts are always of the form step·n + 1 and no further than a step from the length', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 64 }),
			fc.double({ min: 0.5, max: 100, noNaN: true }),
			(frameStep, lengthS) => {
				const frames = ruleFrames({ ...NO_RULE, rate: fps(25), frameStep }, lengthS, fps(30));
				if (frameStep > 1) expect((frames - 1) % frameStep).toBe(0);
				expect(Math.abs(frames - Math.round(lengthS * 25))).toBeLessThan(frameStep);
			},
		),
	);
});
