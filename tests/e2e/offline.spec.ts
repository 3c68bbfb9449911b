import type { Page } from '@playwright/test';
import { fixturePath } from '../fixtures/make.ts';
import { cardOf, expect, test } from './app.ts';
import { PlainHost } from './plain-host.ts';

test.use({ serviceWorkers: 'allow' });

let host: PlainHost;
let address: string;
test.beforeEach(async () => {
	host = new PlainHost();
	address = await host.start();
});
test.afterEach(() => host.stop());

const takenOver = (page: Page): Promise<unknown> =>
	page.evaluate(async () => {
		await navigator.serviceWorker.ready;
		if (navigator.serviceWorker.controller === null) {
			await new Promise((resolve) =>
				navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
			);
		}
	});

test('the second visit works with the host gone: library, editor, exports, settings', async ({ page }) => {
	await page.goto(address);
	await page.getByTestId('add-files').setInputFiles(fixturePath('no-audio.mp4'));
	await expect(cardOf(page, 'no-audio.mp4')).toHaveAttribute('data-state', 'ready');
	await takenOver(page);
	await host.stop();
	try {
		await page.reload();
		await expect(cardOf(page, 'no-audio.mp4')).toHaveAttribute('data-access', 'ok');
		await expect(cardOf(page, 'no-audio.mp4').locator('img')).toBeVisible();
		for (const path of ['/settings', '/exports', '/edit', '/no-such-page']) {
			await page.goto(address + path);
			await expect(page.getByRole('heading').first()).toBeAttached();
		}
		await page.goto(address);
		await page.getByTestId('open-media').click();
		await expect(page.getByTestId('player')).toHaveAttribute('data-state', 'ready', { timeout: 30_000 });
	} finally {
		address = await host.start();
	}
});

test('on a host without headers the page offers one reload and is isolated after it', async ({ page }) => {
	await page.goto(address);
	expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
	await page.getByTestId('toast').getByRole('button', { name: 'Reload' }).click();
	await page.waitForFunction(() => crossOriginIsolated);
	await expect(page.getByRole('heading', { name: 'Library' })).toBeVisible();
	await expect(page.getByTestId('toast')).toHaveCount(0);
});

test('a new version is offered, never forced, and comes with the reload', async ({ page }) => {
	await page.goto(address);
	await takenOver(page);
	host.version = 'second';
	await page.goto(`${address}/settings`);
	const offer = page.getByTestId('toast').filter({ hasText: 'A new version of Octocut is ready' });
	await expect(offer).toBeVisible({ timeout: 30_000 });
	await page.evaluate(() => Object.assign(window, { sameVisit: true }));
	expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting !== null)).toBe(true);
	await offer.getByRole('button', { name: 'Reload' }).click();
	await page.waitForFunction(() => !('sameVisit' in window));
	await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
	expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting)).toBeNull();
	await expect(offer).toHaveCount(0);
});

test('ffmpeg is kept for offline use when asked', async ({ page }) => {
	await page.goto(`${address}/settings`);
	await takenOver(page);
	const ffmpeg = page.getByTestId('offline-ffmpeg');
	await expect(ffmpeg).toHaveAttribute('data-state', 'absent');
	await page.getByTestId('offline-ffmpeg-fetch').click();
	await expect(ffmpeg).toHaveAttribute('data-state', 'here', { timeout: 60_000 });
	await host.stop();
	try {
		await page.reload();
		await expect(ffmpeg).toHaveAttribute('data-state', 'here');
		await page.goto(address);
		await page.getByTestId('add-files').setInputFiles(fixturePath('mpeg4-mp3.avi'));
		await expect(cardOf(page, 'mpeg4-mp3.avi')).toHaveAttribute('data-state', 'ready', { timeout: 30_000 });
	} finally {
		address = await host.start();
	}
});

test('files shared by another app are in the library', async ({ page }) => {
	await page.goto(address);
	await takenOver(page);
	await page.evaluate(async () => {
		const form = document.createElement('form');
		form.method = 'post';
		form.enctype = 'multipart/form-data';
		form.action = '/share-target';
		const input = document.createElement('input');
		input.type = 'file';
		input.name = 'media';
		const data = new DataTransfer();
		data.items.add(new File(['no film, but words '.repeat(40)], 'shared “clip” %.mp4', { type: 'video/mp4' }));
		input.files = data.files;
		form.append(input);
		document.body.append(form);
		form.submit();
		await Promise.resolve();
	});
	await expect(cardOf(page, 'shared “clip” %.mp4')).toHaveAttribute('data-state', 'unsupported');
	await expect(page).toHaveURL(`${address}/`);
});
