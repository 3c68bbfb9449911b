import { join } from 'node:path';
import type { Page } from 'playwright';
import { ratios, row, type Bench, type BenchContext, type Row } from './bench.ts';
import { exportNatively, similarity, type Clip } from './native.ts';
import type { ExportAnswer, ExportRequest } from './page/main.ts';

const PORTRAIT = {
	ratio: { width: 9, height: 16 },
	centre: { x: 0.5, y: 0.5 },
	zoom: 1,
	randomPortrait: false,
	randomSquare: false,
};
const AUDIO_BITRATE = 128_000;
const span = { inS: 10.3, durationS: 8 };
const common = { audioBitrate: AUDIO_BITRATE } as const;
const cropped: Omit<ExportRequest, 'engine'> = {
	...span,
	crop: PORTRAIT,
	settings: { ...common, shortSide: 288, quality: { bitrate: 1_000_000 } },
};
const full: Omit<ExportRequest, 'engine'> = { ...span, settings: { ...common, quality: { bitrate: 6_000_000 } } };

export const bench: Bench = {
	name: 'export',
	about: '8 s of 1080p30 H.264 with sound at 10.3 s, to 288×512 and at full size, against ffmpeg and mediabunny',
	rounds: 7,
	async run(context) {
		const source = await context.fixture('bench-1080p-60s.mp4');
		const long = await context.fixture('bench-1080p-10min.mp4');
		const page = await openWith(context, source);
		const longPage = await openWith(context, long);
		const rows: Row[] = [];
		for (const [name, target, request] of [
			['9:16, 288×512', 0.95, cropped],
			['full 1080p', 0.7, full],
		] as const) {
			rows.push(...(await againstNative(context, page, source, { name, target, request })));
		}
		rows.push(...(await againstPeers(context, page, longPage)));
		await page.context().close();
		await longPage.context().close();
		return rows;
	},
};

async function openWith({ openPage }: BenchContext, path: string): Promise<Page> {
	const page = await openPage();
	await page.locator('#file').setInputFiles(path);
	await page.evaluate(() => window.bench.open());
	return page;
}

const exportOn = (page: Page, request: ExportRequest): Promise<ExportAnswer> =>
	page.evaluate((asked) => window.bench.export(asked), request);

async function againstNative(
	{ say, rounds, folder, kept }: BenchContext,
	page: Page,
	source: string,
	{ name, target, request }: { name: string; target: number; request: Omit<ExportRequest, 'engine'> },
): Promise<readonly Row[]> {
	// The first run loads what stays loaded: the worker, the sound encoder, ffmpeg from the disk.
	const { crop, size } = await exportOn(page, { ...request, engine: 'webcodecs', keep: 'ours.mp4' });
	const { quality } = request.settings;
	const bitrate = quality !== undefined && 'bitrate' in quality ? quality.bitrate : 0;
	const clip: Clip = { source, ...span, crop, size, bitrate, audioBitrate: AUDIO_BITRATE };
	const output = join(folder, 'native.mp4');
	await exportNatively(clip, output);
	const [ours, native]: [number[], number[]] = [[], []];
	for (let round = 0; round < rounds; round += 1) {
		ours.push((await exportOn(page, { ...request, engine: 'webcodecs' })).ms);
		native.push(await exportNatively(clip, output));
		say(`${name}: ours ${ours.at(-1)?.toFixed(0)} ms, native ${native.at(-1)?.toFixed(0)} ms`);
	}
	const [ourSimilarity, nativeSimilarity] = [await similarity(clip, kept('ours.mp4')), await similarity(clip, output)];
	return [
		row(`${name}: engine ÷ native veryfast`, '×', target, 'lower', ratios(ours, native)),
		row(`${name}: engine`, 'ms', null, 'lower', ours),
		row(`${name}: native veryfast`, 'ms', null, 'lower', native),
		row(`${name}: SSIM of native − SSIM of engine`, '', 0.02, 'lower', [nativeSimilarity - ourSimilarity]),
		row(`${name}: SSIM of engine`, '', null, 'higher', [ourSimilarity]),
		row(`${name}: SSIM of native`, '', null, 'higher', [nativeSimilarity]),
	];
}

async function againstPeers({ say, rounds }: BenchContext, page: Page, longPage: Page): Promise<readonly Row[]> {
	const asked = { ours: 'webcodecs', conversion: 'conversion', wasm: 'ffmpeg-wasm' } as const;
	const ms: Record<keyof typeof asked | 'long', number[]> = { ours: [], wasm: [], conversion: [], long: [] };
	for (const engine of Object.values(asked)) await exportOn(page, { ...cropped, durationS: 1, engine });
	await exportOn(longPage, { ...cropped, durationS: 1, engine: 'webcodecs' });
	for (let round = 0; round < Math.max(3, Math.ceil(rounds / 2)); round += 1) {
		// What is compared stands next to the engine's own run.
		ms.long.push((await exportOn(longPage, { ...cropped, inS: 5 * 60 + span.inS, engine: 'webcodecs' })).ms);
		for (const [name, engine] of Object.entries(asked) as [keyof typeof asked, ExportRequest['engine']][]) {
			ms[name].push((await exportOn(page, { ...cropped, engine })).ms);
		}
		say(
			Object.entries(ms)
				.map(([name, all]) => `${name} ${all.at(-1)?.toFixed(0)} ms`)
				.join(', '),
		);
	}
	return [
		row('9:16: ffmpeg.wasm ÷ engine', '×', 4, 'higher', ratios(ms.wasm, ms.ours)),
		row('9:16: mediabunny Conversion ÷ engine', '×', 3, 'higher', ratios(ms.conversion, ms.ours)),
		row('9:16: from a 10-min file ÷ from a 60-s file', '×', 1.1, 'lower', ratios(ms.long, ms.ours)),
	];
}
