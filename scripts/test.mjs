/**
 * `npm test`: installs what is missing, checks, tests, builds, and ends with one line of counts. `npm test -- unit e2e` runs those steps only.
 * Reports lie in test-results/.
 */
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';
import { countPlaywright, countReport, countVitest, lastLine, one, total } from './test-counts.mjs';
import { failedInPlaywright, failedInVitest, failedTests } from './test-failures.mjs';

/**
 * @typedef {import('./test-counts.mjs').Counts} Counts
 * @typedef {{ path: string, count: (report: any) => Counts, failed: (report: any) => string[] }} Report
 * @typedef {{ name: string, command: string[], report?: Report, needs?: string[] }} Step
 */

const root = fileURLToPath(new URL('../', import.meta.url));
const reports = join(root, 'test-results');
/** Longer than any step takes: one that hangs fails, the others still run. */
const STEP_LIMIT_MS = 20 * 60_000;

/** @param {string} name @param {string[]} args @returns {string[]} */
const bin = (name, ...args) => [join(root, 'node_modules/.bin', name), ...args];

/** @param {string} name @param {string[]} projects @returns {Step} */
function vitest(name, ...projects) {
	const path = join(reports, `${name}.json`);
	const args = projects.flatMap((project) => ['--project', project]);
	const output = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`];
	return {
		name,
		command: bin('vitest', 'run', '--allowOnly=false', ...args, ...output),
		report: { path, count: countVitest, failed: (report) => failedInVitest(report, root) },
	};
}

/** Groups run one after the other. The rows of a group run side by side, on two cores; what stands in a row runs in turn. @type {Step[][][]} */
const groups = [
	[[{ name: 'svelte-kit sync', command: bin('svelte-kit', 'sync') }]],
	[
		[{ name: 'eslint', command: bin('eslint', '--max-warnings=0', '.') }],
		[
			{ name: 'prettier', command: bin('prettier', '--check', '--log-level=warn', '.') },
			{ name: 'types: app', command: bin('svelte-check', '--fail-on-warnings', '--output', 'human') },
			{ name: 'types: node', command: bin('tsc', '-p', 'tsconfig.node.json') },
			{ name: 'types: pure', command: bin('tsc', '-p', 'tsconfig.pure.json') },
			{ name: 'types: workers', command: bin('tsc', '-p', 'tsconfig.worker.json') },
			{ name: 'layers', command: bin('depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'sync-server') },
			{ name: 'test films', command: bin('tsx', 'tests/fixtures/make.ts') },
			{ name: 'build', command: [process.execPath, 'scripts/build.mjs'] },
			{ name: 'size', command: [process.execPath, 'scripts/size.mjs'], needs: ['build'] },
		],
	],
	[[vitest('unit', 'unit', 'dom')]],
	[[vitest('integration', 'integration')]],
	[[vitest('browser', 'browser', 'gpu')]],
	[
		[
			{
				name: 'e2e',
				command: bin('playwright', 'test'),
				report: { path: join(reports, 'e2e.json'), count: countPlaywright, failed: failedInPlaywright },
				needs: ['build'],
			},
		],
	],
];

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
	process.once(signal, () => {
		for (const child of running) child.kill(signal);
		process.exit(130);
	});
}

/**
 * Runs one step; its output goes straight to the terminal, or is kept until its end when another runs beside it.
 * @param {Step} step
 * @param {boolean} alone
 * @returns {Promise<Counts>}
 */
async function run({ name, command: [program = '', ...args], report }, alone) {
	const started = performance.now();
	if (alone) console.log(`\n── ${name}`);
	const child = spawn(program, args, {
		cwd: root,
		stdio: ['ignore', alone ? 'inherit' : 'pipe', alone ? 'inherit' : 'pipe'],
	});
	running.add(child);
	/** @type {Buffer[]} */
	const said = [];
	child.stdout?.on('data', (piece) => said.push(piece));
	child.stderr?.on('data', (piece) => said.push(piece));
	const limit = setTimeout(() => child.kill('SIGKILL'), STEP_LIMIT_MS);
	const code = await new Promise((resolve) => {
		child.on('close', resolve);
		child.on('error', (error) => {
			said.push(Buffer.from(`${error.message}\n`));
			resolve(-1);
		});
	});
	clearTimeout(limit);
	running.delete(child);
	if (!alone) process.stdout.write(`\n── ${name}\n${Buffer.concat(said).toString()}`);
	const counts = report ? countReport(report.path, code === 0, report.count) : one(code === 0);
	console.log(`── ${name}: ${lastLine(counts)} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
	return counts;
}

install({ dev: true });
const { prepareTools } = await import('./test-tools.mjs');
const { prepareServedFiles } = await import('./served-files.mjs');
await prepareTools();
await prepareServedFiles();
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const asked = process.argv.slice(2);
/** @type {Map<string, Counts>} */
const results = new Map();
for (const group of groups) {
	const rows = group.map((row) => row.filter(({ name }) => asked.length === 0 || asked.includes(name)));
	const alone = rows.flat().length === 1;
	await Promise.all(
		rows.map(async (row) => {
			for (const step of row) {
				const lacking = (step.needs ?? []).find((need) => (results.get(need)?.failed ?? 0) > 0);
				if (lacking) console.log(`\n── ${step.name}: not run, ${lacking} failed`);
				results.set(step.name, lacking ? one(false) : await run(step, alone));
			}
		}),
	);
}

const counts = total([...results.values()]);
const failed = groups.flat(2).filter(({ name }) => (results.get(name)?.failed ?? 0) > 0);
if (failed.length > 0) console.log('\nFailed:');
for (const { name, report } of failed) {
	const tests = report ? failedTests(report.path, report.failed) : [];
	console.log([`  ${name}`, ...tests.map((test) => `    ${test}`)].join('\n'));
}
console.log(`\n${lastLine(counts)}`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
