import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Page } from 'playwright';
import { chromiumLaunch } from '../chromium.ts';
import { ratios, row, type Bench, type BenchContext, type Row } from './bench.ts';
import { repeatFilm } from './large-films.ts';
import type { ExportRequest } from './page/main.ts';

const run = promisify(execFile);

const SPAN_S = 60;
/** Not on a key frame: those stand every 2 s. */
const IN_S = 130.3;
const GOP_S = 2;
const bitrate = { quality: { bitrate: 8_000_000 }, audioBitrate: 160_000 } as const;

const request = (cutMode: 'precise' | 'smart' | 'copy', inS = IN_S, durationS = SPAN_S): ExportRequest => ({
	inS,
	durationS,
	engine: 'webcodecs',
	settings: { ...bitrate, cutMode },
});

export const bench: Bench = {
	name: 'copy',
	about: '60 s out of 1080p at 8 Mbit/s without encoding them: out of 10 min, out of 2 h, and to the frame',
	rounds: 9,
	async run(context) {
		const { fixture, folder, say } = context;
		const short = await fixture('bench-1080p-10min.mp4');
		say('Making 2 h of film (7.4 GB) …');
		const long = join(folder, '2h.mp4');
		await repeatFilm(await fixture('bench-1080p-60s.mp4'), long, { times: 120, fast: true });
		// A profile on the disk, as people have it: private windows keep their private files in memory, by way of another process.
		const browser = await chromium.launchPersistentContext(join(folder, 'profile'), chromiumLaunch());
		try {
			const url = await urlOf(context);
			const pages = {
				short: await openWith(await browser.newPage(), url, short),
				long: await openWith(await browser.newPage(), url, long),
			};
			return [...(await copies(context, pages, { short, long })), ...(await exact(context, pages.short))];
		} finally {
			await browser.close();
		}
	},
};

/** The bench page's own address. */
async function urlOf({ openPage }: BenchContext): Promise<string> {
	const page = await openPage();
	const url = page.url();
	await page.context().close();
	return url;
}

async function openWith(page: Page, url: string, path: string): Promise<Page> {
	await page.goto(url);
	await page.locator('#file').setInputFiles(path);
	await page.evaluate(() => window.bench.open());
	return page;
}

const exportOn = async (page: Page, asked: ExportRequest): Promise<number> =>
	(await page.evaluate((one) => window.bench.export(one), asked)).ms;

/** The peer. Answers milliseconds. */
async function copyNatively(source: string, output: string, inS: number): Promise<number> {
	const startedMs = performance.now();
	const span = ['-ss', String(inS), '-i', source, '-t', String(SPAN_S)];
	await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...span, '-c', 'copy', output]);
	return performance.now() - startedMs;
}

/** Lets the disk write what the run before left in memory, so that no run pays for another. */
const settleDisk = (): Promise<unknown> => run('sync', []);

async function copies(
	{ rounds, folder, say }: BenchContext,
	pages: Readonly<Record<'short' | 'long', Page>>,
	sources: Readonly<Record<'short' | 'long', string>>,
): Promise<readonly Row[]> {
	const output = join(folder, 'native.mp4');
	const places = { short: IN_S, long: 3600 + IN_S };
	const ours: Record<'short' | 'long', number[]> = { short: [], long: [] };
	const native: Record<'short' | 'long', number[]> = { short: [], long: [] };
	const names = ['short', 'long'] as const;
	const copyWith = {
		ours: (name: 'short' | 'long') => exportOn(pages[name], request('copy', places[name])),
		native: (name: 'short' | 'long') => copyNatively(sources[name], output, places[name]),
	};
	// One round more than is counted: the first one fills the caches of disk and browser and starts the worker.
	for (let round = -1; round < rounds; round += 1) {
		for (const [copy, kept] of [
			[copyWith.ours, ours],
			[copyWith.native, native],
		] as const) {
			const sums = { short: 0, long: 0 };
			// There and back again within a round: what drifts meets both alike, whatever the number of rounds.
			for (const name of [...names, ...names.toReversed()]) {
				await settleDisk();
				sums[name] += await copy(name);
			}
			if (round >= 0) for (const name of names) kept[name].push(sums[name] / 2);
		}
		const told = names.map(
			(name) => `${name}: ours ${ours[name].at(-1)?.toFixed(0)} ms, native ${native[name].at(-1)?.toFixed(0)} ms`,
		);
		if (round >= 0) say(`copy, ${told.join('; ')}`);
	}
	return [
		row('60 s out of 10 min: copy ÷ native -c copy', '×', 2, 'lower', ratios(ours.short, native.short)),
		row('60 s out of 2 h: copy ÷ native -c copy', '×', 2, 'lower', ratios(ours.long, native.long)),
		row('out of 2 h ÷ out of 10 min: copy', '×', 1.1, 'lower', ratios(ours.long, ours.short)),
		row('60 s out of 10 min: copy', 'ms', null, 'lower', ours.short),
		row('60 s out of 10 min: native', 'ms', null, 'lower', native.short),
		row('60 s out of 2 h: copy', 'ms', null, 'lower', ours.long),
		row('60 s out of 2 h: native', 'ms', null, 'lower', native.long),
	];
}

async function exact({ rounds, say }: BenchContext, page: Page): Promise<readonly Row[]> {
	const [smart, copy, group, precise]: [number[], number[], number[], number[]] = [[], [], [], []];
	for (let round = -1; round < rounds; round += 1) {
		const ms = {
			smart: await exportOn(page, request('smart')),
			copy: await exportOn(page, request('copy')),
			group: await exportOn(page, request('precise', IN_S, GOP_S)),
		};
		if (round < 0) continue;
		smart.push(ms.smart);
		copy.push(ms.copy);
		group.push(ms.group);
		say(`exact: ${ms.smart.toFixed(0)} ms, copy ${ms.copy.toFixed(0)} ms, one group encoded ${ms.group.toFixed(0)} ms`);
	}
	for (let round = 0; round < Math.ceil(rounds / 3); round += 1) {
		precise.push(await exportOn(page, request('precise')));
		say(`precise: ${precise.at(-1)?.toFixed(0)} ms`);
	}
	const allowed = copy.map((ms, round) => 2 * ms + (group[round] ?? NaN));
	return [
		row('60 s to the frame ÷ (2 × copy + one group encoded)', '×', 1, 'lower', ratios(smart, allowed)),
		row(
			'60 s: every frame encoded ÷ to the frame',
			'×',
			8,
			'higher',
			precise.map((ms, round) => ms / (smart[round] ?? NaN)),
		),
		row('60 s to the frame', 'ms', null, 'lower', smart),
		row('60 s, every frame encoded', 'ms', null, 'lower', precise),
	];
}
