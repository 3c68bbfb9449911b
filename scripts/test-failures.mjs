/** Which tests failed and with what first words, from the runners' own reports: what scrolled by long ago is told again at the end. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/**
 * @typedef {{ name: string, status: string, message?: string,
 *   assertionResults: { fullName: string, status: string, failureMessages?: string[] }[] }} VitestFile
 * @typedef {{ title: string, file: string, line: number, ok: boolean, tests: { results: { error?: { message?: string } }[] }[] }} Spec
 * @typedef {{ specs?: Spec[], suites?: Suite[] }} Suite
 */

/** @param {string | undefined} message */
const firstWords = (message = 'it did not say why') =>
	stripVTControlCharacters(message)
		.split('\n')
		.map((line) => line.trim())
		.filter((line) => line !== '')
		.slice(0, 2)
		.join(' ');

/** @param {{ testResults: VitestFile[] }} report @param {string} root @returns {string[]} */
export const failedInVitest = ({ testResults }, root) =>
	testResults.flatMap(({ name, status, message, assertionResults }) => {
		const file = relative(root, name);
		const failed = assertionResults
			.filter((test) => test.status === 'failed')
			.map(({ fullName, failureMessages }) => `${file} › ${fullName}: ${firstWords(failureMessages?.[0])}`);
		return status === 'failed' && failed.length === 0 ? [`${file}: ${firstWords(message)}`] : failed;
	});

/** @param {{ suites: Suite[], errors: { message?: string }[] }} report @returns {string[]} */
export function failedInPlaywright({ suites, errors }) {
	/** @param {Suite} suite @returns {Spec[]} */
	const specsIn = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsIn)];
	return [
		...errors.map(({ message }) => firstWords(message)),
		...suites
			.flatMap(specsIn)
			.filter(({ ok }) => !ok)
			.map(({ title, file, line, tests }) => {
				const error = tests.flatMap(({ results }) => results).find((result) => result.error !== undefined)?.error;
				return `${file}:${line} › ${title}: ${firstWords(error?.message)}`;
			}),
	];
}

/**
 * Empty where there is no readable report.
 * @param {string} path
 * @param {(report: any) => string[]} read
 * @returns {string[]}
 */
export function failedTests(path, read) {
	try {
		return read(JSON.parse(readFileSync(path, 'utf8')));
	} catch (error) {
		return [`no readable report: ${error instanceof Error ? error.message : String(error)}`];
	}
}
