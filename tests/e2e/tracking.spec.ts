import { existsSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { displaySize, probeFile } from '../fixtures/decode.ts';
import { PEOPLE_FILM, peopleFilm } from '../fixtures/people-film.ts';
import { expect, test, leaveForExports } from './app.ts';
import { PlainHost } from './plain-host.ts';

/* Someone who walks is followed by the real detector, from the first press to the clip. */

const MODEL = new URL('../../build/models/coco-ssd.onnx', import.meta.url);
/** A search on a busy machine; in milliseconds. */
const LONG_MS = 150_000;
let film: string | undefined;

test.beforeAll(async () => {
	film = await peopleFilm();
});
test.beforeEach(() => {
	test.skip(!existsSync(MODEL), 'no detector was built: npm run models fetches it');
	test.skip(film === undefined, 'the photograph of the test film is not at hand, and no registry is reached');
	test.setTimeout(480_000);
});

const state = (page: Page): Locator => page.getByTestId('track-state');
const report = (page: Page): Locator => page.getByTestId('track-report');
const tab = (page: Page, name: string): Promise<void> =>
	page.locator(`[data-testid="panel-tab"][data-value="${name}"]`).click();

async function openFilm(page: Page, address = '/'): Promise<void> {
	await page.goto(address);
	await page.getByTestId('add-files').setInputFiles(film!);
	const card = page.locator(`[data-testid="media-card"][data-name="${PEOPLE_FILM.name}"][data-state="ready"]`);
	await card.getByTestId('open-media').click();
	await page.locator('[data-testid="player"][data-state="ready"]').waitFor({ timeout: 30_000 });
	await tab(page, 'crop');
	await page.getByTestId('crop-ratio').locator('[data-value="9:16"]').click();
	await tab(page, 'track');
}

async function goTo(page: Page, time: string): Promise<void> {
	await page.getByTestId('timecode').fill(time);
	await page.getByTestId('timecode').press('Enter');
	await expect(page.getByTestId('player')).toHaveAttribute('data-time', new RegExp(`^${time}`));
}

async function mark(page: Page, from: string, to: string): Promise<void> {
	await goTo(page, from);
	await page.getByTestId('mark-in').click();
	await goTo(page, to);
	await page.getByTestId('mark-out').click();
}

const done = (page: Page): Promise<void> =>
	expect(state(page)).toHaveAttribute('data-state', 'done', { timeout: LONG_MS });
const subjects = (page: Page): Promise<(string | null)[]> =>
	page.getByTestId('track-subject').evaluateAll((boxes) => boxes.map((box) => box.getAttribute('data-track-id')));

/** The gates of a calm camera that loses nobody. */
async function expectCalm(page: Page): Promise<void> {
	await expect(report(page)).toBeVisible();
	expect(Number(await report(page).getAttribute('data-inside'))).toBeGreaterThanOrEqual(0.99);
	expect(Number(await report(page).getAttribute('data-longest-loss'))).toBeLessThanOrEqual(0.3);
	expect(Number(await report(page).getAttribute('data-jerk'))).toBeLessThanOrEqual(3);
}

/** Left edge of the crop box, in pixels of the picture. */
const cropX = async (page: Page): Promise<number> => Number(await page.getByTestId('crop-box').getAttribute('data-x'));

test('who walks is followed; a click follows another; a place is set on the curve; the clip has every frame', async ({
	page,
}) => {
	await openFilm(page);
	await page.getByTestId('track-start').click();
	await done(page);
	await expect(state(page)).toHaveAttribute('data-backend', /^(wasm|webgpu)$/);
	await expectCalm(page);
	const early = await cropX(page);
	await goTo(page, '4.5');
	expect((await cropX(page)) - early).toBeGreaterThan(200);
	const [walker] = await subjects(page);

	// By keys: the boxes follow one another in the order of Tab, Enter takes one, Escape ends the choice.
	await page.keyboard.press('Shift+T');
	await expect(page.getByTestId('track-pick-area')).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(page.getByTestId('track-pick-area')).toHaveCount(0);
	await page.getByTestId('track-pick').click();
	const other = page.getByTestId('track-thing');
	await other.focus();
	await page.keyboard.press('Enter');
	await expect.poll(() => subjects(page)).not.toEqual([walker]);
	await expect.poll(() => cropX(page)).toBeGreaterThan(800);
	await expectCalm(page);

	// Dragging the curve upwards leads the camera to the left.
	await goTo(page, '2');
	const before = await cropX(page);
	const strip = (await page.getByTestId('timeline').boundingBox())!;
	const playhead = strip.x + strip.width * (0.01 + (0.98 * 2) / PEOPLE_FILM.durationS);
	const lowest = await page.evaluate(() => {
		const canvas = document.querySelector<HTMLCanvasElement>('[data-testid="timeline"] canvas')!;
		const across = Math.round(canvas.width * (0.01 + (0.98 * 2.2) / 5));
		const { data } = canvas.getContext('2d')!.getImageData(across, 0, 1, canvas.height);
		const isGold = (y: number): boolean => data[4 * y]! > 200 && data[4 * y + 1]! > 150 && data[4 * y + 2]! < 110;
		return [...Array(canvas.height).keys()].findLast(isGold)! / devicePixelRatio;
	});
	await page.mouse.move(playhead, strip.y + lowest);
	await page.mouse.down();
	await page.mouse.move(playhead, strip.y + lowest - 6);
	await page.mouse.move(playhead, strip.y + lowest - 14);
	await expect.poll(() => cropX(page)).toBeLessThan(before - 50);
	await page.mouse.up();
	await expect(page.getByTestId('track-fix')).toHaveCount(1);
	await page.getByTestId('undo').click();
	await expect(page.getByTestId('track-fix')).toHaveCount(0);
	await expect.poll(() => cropX(page)).toBe(before);

	// Both side by side, the same frame.
	await page.getByTestId('track-compare').getByRole('switch').click();
	await expect(page.getByTestId('track-comparison-moving')).toHaveAttribute('data-x', String(before));
	await expect(page.getByTestId('track-comparison-still')).not.toHaveAttribute('data-x', String(before));
	await page.keyboard.press('Escape');
	await expect(page.getByTestId('track-comparison')).toHaveCount(0);

	await mark(page, '1', '4');
	await page.getByTestId('export-open').click();
	await expect(page.getByText('The crop follows its subject.')).toBeVisible();
	await page.getByTestId('export-start').click();
	await leaveForExports(page);
	const job = page.locator('[data-testid="job"][data-state="done"]');
	await job.waitFor({ timeout: LONG_MS });
	const [download] = await Promise.all([page.waitForEvent('download'), job.getByTestId('job-save').click()]);
	const clip = await download.path();
	const probed = await probeFile(clip);
	expect(Number(probed.streams.find((stream) => stream.codec_type === 'video')!.nb_frames)).toBe(90);
	const { width, height } = displaySize(probed);
	expect(width / height).toBeCloseTo(9 / 16, 1);
});

test('a search that was cancelled keeps what it saw; the next one ends', async ({ page }) => {
	await openFilm(page);
	await page.getByTestId('track-start').click();
	await expect(state(page)).toHaveAttribute('data-state', 'running');
	await expect(page.getByTestId('status')).toHaveAttribute('data-searches', '1');
	await page.getByTestId('track-cancel').click();
	await expect(state(page)).toHaveAttribute('data-state', 'cancelled');
	await expect(page.getByTestId('status')).toHaveAttribute('data-searches', '0');
	await page.getByTestId('track-retry').click();
	await done(page);
	await expectCalm(page);
});

test('a search goes on after a reload, and ends while another page is open, which is told', async ({ page }) => {
	await openFilm(page);
	await page.getByTestId('track-start').click();
	await expect(state(page)).toHaveAttribute('data-state', 'running');
	await page.reload();
	await page.goto('/settings');
	await expect(page.getByTestId('toast').filter({ hasText: 'follows now' })).toBeVisible({ timeout: LONG_MS });
	await page.getByTestId('toast').getByRole('button', { name: 'Show' }).click();
	await page.locator('[data-testid="player"][data-state="ready"]').waitFor({ timeout: 30_000 });
	await expectCalm(page);
});

test.describe('with the service worker', () => {
	test.use({ serviceWorkers: 'allow' });

	test('with the host gone a second search works: the detector is kept', async ({ page }) => {
		const host = new PlainHost();
		const address = await host.start();
		let up = true;
		try {
			await openFilm(page, address);
			await mark(page, '0.5', '2');
			await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
			await page.reload();
			await page.locator('[data-testid="player"][data-state="ready"]').waitFor({ timeout: 30_000 });
			await page.getByTestId('track-start').click();
			await done(page);
			await host.stop();
			up = false;
			await page.reload();
			await page.locator('[data-testid="player"][data-state="ready"]').waitFor({ timeout: 30_000 });
			await mark(page, '2.5', '4');
			await page.getByTestId('track-start').click();
			await done(page);
			await goTo(page, '3');
			await expectCalm(page);
		} finally {
			if (up) await host.stop();
		}
	});
});
