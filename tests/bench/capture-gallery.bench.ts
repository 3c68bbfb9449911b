import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import { captures } from '../../sync-server/captures/tables.ts';
import { databasePath } from '../../sync-server/db/data-folder.ts';
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { startServer } from '../sync/own-server.ts';
import { row, type Bench, type BenchContext, type Row } from './bench.ts';
import { frameWork, type FrameWork, traced } from './frame-work.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const MANY = 20_000;
/** Different files; what differs in a gallery of thousands is the address. */
const PICTURES = 24;
const WAYS = [
	{ name: 'reading speed', pxPerFrame: 12, frames: 300 },
	{ name: 'a flick', pxPerFrame: 60, frames: 300 },
	{ name: 'a hard throw', pxPerFrame: 300, frames: 300 },
] as const;
const SIZES = [
	{ name: 'desktop', viewport: { width: 1440, height: 900 } },
	{ name: 'phone', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
] as const;

export const bench: Bench = {
	name: 'capture-gallery',
	about: `scrolling a gallery of ${MANY} captures with pictures, built app and real server: work of the page's main thread a frame`,
	rounds: 3,
	async run(context) {
		execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: ['ignore', 2, 2] });
		const [data, shelf] = [join(context.folder, 'gallery-data'), join(context.folder, 'gallery-captures')];
		fill(data, shelf);
		const server = await startServer({ HOST: '127.0.0.1', DATA_DIR: data, CAPTURE_DIR: shelf });
		try {
			const rows: Row[] = [];
			for (const size of SIZES) rows.push(...(await scroll(server.url, size, context)));
			return rows;
		} finally {
			server.child.kill('SIGTERM');
			await once(server.child, 'exit');
		}
	},
};

function fill(data: string, shelf: string): void {
	for (const folder of [data, shelf]) mkdirSync(folder);
	for (let n = 0; n < PICTURES; n += 1) {
		const picture = ['-f', 'lavfi', '-i', `testsrc2=size=1920x1080:rate=1,hue=h=${n * 15},noise=alls=20`];
		execFileSync('ffmpeg', ['-v', 'error', ...picture, '-frames:v', '1', '-q:v', '3', join(shelf, `${n}.jpg`)]);
	}
	const opened = openDatabase(databasePath(data));
	if (!opened.ok) throw new Error(opened.error);
	const { orm, sqlite } = opened.value;
	sqlite.transaction(() => {
		for (let n = 0; n < MANY; n += 1) {
			const name = `Film ${n % 500} - S0${n % 9}E${n % 24} - 0.${n % 60}.${n % 59}`;
			orm
				.insert(captures)
				.values({
					...{ id: `many-${n}`, type: 'screenshot', status: 'complete', name, source: 'plex', sourceName: 'Attic' },
					...{ request: '{}', origin: '{}', notes: '[]', searchText: name.toLowerCase(), title: `Film ${n % 500}` },
					...{ subtitle: `Episode ${n % 24}`, year: 1950 + (n % 70), user: 'Mia', startS: n % 5400, format: 'jpeg' },
					...{ path: `${n % PICTURES}.jpg`, bytes: 400_000 + n, width: 1920, height: 1080 },
					...{ favourite: n % 40 === 0, createdAt: 1.6e12 + 60_000 * n },
				})
				.run();
		}
	})();
	opened.value.close();
}

async function scroll(
	url: string,
	{ name: size, ...device }: (typeof SIZES)[number],
	{ browser, rounds, say }: BenchContext,
): Promise<Row[]> {
	const context = await browser.newContext({ ...device, serviceWorkers: 'block' });
	try {
		const page = await context.newPage();
		const rows: Row[] = [];
		for (const { name, ...way } of WAYS) {
			const runs: FrameWork[] = [];
			for (let round = 0; round < rounds; round += 1) {
				await page.goto(`${url}/gallery`);
				await page.locator('[data-testid="capture-card"] img').first().waitFor();
				const work = frameWork(await traced(browser, page, () => scripted(page, way)));
				say(
					`${size}, ${name}: ${work.frames} frames, median ${work.at(0.5).toFixed(1)} ms, p95 ${work.at(0.95).toFixed(1)} ms, worst ${work.at(1).toFixed(1)} ms`,
				);
				runs.push(work);
			}
			const p95 = runs.map(({ at }) => at(0.95));
			const worst = runs.map(({ at }) => at(1));
			rows.push(row(`gallery scroll, ${size}, ${name}: work per frame p95`, 'ms', 16.7, 'lower', p95));
			rows.push(row(`the same, worst frame`, 'ms', null, 'lower', worst));
		}
		return rows;
	} finally {
		await context.close();
	}
}

/** Down the gallery by as much each frame. */
const scripted = (page: Page, way: { readonly pxPerFrame: number; readonly frames: number }): Promise<void> =>
	page.getByTestId('gallery').evaluate(async (gallery, { pxPerFrame, frames }) => {
		const view = gallery.querySelector('.view');
		if (view === null) throw new Error('the gallery does not scroll');
		const { port1, port2 } = new MessageChannel();
		for (let n = 0; n < frames; n += 1) {
			await new Promise(requestAnimationFrame);
			// After the frame is drawn: moving it in between would have it laid out twice.
			await new Promise((resolve) => {
				port1.onmessage = resolve;
				port2.postMessage(null);
			});
			view.scrollTop += pxPerFrame;
		}
	}, way);
