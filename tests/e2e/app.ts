import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { fixturePath } from '../fixtures/make.ts';

/** Playwright's test, failing also when the page throws something that nobody catches. Its pages share nothing with those of other tests. */
export const test = base.extend({
	// All tests have one server: what one marks or hides must not come to the others. The tests of sync have servers of their own.
	context: async ({ context }, use) => {
		await context.routeWebSocket(/\/api\/socket/, (socket) => socket.close());
		await use(context);
	},
	page: async ({ page }, use) => {
		const uncaught: string[] = [];
		// What the browser itself throws has no stack.
		page.on('pageerror', ({ stack, name, message }) => uncaught.push(stack ? stack : `${name}: ${message}`));
		page.on('console', (message) => {
			if (message.text().includes('Uncaught')) uncaught.push(message.text());
		});
		await use(page);
		expect(uncaught).toEqual([]);
	},
});
export { expect };

export const cardOf = (page: Page, name: string): Locator =>
	page.locator(`[data-testid="media-card"][data-name="${name}"]`);

/** Opens the library and adds test films; resolves when none is being read any more. */
export async function addFilms(page: Page, ...names: string[]): Promise<void> {
	await page.goto('/');
	await page.getByTestId('add-files').setInputFiles(names.map(fixturePath));
	await expect(page.getByTestId('media-card')).toHaveCount(names.length);
	await expect(page.locator('[data-testid="media-card"][data-state="probing"]')).toHaveCount(0, { timeout: 60_000 });
}

/** Has the page look at once whether its server is there, as when a person comes back to it: by itself it asks four times a minute. */
export const comeBackTo = (page: Page): Promise<boolean> =>
	page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

/** Goes to the exports once what was pressed is in the queue: a page that is left before that asks first. */
export async function leaveForExports(page: Page): Promise<void> {
	const queued = page.getByRole('button', { name: 'Show exports' });
	await expect(page.getByTestId('toast').filter({ has: queued }).first()).toBeVisible();
	await page.goto(new URL('/exports', page.url()).href);
}

export const themes = ['dark', 'light'] as const;
export const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

/** Chooses a theme before the page is drawn. */
export const useTheme = (page: Page, theme: (typeof themes)[number]): Promise<unknown> =>
	page.addInitScript((choice) => localStorage.setItem('octocut:theme', choice), theme);
