import { addFilms, expect, test } from './app.ts';

test('every page has its name, and the rail says where one is', async ({ page }) => {
	await page.goto('/');
	const rail = page.getByRole('navigation', { name: 'Pages' });
	for (const [name, title] of [
		['Exports', 'Exports · Octocut'],
		['Settings', 'Settings · Octocut'],
		['Edit', 'Edit · Octocut'],
		['Library', 'Library · Octocut'],
	] as const) {
		await rail.getByRole('link', { name, exact: true }).click();
		await expect(page).toHaveTitle(title);
		await expect(rail.getByRole('link', { name, exact: true })).toHaveAttribute('aria-current', 'page');
	}
});

test('the first Tab skips to the page', async ({ page }) => {
	await page.goto('/');
	await expect(page.getByTestId('library-place')).toBeVisible();
	await page.keyboard.press('Tab');
	await expect(page.getByRole('link', { name: 'Skip to the page' })).toBeFocused();
	await page.keyboard.press('Enter');
	// A server is there: where the files are comes first.
	await page.keyboard.press('Tab');
	await expect(page.getByTestId('library-place').locator('[data-value="device"]')).toBeFocused();
	await page.keyboard.press('Tab');
	await expect(page.getByTestId('projects-open')).toBeFocused();
	await page.keyboard.press('Tab');
	await expect(page.getByTestId('add-files')).toBeFocused();
});

test('the theme is chosen, drawn from the first frame of the next visit, and kept', async ({ page }) => {
	await page.goto('/settings');
	await page.getByTestId('theme').locator('[data-value="light"]').click();
	await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
	await page.reload({ waitUntil: 'commit' });
	await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'light');
	await page.getByTestId('theme').locator('[data-value="system"]').click();
	await page.emulateMedia({ colorScheme: 'light' });
	await expect(page.locator('body')).toHaveCSS('color', 'rgb(26, 27, 28)');
	await page.emulateMedia({ colorScheme: 'dark' });
	await expect(page.locator('body')).toHaveCSS('color', 'rgb(237, 237, 238)');
});

test('the chip opens the exports over the page, Back and Escape close them', async ({ page }) => {
	await page.goto('/settings');
	await page.getByTestId('status').click();
	await expect(page.getByTestId('exports-sheet')).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(page.getByTestId('exports-sheet')).toHaveCount(0);
	await page.getByTestId('status').click();
	await expect(page.getByTestId('exports-sheet')).toBeVisible();
	await page.goBack();
	await expect(page.getByTestId('exports-sheet')).toHaveCount(0);
	await expect(page).toHaveURL(/settings$/);
});

test('the chip tells when the network is off', async ({ page, context }) => {
	await page.goto('/');
	await expect(page.getByTestId('status')).toHaveAttribute('data-server', 'connected');
	await context.setOffline(true);
	await expect(page.getByTestId('status')).toContainText('Offline');
});

for (const [width, height] of [
	[360, 640],
	[390, 844],
	[844, 390],
	[720, 450],
	[1440, 900],
] as const) {
	test(`nothing sticks out at ${width}×${height}`, async ({ page }) => {
		await page.setViewportSize({ width, height });
		await addFilms(page, 'no-audio.mp4', 'text.mp4');
		for (const path of ['/', '/settings', '/exports', '/edit']) {
			await page.goto(path);
			await expect(page.getByRole('heading').first()).toBeAttached();
			const excess = await page.evaluate(() =>
				[document.documentElement, ...document.querySelectorAll('main')].map(
					(element) => element.scrollWidth - element.clientWidth,
				),
			);
			expect(Math.max(...excess), path).toBeLessThanOrEqual(0);
		}
	});
}

test('touch targets are 44 px on a phone', async ({ browser }) => {
	const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
	const page = await context.newPage();
	await addFilms(page, 'no-audio.mp4');
	for (const path of ['/', '/settings']) {
		await page.goto(path);
		await expect(page.getByRole('heading').first()).toBeVisible();
		// What is set on the server comes last.
		if (path === '/settings') await expect(page.getByRole('switch').first()).toBeVisible();
		// Asked in one go: a page of settings has a hundred of them.
		const controls = await page
			.locator('button:visible, nav a:visible, label:has(input[type=file])')
			.evaluateAll((all) =>
				all.map((control) => {
					const box = control.getBoundingClientRect();
					// A target may be larger than what is seen of it.
					const { content, top, left } = getComputedStyle(control, '::after');
					const [aboveBy, asideBy] = content === 'none' ? [0, 0] : [parseFloat(top) || 0, parseFloat(left) || 0];
					const [width, height] = [box.width - 2 * Math.min(0, asideBy), box.height - 2 * Math.min(0, aboveBy)];
					const name = control.getAttribute('aria-label') ?? (control.textContent.trim() || control.outerHTML);
					return { name, width, height, isRadio: control.getAttribute('role') === 'radio' };
				}),
			);
		expect(controls.length, path).toBeGreaterThan(5);
		for (const { name, width, height, isRadio } of controls) {
			if (isRadio) expect(height, `${path}: ${name}`).toBeGreaterThanOrEqual(40);
			else expect(Math.min(height, width), `${path}: ${name}`).toBeGreaterThanOrEqual(44);
		}
	}
	await context.close();
});

test('an unknown address says so and leads back', async ({ page }) => {
	await page.goto('/no-such-page');
	await expect(page.getByTestId('start-trouble')).toContainText('There is no such page');
	await page.getByRole('link', { name: 'To the library' }).click();
	await expect(page.getByRole('heading', { name: 'Library' })).toBeVisible();
});

test('where the browser keeps nothing, the page says why', async ({ page }) => {
	await page.addInitScript(() => {
		indexedDB.open = () => {
			throw new DOMException('blocked', 'SecurityError');
		};
	});
	await page.goto('/');
	await expect(page.getByTestId('start-trouble')).toContainText('Leave private mode or allow site data, then reload');
	await expect(page.getByRole('navigation')).toBeVisible();
});

test('without WebCodecs or private files the library works and says what that means', async ({ page }) => {
	await page.addInitScript(() => {
		Reflect.deleteProperty(globalThis, 'VideoDecoder');
		Reflect.deleteProperty(globalThis, 'VideoEncoder');
		navigator.storage.getDirectory = () => Promise.reject(new DOMException('no', 'SecurityError'));
	});
	await addFilms(page, 'h264-aac.mov');
	await expect(page.getByTestId('shortcoming')).toHaveCount(2);
	await expect(page.getByTestId('media-card')).toHaveAttribute('data-state', 'ready');
});

test('the manifest names icons that exist, and the page is isolated', async ({ page, request }) => {
	await page.goto('/');
	expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
	const manifest = (await (await request.get('/manifest.webmanifest')).json()) as {
		icons: { src: string; sizes: string }[];
		screenshots?: { src: string }[];
	};
	for (const { src } of [...manifest.icons, ...(manifest.screenshots ?? [])]) {
		expect((await request.get(src)).status(), src).toBe(200);
	}
});
