import type { Locator, Page } from '@playwright/test';
import { probeFile, readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath } from '../fixtures/make.ts';
import { expect, test } from './app.ts';

/* One file from opening to a checked clip, with the mouse, the keyboard and a thumb. 1280×720, 30 frames a second, 60 s. */

const FILE = 'h264-aac-60s.mp4';

async function openEditor(page: Page, file = FILE): Promise<void> {
	await page.goto('/');
	await page.getByTestId('add-files').setInputFiles(fixturePath(file));
	const card = page.locator(`[data-testid="media-card"][data-name="${file}"][data-state="ready"]`);
	await card.getByTestId('open-media').click();
	await ready(page);
}

const ready = (page: Page): Promise<void> =>
	page.locator('[data-testid="player"][data-state="ready"]').waitFor({ timeout: 30_000 });

async function goTo(page: Page, time: string): Promise<void> {
	await page.getByTestId('timecode').fill(time);
	await page.getByTestId('timecode').press('Enter');
}

async function mark(page: Page, from: string, to: string): Promise<void> {
	await goTo(page, from);
	await page.getByTestId('mark-in').click();
	await goTo(page, to);
	await page.getByTestId('mark-out').click();
}

/** The IN mark that is kept for the next visit. Where a person was is written shortly after they rest. */
const rememberedIn = (page: Page): Promise<number | null | undefined> =>
	page.evaluate(
		() =>
			new Promise<number | null | undefined>((resolve, reject) => {
				const opening = indexedDB.open('octocut');
				opening.onerror = () => reject(new Error(opening.error?.message));
				opening.onsuccess = () => {
					const reading = opening.result.transaction('settings').objectStore('settings').getAll();
					reading.onsuccess = () => {
						opening.result.close();
						const rows = reading.result as { key: string; value: { pendingInS: number | null } }[];
						resolve(rows.find(({ key }) => key.startsWith('editor.'))?.value.pendingInS);
					};
				};
			}),
	);
const segments = (page: Page): Locator => page.getByTestId('segment');
const frame = (page: Page): Promise<string | null> => page.getByTestId('player').getAttribute('data-frame');
const option = (page: Page, group: string, value: string): Locator =>
	page.getByTestId(group).locator(`[data-value="${value}"]`);

/** Where a time is drawn on the timeline, in page pixels. */
async function pointAt(page: Page, timeS: number, down = 0.7): Promise<{ x: number; y: number }> {
	const timeline = page.getByTestId('timeline');
	const box = (await timeline.boundingBox())!;
	const [start, end] = await timeline.evaluate((element) => [
		Number(element.getAttribute('data-start')),
		Number(element.getAttribute('data-end')),
	]);
	return { x: box.x + ((timeS - start) / (end - start)) * box.width, y: box.y + box.height * down };
}

async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
	await page.mouse.move(from.x, from.y);
	await page.mouse.down();
	await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
	await page.mouse.move(to.x, to.y, { steps: 4 });
	await page.mouse.up();
}

test('IN at 2 s and OUT at 10 s make a segment of exactly 240 frames, which undo takes back and redo brings again', async ({
	page,
}) => {
	await openEditor(page);
	await page.getByTestId('mark-out').click();
	await expect(page.getByTestId('mark-message')).toContainText('Mark IN first');
	await mark(page, '2', '10');
	await expect(segments(page)).toHaveCount(1);
	await expect(segments(page)).toHaveAttribute('data-in', '2');
	await expect(segments(page)).toHaveAttribute('data-out', '10');
	await expect(segments(page)).toHaveAttribute('data-frames', '240');
	await page.getByTestId('undo').click();
	await expect(segments(page)).toHaveCount(0);
	await page.getByTestId('redo').click();
	await expect(segments(page)).toHaveAttribute('data-frames', '240');
});

