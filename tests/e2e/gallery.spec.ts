import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import { BlobReader, BlobWriter, ZipReader, type FileEntry } from '@zip.js/zip.js';
import Database from 'better-sqlite3';
import { databasePath } from '../../sync-server/db/data-folder.ts';
import { WebhookReceiver } from '../webhook-receiver.ts';
import { expect, sizes, test } from './app.ts';
import { startEveningServer, type Evening, type EveningOptions } from './evening.ts';

const evenings: Evening[] = [];
test.afterEach(async () => {
	for (const evening of evenings.splice(0)) await evening.stop();
});

async function begin(options?: EveningOptions): Promise<Evening> {
	const evening = await startEveningServer(options);
	evenings.push(evening);
	return evening;
}

const contextOf = (browser: Browser, { server }: Evening, size: keyof typeof sizes): Promise<BrowserContext> =>
	browser.newContext({
		baseURL: `http://localhost:${server.port}`,
		viewport: sizes[size],
		...(size === 'phone' && { hasTouch: true, isMobile: true }),
	});

async function pageOf(browser: Browser, evening: Evening, size: keyof typeof sizes, path: string): Promise<Page> {
	const page = await (await contextOf(browser, evening, size)).newPage();
	await page.goto(path);
	return page;
}

const sessionOf = (page: Page, title: string): Locator => page.getByTestId('session-card').filter({ hasText: title });
const cards = (page: Page, more = ''): Locator => page.locator(`[data-testid="capture-card"]${more}`);

/** Finished files of captures. */
const filesIn = ({ captures }: Evening): string[] =>
	readdirSync(captures, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(jpg|png|webp|mp4)$/.test(name));

/** Sets the episode on Jellyfin playing from `positionS`, with its German subtitles. */
const pilotAt =
	(positionS: number): NonNullable<EveningOptions['before']> =>
	({ jellyfin }) => {
		const [pilot] = jellyfin.plays;
		if (pilot !== undefined) Object.assign(pilot, { positionS, sinceMs: Date.now() });
	};

/** Takes screenshots of what plays, at these seconds, by the API; resolves when they are made. */
async function take(page: Page, title: string, ...seconds: readonly number[]): Promise<void> {
	const { request } = page;
	const { sessions } = (await (await request.get('/api/sessions')).json()) as {
		sessions: { id: string; title: string }[];
	};
	const session = sessions.find((one) => one.title === title)?.id;
	for (const atS of seconds) {
		const taken = await request.post('/api/captures', { data: { type: 'screenshot', session, atS } });
		expect(taken.status()).toBe(202);
	}
	await expect
		.poll(async () => ((await (await request.get('/api/captures?status=pending')).json()) as { total: number }).total)
		.toBe(0);
}

