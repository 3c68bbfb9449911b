import { join } from 'node:path';
import { ratios, row, type Bench, type BenchContext, type Row } from './bench.ts';
import { repeatFilm, stretchFilm } from './large-films.ts';

const LARGEST_BYTES = 8e9;
const MB = 1e6;

export const bench: Bench = {
	name: 'open',
	about: 'from a picked file to its first frame on screen: 60 s, 2 h, 2 h in 8 GB',
	rounds: 7,
	async run(context) {
		const { say, rounds, fixture, folder } = context;
		const minute = await fixture('h264-aac-60s.mp4');
		const films = { '60 s': minute, '2 h': join(folder, '2h.mp4'), '8 GB': join(folder, '8gb.mp4') };
		say('Making the large films …');
		await repeatFilm(minute, films['2 h'], { times: 120, fast: true });
		await repeatFilm(minute, films['8 GB'], { times: 120, fast: false });
		await stretchFilm(films['8 GB'], LARGEST_BYTES);
		const names = Object.keys(films) as (keyof typeof films)[];
		const shown: Record<string, number[]> = { '60 s': [], '2 h': [], '8 GB': [] };
		const probed: Record<string, number[]> = { '60 s': [], '2 h': [], '8 GB': [] };
		// One round more than is counted: the first one fills the caches of disk and browser.
		for (let round = -1; round < rounds; round += 1) {
			for (const name of names) {
				const answer = await openOnce(context, films[name]);
				if (round < 0) continue;
				shown[name]?.push(answer.shownMs);
				probed[name]?.push(answer.probedMs);
				say(
					`${name}: ${answer.frames} frames, known after ${answer.probedMs.toFixed(0)} ms, shown after ${answer.shownMs.toFixed(0)} ms`,
				);
			}
		}
		const rows: Row[] = [];
		for (const name of names) {
			const [all, minuteAll] = [shown[name] ?? [], shown['60 s'] ?? []];
			rows.push(
				row(
					`${name}: first frame`,
					's',
					1,
					'lower',
					all.map((ms) => ms / 1000),
				),
			);
			if (name !== '60 s') rows.push(row(`${name} ÷ 60 s: first frame`, '×', 1.5, 'lower', ratios(all, minuteAll)));
			rows.push(
				row(
					`${name}: facts and frame index`,
					's',
					null,
					'lower',
					(probed[name] ?? []).map((ms) => ms / 1000),
				),
			);
			rows.push(row(`${name}: growth of the JS heap`, 'MB', 80, 'lower', [await heapGrowth(context, films[name])]));
		}
		return rows;
	},
};

/** In a new page: workers and scripts are started as they are for a person. */
async function openOnce({ openPage }: BenchContext, path: string): ReturnType<Window['openBench']['openFilm']> {
	const page = await openPage();
	try {
		await page.locator('#file').setInputFiles(path);
		return await page.evaluate(() => window.openBench.openFilm());
	} finally {
		await page.context().close();
	}
}

/** Page and workers together, in MB. */
async function heapGrowth({ openPage }: BenchContext, path: string): Promise<number> {
	const page = await openPage();
	try {
		await page.locator('#file').setInputFiles(path);
		const before = await page.evaluate(() => window.openBench.heapBytes());
		await page.evaluate(() => window.openBench.openFilm());
		return ((await page.evaluate(() => window.openBench.heapBytes())) - before) / MB;
	} finally {
		await page.context().close();
	}
}
