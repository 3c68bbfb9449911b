import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTimecode, parseTimecode } from './timecode.ts';

describe('formatTimecode', () => {
	test.each([
		[0, '0:00:00.000'],
		[12.5, '0:00:12.500'],
		[62.0004, '0:01:02.000'],
		[59.9996, '0:01:00.000'],
		[3599.9999, '1:00:00.000'],
		[3661.25, '1:01:01.250'],
		[100 * 3600, '100:00:00.000'],
		[-1.5, '-0:00:01.500'],
		[-0.0001, '0:00:00.000'],
		[NaN, '-:--:--'],
	])('%d s is %s', (seconds, text) => expect(formatTimecode(seconds)).toBe(text));

	test('decimals may be none or more', () => {
		expect(formatTimecode(59.6, { decimals: 0 })).toBe('0:01:00');
		expect(formatTimecode(1.0333333, { decimals: 6 })).toBe('0:00:01.033333');
	});

	test('what is written is read back to within half a digit', () => {
		fc.assert(
			fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (seconds) => {
				expect(Math.abs((parseTimecode(formatTimecode(seconds)) ?? NaN) - seconds)).toBeLessThanOrEqual(0.0005001);
			}),
		);
	});

	test('no field ever shows 60', () => {
		fc.assert(
			fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 6 }), (seconds, decimals) => {
				expect(formatTimecode(seconds, { decimals })).toMatch(/^\d+:[0-5]\d:[0-5]\d(\.\d+)?$/);
			}),
		);
	});
});

describe('parseTimecode', () => {
	test.each([
		['12', 12],
		['12.5', 12.5],
		['12,5', 12.5],
		['.5', 0.5],
		['5.', 5],
		['90', 90],
		['1:02', 62],
		['1:2', 62],
		['75:00', 4500],
		['1:02:03.250', 3723.25],
		['01:02:03', 3723],
		[' 1 : 02 . 5 ', 62.5],
		['-1:00', -60],
		['−2', -2],
		['+3', 3],
		['-0', 0],
	])('%j is %d s', (text, seconds) => expect(parseTimecode(text)).toBe(seconds));

	test.each([
		'',
		' ',
		'abc',
		'1:60',
		'1:60:00',
		'1:2:3:4',
		'1::2',
		':30',
		'1 2',
		'--1',
		'1.5:00',
		'1e3',
		'12s',
		'.',
		'NaN',
	])('%j is no time', (text) => expect(parseTimecode(text)).toBeNull());

	test('any text is a finite time or none', () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				const seconds = parseTimecode(text);
				expect(seconds === null || Number.isFinite(seconds)).toBe(true);
			}),
		);
	});
});
