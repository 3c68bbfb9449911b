import { mkdtemp, mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { chromiumLaunch } from '../chromium.ts';
import { misses, type Bench, type BenchContext, type Row } from './bench.ts';
import { machine } from './machine.ts';
import { makeFixture } from './fixture.ts';
import { buildPage, servePage } from './serve-page.ts';
import { table } from './table.ts';

/** `npm run bench [-- NAME …] [--json] [--rounds N]`: exit 1 when a row misses its target. */
const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { json: { type: 'boolean', default: false }, rounds: { type: 'string' } },
});

interface Report {
	readonly bench: string;
	readonly machine: Record<string, string | number>;
	readonly rows: readonly Row[];
}

/** Memory is measured when asked, not when the browser next cleans up. */
const measuring = ['--enable-precise-memory-info', '--enable-blink-features=ForceEagerMeasureMemory'];

const here = fileURLToPath(new URL('.', import.meta.url));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function findBenches(names: readonly string[]): Promise<readonly Bench[]> {
	const files = (await readdir(here)).filter((file) => file.endsWith('.bench.ts')).sort();
	const known = files.map((file) => file.replace('.bench.ts', ''));
	// "server" stands for "server-start", "server-sync" …
	const of = (name: string): readonly string[] =>
		known.includes(name) ? [name] : known.filter((one) => one.startsWith(`${name}-`));
	const unknown = names.filter((name) => of(name).length === 0);
	if (unknown.length > 0) {
		say(`There is no bench "${unknown.join('", "')}". There are: ${known.join(', ')}.`);
		process.exit(2);
	}
	const asked = new Set(names.flatMap(of));
	const wanted = files.filter((file) => names.length === 0 || asked.has(file.replace('.bench.ts', '')));
	return Promise.all(
		wanted.map(async (file) => ((await import(pathToFileURL(join(here, file)).href)) as { bench: Bench }).bench),
	);
}

async function runAll(benches: readonly Bench[]): Promise<readonly Report[]> {
	const folder = await mkdtemp(join(tmpdir(), 'octocut-bench-'));
	const [pages, kept] = [join(folder, 'page'), join(folder, 'kept')];
	await mkdir(kept);
	say('Building the bench page …');
	await buildPage(pages);
	const { url, server } = await servePage(pages, kept);
	const launch = chromiumLaunch();
	const browser = await chromium.launch({ ...launch, args: [...launch.args, ...measuring] });
	try {
		const context: Omit<BenchContext, 'rounds'> = {
			browser,
			openPage: async () => {
				const page = await (await browser.newContext()).newPage();
				page.on('pageerror', (error) => say(`page: ${error.message}`));
				await page.goto(url);
				return page;
			},
			fixture: makeFixture,
			folder,
			kept: (name) => join(kept, name),
			say,
		};
		const reports: Report[] = [];
		for (const bench of benches) {
			say(`\n${bench.name}: ${bench.about}`);
			const on = machine(browser.version());
			const rows = await bench.run({ ...context, rounds: Number(values.rounds ?? bench.rounds) });
			reports.push({ bench: bench.name, machine: on, rows });
		}
		return reports;
	} finally {
		await browser.close();
		server.close();
		await rm(folder, { recursive: true, force: true });
	}
}

const reports = await runAll(await findBenches(positionals));
if (values.json) process.stdout.write(`${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`);
else for (const { bench, machine: on, rows } of reports) process.stdout.write(table(bench, on, rows));
process.exitCode = reports.some(({ rows }) => rows.some(misses)) ? 1 : 0;