test('marks, crop, names and settings are there again after a reload', async ({ page }) => {
	await openEditor(page);
	await mark(page, '2', '10');
	await page.getByTestId('segment-name').fill('Waves');
	await page.getByTestId('segment-name').press('Enter');
	await option(page, 'crop-ratio', '9:16').click();
	await page.getByTestId('crop-center').fill('0.25');
	await page.getByTestId('short-side').fill('288');
	await page.getByTestId('export-open').click();
	await option(page, 'export-format', 'webm').click();
	await goTo(page, '12.5');
	await page.getByTestId('mark-in').click();
	const box = await page.getByTestId('crop-box').getAttribute('data-x');
	await expect.poll(() => rememberedIn(page)).toBe(12.5);
	await page.reload();
	await ready(page);
	await expect(segments(page)).toHaveAttribute('data-name', 'Waves');
	await expect(segments(page)).toHaveAttribute('data-frames', '240');
	await expect(page.getByTestId('crop-box')).toHaveAttribute('data-x', box!);
	await expect(page.getByTestId('short-side')).toHaveValue('288');
	await expect(page.getByTestId('player')).toHaveAttribute('data-time', '12.5');
	await expect(page.getByTestId('mark-message')).toContainText('0:12.500');
	await page.getByTestId('export-open').click();
	await expect(option(page, 'export-format', 'webm')).toHaveAttribute('aria-checked', 'true');
});

test('the keyboard alone marks, moves, duplicates, deletes and takes back', async ({ page }) => {
	await openEditor(page);
	const { keyboard } = page;
	await keyboard.press('g');
	await keyboard.type('2');
	await keyboard.press('Enter');
	await keyboard.press('i');
	await keyboard.press('g');
	await keyboard.type('10');
	await keyboard.press('Enter');
	await keyboard.press('o');
	await expect(segments(page)).toHaveAttribute('data-frames', '240');
	for (const [key, expected] of [
		['.', '301'],
		[',', '300'],
		['ArrowRight', '330'],
		['ArrowLeft', '300'],
		['Shift+ArrowLeft', '60'],
		['Shift+ArrowRight', '300'],
		['Home', '0'],
		['End', '1799'],
	] as const) {
		await keyboard.press(key);
		await expect.poll(() => frame(page), { message: key }).toBe(expected);
	}
	await keyboard.press('ArrowUp');
	await expect.poll(() => frame(page)).toBe('60');
	await keyboard.press('.');
	await keyboard.press('Shift+I');
	await expect(segments(page)).toHaveAttribute('data-frames', '239');
	await keyboard.press('d');
	await expect(segments(page)).toHaveCount(2);
	await keyboard.press('Delete');
	await expect(segments(page)).toHaveCount(1);
	for (const count of [2, 1]) {
		await keyboard.press('Control+z');
		await expect(segments(page)).toHaveCount(count);
	}
	await keyboard.press('Control+z');
	await expect(segments(page)).toHaveAttribute('data-frames', '240');
	await keyboard.press('Control+Shift+Z');
	await expect(segments(page)).toHaveAttribute('data-frames', '239');
});

test('letters typed into a field are text, Space after a click plays, ? shows the keys and Escape closes', async ({
	page,
}) => {
	await openEditor(page);
	await mark(page, '2', '10');
	await page.getByTestId('segment-name').pressSequentially('I do it');
	await expect(page.getByTestId('segment-name')).toHaveValue('I do it');
	await expect(segments(page)).toHaveCount(1);
	await page.getByTestId('mark-in').click();
	await page.keyboard.press('Space');
	await expect.poll(async () => Number(await frame(page))).toBeGreaterThan(305);
	await page.keyboard.press('Space');
	await page.keyboard.press('?');
	await expect(page.getByTestId('help')).toContainText('Mark IN of a new segment');
	await page.keyboard.press('Escape');
	await expect(page.getByTestId('help')).toBeHidden();
	await page.keyboard.press('e');
	await expect(page.getByTestId('export-panel')).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(page.getByTestId('export-panel')).toBeHidden();
});

test('an edge dragged on the timeline snaps to frames, shows the picture, returns the playhead and is one step to undo', async ({
	page,
}) => {
	await openEditor(page);
	await mark(page, '10', '30');
	await goTo(page, '50');
	await expect.poll(() => frame(page)).toBe('1500');
	await drag(page, await pointAt(page, 30), await pointAt(page, 40));
	await expect(segments(page)).not.toHaveAttribute('data-out', '30');
	const outS = Number(await segments(page).getAttribute('data-out'));
	expect(outS).toBeGreaterThan(39.5);
	expect(outS).toBeLessThan(40.5);
	expect(Math.abs(outS * 30 - Math.round(outS * 30))).toBeLessThan(1e-4);
	await expect.poll(() => frame(page)).toBe('1500');
	await page.getByTestId('undo').click();
	await expect(segments(page)).toHaveAttribute('data-out', '30');
});

