import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './app.ts';
import { CELLS, tinyModel } from './tiny-model.ts';

const hasBuiltIn = existsSync(fileURLToPath(new URL('../../build/models/coco-ssd.onnx', import.meta.url)));
const onnx = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer });
const text = (name: string, words: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(words) });
/** Two classes in the shape of YOLOX. */
const yolox = tinyModel([1, CELLS, 7]);

const row = (page: Page, id: string): Locator => page.locator(`[data-testid="model-row"][data-id="${id}"]`);
const idOf = (bytes: Buffer): string => `own-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;

async function look(page: Page, name: string, bytes: Buffer): Promise<void> {
	await page.getByTestId('model-add').setInputFiles(onnx(name, bytes));
	await expect(page.getByTestId('model-dialog')).toBeVisible({ timeout: 30_000 });
}

test('the detectors of the app are on the shelf, with licence and hash, and one is chosen for faces', async ({
	page,
}) => {
	test.skip(!hasBuiltIn, 'no detectors were prepared');
	await page.goto('/settings');
	const ssd = row(page, 'coco-ssd');
	await expect(ssd).toHaveAttribute('data-origin', 'builtin');
	await expect(ssd).toHaveAttribute('data-default', 'things');
	await expect(ssd).toContainText('Finds person, bicycle, car and 77 more');
	await expect(ssd.getByTestId('model-place')).toHaveText('fetched at first use, then kept');
	await expect(ssd.getByTestId('model-hash')).toHaveAttribute('title', /^SHA-256 of the file: [0-9a-f]{64}$/);
	const licence = await ssd.getByRole('link', { name: 'Apache-2.0' }).getAttribute('href');
	expect(await (await page.request.get(licence ?? '')).text()).toContain('Apache License');
	await expect(row(page, 'blazeface-back')).toHaveAttribute('data-default', 'faces');
	await row(page, 'blazeface-front').getByTestId('model-use').check();
	await expect(row(page, 'blazeface-back')).toHaveAttribute('data-default', '');
	await page.reload();
	await expect(row(page, 'blazeface-front')).toHaveAttribute('data-default', 'faces');
});

test('an own model is looked into, confirmed, chosen, and removed', async ({ page }) => {
	await page.goto('/settings');
	await look(page, 'my heads.onnx', yolox);
	await expect(page.getByTestId('model-kind')).toContainText('YOLOX');
	await expect(page.getByTestId('model-input')).toContainText('64 × 64 pixels');
	await expect(page.getByTestId('model-count')).toHaveText('2 classes');
	await expect(page.getByTestId('model-colours').locator('[data-value="bgr"]')).toHaveAttribute('aria-checked', 'true');
	await page.getByTestId('model-names-file').setInputFiles(text('names.txt', 'person\nface\nhand\n'));
	await expect(page.getByTestId('model-names-problem')).toContainText(
		'“names.txt” holds 3 names, but the model tells 2 classes apart',
	);
	await page.getByTestId('model-names-file').setInputFiles(text('data.yaml', 'nc: 2\nnames: [Person, Face]\n'));
	await expect(page.getByTestId('model-names')).toHaveText('person, face');
	await expect(page.getByTestId('model-names-problem')).toHaveCount(0);
	await page.getByTestId('model-title').fill('Heads');
	await page.getByTestId('model-note').fill('made by me');
	await page.getByTestId('model-keep').click();
	const own = row(page, idOf(yolox));
	await expect(own).toHaveAttribute('data-origin', 'own');
	await expect(own).toHaveAttribute('data-default', '');
	await expect(own).toHaveAttribute('data-place', 'here');
	await expect(own).toContainText('Finds person, face');
	await expect(own.getByTestId('model-licence')).toHaveText('made by me');
	await own.locator('[data-testid="model-use"][data-value="things"]').check();
	await own.locator('[data-testid="model-use"][data-value="faces"]').check();
	await page.reload();
	await expect(own).toHaveAttribute('data-default', 'things faces');
	await own.getByTestId('model-remove').click();
	await page.getByTestId('confirm-yes').click();
	await expect(own).toHaveCount(0);
	if (hasBuiltIn) await expect(row(page, 'coco-ssd')).toHaveAttribute('data-default', 'things');
	await page.reload();
	await expect(page.getByRole('heading', { name: 'Detectors' }).first()).toBeVisible();
	await expect(own).toHaveCount(0);
});

test('where shapes fit two kinds the person says which; the same file again is the same row', async ({ page }) => {
	const model = tinyModel([1, CELLS, 6]);
	await page.goto('/settings');
	await look(page, 'one.onnx', model);
	await expect(page.getByTestId('model-class-name')).toHaveValue('object');
	await page.getByTestId('model-class-name').fill('Face');
	await page.getByTestId('model-keep').click();
	await expect(row(page, idOf(model))).toContainText('Finds face');
	await look(page, 'one, renamed.onnx', model);
	await expect(page.getByTestId('model-dialog')).toContainText('It is on the shelf already, as “one”');
	await page.getByTestId('model-kind').getByText('YOLOv10').click();
	await expect(page.getByTestId('model-count')).toContainText('not available');
	await expect(page.getByTestId('model-names')).toHaveAttribute('data-count', '80');
	await page.getByTestId('model-keep').click();
	await expect(row(page, idOf(model))).toContainText('and 77 more');
	await expect(page.locator('[data-testid="model-row"][data-origin="own"]')).toHaveCount(1);
});

test('what is no detector is refused with what was found, and nothing of it is kept', async ({ page }) => {
	await page.goto('/settings');
	const problem = page.getByTestId('model-problem');
	await page.getByTestId('model-add').setInputFiles(text('weights.onnx', 'these are no weights at all, only words'));
	await expect(problem).toContainText(
		'“weights.onnx” cannot be used to find things: it is not an ONNX model: it is a text',
	);
	await page.getByTestId('model-add').setInputFiles(onnx('classifier.onnx', tinyModel([1, 1000])));
	await expect(problem).toContainText('its answer is of no kind that is known here: “output” [1 × 1000] of float32', {
		timeout: 30_000,
	});
	await expect(problem).toContainText('“images” [1 × 3 × 64 × 64] of float32');
	await page.getByTestId('model-add').setInputFiles(onnx('cut.onnx', yolox.subarray(0, 900)));
	await expect(problem).toContainText('“cut.onnx” cannot be used to find things: the runtime cannot read it');
	await expect(page.locator('[data-testid="model-row"][data-origin="own"]')).toHaveCount(0);
	const kept = await page.evaluate(async () => {
		const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('octocut', { create: true });
		const names: string[] = [];
		for await (const name of root.keys()) names.push(name);
		return names;
	});
	expect(kept).not.toContain('models');
});

test('a model too large for a page is refused before it is read', async ({ page }) => {
	await page.goto('/settings');
	await page.getByTestId('model-add').evaluate((input: HTMLInputElement) => {
		const part = new Blob([new Uint8Array(1e6)]);
		const data = new DataTransfer();
		data.items.add(new File(Array<Blob>(301).fill(part), 'huge.onnx'));
		input.files = data.files;
		input.dispatchEvent(new Event('change', { bubbles: true }));
	});
	await expect(page.getByTestId('model-problem')).toContainText('it has 301 MB, and 300 MB is the most', {
		timeout: 30_000,
	});
});

test('a model whose file the browser has cleared says so, and can be removed', async ({ page }) => {
	await page.goto('/settings');
	await look(page, 'mine.onnx', yolox);
	await page.getByTestId('model-keep').click();
	const own = row(page, idOf(yolox));
	await expect(own).toHaveAttribute('data-place', 'here');
	await page.evaluate(async () => {
		const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('octocut');
		await root.removeEntry('models', { recursive: true });
	});
	await page.reload();
	await expect(own).toHaveAttribute('data-place', 'gone');
	await expect(own).toContainText('The browser has cleared its file');
	await own.getByTestId('model-remove').click();
	await page.getByTestId('confirm-yes').click();
	await expect(own).toHaveCount(0);
});

test('a model dropped on the shelf is looked into, not taken for a video', async ({ page }) => {
	await page.goto('/settings');
	const data = await page.evaluateHandle(
		(bytes) => {
			const transfer = new DataTransfer();
			transfer.items.add(new File([new Uint8Array(bytes)], 'dropped.onnx'));
			return transfer;
		},
		[...yolox],
	);
	const shelf = page.getByRole('group', { name: 'Add your own .onnx' });
	for (const type of ['dragenter', 'dragover', 'drop']) await shelf.dispatchEvent(type, { dataTransfer: data });
	await expect(page.getByTestId('model-dialog')).toContainText('dropped.onnx', { timeout: 30_000 });
	await expect(page.getByText('Drop to add')).toHaveCount(0);
	await page.keyboard.press('Escape');
	await page.goto('/');
	await expect(page.getByTestId('media-card')).toHaveCount(0);
});

test.describe('with the service worker', () => {
	test.use({ serviceWorkers: 'allow' });

	test('detectors and what runs them are kept for offline use when asked', async ({ page, context }) => {
		test.skip(!hasBuiltIn, 'no detectors were prepared');
		await page.goto('/settings');
		await page.evaluate(() => navigator.serviceWorker.ready);
		const offline = page.getByTestId('offline-models');
		await expect(offline).toHaveAttribute('data-state', 'absent');
		await context.setOffline(true);
		await page.getByTestId('offline-models-fetch').click();
		await expect(page.getByText('needs a part of Octocut that is not on this device yet')).toBeVisible();
		await context.setOffline(false);
		await page.getByTestId('offline-models-fetch').click();
		await expect(offline).toHaveAttribute('data-state', 'here', { timeout: 60_000 });
		await expect(row(page, 'coco-ssd')).toHaveAttribute('data-place', 'here');
		await context.setOffline(true);
		await page.reload();
		await expect(offline).toHaveAttribute('data-state', 'here');
		await expect(row(page, 'coco-ssd')).toHaveAttribute('data-place', 'here');
		await look(page, 'without a network.onnx', yolox);
	});
});
