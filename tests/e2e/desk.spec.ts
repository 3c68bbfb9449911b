import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { addFilms, cardOf, expect, test } from './app.ts';

/* Segments as people cut them, keys as they like them, and many files one after another. 1280×720, 30 frames a second, 60 s. */

const FILE = 'h264-aac-60s.mp4';
const segments = (page: Page): Locator => page.getByTestId('segment');
const frame = (page: Page): Promise<string | null> => page.getByTestId('player').getAttribute('data-frame');
const ready = (page: Page): Promise<void> =>
	page.locator('[data-testid="player"][data-state="ready"]').waitFor({ timeout: 30_000 });
const tab = (page: Page, name: string): Locator => page.locator(`[data-testid="panel-tab"][data-value="${name}"]`);
const spans = (page: Page): Promise<string[]> =>
	segments(page).evaluateAll((rows) =>
		rows.map((row) => `${row.getAttribute('data-in')}-${row.getAttribute('data-out')}`),
	);

async function openEditor(page: Page, ...files: string[]): Promise<void> {
	await addFilms(page, ...(files.length === 0 ? [FILE] : files));
	await cardOf(page, files[0] ?? FILE)
		.getByTestId('open-media')
		.click();
	await ready(page);
}

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

async function choose(page: Page, item: string): Promise<void> {
	await page.getByTestId('segments-more').click();
	await page.getByTestId(item).click();
}

test('segments are split, merged, inverted and sorted, each as one step to undo', async ({ page }) => {
	await openEditor(page);
	await mark(page, '20', '30');
	await mark(page, '2', '10');
	await goTo(page, '6');
	await page.keyboard.press('b');
	await expect(segments(page)).toHaveCount(3);
	await expect.poll(() => spans(page)).toEqual(['20-30', '2-6', '6-10']);
	await page.keyboard.press('Control+z');
	await expect.poll(() => spans(page)).toEqual(['20-30', '2-10']);
	await page.keyboard.press('Control+Shift+Z');
	await choose(page, 'segments-sort');
	await expect.poll(() => spans(page)).toEqual(['2-6', '6-10', '20-30']);
	await choose(page, 'segments-merge');
	await expect.poll(() => spans(page)).toEqual(['2-10', '20-30']);
	await choose(page, 'segments-invert');
	await expect.poll(() => spans(page)).toEqual(['0-2', '10-20', '30-60']);
	for (let step = 0; step < 3; step += 1) await page.keyboard.press('Control+z');
	await expect.poll(() => spans(page)).toEqual(['20-30', '2-6', '6-10']);
});

test('several segments are chosen, labelled, coloured and deleted at once, and a toast brings them back', async ({
	page,
}) => {
	await openEditor(page);
	await mark(page, '2', '10');
	await mark(page, '20', '30');
	await mark(page, '40', '50');
	await segments(page).nth(0).locator('[data-segment-row]').click();
	await segments(page)
		.nth(1)
		.locator('[data-segment-row]')
		.click({ modifiers: ['Control'] });
	await page.keyboard.press('Enter');
	await expect(page.getByTestId('segment-label')).toBeFocused();
	await page.keyboard.type('a dog  barks');
	await page.keyboard.press('Enter');
	await page.getByTestId('segment-colour').getByRole('radio', { name: 'Red' }).click();
	expect(await segments(page).evaluateAll((rows) => rows.map((row) => row.getAttribute('data-label')))).toEqual([
		'a dog barks',
		'a dog barks',
		'',
	]);
	await page.keyboard.press('Delete');
	await expect(segments(page)).toHaveCount(1);
	await page.getByTestId('toast').getByRole('button', { name: 'Undo' }).click();
	await expect(segments(page)).toHaveCount(3);
	await page.keyboard.press('Control+a');
	await expect(page.locator('[data-testid="segment"][data-chosen="true"]')).toHaveCount(3);
});

test('only ticked segments are exported', async ({ page }) => {
	await openEditor(page);
	await mark(page, '2', '4');
	await mark(page, '10', '12');
	await segments(page).nth(1).getByTestId('segment-selected').uncheck();
	await expect(page.getByTestId('segments-count')).toContainText('1 of 2');
	await page.getByTestId('export-open').click();
	await expect(page.getByTestId('export-start')).toContainText('Export 1 clip');
	await page.getByTestId('segments-select-all').check();
	await expect(page.getByTestId('export-start')).toContainText('Export 2 clips');
});

test('what one press exports is one card, with its files in it', async ({ page }) => {
	await openEditor(page);
	await mark(page, '2', '2.5');
	await mark(page, '10', '10.5');
	await page.getByTestId('export-open').click();
	await page.getByTestId('export-start').click();
	await expect(page.getByTestId('toast').filter({ hasText: 'is ready: 2 files' })).toBeVisible({ timeout: 60_000 });
	await page.goto('/exports');
	const group = page.getByTestId('job-group');
	await expect(group).toHaveAttribute('data-name', FILE);
	await expect(group).toHaveAttribute('data-done', '2');
	await expect(page.getByTestId('job')).toHaveCount(0);
	await group.getByTestId('group-open').click();
	await expect(page.getByTestId('job')).toHaveCount(2);
});

