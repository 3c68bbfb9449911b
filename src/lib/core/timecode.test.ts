import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatShortTime, formatTimecode, parseTimecode } from './timecode.ts';

describe('formatTimecode', () => {
	test.each([
		[0, '0:00:00.000'],
		[341.0333333, '0:05:41.033'],
		[3723.5, '1:02:03.500'],
		[1.9999999, '0:00:02.000'],
		[0.0666666666, '0:00:00.066'],
		[-0.25, '-0:00:00.250'],
		[100 * 3600, '100:00:00.000'],
	])('%d s reads %s', (timeS, text) => expect(formatTimecode(timeS)).toBe(text));

	test('a short time drops what is zero in front', () => {
		expect(formatShortTime(341.0333)).toBe('5:41');
		expect(formatShortTime(3941)).toBe('1:05:41');
		expect(formatShortTime(2, true)).toBe('0:02.000');
		expect(formatShortTime(65)).toBe('1:05');
	});
});

describe('parseTimecode', () => {
	test.each([
		['2', 2],
		['12.5', 12.5],
		['12,5', 12.5],
		['.5', 0.5],
		['1:02', 62],
		[' 0:05:41.033 ', 341.033],
		['90:00', 5400],
		['-1.5', -1.5],
	])('%s is %d s', (text, timeS) => expect(parseTimecode(text)).toBeCloseTo(timeS, 9));

	test.each(['', 'abc', '1:2:3:4', '1h', '--2', '1.2.3', '1:-2'])('%s is no time', (text) =>
		expect(parseTimecode(text)).toBeUndefined(),
	);

	test('what is written reads back to the millisecond', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 360_000_000 }), (ms) => {
				expect(Math.round((parseTimecode(formatTimecode(ms / 1000)) ?? NaN) * 1000)).toBe(ms);
			}),
		);
	});
});
