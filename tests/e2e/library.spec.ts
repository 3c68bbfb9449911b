import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { fixturePath } from '../fixtures/make.ts';
import { addFilms, cardOf, expect, test } from './app.ts';

test('a film becomes a card with its facts, and opens', async ({ page }) => {
	await addFilms(page, 'h264-aac-60s.mp4');
	const card = cardOf(page, 'h264-aac-60s.mp4');
	await expect(card).toHaveAttribute('data-state', 'ready');
	await expect(card).toContainText('1280 × 720 · 30 fps');
	await expect(card).toContainText('H.264 · AAC');
	await expect(card).toContainText('1:00');
	await expect(card.locator('img')).toBeVisible();
	await card.getByTestId('open-media').click();
	await expect(page).toHaveURL(/\/edit\/\d+-[0-9a-f]{64}$/);
});

const outcomes = [
	['h264-aac.mov', 'ready', ''],
	['h264-aac.ts', 'ready', ''],
	['h264-opus.mkv', 'ready', ''],
	['vp9-opus.webm', 'ready', ''],
	['mpeg4-mp3.avi', 'ready', ''],
	['rotated-90.mp4', 'ready', ''],
	['non-square-pixels.mp4', 'ready', ''],
	['odd-size.mp4', 'ready', ''],
	['ten-bit-h264.mp4', 'ready', ''],
	['first-timestamp-5s.mp4', 'ready', ''],
	['edit-list.mp4', 'ready', ''],
	['no-audio.mp4', 'ready', ''],
	['audio-only.m4a', 'ready', ''],
	['vfr.mp4', 'ready', 'Variable frame rate'],
	['truncated.mp4', 'ready', 'cut off'],
	['truncated-no-moov.mp4', 'error', '“truncated-no-moov.mp4” is incomplete'],
	['zero-bytes.mp4', 'error', '“zero-bytes.mp4” is empty'],
	['text.mp4', 'unsupported', '“text.mp4” is not a video'],
] as const;

test('every kind of file is ready or says why not, by name', async ({ page }) => {
	const made = outcomes.filter(([name]) => existsSync(fixturePath(name)));
	await addFilms(page, ...made.map(([name]) => name));
	for (const [name, state, message] of made) {
		const card = cardOf(page, name);
		await expect.soft(card, name).toHaveAttribute('data-state', state);
		await expect.soft(card, name).toHaveAttribute('data-message', new RegExp(message));
		await expect.soft(card.getByTestId('open-media'), name).toHaveCount(state === 'ready' ? 1 : 0);
	}
});

test('a picked file is still there after a reload: its copy is read', async ({ page }) => {
	await addFilms(page, 'no-audio.mp4');
	const card = cardOf(page, 'no-audio.mp4');
	await expect(card).toHaveAttribute('data-state', 'ready');
	await page.reload();
	await expect(card).toHaveAttribute('data-access', 'ok');
	await expect(card).toHaveAttribute('data-copied', 'true');
	await expect(card).toHaveAttribute('data-message', '');
});

test('without a copy the next visit asks for the file, takes only the right one, and says so', async ({ page }) => {
	await page.goto('/settings');
	await page.getByTestId('copy-choice').click();
	await page.getByRole('option', { name: 'Never copy' }).click();
	await expect(page.getByTestId('copy-choice')).toHaveAttribute('data-value', 'none');
	await addFilms(page, 'no-audio.mp4');
	await page.reload();
	const card = cardOf(page, 'no-audio.mp4');
	await expect(card).toHaveAttribute('data-access', 'missing');
	await expect(card).toHaveAttribute('data-message', /Re-link/);

	// Headless Chromium has no picker to drive: the page is asked for its plain input.
	await page.evaluate(() => Reflect.deleteProperty(window, 'showOpenFilePicker'));
	await card.getByRole('button', { name: 'Re-link', exact: true }).click();
	await page.getByTestId('relink-file').setInputFiles(fixturePath('vfr.mp4'));
	await expect(page.getByTestId('toast')).toContainText('“vfr.mp4” is not the file that was added as “no-audio.mp4”');
	await expect(card).toHaveAttribute('data-access', 'missing');
	await card.getByRole('button', { name: 'Re-link', exact: true }).click();
	await page.getByTestId('relink-file').setInputFiles(fixturePath('no-audio.mp4'));
	await expect(card).toHaveAttribute('data-access', 'ok');
});