test('Escape closes the search for cuts and gives the focus back to its button', async ({ page }) => {
	await openEditor(page);
	await mark(page, '2', '10');
	await page.getByTestId('find-open').click();
	await expect(page.getByTestId('find')).toBeFocused();
	await page.keyboard.press('Tab');
	await page.keyboard.press('Escape');
	await expect(page.getByTestId('find')).toBeHidden();
	await expect(page.getByTestId('find-open')).toBeFocused();
	// Escape has done its work: the segment is still chosen.
	await expect(page.getByTestId('segment-details')).toBeVisible();
});

test('the Tab key follows the eye, on a desk and on a phone', async ({ page }) => {
	await openEditor(page);
	/** Where the parts stand in the order of the Tab key. */
	const order = (): Promise<string[]> =>
		page
			.locator('[data-testid="panel-tab"][aria-selected="true"], [data-testid="player"], [data-testid="play"]')
			.evaluateAll((parts) =>
				parts.map((part) => part.getAttribute('data-value') ?? part.getAttribute('data-testid') ?? ''),
			);
	await expect.poll(order).toEqual(['segments', 'player', 'crop', 'play']);
	await page.setViewportSize({ width: 390, height: 844 });
	await expect.poll(order).toEqual(['player', 'play', 'segments']);
});

test('a segment with a crop of its own leads there when the playhead stands elsewhere', async ({ page }) => {
	await openEditor(page);
	await mark(page, '2', '10');
	await expect.poll(() => frame(page)).toBe('300');
	await page.getByRole('switch', { name: /Own crop/u }).click();
	await expect.poll(() => frame(page)).toBe('60');
	await expect(page.getByTestId('crop-target')).toHaveAttribute('data-value', 'segment');
	await expect(page.getByTestId('crop-go')).toHaveCount(0);
	await goTo(page, '20');
	await page.getByTestId('crop-go').click();
	await expect.poll(() => frame(page)).toBe('60');
	await page.getByTestId('crop-ratio').locator('[data-value="9:16"]').click();
	await expect(page.getByTestId('random-portrait')).toBeDisabled();
	await expect(page.getByTestId('random-nothing')).toContainText('9:16');
});

test('ticked segments play one after another, without what lies between', async ({ page }) => {
	await openEditor(page);
	await mark(page, '2', '2.5');
	await mark(page, '50', '50.5');
	await page.keyboard.press('Home');
	await page.keyboard.press('Shift+P');
	await expect.poll(async () => Number(await frame(page))).toBeGreaterThanOrEqual(1500);
	await expect(page.getByTestId('segments-play')).toHaveAttribute('aria-pressed', 'false');
	// A busy machine may hear of the end a little late.
	expect(Number(await frame(page))).toBeLessThan(1700);
});

test('a key is given to another action with a word about who had it, and the help shows it', async ({ page }) => {
	await openEditor(page);
	await page.keyboard.press('?');
	await page.getByTestId('help-search').fill('split');
	await expect(page.getByTestId('help-key')).toHaveCount(1);
	await expect(page.getByTestId('help-key')).toContainText('B');
	await page.getByTestId('help-change').click();
	const row = page.locator('[data-testid="key-row"][data-action="split-segment"]');
	await row.getByTestId('key-record').click();
	await page.keyboard.press('d');
	await expect(row.getByTestId('key-conflict')).toContainText('Duplicate the segment');
	await row.getByTestId('key-take').click();
	await expect(row).toHaveAttribute('data-keys', 'KeyB KeyD');
	await expect(page.locator('[data-testid="key-row"][data-action="duplicate-segment"]')).toHaveAttribute(
		'data-keys',
		'',
	);
	await page.goBack();
	await ready(page);
	await mark(page, '2', '10');
	await goTo(page, '6');
	await page.keyboard.press('d');
	await expect.poll(() => spans(page)).toEqual(['2-6', '6-10']);
});

test('the second set of keys steps by frames with the arrows; reset brings the first back', async ({ page }) => {
	await page.goto('/settings');
	await page.getByTestId('key-preset').locator('[data-value="8-cut"]').click();
	await openEditor(page);
	await goTo(page, '10');
	await page.keyboard.press('ArrowRight');
	await expect.poll(() => frame(page)).toBe('301');
	await page.goto('/settings');
	await page.getByTestId('key-preset').locator('[data-value="losslesscut"]').click();
	await page.goBack();
	await ready(page);
	await goTo(page, '10');
	await page.keyboard.press('ArrowRight');
	await expect.poll(() => frame(page)).toBe('330');
	await page.keyboard.press('Alt+ArrowLeft');
	await expect.poll(async () => Number(await frame(page))).toBeLessThan(330);
});

