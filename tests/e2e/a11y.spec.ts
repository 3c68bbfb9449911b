import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { addFilms, cardOf, expect, sizes, test, themes, useTheme } from './app.ts';

async function expectNoFindings(page: Page, where: string): Promise<void> {
	// Half-faded colours are nobody's: what moves comes to rest first.
	await page.evaluate(() =>
		Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => 0))),
	);
	// All rules, on a page without frames of another origin; how what passed is found again is nobody's question, and costs more than the rest.
	const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
	const { violations } = await axe.analyze();
	const findings = violations.map(
		({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
	);
	expect.soft(findings, where).toEqual([]);
}

for (const theme of themes) {
	for (const [size, viewport] of Object.entries(sizes)) {
		test(`axe finds nothing, ${theme} on ${size}`, async ({ page }) => {
			await page.setViewportSize(viewport);
			await page.emulateMedia({ reducedMotion: 'reduce' });
			await useTheme(page, theme);
			await page.goto('/');
			await expect(page.getByRole('heading', { name: 'Drop a video here' })).toBeVisible();
			await expectNoFindings(page, 'empty library');
			await addFilms(page, 'h264-aac-60s.mp4', 'vfr.mp4', 'text.mp4', 'truncated.mp4', 'audio-only.m4a');
			await expectNoFindings(page, 'library');
			await page.getByRole('button', { name: 'More for vfr.mp4' }).click();
			await expect(page.getByRole('menu')).toBeVisible();
			await expectNoFindings(page, 'menu of a card');
			await page.getByTestId('remove-media').click();
			await expect(page.getByTestId('confirm')).toBeVisible();
			await expectNoFindings(page, 'question');
			await page.keyboard.press('Escape');
			await page.getByTestId('library-select').click();
			await cardOf(page, 'vfr.mp4').getByTestId('select-media').check();
			await expectNoFindings(page, 'ticked files');
			await page.getByTestId('selection-clear').click();
			for (const path of ['/settings', '/now', '/gallery', '/exports', '/edit', '/no-such-page']) {
				await page.goto(path);
				await expect(page.getByRole('heading').first()).toBeAttached();
				await expectNoFindings(page, path);
			}
			await page.goto('/');
			await cardOf(page, 'h264-aac-60s.mp4').getByTestId('open-media').click();
			await expect(page.getByTestId('player')).toHaveAttribute('data-state', 'ready', { timeout: 30_000 });
			await expectNoFindings(page, 'editor');
			await page.getByTestId('mark-in').click();
			await page.getByTestId('timecode').fill('5');
			await page.getByTestId('timecode').press('Enter');
			await page.getByTestId('mark-out').click();
			for (const name of ['segments', 'marks', 'files', 'lists', 'crop', 'track', 'batch', 'film', 'export']) {
				await page.locator(`[data-testid="panel-tab"][data-value="${name}"]`).click();
				await expect(page.locator(`[data-panel="${name}"] > :not(h2)`).first()).toBeVisible();
				await expectNoFindings(page, `panel ${name}`);
			}
			await page.keyboard.press('Escape');
			await page.keyboard.press('?');
			await expect(page.getByTestId('help-search')).toBeVisible();
			await expectNoFindings(page, 'help');
			await page.keyboard.press('Escape');
			await page.getByTestId('status').click();
			await expect(page.getByTestId('exports-sheet')).toBeVisible();
			await expectNoFindings(page, 'exports over the editor');
		});
	}
}
