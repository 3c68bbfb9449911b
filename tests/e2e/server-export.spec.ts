import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../data-folder.ts';
import { probeFile, displaySize, readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath } from '../fixtures/make.ts';
import { startServer, type OwnServer } from '../sync/own-server.ts';
import { expect, test, leaveForExports } from './app.ts';

let server: OwnServer | undefined;
test.afterEach(() => server?.child.kill('SIGKILL'));

test('a segment of a file on the server is made by the server, frame for frame, and saved here', async ({
	browser,
}, info) => {
	const media = dataFolder();
	copyFileSync(fixturePath('h264-aac-60s.mp4'), join(media, 'walk.mp4'));
	server = await startServer({ MEDIA_DIRS: media });
	const context = await browser.newContext({ baseURL: `http://localhost:${server.port}` });
	const page = await context.newPage();
	await page.goto('/');
	await page.getByTestId('library-place').locator('[data-value="server"]').click();
	await page.getByRole('button', { name: 'walk.mp4' }).click();
	await expect(page.getByTestId('player')).toHaveAttribute('data-state', 'ready');
	for (const [time, mark] of [
		['0:02.000', 'mark-in'],
		['0:04.000', 'mark-out'],
	] as const) {
		await page.getByTestId('timecode').fill(time);
		await page.getByTestId('timecode').press('Enter');
		await page.getByTestId(mark).click();
	}
	await page.getByTestId('export-open').click();
	await page.getByTestId('export-engine').locator('[data-value="server"]').click();
	await page.getByTestId('export-start').click();
	await leaveForExports(page);
	const job = page.getByTestId('job').first();
	await expect(job).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
	await expect(job).toHaveAttribute('data-engine', 'server');
	const [download] = await Promise.all([page.waitForEvent('download'), job.getByTestId('job-save').click()]);
	const saved = info.outputPath('clip.mp4');
	await download.saveAs(saved);
	expect(displaySize(await probeFile(saved))).toEqual({ width: 1280, height: 720 });
	expect(await readFrameNumbers(saved)).toEqual(Array.from({ length: 60 }, (_, n) => 60 + n));
	await context.close();
});