test('the shown frame is saved as a picture of its full size', async ({ page }) => {
	await openEditor(page);
	await goTo(page, '12.5');
	await expect.poll(() => frame(page)).toBe('375');
	const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('c')]);
	expect(download.suggestedFilename()).toBe('h264-aac-60s_0.00.12.500.png');
	const png = await readFile(await download.path());
	expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1280, 720]);
});

test('N opens the next file that is not hidden; panels stay as they were', async ({ page }) => {
	await openEditor(page, FILE, 'vfr.mp4', 'no-audio.mp4');
	await tab(page, 'files').click();
	const file = (name: string): Locator => page.locator(`[data-testid="playlist-file"][data-name="${name}"]`);
	await expect(page.getByTestId('playlist-progress')).toHaveText('0 of 3 done');
	await file('vfr.mp4').getByTestId('playlist-hide').click();
	await expect(page.getByTestId('playlist-progress')).toHaveText('0 of 2 done');
	await expect(file('vfr.mp4')).toHaveCount(0);
	await page.getByTestId('playlist-file').first().getByRole('link').click();
	const first = page.getByTestId('playlist-file').first();
	await expect(first).toHaveAttribute('data-current', 'true');
	await ready(page);
	await page.keyboard.press('n');
	await expect(page.getByTestId('playlist-file').last()).toHaveAttribute('data-current', 'true');
	await expect(page.getByTestId('playlist-file')).toHaveCount(2);
	await ready(page);
	await page.keyboard.press('n');
	await expect(page.getByTestId('mark-message')).toContainText('no further file');
	await page.keyboard.press('Shift+N');
	await expect(first).toHaveAttribute('data-current', 'true');
	await page.getByTestId('playlist-search').fill('audio');
	await expect(page.getByTestId('playlist-file')).toHaveCount(1);
	await page.getByTestId('playlist-show-hidden').check();
	await page.getByTestId('playlist-search').fill('');
	await expect(page.getByTestId('playlist-file')).toHaveCount(3);
});

test('segments and crop go to other files, cut where those end, and come back with one undo', async ({ page }) => {
	await openEditor(page, FILE, 'no-audio.mp4');
	await mark(page, '0.5', '1.5');
	await mark(page, '50', '55');
	await page.getByTestId('crop-ratio').locator('[data-value="1:1"]').click();
	await choose(page, 'segments-to-files');
	const other = page.locator('[data-testid="apply-file"][data-name="no-audio.mp4"]');
	await expect(other).toContainText('1 does not fit');
	await other.getByRole('checkbox').check();
	await page.getByTestId('apply-run').click();
	await expect(page.getByTestId('toast')).toContainText('Used for 1 file');
	await tab(page, 'files').click();
	await page.locator('[data-testid="playlist-file"][data-name="no-audio.mp4"] a').click();
	await expect(page).toHaveTitle(/no-audio/);
	await ready(page);
	await tab(page, 'segments').click();
	await expect(segments(page)).toHaveCount(1);
	await expect(page.getByTestId('crop-ratio').locator('[data-value="1:1"]')).toHaveAttribute('aria-checked', 'true');
	await page.getByTestId('undo').click();
	await expect(segments(page)).toHaveCount(0);
});

test('the library hides and removes several files at once, profile by profile', async ({ page }) => {
	await addFilms(page, FILE, 'vfr.mp4', 'no-audio.mp4');
	await page.getByTestId('library-select').click();
	await cardOf(page, 'vfr.mp4').getByTestId('select-media').check();
	await cardOf(page, 'no-audio.mp4').getByTestId('select-media').check();
	await expect(page.getByTestId('selection')).toHaveAttribute('data-count', '2');
	await page.getByTestId('selection-hide').click();
	await expect(page.getByTestId('media-card')).toHaveCount(1);
	await page.getByTestId('library-show-hidden').check();
	await expect(page.locator('[data-testid="media-card"][data-hidden="true"]')).toHaveCount(2);
	await page.getByTestId('library-show-hidden').uncheck();

	await page.getByTestId('profile').click();
	await page.getByRole('option', { name: 'New profile' }).click();
	await page.getByTestId('profile-name').fill('second');
	await page.getByTestId('profile-make').click();
	await expect(page.getByTestId('media-card')).toHaveCount(3);
	await page.reload();
	await expect(page.getByTestId('profile')).toHaveAttribute('data-value', 'second');
	await page.getByTestId('profile-more').click();
	await page.getByTestId('profile-remove').click();
	await page.getByTestId('confirm-yes').click();
	await expect(page.getByTestId('profile')).toHaveAttribute('data-value', 'default');
	await expect(page.getByTestId('media-card')).toHaveCount(1);

	await page.getByTestId('library-show-hidden').check();
	await page.getByTestId('library-select').click();
	await page.getByTestId('select-all').click();
	await page.getByTestId('selection-remove').click();
	await page.getByTestId('confirm-yes').click();
	await expect(page.getByRole('heading', { name: 'Drop a video here' })).toBeVisible();
});
