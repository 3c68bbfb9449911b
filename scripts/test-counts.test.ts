import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { countPlaywright, countReport, countVitest, lastLine, one, total } from './test-counts.mjs';

const folder = mkdtempSync(join(tmpdir(), 'counts-'));
afterAll(() => rmSync(folder, { recursive: true }));

function report(content: unknown): string {
	const path = join(folder, `${Math.random()}.json`);
	writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
	return path;
}

const vitest = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, testResults: [] };

test('the last line names skipped tests only when there are some', () => {
	expect(lastLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
	expect(lastLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
});

test('steps and reports add up', () => {
	expect(total([one(true), one(false), countVitest(vitest)])).toEqual({ passed: 6, failed: 2, skipped: 3 });
});

test('a test file that could not be loaded is a failure', () => {
	const testResults = [
		{ status: 'failed', assertionResults: [] },
		{ status: 'passed', assertionResults: [{}] },
	];
	expect(countVitest({ ...vitest, testResults }).failed).toBe(2);
});

test('flaky tests and errors outside tests are failures', () => {
	const stats = { expected: 4, unexpected: 1, flaky: 1, skipped: 1 };
	expect(countPlaywright({ stats, errors: [{}] })).toEqual({ passed: 4, failed: 3, skipped: 1 });
});

test('a runner that fails without a failed test counts as one failure', () => {
	const green = { ...vitest, numFailedTests: 0 };
	expect(countReport(report(green), false, countVitest)).toEqual({ passed: 5, failed: 1, skipped: 3 });
	expect(countReport(report(green), true, countVitest)).toEqual({ passed: 5, failed: 0, skipped: 3 });
});

test('a missing or broken report, or one of nothing, is a failure', () => {
	const silence = vi.spyOn(console, 'error').mockImplementation(() => undefined);
	const nothing = { ...vitest, numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
	for (const path of [join(folder, 'none.json'), report('{'), report(nothing)]) {
		expect(countReport(path, true, countVitest)).toEqual({ passed: 0, failed: 1, skipped: 0 });
	}
	silence.mockRestore();
});
