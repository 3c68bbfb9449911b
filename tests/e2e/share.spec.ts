import { expect, test } from '@playwright/test';

test.use({ serviceWorkers: 'allow' });

test('a link that is shared is the server’s own page, also in a browser that has the app offline', async ({ page }) => {
	await page.goto('/');
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
	const answer = await page.goto(`/s/${'x'.repeat(43)}`);
	expect([answer?.status(), answer?.fromServiceWorker()]).toEqual([404, false]);
	await expect(page.getByRole('heading')).toHaveText('This link leads nowhere');
	expect(answer?.headers()['cache-control']).toBe('private, no-store');
	const kept = await page.evaluate(async () => {
		const names = await caches.keys();
		const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
		return all.flat().filter(({ url }) => new URL(url).pathname.startsWith('/s/')).length;
	});
	expect(kept).toBe(0);
});
