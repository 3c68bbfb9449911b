import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ratios, row, type Bench } from './bench.ts';

const run = promisify(execFile);

/** Twelve clips out of 45 s, not in the order of the file: 1202 frames at 30 a second. */
const SPANS: readonly (readonly [number, number])[] = [
	...([
		[0.901, 6.573],
		[8.242, 11.912],
		[15.215, 20.02],
		[23.457, 29.563],
		[32.332, 37.004],
		[40.874, 44.344],
	] as const),
	...([
		[6.34, 7.207],
		[12.579, 15.916],
		[20.721, 23.323],
		[26.693, 28.328],
		[37.204, 38.171],
		[41.842, 44.144],
	] as const),
];
const BITRATE = 6_000_000;
const AUDIO_BITRATE = 128_000;

/** The peer: one ffmpeg with one filter graph, every clip an input of its own that is sought, all cores. Answers milliseconds. */
async function makeNatively(source: string, output: string): Promise<number> {
	const inputs = SPANS.flatMap(([inS, outS]) => ['-ss', `${inS}`, '-t', `${(outS - inS).toFixed(3)}`, '-i', source]);
	const pairs = SPANS.map((_, n) => `[${n}:v][${n}:a]`).join('');
	const graph = `${pairs}concat=n=${SPANS.length}:v=1:a=1[v][a]`;
	const startedMs = performance.now();
	await run('ffmpeg', [
		...['-v', 'error', '-y', ...inputs, '-filter_complex', graph, '-map', '[v]', '-map', '[a]'],
		...['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', `${BITRATE}`, '-c:a', 'aac', '-b:a', `${AUDIO_BITRATE}`],
		...['-movflags', '+faststart', output],
	]);
	return performance.now() - startedMs;
}

export const bench: Bench = {
	name: 'film',
	about: 'twelve clips of a 60-s 1080p30 file as one film of 40 s, against ffmpeg with one filter graph',
	rounds: 5,
	async run({ openPage, fixture, folder, say, rounds }) {
		const source = await fixture('bench-1080p-60s.mp4');
		const page = await openPage();
		await page.locator('#file').setInputFiles(source);
		await page.evaluate(() => window.filmBench.open());
		const settings = { quality: { bitrate: BITRATE }, audioBitrate: AUDIO_BITRATE };
		const make = (spans: typeof SPANS, crossfadeS: number) =>
			page.evaluate((asked) => window.filmBench.make(asked), { spans, crossfadeS, settings });
		const output = join(folder, 'film.mp4');
		// The first run loads what stays loaded: the worker, the sound encoder, ffmpeg from the disk.
		await make(SPANS.slice(0, 2), 0);
		await makeNatively(source, output);
		const [ours, faded, native]: [number[], number[], number[]] = [[], [], []];
		for (let round = 0; round < rounds; round += 1) {
			const { ms, frames } = await make(SPANS, 0);
			ours.push(ms);
			native.push(await makeNatively(source, output));
			faded.push((await make(SPANS, 0.5)).ms);
			say(
				`${frames} frames: ours ${ms.toFixed(0)} ms, native ${native.at(-1)?.toFixed(0)} ms, cross-faded ${faded.at(-1)?.toFixed(0)} ms`,
			);
		}
		await page.context().close();
		return [
			row('twelve clips: engine ÷ native veryfast, one graph', '×', 0.8, 'lower', ratios(ours, native)),
			row('twelve clips: engine', 'ms', null, 'lower', ours),
			row('twelve clips: native', 'ms', null, 'lower', native),
			row('with half a second of cross-fade at every cut ÷ without', '×', null, 'lower', ratios(faded, ours)),
		];
	},
};