test('an edge that has the focus moves by the arrow keys, a chosen segment by its body, Escape lets go', async ({
	page,
}) => {
	await openEditor(page);
	await mark(page, '10', '30');
	await page.getByTestId('segment-edge-in').focus();
	await page.keyboard.press('ArrowRight');
	await expect(segments(page)).toHaveAttribute('data-frames', '599');
	await page.keyboard.press('Shift+ArrowLeft');
	await expect(segments(page)).toHaveAttribute('data-frames', '609');
	await drag(page, await pointAt(page, 20), await pointAt(page, 35));
	await expect(segments(page)).toHaveAttribute('data-frames', '609');
	expect(Number(await segments(page).getAttribute('data-in'))).toBeGreaterThan(20);
	const inS = await segments(page).getAttribute('data-in');
	const [from, to] = [await pointAt(page, 30), await pointAt(page, 5)];
	await page.mouse.move(from.x, from.y);
	await page.mouse.down();
	await page.mouse.move(to.x, to.y, { steps: 4 });
	await page.keyboard.press('Escape');
	await page.mouse.up();
	await expect(segments(page)).toHaveAttribute('data-in', inS!);
});

test('the timeline zooms from the whole file to single frames around the pointer, scrolls, and the ruler scrubs', async ({
	page,
}) => {
	await openEditor(page);
	const span = async (): Promise<number> => {
		const [start, end] = await page
			.getByTestId('timeline')
			.evaluate((element) => [Number(element.getAttribute('data-start')), Number(element.getAttribute('data-end'))]);
		return end - start;
	};
	expect(await span()).toBeGreaterThan(60);
	const at = await pointAt(page, 30);
	await page.mouse.move(at.x, at.y);
	await page.keyboard.down('Control');
	for (let i = 0; i < 40; i += 1) await page.mouse.wheel(0, -200);
	await page.keyboard.up('Control');
	await expect.poll(span).toBeLessThan(1);
	expect(Math.abs((await pointAt(page, 30)).x - at.x)).toBeLessThan(2);
	const before = await page.getByTestId('timeline').getAttribute('data-start');
	await page.mouse.wheel(0, 300);
	await expect.poll(() => page.getByTestId('timeline').getAttribute('data-start')).not.toBe(before);
	await page.getByTestId('zoom-fit').click();
	await expect.poll(span).toBeGreaterThan(60);
	await drag(page, await pointAt(page, 5, 0.1), await pointAt(page, 45, 0.1));
	await expect.poll(async () => Math.abs(Number(await frame(page)) - 1350)).toBeLessThan(15);
});

test('the crop box is moved by the mouse and the arrows, and every drag is one step to undo', async ({ page }) => {
	await openEditor(page);
	await option(page, 'crop-ratio', '9:16').click();
	const box = page.getByTestId('crop-box');
	await expect(box).toHaveAttribute('data-height', '720');
	const width = Number(await box.getAttribute('data-width'));
	expect(Math.abs(width - 405)).toBeLessThanOrEqual(1);
	const middle = Number(await box.getAttribute('data-x'));
	const shown = (await box.boundingBox())!;
	const centre = { x: shown.x + shown.width / 2, y: shown.y + shown.height / 2 };
	await drag(page, centre, { x: centre.x - 60, y: centre.y });
	const scale = width / shown.width;
	await expect
		.poll(async () => Math.abs(Number(await box.getAttribute('data-x')) - (middle - 60 * scale)))
		.toBeLessThanOrEqual(3);
	const dragged = Number(await box.getAttribute('data-x'));
	await page.keyboard.press('ArrowRight');
	await expect(box).toHaveAttribute('data-x', String(dragged + 2));
	await page.keyboard.press('Shift+ArrowLeft');
	await expect(box).toHaveAttribute('data-x', String(dragged + 2 - 20));
	await page.getByTestId('undo').click();
	await expect(box).toHaveAttribute('data-x', String(dragged));
	await page.getByTestId('undo').click();
	await expect(box).toHaveAttribute('data-x', String(middle));
	await page.getByTestId('crop-center').fill('0');
	await expect(box).toHaveAttribute('data-x', '0');
	await page.getByTestId('short-side').fill('288');
	await expect(page.getByTestId('crop-pixels')).toHaveText(`${width}×720 → 288×512`);
});