async function expectNoFindings(page: Page, where: string): Promise<void> {
	await page.evaluate(() =>
		Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => 0))),
	);
	const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
	const { violations } = await axe.analyze();
	const findings = violations.map(
		({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
	);
	expect.soft(findings, where).toEqual([]);
}

test('an evening: a picture and a clip from the sofa, found in the gallery, sent as a link that opens signed out and ends on time', async ({
	browser,
}) => {
	const evening = await begin({ before: pilotAt(41) });
	const page = await pageOf(browser, evening, 'phone', '/now');
	const [walk, pilot] = [sessionOf(page, 'Big Walk'), sessionOf(page, 'Show & Tell')];
	await walk.getByTestId('screenshot-now').tap();
	await pilot.getByTestId('capture-more').tap();
	await page.getByTestId('clip-length').locator('[data-value="30"]').tap();
	await page.getByTestId('capture-take').tap();

	await page.getByRole('link', { name: 'Gallery', exact: true }).tap();
	await expect(cards(page)).toHaveCount(2);
	const [picture, clip] = [cards(page, '[data-type="screenshot"]'), cards(page, '[data-type="clip"]')];
	await expect(picture).toHaveAttribute('data-status', 'complete');
	await expect(clip).toHaveAttribute('data-status', 'complete', { timeout: 90_000 });
	await expect(clip.locator('img')).toBeVisible();
	expect(filesIn(evening)).toHaveLength(2);
	await expectNoFindings(page, 'gallery');

	await clip.getByRole('button', { name: /^Open/ }).tap();
	const preview = page.getByTestId('capture-preview');
	const video = preview.getByTestId('preview-media');
	await expect.poll(() => video.evaluate((one: HTMLVideoElement) => one.duration)).toBeCloseTo(30, 0);
	await expectNoFindings(page, 'preview');
	await preview.getByTestId('capture-share').tap();
	const dialog = page.getByTestId('share-dialog');
	await dialog.getByTestId('share-expiry').locator('[data-value="day"]').tap();
	await dialog.getByTestId('share-create').tap();
	const link = dialog.getByTestId('share-link');
	const address = new URL((await link.getAttribute('data-url')) ?? '');
	await expectNoFindings(page, 'link');
	await expect(dialog.getByTestId('share-row')).toHaveAttribute('data-state', 'open');

	const visitor = await contextOf(browser, evening, 'desktop');
	const guest = await visitor.newPage();
	await guest.goto(address.pathname);
	await expect
		.poll(() => guest.getByTestId('share-media').evaluate((one: HTMLVideoElement) => one.readyState))
		.toBeGreaterThan(0);
	expect((await visitor.cookies()).map(({ name }) => name)).toEqual(['octocut-visitor']);

	// A day goes by.
	const db = new Database(databasePath(evening.data));
	db.prepare('UPDATE shares SET expires_at = ?').run(Date.now() - 1000);
	db.close();
	expect((await guest.reload())?.status()).toBe(404);
	await expect(guest.getByRole('heading')).toHaveText('This link leads nowhere');
	await dialog.getByTestId('share-close').tap();
	await preview.getByTestId('capture-share').tap();
	await expect(dialog.getByTestId('share-row')).toHaveAttribute('data-state', 'expired');
	await dialog.getByTestId('share-close').tap();

	await preview.getByTestId('capture-delete').tap();
	await expect(page.getByTestId('confirm')).toContainText('deleted from the disk');
	await page.getByTestId('confirm-yes').tap();
	await expect(preview.locator('[data-capture-id]')).toHaveAttribute('data-capture-id', /./);
	await expect.poll(() => filesIn(evening).filter((name) => name.endsWith('.mp4'))).toEqual([]);
	await page.goBack();
	await expect(preview).toHaveCount(0);
	await expect(cards(page)).toHaveCount(1);
});

test('captures are named, marked, found, and come as one ZIP', async ({ browser }) => {
	const evening = await begin();
	const page = await pageOf(browser, evening, 'desktop', '/gallery');
	await expect(page.getByTestId('gallery')).toContainText('No captures yet');
	await take(page, 'Big Walk', 10, 20, 30);
	// Word came by the socket.
	await expect(cards(page, '[data-status="complete"]')).toHaveCount(3);

	await cards(page).first().hover();
	await cards(page).first().getByTestId('capture-more').click();
	await page.getByTestId('capture-rename').click();
	await page.getByTestId('rename-name').fill('The bridge');
	await page.getByTestId('rename-save').click();
	const bridge = cards(page, '[data-name="The bridge"]');
	await expect(bridge).toHaveCount(1);
	await bridge.hover();
	await bridge.getByTestId('capture-favourite').click();
	await expect(bridge).toHaveAttribute('data-favourite', 'true');
	await page.getByTestId('gallery-favourites').click();
	await expect(cards(page)).toHaveCount(1);
	await page.getByTestId('gallery-favourites').click();
	await page.getByTestId('gallery-search').fill('bridge');
	await expect(cards(page)).toHaveCount(1);
	await expect(page.getByTestId('gallery-total')).toHaveAttribute('data-total', '1');
	await page.getByTestId('gallery-search').fill('');
	await page.getByTestId('gallery-type').locator('[data-value="clip"]').click();
	await expect(page.getByTestId('gallery')).toContainText('Nothing fits this filter');
	await page.getByTestId('gallery-show-all').click();
	await page.getByTestId('gallery-filter').click();
	await page.getByTestId('gallery-source').locator('[data-value="jellyfin"]').click();
	await expect(cards(page)).toHaveCount(0);
	await page.getByTestId('gallery-source').locator('[data-value="plex"]').click();
	await expect(cards(page)).toHaveCount(3);
	await page.getByTestId('gallery-to').fill('2001-01-01');
	await page.getByTestId('gallery-to').press('Tab');
	await expect(cards(page)).toHaveCount(0);
	await page.getByTestId('gallery-show-all').click();
	await expect(cards(page)).toHaveCount(3);
	await expectNoFindings(page, 'gallery with filters');

	// By keys: the first, and with Shift everything up to the third.
	await cards(page).first().getByRole('button', { name: /^Open/ }).focus();
	await page.keyboard.press('x');
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Shift+Space');
	const picked = page.getByTestId('gallery-selection');
	await expect(picked).toHaveAttribute('data-count', '3');
	await expectNoFindings(page, 'picked');
	const saving = page.waitForEvent('download');
	await picked.getByTestId('capture-download').click();
	const zip = await (await saving).path();
	const entries = await new ZipReader(new BlobReader(new Blob([readFileSync(zip)]))).getEntries();
	expect(entries).toHaveLength(3);
	const files = filesIn(evening);
	for (const entry of entries as FileEntry[]) {
		const bytes = Buffer.from(await (await entry.getData(new BlobWriter())).arrayBuffer());
		expect(bytes.subarray(0, 2).toString('hex')).toBe('ffd8');
		expect(files.some((name) => readFileSync(join(evening.captures, name)).equals(bytes))).toBe(true);
	}
	expect(entries.map(({ filename }) => filename)).toContain('The bridge.jpg');

	await page.keyboard.press('Delete');
	await page.getByTestId('confirm-yes').click();
	await expect(page.getByTestId('gallery')).toContainText('No captures yet');
	expect(filesIn(evening)).toEqual([]);
});

test('what would be cleared away is shown before a rule is kept, favourites stay, and files go from the disk', async ({
	browser,
}) => {
	const evening = await begin();
	const page = await pageOf(browser, evening, 'phone', '/gallery');
	await take(page, 'Big Walk', 10, 20, 30);
	const [first] = ((await (await page.request.get('/api/captures?sort=created')).json()) as { items: { id: string }[] })
		.items;
	await page.request.patch(`/api/captures/${first?.id}`, { data: { favourite: true } });
	// Two days go by.
	const db = new Database(databasePath(evening.data));
	db.prepare('UPDATE captures SET created_at = created_at - ?').run(2 * 86_400_000);
	db.close();

	await page.goto('/settings');
	const settings = page.getByTestId('capture-settings');
	await expect(settings.getByTestId('capture-usage')).toHaveAttribute('data-count', '3');
	await settings.getByTestId('retention-age').fill('1');
	await settings.getByTestId('retention-age').press('Tab');
	await expect(settings.getByTestId('retention-preview')).toHaveAttribute('data-count', '2');
	await expect(settings.getByTestId('retention-preview')).toContainText('Would remove 2 captures');
	await expect(settings.getByTestId('retention-run')).toBeDisabled();
	expect(filesIn(evening)).toHaveLength(3);
	await settings.getByTestId('retention-save').tap();
	await expect(settings.getByTestId('retention-save')).toBeDisabled();
	await settings.getByTestId('retention-run').tap();
	await page.getByTestId('confirm-yes').tap();
	await expect(settings.getByTestId('retention-last')).toHaveAttribute('data-removed', '2');
	expect(filesIn(evening)).toHaveLength(1);
	await expectNoFindings(page, 'settings of captures');

	// What one press takes holds for every device.
	await settings.getByTestId('default-still-format').locator('[data-value="png"]').tap();
	await expect(settings.getByTestId('default-still-quality')).toHaveCount(0);
	const other = await pageOf(browser, evening, 'phone', '/now');
	await sessionOf(other, 'Big Walk').getByTestId('screenshot-now').tap();
	await expect.poll(() => filesIn(evening).filter((name) => name.endsWith('.png'))).toHaveLength(1);
});

test('a webhook is added, tried with the exact result, told of captures, and its secrets are never shown', async ({
	browser,
}) => {
	const receiver = await new WebhookReceiver().start();
	const evening = await begin({ env: { WEBHOOK_ALLOW: '127.0.0.1' } });
	try {
		const page = await pageOf(browser, evening, 'phone', '/settings');
		const section = page.getByTestId('webhooks');
		await section.getByTestId('webhook-add').tap();
		await section.getByTestId('webhook-kind').locator('[data-value="generic"]').tap();
		await section.getByTestId('webhook-address').fill(`${receiver.origin}/hook`);
		await section.getByTestId('webhook-name').fill('House');
		await section.getByTestId('webhook-secret').fill('walnut-cake-9');
		await expectNoFindings(page, 'form of a webhook');
		await section.getByTestId('webhook-save').tap();
		const row = section.getByTestId('webhook');
		await expect(row).toContainText('signed');
		receiver.reply = (response) => response.writeHead(404).end();
		await row.getByTestId('webhook-test').tap();
		await expect(row.getByTestId('webhook-tested')).toHaveAttribute('data-state', 'failed');
		await expect(row.getByTestId('webhook-tested')).toHaveAttribute('data-status', '404');
		receiver.reply = (response) => response.writeHead(204).end();
		await row.getByTestId('webhook-test').tap();
		await expect(row.getByTestId('webhook-tested')).toHaveAttribute('data-state', 'done');
		await take(page, 'Big Walk', 10);
		const received = await receiver.got(3);
		expect(received.at(-1)?.headers['octocut-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
		await page.reload();
		await row.getByTestId('webhook-deliveries').locator('summary').tap();
		await expect(row.locator('[data-event="capture.complete"]')).toHaveAttribute('data-state', 'done');
		const shown = await page.content();
		expect([shown.includes('walnut-cake-9'), shown.includes(receiver.origin)]).toEqual([false, false]);
		await row.getByRole('switch').tap();
		await expect(row).toHaveAttribute('data-enabled', 'false');
		await row.getByTestId('webhook-remove').tap();
		await page.getByTestId('confirm-yes').tap();
		await expect(row).toHaveCount(0);
	} finally {
		await receiver.stop();
	}
});

test('keys go through the captures, mark and play them, and come back to the card', async ({ browser }) => {
	// Both films are in the library: only those can be edited.
	const evening = await begin({ known: ['jellyfin', 'emby'] });
	const page = await pageOf(browser, evening, 'desktop', '/gallery');
	const sessions = async () =>
		(
			(await (await page.request.get('/api/sessions')).json()) as {
				sessions: { id: string; title: string; media: { state: string } }[];
			}
		).sessions;
	await expect
		.poll(async () =>
			(await sessions())
				.filter(({ media }) => media.state === 'file')
				.map(({ title }) => title)
				.sort(),
		)
		.toEqual(['Big Walk', 'Show & Tell']);
	await take(page, 'Big Walk', 10, 20);
	const session = (await sessions()).find(({ title }) => title === 'Show & Tell')?.id;
	const span = { kind: 'exact', startS: 5, endS: 9 };
	const clip = { type: 'clip', session, span, subtitles: 'none' };
	const { id } = (await (await page.request.post('/api/captures', { data: clip })).json()) as { id: string };
	await expect(cards(page, '[data-status="complete"]')).toHaveCount(3);

	// As the page of what plays leads there.
	await page.goto(`/gallery?capture=${id}`);
	const preview = page.getByTestId('capture-preview');
	const look = preview.locator('[data-capture-id]');
	await expect(look).toHaveAttribute('data-capture-id', id);
	const video = preview.locator('video');
	await expect.poll(() => video.evaluate((one: HTMLVideoElement) => one.readyState)).toBeGreaterThan(2);
	await page.keyboard.press('Space');
	await expect.poll(() => video.evaluate((one: HTMLVideoElement) => !one.paused && one.currentTime > 0)).toBe(true);
	await page.keyboard.press('ArrowRight');
	await expect(look).not.toHaveAttribute('data-capture-id', id);
	await expect(preview.locator('img')).toBeVisible();
	await page.keyboard.press('f');
	await expect(preview.getByTestId('preview-favourite')).toHaveAttribute('aria-pressed', 'true');
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowRight');
	const last = await look.getAttribute('data-capture-id');
	await page.keyboard.press('Delete');
	await expect(page.getByTestId('confirm')).toBeVisible();
	await page.getByTestId('confirm-yes').click();
	await expect(look).not.toHaveAttribute('data-capture-id', last ?? '');
	await page.keyboard.press('Escape');
	await expect(preview).toHaveCount(0);
	await expect(page).toHaveURL(/\/gallery$/);
	await expect(cards(page)).toHaveCount(2);

	const picture = cards(page, '[data-type="screenshot"]');
	const address = `/api/captures/${await picture.getAttribute('data-capture-id')}`;
	const shot = (await (await page.request.get(address)).json()) as { startS: number; name: string };
	await picture.getByTestId('capture-more').click();
	await page.getByTestId('capture-add').click();
	await expect(page.getByTestId('toast').filter({ hasText: 'is a segment of' })).toBeVisible({ timeout: 60_000 });

	await cards(page, '[data-type="clip"]').getByRole('button', { name: /^Open/ }).click();
	await preview.getByTestId('capture-edit').click();
	await expect(page).toHaveURL(/\/edit\//, { timeout: 60_000 });
	// To the frame, on the clock of the file.
	const inS = Number(await page.getByTestId('segment').getAttribute('data-in'));
	expect(Math.abs(inS - span.startS)).toBeLessThan(2 / 30);

	// What was added of the picture is the one frame that it shows.
	await page.goto('/gallery');
	await picture.getByTestId('capture-more').click();
	await page.getByTestId('capture-edit').click();
	await expect(page).toHaveURL(/\/edit\//, { timeout: 60_000 });
	const added = page.getByTestId('segment');
	await expect(added).toHaveAttribute('data-frames', '1');
	await expect(added).toHaveAttribute('data-name', shot.name);
	expect(Math.abs(Number(await added.getAttribute('data-in')) - shot.startS)).toBeLessThan(1.01 / 30);
});
