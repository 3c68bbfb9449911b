import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright';
import { ratios, row, type Bench, type BenchContext, type Row } from './bench.ts';
import type { BatchAnswer, BatchRequest } from './page/batch.ts';

const run = promisify(execFile);

const crop = (ratio: { width: number; height: number } | null): BatchRequest['crop'] => ({
	ratio,
	centre: { x: 0.5, y: 0.5 },
	zoom: 1,
	randomPortrait: false,
	randomSquare: false,
});
const QUALITY = 92;
const asked: Omit<BatchRequest, 'crop'> = {
	startsS: [10.3],
	durationS: 8,
	settings: { shortSide: 512 },
	how: 'together',
	pictures: { quality: QUALITY },
};

export const bench: Bench = {
	name: 'webp',
	about: '8 s of 1080p30 H.264 as WebP pictures with a WAV, short side 512, against ffmpeg with libwebp',
	rounds: 5,
	async run(context) {
		const source = await context.fixture('bench-1080p-60s.mp4');
		const page = await context.openPage();
		await page.locator('#file').setInputFiles(source);
		await page.evaluate(() => window.batch.open());
		try {
			return [
				...(await measure(context, page, source, 'whole picture', { ...asked, crop: crop(null) })),
				...(await measure(context, page, source, '9:16', { ...asked, crop: crop({ width: 9, height: 16 }) })),
			];
		} finally {
			await page.context().close();
		}
	},
};

async function measure(
	{ folder, rounds, say }: BenchContext,
	page: Page,
	source: string,
	name: string,
	request: BatchRequest,
): Promise<readonly Row[]> {
	const runOn = (): Promise<BatchAnswer> => page.evaluate((wanted) => window.batch.run(wanted), request);
	// The first run loads what stays loaded: the workers, libwebp, ffmpeg from the disk.
	const { crop: rect, size } = await runOn();
	const to = join(folder, `webp-${size.width}x${size.height}`);
	await mkdir(to, { recursive: true });
	const native = async (): Promise<number> => {
		const startedMs = performance.now();
		const filters = `crop=${rect.width}:${rect.height}:${rect.x}:${rect.y},scale=${size.width}:${size.height}`;
		await run('ffmpeg', [
			...['-v', 'error', '-y', '-ss', String(request.startsS[0]), '-i', source, '-t', String(request.durationS)],
			...['-map', '0:v', '-vf', filters, '-c:v', 'libwebp', '-quality', String(QUALITY), '-compression_level', '1'],
			...[join(to, 'frame_%04d.webp'), '-map', '0:a', '-c:a', 'pcm_s16le', `${to}.wav`],
		]);
		return performance.now() - startedMs;
	};
	await native();
	const [ours, ffmpeg]: [number[], number[]] = [[], []];
	let bytes = 0;
	for (let round = 0; round < rounds; round += 1) {
		const answer = await runOn();
		bytes = answer.bytes;
		ours.push(answer.ms);
		ffmpeg.push(await native());
		say(`${name}: ours ${ours.at(-1)?.toFixed(0)} ms, native ${ffmpeg.at(-1)?.toFixed(0)} ms`);
	}
	return [
		row(`${name}: pictures and WAV ÷ native libwebp`, '×', 1, 'lower', ratios(ours, ffmpeg)),
		row(`${name}: pictures and WAV`, 'ms', null, 'lower', ours),
		row(`${name}: native libwebp`, 'ms', null, 'lower', ffmpeg),
		row(`${name}: a picture and its share of the WAV`, 'kB', null, 'lower', [bytes / 240 / 1000]),
	];
}
