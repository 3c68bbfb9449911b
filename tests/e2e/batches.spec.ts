import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { displaySize, probeFile, readFrameNumbers } from '../fixtures/decode.ts';
import { resolveCrop, WHOLE_FRAME } from '../../src/lib/core/crop/crop.ts';
import { addFilms, cardOf, expect, test } from './app.ts';

/** The dataset builder's day: three long films become thirty labelled portrait clips, by keyboard alone once they are open. */

const FILMS = [
	{
		name: 'h264-aac-10min.mp4',
		size: { width: 480, height: 270 },
		label: 'näher kommt ein Zug',
		cursors: [60, 300.5, 590],
	},
	{
		name: 'h264-aac-60s.mp4',
		size: { width: 1280, height: 720 },
		label: 'a horse runs, "fast"',
		cursors: [2, 11.5, 20, 41],
	},
	{ name: 'long-gop.mp4', size: { width: 640, height: 360 }, label: 'rain on a roof', cursors: [3, 17, 50] },
] as const;

const groupOf = (film: string, batch: number): string =>
	`${film.replace('.mp4', '')}_${String(batch + 1).padStart(3, '0')}`;

/** Tab until the field has the focus: what is reached is reachable. */
async function tabTo(page: Page, testId: string, most = 60): Promise<void> {
	const field = page.getByTestId(testId).first();
	await expect(field).toBeVisible();
	for (let i = 0; i < most; i += 1) {
		if (await field.evaluate((element) => element.contains(document.activeElement))) return;
		await page.keyboard.press('Tab');
	}
	throw new Error(`${testId} cannot be reached by Tab`);
}

async function typeInto(page: Page, testId: string, value: string): Promise<void> {
	await tabTo(page, testId);
	await page.keyboard.press('ControlOrMeta+A');
	await page.keyboard.type(value);
	await page.keyboard.press('Enter');
}

/** G, a time, Enter: then the keys are free again. */
async function goTo(page: Page, timeS: number): Promise<void> {
	await page.keyboard.press('Escape');
	await page.keyboard.press('g');
	await expect(page.getByTestId('timecode')).toBeFocused();
	await page.keyboard.type(String(timeS));
	await page.keyboard.press('Enter');
	await expect(page.getByTestId('player')).toHaveAttribute('data-frame', String(Math.round(timeS * 30)));
	await page.keyboard.press('Escape');
}

