import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { createApp } from '../../sync-server/app.ts';
import { listen } from '../../sync-server/listen.ts';
import { row, type Bench, type BenchContext, type Row } from './bench.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const TARGET_KB = 120;

export const bench: Bench = {
	name: 'size',
	about: 'what the first screen weighs: what it imports, and all that a first visit to / fetches',
	rounds: 1,
	async run(context) {
		execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: ['ignore', 2, 2] });
		const { rows } = JSON.parse(
			execFileSync(process.execPath, ['scripts/size.mjs', '--json'], { cwd: root, encoding: 'utf8' }),
		) as { rows: readonly Omit<Row, 'samples'>[] };
		const imported = rows.map(({ name, unit, target, better, value }) => row(name, unit, target, better, [value]));
		return [
			...imported,
			row('a first visit to /: all its JavaScript', 'kB', TARGET_KB, 'lower', [await firstVisitKb(context)]),
		];
	},
};

/** Scripts that the page itself asks for in an empty profile, gzipped; what the service worker fetches for later does not count. */
async function firstVisitKb({ browser, say }: BenchContext): Promise<number> {
	const app = createApp({ appFolder: `${root}build`, version: '0', onError: (error) => say(String(error)) });
	const server = await listen((request) => app.fetch(request), { host: 'localhost', port: 0 });
	if (!server.ok) throw new Error(server.error);
	const context = await browser.newContext({ serviceWorkers: 'block' });
	try {
		const page = await context.newPage();
		const bodies: Promise<Buffer>[] = [];
		page.on('response', (response) => {
			if (response.request().resourceType() === 'script') bodies.push(response.body());
		});
		await page.goto(server.value.url, { waitUntil: 'networkidle' });
		return (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0) / 1000;
	} finally {
		await context.close();
		await server.value.close(0);
	}
}
