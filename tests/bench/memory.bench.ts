import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { row, type Bench, type BenchContext, type Row } from './bench.ts';
import type { ExportRequest } from './page/main.ts';

const MB = 1024 * 1024;
const SAMPLE_EVERY_MS = 400;

const requestOf = (durationS: number): ExportRequest => ({
	inS: 0,
	durationS,
	engine: 'webcodecs',
	settings: { quality: { bitrate: 6_000_000 }, audioBitrate: 128_000 },
});

export const bench: Bench = {
	name: 'memory',
	about: 'memory of the page and its workers while 1080p is exported at full size, 10 minutes against 1',
	rounds: 1,
	async run(context) {
		const source = await context.fixture('bench-1080p-10min.mp4');
		const rows: Row[] = [];
		const [long, short]: [Peak[], Peak[]] = [[], []];
		for (let round = 0; round < context.rounds; round += 1) {
			short.push(await peakOf(context, source, 60));
			long.push(await peakOf(context, source, 600));
		}
		const pick = (peaks: readonly Peak[], key: keyof Peak): number[] => peaks.map((peak) => peak[key] / MB);
		rows.push(row('10 min: peak memory of the tab', 'MB', 300, 'lower', pick(long, 'used')));
		const growth = long.map(({ used }, i) => used / (short[i]?.used ?? NaN));
		rows.push(row('10 min ÷ 1 min: peak memory of the tab', '×', 1.15, 'lower', growth));
		rows.push(row('1 min: peak memory of the tab', 'MB', null, 'lower', pick(short, 'used')));
		rows.push(
			row('10 min: peak of its process (with decoded pictures and code)', 'MB', null, 'lower', pick(long, 'resident')),
		);
		rows.push(row('1 min: peak of its process', 'MB', null, 'lower', pick(short, 'resident')));
		return rows;
	},
};

interface Peak {
	/** Bytes that the page and its workers use, as the browser counts them. */
	readonly used: number;
	/** Bytes of the page's process, as the system counts them. */
	readonly resident: number;
}

async function peakOf({ openPage, say }: BenchContext, source: string, durationS: number): Promise<Peak> {
	const page = await openPage();
	await page.locator('#file').setInputFiles(source);
	await page.evaluate(() => window.bench.open());
	const before = residentOfLargestPage();
	let done = false;
	const run = page
		.evaluate((request) => window.bench.export(request), requestOf(durationS))
		.finally(() => {
			done = true;
		});
	let [used, resident, samples] = [0, 0, 0];
	while (!done) {
		used = Math.max(used, await sample(page));
		resident = Math.max(resident, residentOfLargestPage());
		samples += 1;
		await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
	}
	const { ms } = await run;
	say(
		`${durationS} s of 1080p in ${(ms / 1000).toFixed(0)} s: peak ${(used / MB).toFixed(0)} MB, process ${(before / MB).toFixed(0)} to ` +
			`${(resident / MB).toFixed(0)} MB, ${samples} samples`,
	);
	await page.context().close();
	return { used, resident };
}

const sample = (page: Page): Promise<number> => page.evaluate(() => window.bench.usedMemory());

/** Resident bytes of the biggest renderer on the machine that this bench's browser started: the page under test. */
function residentOfLargestPage(): number {
	let largest = 0;
	for (const entry of readdirSync('/proc')) {
		if (!/^\d+$/.test(entry)) continue;
		const resident = residentOf(entry);
		if (resident > largest) largest = resident;
	}
	return largest;
}

function residentOf(pid: string): number {
	try {
		const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
		if (!command.includes('--type=renderer') || !command.includes('ForceEagerMeasureMemory')) return 0;
		const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1];
		return Number(pages ?? 0) * 4096;
	} catch (thrown) {
		// Processes end while they are being looked at.
		if (thrown instanceof Error && 'code' in thrown) return 0;
		throw thrown;
	}
}
