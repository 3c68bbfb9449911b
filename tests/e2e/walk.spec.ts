import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { expect, test, type Page } from '@playwright/test';
import { dataFolder } from '../data-folder.ts';
import { displaySize, probeFile, readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath } from '../fixtures/make.ts';
import { resolveCrop, WHOLE_FRAME } from '../../src/lib/core/crop/crop.ts';
import { leaveForExports } from './app.ts';

/** The whole product once: a file in, a verified clip out, then again with the server gone and the network off. */

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	server.close();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return address.port;
}

async function startServer(port: number): Promise<ChildProcess> {
	const server = spawn(process.execPath, ['--import', 'tsx', 'sync-server/main.ts'], {
		env: { ...process.env, PORT: String(port), HOST: 'localhost', DATA_DIR: dataFolder() },
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	if (server.stdout === null) throw new Error('the server has no output');
	let said = '';
	for await (const piece of server.stdout) {
		said += String(piece);
		if (said.includes(`http://localhost:${port}`)) break;
	}
	return server;
}

async function seek(page: Page, time: string): Promise<void> {
	await page.getByTestId('timecode').fill(time);
	await page.getByTestId('timecode').press('Enter');
}

async function exportAndSave(page: Page, to: string): Promise<void> {
	await page.getByTestId('export-open').click();
	await page.getByTestId('export-start').click();
	await leaveForExports(page);
	const job = page.getByTestId('job').first();
	await expect(job).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
	const [download] = await Promise.all([page.waitForEvent('download'), job.getByTestId('job-save').click()]);
	expect(download.suggestedFilename()).toMatch(/^h264-aac-60s_\d{3}(_2)?\.mp4$/u);
	await download.saveAs(to);
}

async function expectClip(file: string, firstFrame: number): Promise<void> {
	expect(displaySize(await probeFile(file))).toEqual({ width: 288, height: 512 });
	const frame = { width: 1280, height: 720 };
	const crop = resolveCrop({ ...WHOLE_FRAME, ratio: { width: 9, height: 16 } }, frame);
	expect(await readFrameNumbers(file, { ...crop, frame })).toEqual(
		Array.from({ length: 240 }, (_, n) => firstFrame + n),
	);
	expect((await readFile(file)).length).toBeGreaterThan(10_000);
}

test('a 9:16 clip of exactly 240 frames, then another one with the server stopped and the network off', async ({
	browser,
}, testInfo) => {
	test.setTimeout(180_000);
	const port = await freePort();
	const server = await startServer(port);
	const context = await browser.newContext({ baseURL: `http://localhost:${port}`, serviceWorkers: 'allow' });
	const page = await context.newPage();
	const complaints: string[] = [];
	page.on('pageerror', (error) => complaints.push(String(error)));
	try {
		await page.goto('/');
		await page.getByTestId('add-files').setInputFiles(fixturePath('h264-aac-60s.mp4'));
		const card = page.getByTestId('media-card');
		await expect(card).toHaveAttribute('data-state', 'ready', { timeout: 30_000 });
		await card.getByTestId('open-media').click();
		await expect(page.getByTestId('player')).toHaveAttribute('data-state', 'ready', { timeout: 30_000 });
		await seek(page, '2');
		await expect(page.getByTestId('player')).toHaveAttribute('data-frame', '60');
		await page.getByTestId('mark-in').click();
		await seek(page, '0:00:10.000');
		await page.getByTestId('mark-out').click();
		await expect(page.getByTestId('segment')).toHaveAttribute('data-frames', '240');
		await page.getByTestId('crop-ratio').locator('[data-value="9:16"]').click();
		await page.getByTestId('short-side').fill('288');
		await page.getByTestId('short-side').press('Enter');
		await exportAndSave(page, testInfo.outputPath('online.mp4'));
		await expectClip(testInfo.outputPath('online.mp4'), 60);

		// The service worker takes over and fills its cache in the background of the first visit.
		await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
		server.kill('SIGTERM');
		await once(server, 'exit');
		await context.setOffline(true);

		await page.goto('/');
		await page.reload();
		await page.getByTestId('open-media').click();
		await expect(page.getByTestId('player')).toHaveAttribute('data-state', 'ready', { timeout: 30_000 });
		await expect(page.getByTestId('segment')).toHaveAttribute('data-frames', '240');
		await exportAndSave(page, testInfo.outputPath('offline.mp4'));
		await expectClip(testInfo.outputPath('offline.mp4'), 60);
		expect(complaints).toEqual([]);
	} finally {
		server.kill('SIGKILL');
		await context.close();
	}
});
