import { join } from 'node:path';
import { row, type Bench } from './bench.ts';
import { repeatFilm } from './large-films.ts';

const SEGMENTS = 10_000;
const P95 = 0.95;

export const bench: Bench = {
	name: 'timeline',
	about:
		'scroll and zoom over 10 000 segments on a 4-h film, its pictures and sound being made meanwhile: main-thread work a frame',
	rounds: 3,
	async run({ openPage, fixture, folder, say, rounds }) {
		const film = join(folder, '4h.mp4');
		say('Making four hours …');
		await repeatFilm(await fixture('h264-aac-10min.mp4'), film, { times: 24, fast: true });
		const page = await openPage();
		try {
			await page.setViewportSize({ width: 1440, height: 900 });
			await page.locator('#file').setInputFiles(film);
			const frames = await page.evaluate((segments) => window.timelineBench.open(segments), SEGMENTS);
			say(`${frames} frames, ${SEGMENTS} segments`);
			const [p95, middle, worst, long]: [number[], number[], number[], number[]] = [[], [], [], []];
			for (let round = 0; round < rounds; round += 1) {
				const { workMs, longTasks } = await page.evaluate(() => window.timelineBench.run());
				const sorted = [...workMs].sort((a, b) => a - b);
				const at = (share: number): number =>
					sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
				p95.push(at(P95));
				middle.push(at(0.5));
				worst.push(at(1));
				long.push(longTasks);
				say(
					`${workMs.length} frames: median ${at(0.5).toFixed(1)} ms, p95 ${at(P95).toFixed(1)} ms, worst ${at(1).toFixed(1)} ms`,
				);
			}
			return [
				row('work a frame, 95th percentile', 'ms', 16.7, 'lower', p95),
				row('work a frame, median', 'ms', null, 'lower', middle),
				row('work a frame, worst', 'ms', null, 'lower', worst),
				row('tasks over 50 ms', '', null, 'lower', long),
			];
		} finally {
			await page.context().close();
		}
	},
};
