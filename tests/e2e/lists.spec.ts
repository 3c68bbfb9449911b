import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { addFilms, cardOf, expect, test } from './app.ts';

const FILM = 'h264-aac-60s.mp4';
const PAIRS = [
	[0.901, 6.573],
	[8.242, 11.912],
	[15.215, 20.02],
	[23.457, 29.563],
	[32.332, 37.004],
	[40.874, 44.344],
	[6.34, 7.207],
	[12.579, 15.916],
	[20.721, 23.323],
	[26.693, 28.328],
	[37.204, 38.171],
	[41.842, 44.144],
] as const;

async function openFilm(page: Page): Promise<void> {
	await addFilms(page, FILM);
	await cardOf(page, FILM).getByTestId('open-media').click();
	await expect(page.locator('[data-testid="player"][data-state="ready"]')).toBeVisible({ timeout: 30_000 });
}

const give = (page: Page, name: string, text: string): Promise<void> =>
	page.getByTestId('import-segments').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

async function saved(page: Page, value: string): Promise<{ name: string; path: string }> {
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		page.locator(`[data-testid="export-as"][data-value="${value}"]`).click(),
	]);
	return { name: download.suggestedFilename(), path: await download.path() };
}

const times = async (page: Page): Promise<number[][]> => {
	await page.getByRole('tab', { name: /^Segments/u }).click();
	const rows = await page.getByTestId('segment').all();
	return Promise.all(
		rows.map(async (row) => [Number(await row.getAttribute('data-in')), Number(await row.getAttribute('data-out'))]),
	);
};

test('a log becomes cuts on frames, with a report; undo takes them back; CSV gives them out', async ({ page }) => {
	await openFilm(page);
	const clock = (timeS: number): string => `00:00:${timeS.toFixed(3).padStart(6, '0')},`;
	await give(page, 'mpv.log', [...PAIRS.flat().map(clock), 'rubbish', clock(3), clock(50)].join('\n'));
	const report = page.getByTestId('import-report');
	await expect(report).toHaveAttribute('data-added', '13');
	// A line that is no time takes its partner with it: both are told.
	await expect(report.locator('[data-testid="import-skipped"][data-line="25"]')).toBeVisible();
	await expect(report.locator('[data-testid="import-skipped"][data-line="26"]')).toBeVisible();
	await expect(report.getByTestId('import-skipped')).toHaveCount(2);
	const { path } = await saved(page, 'csv');
	const csv = (await readFile(path, 'utf8')).trim().split('\n');
	expect(csv[0]).toBe('# IN,OUT (seconds)');
	const read = csv.slice(1).map((line) => line.split(',').map(Number));
	const wanted = [...PAIRS, [50, 60] as const];
	expect(read).toHaveLength(wanted.length);
	wanted.forEach(([inS, outS], i) => {
		expect(Math.abs(read[i]![0]! - inS)).toBeLessThan(1 / 60 + 1e-5);
		expect(Math.abs(read[i]![1]! - outS)).toBeLessThan(1 / 60 + 1e-5);
	});
	expect(await times(page)).toHaveLength(13);
	await page.getByTestId('undo').click();
	await expect(page.getByTestId('segment')).toHaveCount(0);
});

test('a file that is no list is refused with a sentence', async ({ page }) => {
	await openFilm(page);
	await give(page, 'letter.txt', 'Dear all,\nthe weather is fine.');
	const report = page.getByTestId('import-report');
	await expect(report).toHaveAttribute('data-state', 'refused');
	await expect(report).toContainText('“letter.txt” is no list that is known here');
});

test('a project with its video goes on in another browser', async ({ page, browser }) => {
	await openFilm(page);
	await give(page, 'a.csv', '1,2,one\n3,4.5,two\n');
	await expect(page.getByTestId('import-report')).toHaveAttribute('data-added', '2');
	await page.getByTestId('export-with-media').getByRole('switch').click();
	const { name, path } = await saved(page, 'octocut');
	expect(name).toMatch(/\.octocut$/u);

	const other = await browser.newPage();
	await addFilms(other, 'no-audio.mp4');
	await cardOf(other, 'no-audio.mp4').getByTestId('open-media').click();
	await expect(other.locator('[data-testid="player"][data-state="ready"]')).toBeVisible({ timeout: 30_000 });
	await other.getByTestId('import-segments').setInputFiles(path);
	await expect(other.getByTestId('import-report')).toHaveAttribute('data-added', '2', { timeout: 30_000 });
	await other.goto('/');
	await cardOf(other, FILM).getByTestId('open-media').click();
	await expect(other.locator('[data-testid="player"][data-state="ready"]')).toBeVisible({ timeout: 30_000 });
	expect(await times(other)).toEqual([
		[1, 2],
		[3, 4.5],
	]);
	await other.close();
});