test('a 9:16 clip of 2 s to 10 s comes out with exactly its 240 frames at 288×512', async ({ page }) => {
	await openEditor(page);
	await mark(page, '2', '10');
	await option(page, 'crop-ratio', '9:16').click();
	await page.getByTestId('short-side').fill('288');
	const box = page.getByTestId('crop-box');
	const [x, y, width, height] = await Promise.all(
		['x', 'y', 'width', 'height'].map(async (name) => Number(await box.getAttribute(`data-${name}`))),
	);
	await page.getByTestId('export-open').click();
	await expect(page.getByTestId('export-plan')).toContainText('288×512 · 240 frames');
	await expect(page.getByTestId('export-engine-reason')).toHaveAttribute('data-engine', 'webcodecs');
	await page.getByTestId('export-start').click();
	await page.getByTestId('toast').getByRole('button', { name: 'Show exports' }).click();
	const job = page.getByTestId('job');
	await expect(job).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
	const [download] = await Promise.all([page.waitForEvent('download'), job.getByTestId('job-save').click()]);
	expect(download.suggestedFilename()).toBe('h264-aac-60s_001.mp4');
	const clip = await download.path();
	const video = (await probeFile(clip)).streams.find(({ codec_type: type }) => type === 'video')!;
	expect([video.width, video.height]).toEqual([288, 512]);
	const crop = { x: x!, y: y!, width: width!, height: height!, frame: { width: 1280, height: 720 } };
	expect(await readFrameNumbers(clip, crop)).toEqual(Array.from({ length: 240 }, (_, n) => 60 + n));
});

test('a file without a picture is marked and exported by its sound', async ({ page }) => {
	await openEditor(page, 'audio-only.m4a');
	await mark(page, '1', '3');
	await expect(segments(page)).toHaveAttribute('data-in', '1');
	await expect(segments(page)).toHaveAttribute('data-out', '3');
	await page.getByTestId('export-open').click();
	await expect(page.getByTestId('export-plan')).toContainText('.m4a');
});

test.describe('on a phone', () => {
	test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

	test('picture, controls, timeline and panels fit, and a thumb can mark, crop and reach export', async ({ page }) => {
		await openEditor(page);
		await mark(page, '2', '10');
		await expect(segments(page)).toHaveAttribute('data-frames', '240');
		await page.getByRole('tab', { name: 'Crop', exact: true }).tap();
		await option(page, 'crop-ratio', '1:1').tap();
		await expect(page.getByTestId('crop-box')).toHaveAttribute('data-width', '720');
		for (const name of ['player', 'mark-in', 'mark-out', 'timeline', 'timecode']) {
			const box = (await page.getByTestId(name).boundingBox())!;
			expect(box.x, name).toBeGreaterThanOrEqual(0);
			expect(box.x + box.width, name).toBeLessThanOrEqual(390);
			expect(box.y + box.height, name).toBeLessThanOrEqual(844);
		}
		await page.getByTestId('export-open').tap();
		await expect(page.getByTestId('export-start')).toBeInViewport();
		await expect(page.getByTestId('player')).toBeInViewport();
		expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBeLessThanOrEqual(
			0,
		);
		for (const width of [360, 390]) {
			await page.setViewportSize({ width, height: 740 });
			expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
		}
	});

	test('a finger scrolls the zoomed timeline and never moves a segment that is not chosen', async ({ page }) => {
		await openEditor(page);
		await mark(page, '10', '50');
		await page.keyboard.press('Escape');
		await page.getByTestId('zoom-in').tap();
		const before = Number(await page.getByTestId('timeline').getAttribute('data-start'));
		const from = await pointAt(page, 30);
		const client = await page.context().newCDPSession(page);
		await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [from] });
		for (let step = 1; step <= 5; step += 1) {
			await client.send('Input.dispatchTouchEvent', {
				type: 'touchMove',
				touchPoints: [{ x: from.x - step * 15, y: from.y }],
			});
		}
		await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
		await expect
			.poll(async () => Number(await page.getByTestId('timeline').getAttribute('data-start')))
			.toBeGreaterThan(before);
		await expect(segments(page)).toHaveAttribute('data-in', '10');
	});
});