test('the same file again keeps one card', async ({ page }) => {
	await addFilms(page, 'no-audio.mp4');
	await page.getByTestId('add-files').setInputFiles(fixturePath('no-audio.mp4'));
	await expect(page.getByTestId('toast')).toContainText('already in the library');
	await expect(page.getByTestId('media-card')).toHaveCount(1);
});

test('search and order', async ({ page }) => {
	await addFilms(page, 'h264-aac-60s.mp4', 'no-audio.mp4', 'vfr.mp4');
	await page.getByTestId('library-search').fill('AUDIO no');
	await expect(page.getByTestId('media-card')).toHaveCount(1);
	await page.getByTestId('library-search').fill('nothing like it');
	await page.getByRole('button', { name: 'Clear the search' }).click();
	await expect(page.getByTestId('media-card')).toHaveCount(3);
	await page.getByTestId('library-sort').click();
	await page.getByRole('menuitemradio', { name: 'Length, longest first' }).click();
	await expect(page.getByTestId('media-card').first()).toHaveAttribute('data-name', 'h264-aac-60s.mp4');
});

test('removing asks, can be called off, and lasts', async ({ page }) => {
	await addFilms(page, 'no-audio.mp4');
	const card = cardOf(page, 'no-audio.mp4');
	const remove = async (answer: string): Promise<void> => {
		await card.getByRole('button', { name: 'More for no-audio.mp4' }).click();
		await page.getByTestId('remove-media').click();
		await expect(page.getByTestId('confirm')).toContainText('Your own file stays where it is');
		await page.getByTestId('confirm').getByRole('button', { name: answer }).click();
		await expect(page.getByTestId('confirm')).toHaveCount(0);
	};
	await remove('Cancel');
	await expect(card).toHaveCount(1);
	await remove('Remove');
	await expect(card).toHaveCount(0);
	await page.reload();
	await expect(page.getByRole('heading', { name: 'Drop a video here' })).toBeVisible();
});

