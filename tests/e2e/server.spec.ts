import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { dataFolder } from '../data-folder.ts';
import { fixturePath } from '../fixtures/make.ts';
import { startServer as startOwnServer, type OwnServer } from '../sync/own-server.ts';
import { addFilms, cardOf, comeBackTo, expect, sizes, test } from './app.ts';

const started: ChildProcess[] = [];
test.afterEach(() => {
	for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function startServer(env: Record<string, string>): Promise<OwnServer> {
	const server = await startOwnServer(env);
	started.push(server.child);
	return server;
}

test('a server on this machine is connected by itself, named by the chip, and tells how it is doing', async ({
	page,
}) => {
	await page.goto('/settings');
	await expect(page.getByTestId('status')).toHaveAttribute('data-server', 'connected');
	const server = page.getByTestId('server');
	await expect(server).toHaveAttribute('data-state', 'connected');
	await expect(server.getByTestId('server-health')).toContainText(/free of/);
	await server.getByTestId('server-encoders-test').click();
	await expect(server.locator('[data-encoder="libx264"]')).toHaveAttribute('data-works', 'true', { timeout: 60_000 });
	await server.getByTestId('server-invite').click();
	await expect(server.getByTestId('server-invitation').getByRole('img')).toBeVisible();
});

test('a phone pairs by the printed address, is known at the next visit, and is revoked', async ({ browser }) => {
	const lan = Object.values(networkInterfaces())
		.flatMap((found) => found ?? [])
		.find(({ internal, family }) => !internal && family === 'IPv4');
	test.skip(lan === undefined, 'this machine is in no network');
	const { said, port } = await startServer({ HOST: '0.0.0.0' });
	const printed = /(http:\S+)\/pair#(\S+)/.exec(said) ?? [];
	expect(printed[1]).toMatch(new RegExp(`^http://[\\d.]+:${port}$`));

	const phone = await (await browser.newContext({ viewport: sizes.phone, hasTouch: true, isMobile: true })).newPage();
	await phone.goto(printed[0] ?? '');
	await expect(phone.getByTestId('pair')).toHaveAttribute('data-state', 'connected');
	expect(phone.url()).not.toContain(printed[2]);
	await phone.getByRole('link', { name: 'To the settings' }).click();
	await expect(phone.getByTestId('server')).toHaveAttribute('data-state', 'connected');
	await phone.getByTestId('device-name').fill('My phone');
	await phone.getByTestId('device-name').press('Enter');
	await expect(phone.getByTestId('server-device')).toContainText('My phone');
	const wide = await phone.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	expect(wide).toBeLessThanOrEqual(0);
	await phone.reload();
	await expect(phone.getByTestId('server')).toHaveAttribute('data-state', 'connected');

	// Another browser: a wrong code is told where it was typed, the code of the phone lets it in.
	await phone.getByTestId('server-invite').click();
	const code = (await phone.getByTestId('server-invitation').getAttribute('data-code')) ?? '';
	const desk = await (await browser.newContext({ viewport: sizes.desktop })).newPage();
	await desk.goto(`http://localhost:${port}/settings`);
	await expect(desk.getByTestId('server')).toHaveAttribute('data-state', 'signed-out');
	await desk.getByTestId('server-code').fill('WRONG-CODE1');
	await desk.getByTestId('server-pair').click();
	await expect(desk.getByTestId('server-problem')).toContainText('Make a new one and try again');
	await desk.getByTestId('server-code').fill(code.toLowerCase());
	await desk.getByTestId('server-pair').click();
	await expect(desk.getByTestId('server')).toHaveAttribute('data-state', 'connected');
	// The code is used up: the device that made it shows who came instead.
	await expect(phone.getByTestId('server-invitation')).toHaveCount(0);
	await expect(phone.getByTestId('server-device')).toHaveCount(2);

	await desk.getByRole('button', { name: 'Revoke My phone' }).click();
	await desk.getByTestId('confirm-yes').click();
	await expect(desk.getByTestId('server-device')).toHaveCount(1);
	await phone.reload();
	await expect(phone.getByTestId('server')).toHaveAttribute('data-state', 'signed-out');
	await desk.getByTestId('server-sign-out').click();
	await expect(desk.getByTestId('server')).toHaveAttribute('data-state', 'signed-out');
});

test('when the server dies everything on this device goes on, and it is found again', async ({ browser }) => {
	const dataDir = dataFolder();
	const { child, port } = await startServer({ DATA_DIR: dataDir });
	const context = await browser.newContext({ baseURL: `http://localhost:${port}`, serviceWorkers: 'allow' });
	const page = await context.newPage();
	await addFilms(page, 'no-audio.mp4');
	await expect(page.getByTestId('status')).toHaveAttribute('data-server', 'connected');
	await page.evaluate(() => navigator.serviceWorker.ready);

	child.kill('SIGKILL');
	await once(child, 'close');
	await page.getByRole('link', { name: 'Settings' }).click();
	await comeBackTo(page);
	await expect(page.getByTestId('server')).toHaveAttribute('data-state', 'offline', { timeout: 40_000 });
	await expect(page.getByTestId('status')).toContainText('Offline');
	await page.getByRole('link', { name: 'Library' }).click();
	await cardOf(page, 'no-audio.mp4').getByRole('link').first().click();
	await expect(page).toHaveURL(/\/edit\//);
	await page.reload();
	await expect(page.getByTestId('status')).toContainText('Offline');

	await startServer({ DATA_DIR: dataDir, PORT: String(port) });
	await comeBackTo(page);
	await expect(page.getByTestId('status')).toHaveAttribute('data-server', 'connected', { timeout: 40_000 });
	await context.close();
});

test('an address that is none of ours, or not to be reached, is told in a sentence', async ({ page }) => {
	await page.goto('/settings');
	await page.getByRole('button', { name: 'Use another server' }).click();
	for (const [typed, words] of [
		['not an address', 'This is not the address of a server'],
		['127.0.0.1:8899', 'This page may not speak to http://127.0.0.1:8899'],
	] as const) {
		await page.getByTestId('server-address').fill(typed);
		await page.getByTestId('server-connect').click();
		await expect(page.getByTestId('server-problem')).toContainText(words);
	}
	await expect(page.getByTestId('status')).toHaveAttribute('data-server', 'connected');
});

test('a file of the server is found, opened by ranges and edited, also after a reload', async ({ browser }) => {
	const media = dataFolder();
	mkdirSync(join(media, 'Walks'));
	copyFileSync(fixturePath('h264-aac.mov'), join(media, 'Walks', 'street.mov'));
	copyFileSync(fixturePath('no-audio.mp4'), join(media, 'quiet.mp4'));
	const { port } = await startServer({ MEDIA_DIRS: media });
	const context = await browser.newContext({ baseURL: `http://localhost:${port}`, viewport: sizes.phone });
	const page = await context.newPage();
	await page.goto('/');
	await page.getByTestId('library-place').locator('[data-value="server"]').click();
	await expect(page.getByTestId('server-media')).toHaveCount(2);
	await expect(page.getByTestId('server-media').first().getByRole('img', { includeHidden: true })).toBeVisible();
	await page.getByTestId('server-search').fill('walks str');
	await expect(page.getByTestId('server-media')).toHaveCount(1);
	await page.getByTestId('server-search').fill('');
	await page.getByTestId('server-folder').first().click();
	await page.locator('[data-testid="server-folder"][data-name="Walks"]').click();
	await page.getByRole('button', { name: 'street.mov' }).click();
	await expect(page).toHaveURL(/\/edit\//);
	await expect(page.getByTestId('player')).toBeVisible();
	await page.reload();
	await expect(page.getByTestId('player')).toBeVisible();
	await page.goto('/');
	await expect(cardOf(page, 'street.mov')).toHaveAttribute('data-access', 'ok');
	await context.close();
});

test('a file of this device is sent to the server and found there', async ({ page }) => {
	await addFilms(page, 'h264-aac.mov');
	await expect(page.getByTestId('status')).toHaveAttribute('data-server', 'connected');
	await cardOf(page, 'h264-aac.mov')
		.getByRole('button', { name: /Actions|h264-aac/ })
		.first()
		.click();
	// Its first part is damaged on its way: the server does not take it, and it comes again by itself.
	const sums: (string | undefined)[] = [];
	await page.route('**/api/uploads/*', (route, request) => {
		if (request.method() !== 'PATCH') return route.continue();
		sums.push(request.headers()['upload-checksum']);
		const body = request.postDataBuffer();
		if (sums.length > 1 || body === null) return route.continue();
		body.writeUInt8(body.readUInt8(1000) ^ 1, 1000);
		return route.continue({ postData: body });
	});
	await page.getByTestId('send-media').click();
	await expect(page.getByText(/“h264-aac.mov” is on .+ now\./)).toBeVisible();
	expect(sums).toEqual([expect.stringMatching(/^sha256 /), sums[0]]);
	await page.getByTestId('library-place').locator('[data-value="server"]').click();
	await expect(page.locator('[data-testid="server-media"][data-name="h264-aac.mov"]')).toBeVisible();
});
