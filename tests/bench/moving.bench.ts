import type { Page } from 'playwright';
import { ratios, row, type Bench, type BenchContext, type Row } from './bench.ts';
import type { ExportRequest } from './page/main.ts';

const PORTRAIT = {
	ratio: { width: 9, height: 16 },
	centre: { x: 0.3, y: 0.5 },
	zoom: 1,
	randomPortrait: false,
	randomSquare: false,
};
/** 580 px in 4 s: at its fastest 7 px a frame, at its ends a fraction of one. */
const PAN = { from: 0.3, to: 0.6 };
const SIDES = [288, 608] as const;

export const bench: Bench = {
	name: 'moving',
	about:
		'8 s of 1080p30 H.264 with sound to 9:16 with a crop that rests, pans and rests, against one that stands still',
	rounds: 7,
	async run(context) {
		const source = await context.fixture('bench-1080p-60s.mp4');
		const page = await context.openPage();
		await page.locator('#file').setInputFiles(source);
		await page.evaluate(() => window.bench.open());
		try {
			return await measure(context, page);
		} finally {
			await page.context().close();
		}
	},
};

async function measure({ rounds, say }: BenchContext, page: Page): Promise<readonly Row[]> {
	const rows: Row[] = [];
	for (const shortSide of SIDES) {
		const settings = { shortSide, quality: { bitrate: shortSide * 4000 } };
		const still: ExportRequest = { inS: 20, durationS: 8, crop: PORTRAIT, settings, engine: 'webcodecs' };
		const run = async (request: ExportRequest): Promise<number> =>
			(await page.evaluate((wanted) => window.bench.export(wanted), request)).ms;
		await run(still);
		await run({ ...still, pan: PAN });
		const [fixed, moving]: [number[], number[]] = [[], []];
		for (let round = 0; round < rounds; round += 1) {
			fixed.push(await run(still));
			moving.push(await run({ ...still, pan: PAN }));
			say(`${shortSide}: still ${fixed.at(-1)?.toFixed(0)} ms, moving ${moving.at(-1)?.toFixed(0)} ms`);
		}
		rows.push(
			row(`short side ${shortSide}: moving ÷ still`, '×', 1.15, 'lower', ratios(moving, fixed)),
			row(`short side ${shortSide}: moving`, 'ms', null, 'lower', moving),
			row(`short side ${shortSide}: still`, 'ms', null, 'lower', fixed),
		);
	}
	return rows;
}
