import { expect, test } from 'vitest';
import { ticksOf } from './timeline-ticks.ts';

const labelled = (secondsPerPx: number, startS = 0, widthPx = 1000): (string | undefined)[] =>
	ticksOf({ startS, secondsPerPx, widthPx })
		.map((tick) => tick.label)
		.filter((label) => label !== undefined);

test('a minute on a screen is labelled every five or ten seconds', () => {
	expect(labelled(0.06)).toEqual(['0:00', '0:10', '0:20', '0:30', '0:40', '0:50', '1:00']);
});

test('two hours on a screen are labelled every fifteen minutes', () => {
	expect(labelled(7.2).slice(0, 3)).toEqual(['0:00', '15:00', '30:00']);
});

test('single frames are labelled to the millisecond', () => {
	expect(labelled(0.0005, 10)).toContain('0:10.050');
});

test('labels are never closer than asked', () => {
	for (const secondsPerPx of [0.0003, 0.004, 0.03, 0.2, 1, 6, 40]) {
		const ticks = ticksOf({ startS: 0, secondsPerPx, widthPx: 1200 }, 88).filter(({ label }) => label !== undefined);
		for (let n = 1; n < ticks.length; n += 1) {
			expect((ticks[n]!.timeS - ticks[n - 1]!.timeS) / secondsPerPx).toBeGreaterThanOrEqual(88 - 1e-6);
		}
	}
});

test('nothing is labelled before zero', () => {
	expect(ticksOf({ startS: -5, secondsPerPx: 0.05, widthPx: 1000 }).every(({ timeS }) => timeS >= 0)).toBe(true);
});
