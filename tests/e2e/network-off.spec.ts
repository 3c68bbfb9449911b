import { readdir, readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { addFilms, cardOf, expect, test } from './app.ts';

/* A first visit on which the network goes off before everything is kept: no service worker is there. */

const chunks = new URL('../../build/_app/immutable/chunks/', import.meta.url);

const openEditor = async (page: Page): Promise<void> => {
	await addFilms(page, 'no-audio.mp4');
	await cardOf(page, 'no-audio.mp4').getByTestId('open-media').click();
	await page.locator('[data-testid="player"][data-state="ready"]').waitFor();
};

/** The chunks of the build that hold these words. */
async function chunksWith(...words: readonly string[]): Promise<string[]> {
	const names = (await readdir(chunks)).filter((name) => name.endsWith('.js'));
	const texts = await Promise.all(names.map((name) => readFile(new URL(name, chunks), 'utf8')));
	return words.map((word) => {
		const name = names[texts.findIndex((text) => text.includes(word))];
		if (name === undefined) throw new Error(`no chunk holds ${word}`);
		return name;
	});
}

test('off while the page is still loading: it says so, and goes on when the network is back', async ({
	page,
	context,
}) => {
	// What opens the storage, and what registers the worker, come when the frame of the page is there.
	for (const chunk of await chunksWith(':left-at', 'workbox:window')) {
		await page.route(`**/${chunk}`, (route) => route.abort('internetdisconnected'));
	}
	await page.goto('/');
	const trouble = page.getByTestId('start-trouble');
	await expect(trouble).toContainText('The network went off before all of Octocut was on this device.');
	await context.setOffline(true);
	await trouble.getByRole('button', { name: 'Try again' }).click();
	await expect(page.getByTestId('still-unreachable')).toBeVisible();
	await context.setOffline(false);
	await page.unrouteAll();
	await trouble.getByRole('button', { name: 'Try again' }).click();
	await expect(page.getByRole('heading', { name: 'Drop a video here' })).toBeVisible();
});

test('off before another page is opened: it says so, and Try again brings it when the network is back', async ({
	page,
	context,
}) => {
	await page.goto('/');
	await expect(page.getByRole('heading', { name: 'Drop a video here' })).toBeVisible();
	await context.setOffline(true);
	await page.getByRole('link', { name: 'Settings', exact: true }).click();
	const trouble = page.getByTestId('start-trouble');
	await expect(trouble).toContainText('The network went off before this page was on this device.');
	await trouble.getByRole('button', { name: 'Try again' }).click();
	await expect(page.getByTestId('still-unreachable')).toBeVisible();
	await context.setOffline(false);
	await trouble.getByRole('button', { name: 'Try again' }).click();
	await expect(page.getByRole('heading', { name: 'Settings' }).first()).toBeVisible();
});

test('off before a panel is opened: it says so, and Retry brings it when the network is back', async ({
	page,
	context,
}) => {
	await openEditor(page);
	await context.setOffline(true);
	await page.locator('[data-testid="panel-tab"][data-value="film"]').click();
	const panel = page.locator('[data-panel="film"]');
	await expect(panel.getByTestId('part-missing')).toContainText('This part could not be fetched.');
	await panel.getByTestId('part-retry').click();
	await expect(panel.getByTestId('part-missing')).toBeVisible();
	await context.setOffline(false);
	await panel.getByTestId('part-retry').click();
	await expect(panel.getByTestId('part-missing')).toHaveCount(0);
	await expect(panel.locator(':scope > :not(h2)').first()).toBeVisible();
});

test('off before a menu or a dialog is opened: the page tells, and a second press opens it when the network is back', async ({
	page,
	context,
}) => {
	await openEditor(page);
	for (const key of ['i', 'End', 'o']) await page.keyboard.press(key);
	await expect(page.getByTestId('segment')).toHaveCount(1);
	await context.setOffline(true);
	const told = page.getByTestId('toast').filter({ hasText: 'A part of Octocut could not be fetched' });
	await page.getByTestId('segments-more').click();
	await expect(told).toBeVisible();
	await expect(page.getByTestId('segments-more')).toHaveAttribute('aria-expanded', 'false');
	await told.getByRole('button', { name: 'Reload' }).click();
	const still = page.getByTestId('toast').filter({ hasText: 'Octocut cannot be reached' });
	await expect(still).toBeVisible();
	await page.keyboard.press('?');
	await expect(told).toBeVisible();
	await context.setOffline(false);
	await page.getByTestId('segments-more').click();
	await expect(page.getByRole('menu')).toBeVisible();
	await page.keyboard.press('Escape');
	await page.keyboard.press('?');
	await expect(page.getByTestId('help-search')).toBeVisible();
	await page.keyboard.press('Escape');
	await Promise.all([page.waitForEvent('load'), still.getByRole('button', { name: 'Reload' }).click()]);
	await page.locator('[data-testid="player"][data-state="ready"]').waitFor();
});