test('a name with quotes, percent signs, emoji and 200 letters is shown and opens', async ({ page }) => {
	const name = `it's "100%" ${'é🎬'.repeat(40)}${'x'.repeat(60)}.mp4`;
	await page.goto('/');
	const buffer = await readFile(fixturePath('no-audio.mp4'));
	await page.getByTestId('add-files').setInputFiles({ name, mimeType: 'video/mp4', buffer });
	const card = page.getByTestId('media-card');
	await expect(card).toHaveAttribute('data-state', 'ready');
	await expect(card).toHaveAttribute('data-name', name);
	await card.getByTestId('open-media').click();
	await expect(page).toHaveURL(/\/edit\//);
});

test('a dropped file is added, on any page', async ({ page }) => {
	await page.goto('/settings');
	await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
	const bytes = [...(await readFile(fixturePath('no-audio.mp4')))];
	const transfer = await page.evaluateHandle((content) => {
		const data = new DataTransfer();
		data.items.add(new File([new Uint8Array(content)], 'dropped.mp4', { type: 'video/mp4' }));
		return data;
	}, bytes);
	await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
	await expect(page.getByText('Drop files or folders to add them')).toBeVisible();
	await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
	await page.getByTestId('toast').getByRole('button', { name: 'Show' }).click();
	await expect(cardOf(page, 'dropped.mp4')).toHaveAttribute('data-state', 'ready');
});

test('the keyboard reaches the input, the cards and their menus', async ({ page }) => {
	await addFilms(page, 'no-audio.mp4');
	await page.getByTestId('library-search').focus();
	const reached: (string | null)[] = [];
	for (let step = 0; step < 6; step += 1) {
		await page.keyboard.press('Tab');
		reached.push(
			await page.evaluate(
				() =>
					document.activeElement?.getAttribute('data-testid') ??
					document.activeElement?.getAttribute('aria-label') ??
					null,
			),
		);
	}
	expect(reached).toEqual(expect.arrayContaining(['add-files', 'open-media', 'More for no-audio.mp4']));
	await page.getByRole('button', { name: 'More for no-audio.mp4' }).press('Enter');
	await expect(page.getByRole('menu')).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(page.getByRole('menu')).toHaveCount(0);
	await expect(page.getByRole('button', { name: 'More for no-audio.mp4' })).toBeFocused();
	await page.getByTestId('open-media').press('Enter');
	await expect(page).toHaveURL(/\/edit\//);
});

test('of hundreds of cards only those near the window are drawn', async ({ page }) => {
	test.setTimeout(180_000);
	await page.goto('/');
	const content = await readFile(fixturePath('text.mp4'), 'utf8');
	const files = Array.from({ length: 200 }, (_, n) => ({
		name: `note ${n}.mp4`,
		mimeType: 'video/mp4',
		buffer: Buffer.from(`${n} ${content}`),
	}));
	await page.getByTestId('add-files').setInputFiles(files);
	await expect(page.getByTestId('media-card')).toHaveCount(200);
	await expect(page.locator('[data-state="probing"]')).toHaveCount(0, { timeout: 150_000 });
	const drawn = await page.evaluate(
		() =>
			[...document.querySelectorAll('[data-testid="media-card"]')].filter((card) =>
				card.checkVisibility({ contentVisibilityAuto: true }),
			).length,
	);
	expect(drawn).toBeGreaterThan(0);
	expect(drawn).toBeLessThan(100);
	await page.getByTestId('library-search').fill('note 199');
	await expect(page.getByTestId('media-card')).toHaveCount(1);
});

/** Puts a test film into the private file system, whose handles stand in for picked ones: headless Chromium has no picker. */
async function filmsWithHandles(page: Page): Promise<void> {
	const film = [...(await readFile(fixturePath('no-audio.mp4')))];
	await page.goto('/');
	await page.evaluate(async (bytes) => {
		const root = await navigator.storage.getDirectory();
		const folder = await root.getDirectoryHandle('disk', { create: true });
		const below = await folder.getDirectoryHandle('below', { create: true });
		for (const [place, name, extra] of [
			[folder, 'picked.mp4', 0],
			[below, 'deep.mp4', 1],
			[folder, 'notes.txt', 2],
		] as const) {
			const file = await (await place.getFileHandle(name, { create: true })).createWritable();
			// Another length is another fingerprint; what follows the last box is ignored.
			await file.write(new Uint8Array([...bytes, ...new Array<number>(extra).fill(0)]));
			await file.close();
		}
		const picked = await folder.getFileHandle('picked.mp4');
		Object.assign(window, {
			showOpenFilePicker: () => Promise.resolve([picked]),
			showDirectoryPicker: () => Promise.resolve(folder),
		});
	}, film);
}

test('with a handle nothing is copied, and the next visit reads the file where it is', async ({ page }) => {
	await filmsWithHandles(page);
	await page.getByTestId('add-files').press('Enter');
	const card = cardOf(page, 'picked.mp4');
	await expect(card).toHaveAttribute('data-state', 'ready');
	await page.reload();
	await expect(card).toHaveAttribute('data-access', 'ok');
	await expect(card).toHaveAttribute('data-copied', 'false');

	await page.evaluate(async () => {
		const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('disk');
		await folder.removeEntry('picked.mp4');
	});
	await page.reload();
	await expect(card).toHaveAttribute('data-access', 'missing');
	await expect(card.getByRole('button', { name: 'Re-link', exact: true })).toBeVisible();
});

test('a folder gives its media files, also those in folders below', async ({ page }) => {
	await filmsWithHandles(page);
	await page.getByRole('button', { name: 'Add a folder' }).click();
	await expect(page.getByTestId('media-card')).toHaveCount(2);
	await expect(cardOf(page, 'deep.mp4')).toHaveAttribute('data-state', 'ready');
});

test('a file opened with Octocut from the system is added', async ({ page }) => {
	await page.addInitScript(() => {
		const launchQueue = {
			setConsumer: (consume: (launch: { files: FileSystemHandle[] }) => void) => {
				void (async () => {
					const root = await navigator.storage.getDirectory();
					const handle = await root.getFileHandle('opened.mp4', { create: true });
					consume({ files: [handle] });
				})();
			},
		};
		Object.defineProperty(window, 'launchQueue', { value: launchQueue });
	});
	await page.goto('/');
	await expect(cardOf(page, 'opened.mp4')).toHaveAttribute('data-message', /is empty/);
});
