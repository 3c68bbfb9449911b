import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { dataFolder } from '../data-folder.ts';
import { readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath } from '../fixtures/make.ts';
import { readBar } from '../fixtures/read-bar.ts';
import { startServer, type OwnServer } from '../sync/own-server.ts';
import { expect, sizes, test, leaveForExports } from './app.ts';

const started: ChildProcess[] = [];
test.afterEach(() => {
	for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function serve(env: Record<string, string>): Promise<OwnServer> {
	const server = await startServer(env);
	started.push(server.child);
	return server;
}

/** Opens a file on a server of its own that has never seen it. */
async function open(page: Page, server: OwnServer, name: string): Promise<void> {
	await page.goto(`http://localhost:${server.port}/`);
	await page.getByTestId('library-place').locator('[data-value="server"]').click();
	await page.getByRole('button', { name }).click();
	await expect(page.getByTestId('player')).toHaveAttribute('data-state', 'ready', { timeout: 40_000 });
}

/** The number in the picture that a person sees. */
async function numberSeen(page: Page): Promise<number | null> {
	const { pixels, width, height } = await page.evaluate(() => {
		const layers = [...document.querySelectorAll<HTMLElement>('[data-testid="player"] .layers > *')];
		const top = layers.findLast(({ style }) => style.visibility !== 'hidden') as HTMLVideoElement;
		const context = new OffscreenCanvas(640, 360).getContext('2d')!;
		context.drawImage(top, 0, 0, 640, 360);
		const { data } = context.getImageData(0, 0, 640, 360);
		const gray = Array.from({ length: 640 * 360 }, (_, n) => data[4 * n]!);
		return { pixels: gray, width: 640, height: 360 };
	});
	return readBar({ data: Uint8Array.from(pixels), width, height, channels: 1 });
}

async function goTo(page: Page, time: string): Promise<void> {
	await page.getByTestId('timecode').fill(time);
	await page.getByTestId('timecode').press('Enter');
}

const shownFrame = async (page: Page): Promise<number> =>
	Number(await page.getByTestId('player').getAttribute('data-frame'));

test('what the browser cannot play is seen at once, frame by frame, and exported from the original', async ({
	page,
}, info) => {
	const name = existsSync(fixturePath('hevc.mp4')) ? 'hevc.mp4' : 'mpeg4-mp3.avi';
	const media = dataFolder();
	copyFileSync(fixturePath(name), join(media, name));
	const own = await readFrameNumbers(fixturePath(name));
	await open(page, await serve({ MEDIA_DIRS: media }), name);
	await expect(page.getByTestId('quality')).toHaveValue('low');
	await expect(page.getByTestId('quality-line')).toContainText(/This browser cannot play .+, so you see a 360p copy/);
	for (const timeS of [3.334, 1, 4.5]) {
		await goTo(page, `0:0${timeS.toFixed(3)}`);
		const isThere = async (): Promise<boolean> => {
			const atS = Number(await page.getByTestId('player').getAttribute('data-time'));
			return Math.abs(atS - timeS) < 0.05 && (await numberSeen(page)) === own[await shownFrame(page)];
		};
		await expect.poll(isThere).toBe(true);
	}
	const before = await shownFrame(page);
	// The whole copy takes over; the place stays.
	await expect(page.getByTestId('quality-progress')).toHaveCount(0, { timeout: 60_000 });
	expect([await shownFrame(page), await numberSeen(page)]).toEqual([before, own[before]]);
	await page.getByRole('button', { name: 'One frame back' }).click();
	await expect.poll(() => shownFrame(page)).toBe(before - 1);
	expect(await numberSeen(page)).toBe(own[before - 1]);

	await goTo(page, '0:01.000');
	await page.getByTestId('mark-in').click();
	await goTo(page, '0:02.000');
	await page.getByTestId('mark-out').click();
	await page.getByTestId('export-open').click();
	await page.getByTestId('export-engine').locator('[data-value="server"]').click();
	await page.getByTestId('export-start').click();
	await leaveForExports(page);
	const job = page.getByTestId('job').first();
	await expect(job).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
	const [download] = await Promise.all([page.waitForEvent('download'), job.getByTestId('job-save').click()]);
	await download.saveAs(info.outputPath('clip.mp4'));
	const first = own.indexOf((await readFrameNumbers(info.outputPath('clip.mp4')))[0] ?? -1);
	expect(await readFrameNumbers(info.outputPath('clip.mp4'))).toEqual(own.slice(first, first + 30));
});

test('another quality is chosen by the keyboard, keeps place and playing, and is remembered', async ({ page }) => {
	const media = dataFolder();
	copyFileSync(fixturePath('long-gop.mp4'), join(media, 'walk.mp4'));
	await page.setViewportSize(sizes.phone);
	await open(page, await serve({ MEDIA_DIRS: media }), 'walk.mp4');
	const quality = page.getByTestId('quality');
	await expect(quality).toHaveValue('original');
	await goTo(page, '0:20.000');
	await expect.poll(() => numberSeen(page)).toBe(600);
	await quality.focus();
	await page.keyboard.type('Pot');
	await expect(quality).toHaveValue('potato');
	await expect(page.getByTestId('quality-progress')).toContainText('Making the');
	await expect(page.getByTestId('quality-progress')).toHaveCount(0, { timeout: 60_000 });
	expect([await shownFrame(page), await numberSeen(page)]).toEqual([600, 600]);
	await page.getByTestId('play').click();
	await expect.poll(() => shownFrame(page)).toBeGreaterThan(620);
	await quality.selectOption('original');
	const at = await shownFrame(page);
	await expect.poll(() => shownFrame(page)).toBeGreaterThan(at + 30);
	await page.getByTestId('play').click();
	await expect.poll(async () => (await numberSeen(page)) === (await shownFrame(page))).toBe(true);
	await quality.selectOption('potato');
	await page.reload();
	await expect(quality).toHaveValue('potato');
});

test('a server that goes away leaves the picture and one line, and all goes on when it is back', async ({ page }) => {
	const [media, data] = [dataFolder(), dataFolder()];
	copyFileSync(fixturePath('h264-aac-10min.mp4'), join(media, 'long.mp4'));
	const server = await serve({ MEDIA_DIRS: media, DATA_DIR: data });
	await open(page, server, 'long.mp4');
	await page.getByTestId('quality').selectOption('potato');
	await expect(page.getByTestId('quality-progress')).toContainText('Making the');
	await goTo(page, '0:10.000');
	await expect.poll(() => numberSeen(page)).toBe(300);
	await page.getByTestId('play').click();
	await expect.poll(() => shownFrame(page)).toBeGreaterThan(310);
	server.child.kill('SIGKILL');
	await once(server.child, 'close');
	await goTo(page, '8:00.000');
	const player = page.getByTestId('player');
	await expect(player).toHaveAttribute('data-message', /is away/, { timeout: 40_000 });
	expect(await numberSeen(page)).not.toBeNull();
	await serve({ MEDIA_DIRS: media, DATA_DIR: data, PORT: String(server.port) });
	await expect(player).toHaveAttribute('data-message', '', { timeout: 40_000 });
	await expect.poll(() => shownFrame(page), { timeout: 40_000 }).toBeGreaterThan(8 * 60 * 30);
	await page.getByTestId('play').click();
	await expect.poll(async () => (await numberSeen(page)) === (await shownFrame(page))).toBe(true);
});

test('a quality that is chosen while the server is away is seen when it is back', async ({ page }) => {
	const [media, data] = [dataFolder(), dataFolder()];
	copyFileSync(fixturePath('long-gop.mp4'), join(media, 'walk.mp4'));
	const server = await serve({ MEDIA_DIRS: media, DATA_DIR: data });
	await open(page, server, 'walk.mp4');
	server.child.kill('SIGKILL');
	await once(server.child, 'close');
	await page.getByTestId('quality').selectOption('potato');
	await expect(page.getByTestId('quality-line')).toHaveText(
		'The server is away. You see this quality when it is back.',
	);
	await serve({ MEDIA_DIRS: media, DATA_DIR: data, PORT: String(server.port) });
	await expect(page.getByTestId('quality-progress')).toContainText('Making the', { timeout: 40_000 });
	await expect(page.getByTestId('quality-line')).toHaveCount(0);
	await expect(page.getByTestId('quality-progress')).toHaveCount(0, { timeout: 60_000 });
	await goTo(page, '0:20.000');
	await expect.poll(() => numberSeen(page)).toBe(600);
	await expect(page.getByTestId('quality')).toHaveValue('potato');
});
