import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../data-folder.ts';
import { probeFile, readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath } from '../fixtures/make.ts';
import { startServer, type OwnServer } from '../sync/own-server.ts';
import { comeBackTo, expect, test, leaveForExports } from './app.ts';

let server: OwnServer | undefined;
test.afterEach(() => server?.child.kill('SIGKILL'));

test('a server that comes back adds what it makes to the choices that are open', async ({ browser }) => {
	const [media, data] = [dataFolder(), dataFolder()];
	copyFileSync(fixturePath('no-audio.mp4'), join(media, 'walk.mp4'));
	const folders = { MEDIA_DIRS: media, DATA_DIR: data };
	server = await startServer(folders);
	const { port } = server;
	const context = await browser.newContext({ baseURL: `http://localhost:${port}` });
	const page = await context.newPage();
	await page.goto('/');
	await page.getByTestId('library-place').locator('[data-value="server"]').click();
	await page.getByRole('button', { name: 'walk.mp4' }).click();
	await expect(page.getByTestId('player')).toHaveAttribute('data-state', 'ready');
	const codec = page.getByTestId('export-codec').locator('[data-value="hevc"]');
	await page.getByTestId('export-open').click();
	await expect(codec).toBeVisible();
	server.child.kill('SIGKILL');
	await once(server.child, 'close');
	await comeBackTo(page);
	await expect(page.getByTestId('status')).toHaveAttribute('data-server', 'offline', { timeout: 40_000 });
	await expect(codec).toHaveCount(0);
	server = await startServer({ ...folders, PORT: String(port) });
	await comeBackTo(page);
	await expect(codec).toBeVisible({ timeout: 40_000 });
	await context.close();
});

test('a film in H.265 is made by the server, which is offered in the film panel', async ({ browser }, info) => {
	const media = dataFolder();
	copyFileSync(fixturePath('no-audio.mp4'), join(media, 'walk.mp4'));
	server = await startServer({ MEDIA_DIRS: media });
	const context = await browser.newContext({ baseURL: `http://localhost:${server.port}` });
	const page = await context.newPage();
	await page.goto('/');
	await page.getByTestId('library-place').locator('[data-value="server"]').click();
	await page.getByRole('button', { name: 'walk.mp4' }).click();
	await expect(page.getByTestId('player')).toHaveAttribute('data-state', 'ready');
	for (const [inS, outS] of [
		[0, 1],
		[2, 3],
	] as const) {
		await page.getByTestId('timecode').fill(String(inS));
		await page.getByTestId('timecode').press('Enter');
		await page.keyboard.press('i');
		await page.getByTestId('timecode').fill(String(outS));
		await page.getByTestId('timecode').press('Enter');
		await page.keyboard.press('o');
	}
	await page.locator('[data-testid="panel-tab"][data-value="film"]').click();
	await page.getByTestId('film-more').locator('summary').click();
	await page.getByTestId('film-codec').locator('[data-value="hevc"]').click();
	await expect(page.getByTestId('film-plan')).toContainText('H.265');
	await page.getByTestId('film-export').click();
	await leaveForExports(page);
	const job = page.getByTestId('job').first();
	await expect(job).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
	await expect(job).toHaveAttribute('data-engine', 'server');
	const [download] = await Promise.all([page.waitForEvent('download'), job.getByTestId('job-save').click()]);
	const saved = info.outputPath('film.mp4');
	await download.saveAs(saved);
	expect((await probeFile(saved)).streams[0]).toMatchObject({ codec_name: 'hevc' });
	const frames = (from: number) => Array.from({ length: 30 }, (_, n) => from + n);
	expect(await readFrameNumbers(saved)).toEqual([...frames(0), ...frames(60)]);
	await context.close();
});

test('H.265 is offered where the server makes it, which no browser here does', async ({ browser }, info) => {
	const media = dataFolder();
	copyFileSync(fixturePath('no-audio.mp4'), join(media, 'walk.mp4'));
	server = await startServer({ MEDIA_DIRS: media });
	const context = await browser.newContext({ baseURL: `http://localhost:${server.port}` });
	const page = await context.newPage();
	await page.goto('/');
	await page.getByTestId('library-place').locator('[data-value="server"]').click();
	await page.getByRole('button', { name: 'walk.mp4' }).click();
	await expect(page.getByTestId('player')).toHaveAttribute('data-state', 'ready');
	await page.getByTestId('export-open').click();
	await page.getByTestId('export-codec').locator('[data-value="hevc"]').click();
	await expect(page.getByTestId('export-panel')).toContainText('H.265');
	await page.getByTestId('export-start').click();
	await leaveForExports(page);
	const job = page.getByTestId('job').first();
	await expect(job).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
	await expect(job).toHaveAttribute('data-engine', 'server');
	const [download] = await Promise.all([page.waitForEvent('download'), job.getByTestId('job-save').click()]);
	const saved = info.outputPath('clip.mp4');
	await download.saveAs(saved);
	expect((await probeFile(saved)).streams[0]).toMatchObject({ codec_name: 'hevc' });
	expect(await readFrameNumbers(saved)).toEqual(Array.from({ length: 150 }, (_, n) => n));
	await context.close();
});