test('three long films become thirty labelled portrait clips without the mouse', async ({ page }, testInfo) => {
	test.setTimeout(600_000);
	await addFilms(page, ...FILMS.map(({ name }) => name));
	await cardOf(page, FILMS[0].name).getByTestId('open-media').focus();
	await page.keyboard.press('Enter');

	for (const [f, film] of FILMS.entries()) {
		await expect(page).toHaveTitle(new RegExp(film.name));
		await expect(page.getByTestId('player')).toHaveAttribute('data-state', 'ready', { timeout: 30_000 });
		if (f === 0) {
			await page.keyboard.press('r');
			await page.keyboard.press('Shift+B');
			await page.keyboard.press('Shift+6');
			await typeInto(page, 'batch-length', '2');
			await typeInto(page, 'batch-spread', '1');
			await typeInto(page, 'batch-short-side', '144');
			await tabTo(page, 'dataset-format');
			await page.locator('[data-testid="dataset-format"][data-value="txt"]').focus();
			await page.keyboard.press('Space');
			await page.keyboard.press('Escape');
		}
		await page.keyboard.press('Shift+Enter');
		await expect(page.getByTestId('label')).toBeFocused();
		await page.keyboard.press('ControlOrMeta+A');
		await page.keyboard.type(film.label);
		await page.keyboard.press('Escape');
		for (const [batch, cursorS] of film.cursors.entries()) {
			await goTo(page, cursorS);
			const clips = page.getByTestId('batch-clip');
			await expect(clips).toHaveCount(3);
			const summary = page.getByTestId('batch-summary');
			await expect(summary).toContainText(groupOf(film.name, batch));
			await page.keyboard.press('e');
			// The next group is numbered once this one is queued.
			await expect(summary).toContainText(groupOf(film.name, batch + 1));
		}
		if (f < FILMS.length - 1) await page.keyboard.press('n');
	}

	await page.goto('/exports');
	await expect(page.locator('[data-testid="job-group"][data-state="done"]')).toHaveCount(10, { timeout: 400_000 });
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('jobs-save').press('Enter')]);
	const zip = testInfo.outputPath('clips.zip');
	await download.saveAs(zip);
	const folder = testInfo.outputPath('clips');
	await mkdir(folder);
	await promisify(execFile)('python3', ['-m', 'zipfile', '-e', zip, folder]);

	const dataset = JSON.parse(await readFile(join(folder, 'dataset.json'), 'utf8')) as { path: string; label: string }[];
	const expected = FILMS.flatMap((film) =>
		film.cursors.flatMap((cursorS, batch) =>
			[0, 1, 2].map((i) => {
				const name = groupOf(film.name, batch);
				return { film, path: `${name}/${name}_${i}.mp4`, firstFrame: Math.round((cursorS + i) * 30) };
			}),
		),
	);
	expect(dataset.map(({ path }) => path).sort()).toEqual(expected.map(({ path }) => path).sort());
	const check = async ({ film, path, firstFrame }: (typeof expected)[number]): Promise<void> => {
		expect(dataset.find((entry) => entry.path === path)).toEqual({ path, label: film.label });
		expect(await readFile(join(folder, path.replace('.mp4', '.txt')), 'utf8')).toBe(film.label);
		const probed = await probeFile(join(folder, path));
		expect(displaySize(probed)).toEqual({ width: 144, height: 256 });
		const crop = resolveCrop({ ...WHOLE_FRAME, ratio: { width: 9, height: 16 } }, film.size);
		const numbers = await readFrameNumbers(join(folder, path), { ...crop, frame: film.size });
		expect(numbers, path).toEqual(Array.from({ length: 60 }, (_, n) => firstFrame + n));
	};
	// A group at a time: most of it is starting ffmpeg.
	for (let at = 0; at < expected.length; at += 3) await Promise.all(expected.slice(at, at + 3).map(check));
});

test('a page that is left in the moment of the press is not left without a word, and nothing of the batch is lost', async ({
	page,
	context,
}) => {
	await addFilms(page, 'h264-aac-60s.mp4');
	await cardOf(page, 'h264-aac-60s.mp4').getByTestId('open-media').click();
	await page.locator('[data-testid="panel-tab"][data-value="batch"]').click();
	await typeInto(page, 'batch-length', '1');
	const summary = page.getByTestId('batch-summary');
	await expect(summary).toContainText(groupOf('h264-aac-60s.mp4', 0));
	// Another tab is taking a number, so this one waits for its own.
	const other = await context.newPage();
	await other.goto('/settings');
	await other.evaluate(
		() =>
			new Promise<void>((held) => {
				void navigator.locks.request('octocut:exports:numbers', () => {
					held();
					return new Promise<void>((release) => Object.assign(window, { release }));
				});
			}),
	);
	await page.getByTestId('batch-export').click();
	const asked = page.waitForEvent('dialog');
	await page.evaluate(() => setTimeout(() => location.reload()));
	const dialog = await asked;
	expect(dialog.type()).toBe('beforeunload');
	await dialog.dismiss();
	await other.evaluate(() => (window as unknown as { release: () => void }).release());
	await expect(summary).toContainText(groupOf('h264-aac-60s.mp4', 1));
	// It leaves now without being asked: a dialog that nobody answers would keep it.
	page.on('dialog', () => undefined);
	await page.goto('/exports');
	await expect(page.locator('[data-testid="job-group"][data-state="done"]')).toHaveAttribute('data-done', '3');
});
