import { join } from 'node:path';
import { row, type Bench } from './bench.ts';
import { repeatFilm } from './large-films.ts';

export const bench: Bench = {
	name: 'strip',
	about: 'pictures of one hour of 1080p on a timeline 1440 px wide: none made before, and all kept',
	rounds: 5,
	async run({ openPage, fixture, folder, say, rounds }) {
		const film = join(folder, 'hour.mp4');
		say('Making the hour …');
		await repeatFilm(await fixture('bench-1080p-60s.mp4'), film, { times: 60, fast: true });
		const [made, read]: [number[], number[]] = [[], []];
		const page = await openPage();
		try {
			await page.locator('#file').setInputFiles(film);
			await page.evaluate(() => window.stripBench.open());
			for (let round = 0; round < rounds; round += 1) {
				const fresh = await page.evaluate(() => window.stripBench.fill(false));
				if (round === 0) await page.evaluate(() => window.stripBench.fill(true));
				const kept = await page.evaluate(() => window.stripBench.fill(true));
				made.push(fresh.ms / 1000);
				read.push(kept.ms / 1000);
				say(`${fresh.pictures} pictures: made in ${fresh.ms.toFixed(0)} ms, read in ${kept.ms.toFixed(0)} ms`);
			}
		} finally {
			await page.context().close();
		}
		return [
			row('pictures of a visible hour, made', 's', 2, 'lower', made),
			row('the same, kept', 's', null, 'lower', read),
		];
	},
};
