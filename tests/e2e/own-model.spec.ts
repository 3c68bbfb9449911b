import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { displaySize, probeFile } from '../fixtures/decode.ts';
import { ffmpegPipe, keepEveryFrame } from '../fixtures/ffmpeg.ts';
import { SQUARE_FILM, squareFilm } from '../fixtures/square-film.ts';
import { expect, test, leaveForExports } from './app.ts';
import { squareModel } from './square-model.ts';

/* A detector that a person brings, from the shelf to the clip whose crop it led. */

const LONG_MS = 60_000;
const model = squareModel();
const id = `own-${createHash('sha256').update(model).digest('hex').slice(0, 16)}`;

async function addModel(page: Page): Promise<void> {
	await page.goto('/settings');
	const file = { name: 'bright square.onnx', mimeType: 'application/octet-stream', buffer: model };
	await page.getByTestId('model-add').setInputFiles(file);
	await expect(page.getByTestId('model-kind')).toHaveText('YOLOX', { timeout: 30_000 });
	const names = { name: 'names.txt', mimeType: 'text/plain', buffer: Buffer.from('Square\nCircle\n') };
	await page.getByTestId('model-names-file').setInputFiles(names);
	await page.getByTestId('model-keep').click();
	const row = page.locator(`[data-testid="model-row"][data-id="${id}"]`);
	await row.locator('[data-testid="model-use"][data-value="things"]').check();
	await expect(row).toHaveAttribute('data-default', 'things');
}

async function openFilm(page: Page): Promise<void> {
	await page.goto('/');
	await page.getByTestId('add-files').setInputFiles(await squareFilm());
	const card = page.locator(`[data-testid="media-card"][data-name="${SQUARE_FILM.name}"][data-state="ready"]`);
	await card.getByTestId('open-media').click();
	await page.locator('[data-testid="player"][data-state="ready"]').waitFor({ timeout: 30_000 });
	await page.locator('[data-testid="panel-tab"][data-value="crop"]').click();
	await page.getByTestId('crop-ratio').locator('[data-value="9:16"]').click();
	await page.locator('[data-testid="panel-tab"][data-value="track"]').click();
}

/** Pixels across that a frame of a clip is read with. */
const ACROSS = 90;

/** First and last column of the light on each frame of a clip that is higher than wide, as parts of its width. */
async function lightOf(clip: string): Promise<readonly { readonly from: number; readonly to: number }[]> {
	const pieces: Buffer[] = [];
	const filters = `scale=${ACROSS}:160:flags=area,format=gray`;
	const args = ['-i', clip, '-map', '0:v:0', '-vf', filters, ...(await keepEveryFrame()), '-f', 'rawvideo'];
	await ffmpegPipe(args, (piece) => pieces.push(piece));
	const pixels = Buffer.concat(pieces);
	return Array.from({ length: pixels.length / (ACROSS * 160) }, (_, n) => {
		// The square is at half the height.
		const row = pixels.subarray((n * 160 + 80) * ACROSS, (n * 160 + 81) * ACROSS);
		const lit = [...row.keys()].filter((x) => (row[x] ?? 0) > 128);
		return { from: (lit[0] ?? 0) / ACROSS, to: ((lit.at(-1) ?? 0) + 1) / ACROSS };
	});
}

test('an own detector, added in the settings, leads the crop of a clip in which its thing is never cut off', async ({
	page,
}) => {
	await addModel(page);
	await openFilm(page);
	// It knows no people: those are left to the detector of the app.
	await page.getByTestId('track-kind').click();
	await page.getByRole('option', { name: 'Anything' }).click();
	await page.getByTestId('track-only').click();
	await expect(page.getByRole('listbox').getByRole('option')).toHaveText(['Whatever is found', 'Square', 'Circle']);
	await page.getByRole('option', { name: 'Square' }).click();
	await page.getByTestId('track-start').click();
	const state = page.getByTestId('track-state');
	await expect(state).toHaveAttribute('data-state', 'done', { timeout: LONG_MS });
	await expect(state).toHaveAttribute('data-backend', /^(wasm|webgpu)$/);
	await expect(page.getByTestId('track-subject')).toContainText('Square');
	const report = page.getByTestId('track-report');
	expect(Number(await report.getAttribute('data-inside'))).toBeGreaterThanOrEqual(0.99);

	await page.getByTestId('export-open').click();
	await page.getByTestId('export-start').click();
	await leaveForExports(page);
	const job = page.locator('[data-testid="job"][data-state="done"]');
	await job.waitFor({ timeout: LONG_MS });
	const [download] = await Promise.all([page.waitForEvent('download'), job.getByTestId('job-save').click()]);
	const clip = await download.path();
	const { width, height } = displaySize(await probeFile(clip));
	expect(width / height).toBeCloseTo(9 / 16, 1);
	const lit = await lightOf(clip);
	expect(lit).toHaveLength(SQUARE_FILM.frames);
	// All of its width is in the clip, up to a pixel of what is read.
	const side = SQUARE_FILM.sidePx / (720 * (9 / 16));
	for (const [n, { from, to }] of lit.entries()) {
		expect(to - from, `frame ${n}`).toBeGreaterThan(side - 1.5 / ACROSS);
	}
});
