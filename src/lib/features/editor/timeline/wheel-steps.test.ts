import { expect, test } from 'vitest';
import { WheelSteps } from './wheel-steps.ts';

test('a notch is a step, however far it turns', () => {
	const wheel = new WheelSteps();
	expect([100, 120, -100, 240].map((delta) => wheel.take(delta))).toEqual([1, 1, -1, 1]);
});

test('a touchpad makes a step every 40 pixels, and turns at once', () => {
	const wheel = new WheelSteps();
	expect([15, 15, 15, 15].map((delta) => wheel.take(delta))).toEqual([0, 0, 1, 0]);
	expect([-30, -15].map((delta) => wheel.take(delta))).toEqual([0, -1]);
});
