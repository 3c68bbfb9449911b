/** How many tests passed, failed and were skipped, from the runners' own reports. */
import { readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** One step without a report of its own. @param {boolean} passed @returns {Counts} */
export const one = (passed) => ({ passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 });

/** @param {readonly Counts[]} all @returns {Counts} */
export const total = (all) =>
	all.reduce(
		(sum, { passed, failed, skipped }) => ({
			passed: sum.passed + passed,
			failed: sum.failed + failed,
			skipped: sum.skipped + skipped,
		}),
		{ passed: 0, failed: 0, skipped: 0 },
	);

/** The line that ends `npm test`. @param {Counts} counts */
export const lastLine = ({ passed, failed, skipped }) =>
	`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/**
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: { status: string, assertionResults: unknown[] }[] }} VitestReport
 * @typedef {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number }, errors: unknown[] }} PlaywrightReport
 */

/** A file that could not even be read by the runner holds no test that failed: it counts as one. @param {VitestReport} report @returns {Counts} */
export function countVitest(report) {
	const unread = report.testResults.filter(
		({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
	);
	return {
		passed: report.numPassedTests,
		failed: report.numFailedTests + unread.length,
		skipped: report.numPendingTests + report.numTodoTests,
	};
}

/** A flaky test is a failed one. @param {PlaywrightReport} report @returns {Counts} */
export const countPlaywright = ({ stats, errors }) => ({
	passed: stats.expected,
	failed: stats.unexpected + stats.flaky + errors.length,
	skipped: stats.skipped,
});

/**
 * The counts in the report at `path`. A runner that failed without a failed test, or left no report, or ran nothing, counts as one failure.
 * @param {string} path
 * @param {boolean} succeeded the runner's own verdict
 * @param {(report: any) => Counts} count
 * @returns {Counts}
 */
export function countReport(path, succeeded, count) {
	/** @type {Counts} */
	let counts = { passed: 0, failed: 0, skipped: 0 };
	try {
		counts = count(JSON.parse(readFileSync(path, 'utf8')));
	} catch (error) {
		console.error(`There is no readable report at ${path}: ${error instanceof Error ? error.message : String(error)}`);
	}
	const ranNothing = counts.passed + counts.failed + counts.skipped === 0;
	return counts.failed === 0 && (!succeeded || ranNothing) ? { ...counts, failed: 1 } : counts;
}
