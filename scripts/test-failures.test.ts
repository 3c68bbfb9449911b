import { expect, test } from 'vitest';
import { failedInPlaywright, failedInVitest, failedTests } from './test-failures.mjs';

test('failed tests of vitest are told with file, name and the first words of their error', () => {
	const testResults = [
		{
			name: '/home/it/src/a.test.ts',
			status: 'failed',
			assertionResults: [
				{ fullName: 'holds', status: 'passed' },
				{
					fullName: 'breaks',
					status: 'failed',
					failureMessages: ['\u001b[31mAssertionError\u001b[39m: 1\n\n  is not 2\nat x'],
				},
			],
		},
		{ name: '/home/it/src/b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
		{ name: '/home/it/src/c.test.ts', status: 'passed', assertionResults: [{ fullName: 'holds', status: 'passed' }] },
	];
	expect(failedInVitest({ testResults }, '/home/it')).toEqual([
		'src/a.test.ts › breaks: AssertionError: 1 is not 2',
		'src/b.test.ts: no such module',
	]);
});

test('failed tests of Playwright are told from every depth, and so are errors outside of them', () => {
	const spec = (title: string, ok: boolean) => ({
		...{ title, file: 'walk.spec.ts', line: 7, ok },
		tests: [{ results: [ok ? {} : { error: { message: 'Test timeout of 9ms exceeded.' } }] }],
	});
	const report = {
		errors: [{ message: 'the server did not start' }],
		suites: [{ specs: [spec('goes', true)], suites: [{ specs: [spec('stays', false)] }] }],
	};
	expect(failedInPlaywright(report)).toEqual([
		'the server did not start',
		'walk.spec.ts:7 › stays: Test timeout of 9ms exceeded.',
	]);
});

test('a report that is missing is told', () => {
	expect(failedTests('/nowhere/none.json', failedInPlaywright)).toEqual([
		expect.stringContaining('no readable report'),
	]);
});
