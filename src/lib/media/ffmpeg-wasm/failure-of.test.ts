import { describe, expect, test } from 'vitest';
import { failureOfRun } from './failure-of.ts';

describe('why a run ended badly', () => {
	test.each([
		[
			{ writing: true, name: 'QuotaExceededError', message: '' },
			{ kind: 'out-of-space', subject: 'out' },
		],
		[
			{ writing: false, name: 'NotFoundError', message: '' },
			{ kind: 'source-missing', subject: 'in' },
		],
		[
			{ writing: false, name: 'NotReadableError', message: '' },
			{ kind: 'source-changed', subject: 'in' },
		],
		[
			{ writing: false, name: 'NotAllowedError', message: '' },
			{ kind: 'source-permission', subject: 'in' },
		],
		[
			{ writing: true, name: 'RangeError', message: '' },
			{ kind: 'out-of-memory', subject: 'out' },
		],
	])('a file’s own trouble goes before it: %o', (problem, expected) => {
		expect(failureOfRun({ log: ['Input/output error'], problem }, 'in', 'out')).toEqual(expected);
	});

	test('memory that ran out is told apart', () => {
		expect(failureOfRun({ log: ['Error: Cannot allocate memory'], problem: undefined }, 'in', 'out')).toMatchObject({
			kind: 'out-of-memory',
		});
	});
});
