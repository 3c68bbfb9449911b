import type { Page } from '@playwright/test';
import { readFrameNumbers } from '../fixtures/decode.ts';
import { addFilms, cardOf, expect, test } from './app.ts';

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

async function openFilm(page: Page, name: string): Promise<void> {
	await addFilms(page, name);
	await cardOf(page, name).getByTestId('open-media').click();
	await expect(page.getByTestId('player')).toHaveAttribute('data-state', 'ready', { timeout: 30_000 });
}

async function markFrames(page: Page, from: number, to: number): Promise<void> {
	for (const [frame, mark] of [
		[from, 'mark-in'],
		[to, 'mark-out'],
	] as const) {
		await page.getByTestId('timecode').fill(String(frame / 30));
		await page.getByTestId('timecode').press('Enter');
		await expect(page.getByTestId('player')).toHaveAttribute('data-frame', String(frame));
		await page.getByTestId(mark).click();
	}
}

async function saveFirst(page: Page, to: string): Promise<string> {
	await page.goto('/exports');
	const job = page.getByTestId('job').first();
	await expect(job).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
	const [download] = await Promise.all([page.waitForEvent('download'), job.getByTestId('job-save').click()]);
	await download.saveAs(to);
	return download.suggestedFilename();
}

test('segments are cut to the frame and joined without encoding what lies between', async ({ page }, testInfo) => {
	await openFilm(page, 'h264-aac.mov');
	await markFrames(page, 40, 100);
	await markFrames(page, 10, 75);
	await expect(page.getByTestId('segment')).toHaveCount(2);
	await page.getByTestId('export-open').click();
	await page.getByTestId('cut-mode').locator('[data-value="smart"]').click();
	await expect(page.getByTestId('cut-notes')).toContainText('encoded anew');
	await expect(page.getByTestId('export-format')).toHaveCount(0);
	await page.getByTestId('export-join').getByRole('switch').click();
	await page.getByTestId('export-start').click();
	const path = testInfo.outputPath('joined.mov');
	expect(await saveFirst(page, path)).toBe('h264-aac_001.mov');
	expect(await readFrameNumbers(path)).toEqual([...range(40, 100), ...range(10, 75)]);
});

test('a copy says where it really starts, and starts there', async ({ page }, testInfo) => {
	await openFilm(page, 'h264-aac.mov');
	await markFrames(page, 70, 120);
	await page.getByTestId('export-open').click();
	await page.getByTestId('cut-mode').locator('[data-value="copy"]').click();
	await expect(page.getByTestId('cut-notes')).toContainText('starts at 0:02.000, 0.33 s early (10 frames)');
	await page.getByTestId('export-start').click();
	const path = testInfo.outputPath('copy.mov');
	await saveFirst(page, path);
	expect(await readFrameNumbers(path)).toEqual(range(60, 120));
});
