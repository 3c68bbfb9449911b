import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Locator, Page } from '@playwright/test';
import { readFrameNumbers, readPicture } from '../fixtures/decode.ts';
import { probeFile } from '../fixtures/ffmpeg.ts';
import { comeBackTo, expect, sizes, test } from './app.ts';
import { startEveningServer, type Evening, type EveningOptions } from './evening.ts';

const FPS = 30;
const evenings: Evening[] = [];
test.afterEach(async () => {
	for (const evening of evenings.splice(0)) await evening.stop();
});

async function begin(options?: EveningOptions): Promise<Evening> {
	const evening = await startEveningServer(options);
	evenings.push(evening);
	return evening;
}

/** A phone on the sofa, on the page of what plays. */
async function phoneOf(browser: Browser, { server }: Evening, path = '/now'): Promise<Page> {
	const baseURL = `http://localhost:${server.port}`;
	const context = await browser.newContext({ baseURL, viewport: sizes.phone, hasTouch: true, isMobile: true });
	const page = await context.newPage();
	await page.goto(path);
	return page;
}

const cardOf = (page: Page, title: string): Locator => page.getByTestId('session-card').filter({ hasText: title });
const positionOf = async (card: Locator): Promise<number> => Number(await card.getAttribute('data-position'));
const taken = (card: Locator, status = 'complete'): Locator =>
	card.locator(`[data-testid="taking"][data-status="${status}"]`);

/** The finished files of captures, oldest first. */
const filesIn = (folder: string): string[] =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.(jpg|jpeg|png|webp|mp4|webm)$/.test(name))
		.map((name) => join(folder, name));

/** Sets the episode on Jellyfin playing from `positionS`, with its German subtitles. */
const pilotAt =
	(positionS: number): NonNullable<EveningOptions['before']> =>
	({ jellyfin }) => {
		const [pilot] = jellyfin.plays;
		if (pilot !== undefined) Object.assign(pilot, { positionS, sinceMs: Date.now() });
	};

