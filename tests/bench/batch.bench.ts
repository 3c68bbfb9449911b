import { join } from 'node:path';
import type { Page } from 'playwright';
import { ratios, row, type Bench, type BenchContext, type Row } from './bench.ts';
import { exportNatively, similarity, type Clip } from './native.ts';
import type { BatchAnswer, BatchRequest } from './page/batch.ts';

const PORTRAIT = {
	ratio: { width: 9, height: 16 },
	centre: { x: 0.5, y: 0.5 },
	zoom: 1,
	randomPortrait: false,
	randomSquare: false,
};
const [BITRATE, AUDIO_BITRATE] = [1_000_000, 128_000];
const STARTS_S = [10.3, 13.3, 16.3];
const asked: Omit<BatchRequest, 'how'> = {
	startsS: STARTS_S,
	durationS: 8,
	crop: PORTRAIT,
	settings: { shortSide: 288, quality: { bitrate: BITRATE }, audioBitrate: AUDIO_BITRATE },
};

export const bench: Bench = {
	name: 'batch',
	about:
		'3 × 8 s, 3 s apart, of 1080p30 H.264 with sound to 288×512 in one pass, against three exports by ffmpeg and by us',
	rounds: 5,
	async run(context) {
		const source = await context.fixture('bench-1080p-60s.mp4');
		const page = await context.openPage();
		await page.locator('#file').setInputFiles(source);
		await page.evaluate(() => window.batch.open());
		try {
			return await measure(context, page, source);
		} finally {
			await page.context().close();
		}
	},
};

const runOn = (page: Page, request: BatchRequest): Promise<BatchAnswer> =>
	page.evaluate((wanted) => window.batch.run(wanted), request);

async function measure(
	{ folder, kept, rounds, say }: BenchContext,
	page: Page,
	source: string,
): Promise<readonly Row[]> {
	const names = STARTS_S.map((_, n) => `batch-${n}.mp4`);
	const { crop, size } = await runOn(page, { ...asked, how: 'together', keep: names });
	const clips = STARTS_S.map((inS): Clip => ({
		source,
		inS,
		durationS: 8,
		crop,
		size,
		bitrate: BITRATE,
		audioBitrate: AUDIO_BITRATE,
	}));
	const output = join(folder, 'native.mp4');
	const native = async (): Promise<number> => {
		let ms = 0;
		for (const clip of clips) ms += await exportNatively(clip, output);
		return ms;
	};
	await native();
	await runOn(page, { ...asked, how: 'alone' });
	const [together, alone, ffmpeg]: [number[], number[], number[]] = [[], [], []];
	for (let round = 0; round < rounds; round += 1) {
		together.push((await runOn(page, { ...asked, how: 'together' })).ms);
		ffmpeg.push(await native());
		alone.push((await runOn(page, { ...asked, how: 'alone' })).ms);
		const said = [together, ffmpeg, alone].map((all) => `${all.at(-1)?.toFixed(0)} ms`);
		say(`one pass ${said[0]}, native ${said[1]}, one by one ${said[2]}`);
	}
	const losses: number[] = [];
	for (const [n, clip] of clips.entries()) {
		await exportNatively(clip, output);
		losses.push((await similarity(clip, output)) - (await similarity(clip, kept(names[n] ?? ''))));
	}
	return [
		row('one pass ÷ three native veryfast', '×', 0.6, 'lower', ratios(together, ffmpeg)),
		row('one pass ÷ three single exports', '×', 0.7, 'lower', ratios(together, alone)),
		row('one pass', 'ms', null, 'lower', together),
		row('three native veryfast', 'ms', null, 'lower', ffmpeg),
		row('three single exports', 'ms', null, 'lower', alone),
		row('SSIM of native − SSIM of ours', '', 0.02, 'lower', losses),
	];
}
