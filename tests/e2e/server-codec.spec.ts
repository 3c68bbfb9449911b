import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../data-folder.ts';
import { probeFile, readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath } from '../fixtures/make.ts';
import { startServer, type OwnServer } from '../sync/own-server.ts';
import { expect, test } from './app.ts';

let server: OwnServer | undefined;
test.afterEach(() => server?.child.kill('SIGKILL'));

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
	await page.goto('/exports');
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