async function expectNoFindings(page: Page, where: string): Promise<void> {
	await page.evaluate(() =>
		Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => 0))),
	);
	const { violations } = await new AxeBuilder({ page })
		.setLegacyMode()
		.options({ resultTypes: ['violations'] })
		.analyze();
	const findings = violations.map(
		({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
	);
	expect.soft(findings, where).toEqual([]);
}

test('what plays on Plex and Jellyfin shows side by side, and a media server that fails hides nothing', async ({
	browser,
}) => {
	const evening = await begin();
	const page = await phoneOf(browser, evening);
	const [walk, pilot] = [cardOf(page, 'Big Walk'), cardOf(page, 'Show & Tell')];
	await expect(walk).toHaveAttribute('data-source', 'plex');
	await expect(walk).toHaveAttribute('data-state', 'playing');
	await expect(pilot).toHaveAttribute('data-source', 'jellyfin');
	await expect(pilot).toContainText('S01E04');
	await expect(walk.getByRole('img', { includeHidden: true }).first()).toBeVisible();
	const before = await positionOf(walk);
	await expect.poll(() => positionOf(walk)).toBeGreaterThan(before + 1);
	await expect(cardOf(page, 'Channel 4')).toContainText('Live');
	await expect(cardOf(page, 'Channel 4').getByTestId('screenshot-now')).toHaveCount(0);

	evening.jellyfin.odd.unauthorized = true;
	const status = page.locator('[data-testid="source-status"][data-source="jellyfin"]');
	await expect(status).toHaveAttribute('data-state', 'failed');
	await expect(status).toHaveAttribute('data-problem', 'unauthorized');
	expect(await status.getAttribute('data-message')).not.toContain('127.0.0.1');
	await expect(walk).toBeVisible();
	evening.jellyfin.calm();
	await status.getByTestId('source-retry').tap();
	await expect(status).toHaveCount(0);
	await expect(pilot).toBeVisible();

	const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	expect(wide).toBeLessThanOrEqual(0);
	await expectNoFindings(page, 'now playing');
});

test('a tap takes the frame of that moment, however late it reaches the server', async ({ browser }) => {
	const evening = await begin({ before: pilotAt(20) });
	const page = await phoneOf(browser, evening);
	const card = cardOf(page, 'Show & Tell');
	const asked: number[] = [];
	let letGo: (() => void) | undefined;
	await page.route('**/api/captures', async (route) => {
		asked.push((route.request().postDataJSON() as { atS: number }).atS);
		await new Promise<void>((resolve) => (letGo = resolve));
		await route.continue();
	});
	await expect(card).toBeVisible();
	const before = await positionOf(card);
	await card.getByTestId('screenshot-now').tap();
	const after = await positionOf(card);
	await expect(card.getByTestId('taking')).toHaveAttribute('data-status', 'sending');
	await expect.poll(() => positionOf(card)).toBeGreaterThan(after + 2);
	letGo?.();
	await expect(taken(card)).toHaveCount(1);
	await expect(taken(card).locator('img')).toBeVisible();
	// Sharing it makes a link that opens for somebody who is not signed in.
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await taken(card).getByTestId('taking-share').tap();
	await expect(page.getByTestId('toast')).toContainText('The link is copied');
	const link = await page.evaluate(() => navigator.clipboard.readText());
	const stranger = await browser.newContext({ baseURL: evening.server.url });
	expect((await stranger.request.get(new URL(link).pathname)).status()).toBe(200);
	const [atS = 0] = asked;
	expect(atS).toBeGreaterThanOrEqual(before);
	expect(atS).toBeLessThanOrEqual(after + 0.5);
	const [file = ''] = filesIn(evening.captures);
	expect(await readFrameNumbers(file)).toEqual([frameAt(evening.films.pilot, atS)]);
});

test('a clip of 30 seconds with burned-in subtitles is three taps away', async ({ browser }) => {
	test.slow();
	const evening = await begin({ before: pilotAt(41) });
	const page = await phoneOf(browser, evening);
	const card = cardOf(page, 'Show & Tell');
	await card.getByTestId('capture-more').tap();
	const form = page.getByTestId('clip-form');
	await form.getByTestId('clip-length').locator('[data-value="30"]').tap();
	await expect(form.getByTestId('capture-subtitles')).toContainText('German');
	const asked = page.waitForRequest(
		(request) => request.method() === 'POST' && request.url().endsWith('/api/captures'),
	);
	await form.getByTestId('capture-take').tap();
	const { span } = (await asked).postDataJSON() as { span: { endS: number } };
	await expect(form).toHaveCount(0);
	await expect(taken(card)).toHaveCount(1, { timeout: 300_000 });

	const [file = ''] = filesIn(evening.captures);
	const startS = span.endS - 30;
	const { format, streams } = await probeFile(file);
	expect(Number(format.duration)).toBeCloseTo(30, 0);
	expect(streams.some(({ codec_type }) => codec_type === 'subtitle')).toBe(false);
	const numbers = await readFrameNumbers(file);
	expect(numbers[0]).toBe(frameAt(evening.films.pilot, startS));
	expect(numbers.length).toBeGreaterThanOrEqual(30 * FPS);
	// Lines show for eight of every ten seconds, in yellow, which is nowhere in the film's own grey bar.
	const yellowAt = async (filmS: number): Promise<number> => countYellow(await readPicture(file, filmS - startS));
	expect(await yellowAt(24)).toBeGreaterThan(200);
	expect(await yellowAt(29)).toBe(0);
});

test('start and end are picked by keys, by typing and by a finger, and a fast clip says where it starts', async ({
	browser,
}) => {
	const evening = await begin({ before: pilotAt(40) });
	const page = await phoneOf(browser, evening);
	await cardOf(page, 'Show & Tell').getByTestId('capture-more').tap();
	const form = page.getByTestId('clip-form');
	await form.getByTestId('clip-span').locator('[data-value="exact"]').tap();
	await expect(form.getByTestId('filmstrip')).toHaveAttribute('data-pictures', '10');
	const [start, end] = [form.getByTestId('clip-start'), form.getByTestId('clip-end')];
	await start.fill('0:12');
	await start.press('Enter');
	await end.fill('20.5');
	await end.press('Enter');
	await expect(form.getByTestId('capture-summary')).toContainText('8.5 s');
	// The keyboard: a frame, and with Shift a second.
	const handle = form.getByTestId('clip-handle-start');
	await handle.focus();
	await handle.press('ArrowRight');
	await expect(start).toHaveValue('0:00:12.033');
	await handle.press('Shift+ArrowLeft');
	await expect(start).toHaveValue('0:00:11.033');
	// The frame under the handle is the one that is shown large.
	await expect(form.getByTestId('clip-frame')).toHaveAttribute('data-at', /^11\.03/);
	await start.press('ArrowUp');
	await expect(start).toHaveValue('0:00:11.067');
	// A finger drags the end.
	const strip = (await form.getByTestId('filmstrip').boundingBox())!;
	const from = (await form.getByTestId('clip-handle-end').boundingBox())!;
	await dragFinger(page, [from.x + 8, from.y + 30], [strip.x + strip.width * 0.9, from.y + 30]);
	const range = form.getByTestId('filmstrip');
	const [fromS, toS] = [Number(await range.getAttribute('data-from')), Number(await range.getAttribute('data-to'))];
	const endS = Number(await end.getAttribute('data-value'));
	expect(Math.abs(endS - (fromS + (toS - fromS) * 0.9))).toBeLessThan((toS - fromS) * 0.1);
	await end.fill('5');
	await end.press('Enter');
	await expect(form.getByTestId('capture-take')).toBeDisabled();
	await expect(form).toContainText('ends before it begins');
	await end.fill('20');
	await end.press('Enter');
	await form.getByTestId('clip-mode').locator('[data-value="fast"]').tap();
	await expect(form.getByTestId('fast-start')).toHaveAttribute('data-start', /^\d/);
	const keyS = Number(await form.getByTestId('fast-start').getAttribute('data-start'));
	expect(keyS).toBeLessThanOrEqual(11.067);
	await expectNoFindings(page, 'form');
	await form.getByTestId('capture-take').tap();
	await expect(taken(cardOf(page, 'Show & Tell'))).toHaveCount(1, { timeout: 60_000 });
	const [file = ''] = filesIn(evening.captures);
	expect((await readFrameNumbers(file))[0]).toBe(frameAt(evening.films.pilot, keyS));
	// What was chosen last is there again.
	await cardOf(page, 'Show & Tell').getByTestId('capture-more').tap();
	await expect(form.getByTestId('clip-mode').locator('[data-value="fast"]')).toHaveAttribute('aria-checked', 'true');
});

test('what plays opens in the editor, with its span as a segment', async ({ browser }) => {
	const evening = await begin({ before: pilotAt(40) });
	const page = await phoneOf(browser, evening);
	await cardOf(page, 'Show & Tell').getByTestId('capture-more').tap();
	const form = page.getByTestId('clip-form');
	await form.getByTestId('clip-span').locator('[data-value="exact"]').tap();
	await form.getByTestId('clip-start').fill('10');
	await form.getByTestId('clip-start').press('Enter');
	await form.getByTestId('clip-end').fill('15');
	await form.getByTestId('clip-end').press('Enter');
	await form.getByTestId('open-in-editor').tap();
	await expect(page).toHaveURL(/\/edit\//, { timeout: 60_000 });
	await expect(page.getByTestId('segment')).toHaveCount(1);
	await expect(page.getByTestId('segment')).toHaveAttribute('data-in', /^10(\.0+)?/);
});

test('a media server is added by hand, its trouble told exactly, and what plays there shows', async ({ browser }) => {
	const evening = await begin({ known: [] });
	const page = await phoneOf(browser, evening);
	await page.getByRole('link', { name: 'Add a media server' }).tap();
	// Where it was said to lead, though the section comes later than the page.
	const heading = page.getByRole('heading', { name: 'Media servers' });
	await expect(heading).toBeFocused();
	await expect.poll(async () => (await heading.boundingBox())?.y ?? NaN).toBeLessThan(120);
	await page.goto('/settings#webhooks');
	await expect(page.getByRole('heading', { name: 'Webhooks' })).toBeFocused();
	await expect(page.getByRole('heading', { name: 'Webhooks' })).toBeInViewport();
	await page.goto('/settings#media-servers');
	await expect(heading).toBeFocused();
	await expect(heading).toBeInViewport();
	const section = page.getByTestId('media-servers');
	await section.getByTestId('source-add').tap();
	await section.getByTestId('source-kind').locator('[data-value="jellyfin"]').tap();
	await section.getByTestId('source-address').fill(evening.jellyfin.url);
	await section.getByTestId('source-secret').fill('wrong');
	await section.getByTestId('source-test').tap();
	await expect(section.getByTestId('source-found')).toHaveAttribute('data-problem', 'unauthorized');
	await section.getByTestId('source-secret').fill(evening.jellyfin.apiKey);
	await section.getByTestId('source-test').tap();
	await expect(section.getByTestId('source-found')).toHaveAttribute('data-ok', 'true');
	await section.getByTestId('source-label').fill('Cinema');
	await section.getByTestId('source-save').tap();
	const row = section.getByTestId('source-status');
	await expect(row).toHaveAttribute('data-state', 'ok');
	await expect(row).toContainText('Cinema');
	await expect(row).toHaveAttribute('data-from', 'settings');
	expect(await page.content()).not.toContain(evening.jellyfin.apiKey);
	await row.getByTestId('source-change').tap();
	await section.getByTestId('source-label').fill('Attic');
	await section.getByTestId('source-save').tap();
	await expect(row).toContainText('Attic');
	await expectNoFindings(page, 'settings');
	await page.getByRole('link', { name: 'Now playing' }).tap();
	await expect(cardOf(page, 'Show & Tell')).toContainText('Attic');
	await page.getByRole('link', { name: 'Settings' }).first().tap();
	await row.getByTestId('source-remove').tap();
	await page.getByTestId('confirm-yes').tap();
	await expect(row).toHaveCount(0);
});

test('the wizard finds where the files of a media server lie, and films are then taken from them', async ({
	browser,
}) => {
	const evening = await begin({ known: ['plex'] });
	const page = await phoneOf(browser, evening);
	await expect(cardOf(page, 'Big Walk')).toContainText('not found here');
	await cardOf(page, 'Big Walk').getByRole('link', { name: 'To the media servers' }).tap();
	await expect(page.getByRole('heading', { name: 'Media servers' })).toBeFocused();
	const row = page.getByTestId('source-status');
	await expect(row).toHaveAttribute('data-from', 'environment');
	await expect(row.getByTestId('source-remove')).toHaveCount(0);
	await row.getByTestId('source-paths-open').tap();
	const films = row.locator('[data-testid="path-location"][data-path="/data/Films"]');
	await expect(films).toHaveAttribute('data-found', 'false');
	await films.getByTestId('path-accept').tap();
	await expect(films).toHaveAttribute('data-found', 'true');
	// The other one by hand.
	const tv = row.locator('[data-testid="path-location"][data-path="/data/TV"]');
	if ((await tv.getAttribute('data-found')) === 'false') {
		await tv.getByTestId('path-choose').tap();
		const mapping = row.getByTestId('mapping-form');
		await expect(mapping.getByTestId('mapping-from')).toHaveValue('/data/TV');
		await mapping.getByTestId('mapping-folder').first().tap();
		await mapping.locator('[data-testid="mapping-folder"][data-name="TV"]').tap();
		await mapping.getByTestId('mapping-use').tap();
	}
	await expect(row.getByTestId('source-paths')).toHaveAttribute('data-all-found', 'true');
	await expectNoFindings(page, 'paths');
	await page.goto('/now');
	const card = cardOf(page, 'Big Walk');
	await expect(card).not.toContainText('not found here');
	await card.getByTestId('screenshot-now').tap();
	await expect(taken(card)).toHaveCount(1);
	expect(evening.plex.paths.some((path) => path.includes('/library/parts/'))).toBe(false);
});

test('without a media server, and without a server, the page says what to do', async ({ browser }) => {
	const evening = await begin({ known: [] });
	const page = await phoneOf(browser, evening);
	await expect(page.getByTestId('now-playing')).toContainText('No media server yet');
	evening.server.child.kill('SIGKILL');
	await once(evening.server.child, 'close');
	await comeBackTo(page);
	await expect(page.getByTestId('now-playing')).toContainText('not reachable', { timeout: 40_000 });
});

/** Number of the frame that shows at `atS` of the film. */
function frameAt(film: string, atS: number): number {
	const args = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', film];
	const times = execFileSync('ffprobe', args, { encoding: 'utf8' }).split('\n').filter(Boolean).map(parseFloat);
	return times.filter((time) => time <= atS + 1e-6).length - 1;
}

/** Pixels that are as good as pure yellow. */
function countYellow({ data }: { readonly data: Uint8ClampedArray | Uint8Array }): number {
	let count = 0;
	for (let at = 0; at + 2 < data.length; at += 3) {
		const [r = 0, g = 0, b = 255] = [data[at], data[at + 1], data[at + 2]];
		if (r > 200 && g > 200 && b < 90) count += 1;
	}
	return count;
}

/** A finger goes down, moves and comes up: Playwright has no drag by touch. */
async function dragFinger(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
	const client = await page.context().newCDPSession(page);
	const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', [x, y]: readonly [number, number]) =>
		client.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] });
	await touch('touchStart', from);
	for (const share of [0.25, 0.5, 0.75, 1]) {
		await touch('touchMove', [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]);
	}
	await touch('touchEnd', to);
}
