import AxeBuilder from '@axe-core/playwright';
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumLaunch } from '../chromium.ts';
import { shareServer } from './share-server.ts';

let its: Awaited<ReturnType<typeof shareServer>>;
let browser: Browser;
/** For looking at by hand: SHARE_PICTURES is a folder. */
const pictures = process.env['SHARE_PICTURES'];

beforeAll(async () => {
	its = await shareServer();
	its.captures.add({ id: 'clip' }, 30);
	its.captures.add({
		id: 'shot',
		format: 'jpeg',
		subtitle: 'S01E02 — On the Rails',
		name: 'A very long name '.repeat(12),
	});
	its.captures.add({ id: 'sound', format: 'mp3' });
	browser = await chromium.launch(chromiumLaunch());
}, 600_000);
afterAll(async () => {
	await browser.close();
	expect(its.errors).toEqual([]);
	await its.stop();
});

const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
	const context = await browser.newContext(options);
	const page = await context.newPage();
	await page.goto(its.url + path);
	return page;
}

async function findings(page: Page): Promise<string[]> {
	const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
	return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

async function picture(page: Page, name: string): Promise<void> {
	if (pictures === undefined) return;
	mkdirSync(pictures, { recursive: true });
	await page.screenshot({ path: join(pictures, `${name}.png`) });
}

for (const [size, viewport] of Object.entries(sizes)) {
	for (const colorScheme of ['dark', 'light'] as const) {
		test(`axe finds nothing and nothing overflows, ${colorScheme} on ${size}`, async () => {
			const { path: locked } = await its.share('clip', { password: 'x' });
			const places: Record<string, string> = {
				...{ clip: (await its.share('clip')).path, shot: (await its.share('shot', { expiresInS: null })).path },
				...{ sound: (await its.share('sound', { download: false })).path, locked, nowhere: '/s/nothing' },
			};
			for (const [name, path] of Object.entries(places)) {
				const page = await open(path, { viewport, colorScheme });
				if (name === 'clip') await page.waitForFunction(() => document.querySelector('video')!.readyState >= 1);
				expect(await findings(page), name).toEqual([]);
				const { scroll, width } = await page.evaluate(() => ({
					scroll: document.documentElement.scrollWidth,
					width: document.documentElement.clientWidth,
				}));
				expect(scroll, name).toBeLessThanOrEqual(width);
				await picture(page, `${name}-${size}-${colorScheme}`);
				if (name === 'locked') {
					await page.getByLabel('Password').fill('wrong');
					await page.keyboard.press('Enter');
					await page.getByRole('alert').waitFor();
					expect(await findings(page), 'wrong password').toEqual([]);
					await picture(page, `wrong-${size}-${colorScheme}`);
				}
				await page.context().close();
			}
		});
	}
}

describe('in a browser that is not signed in', () => {
	test('a clip plays and is saved', async () => {
		const page = await open((await its.share('clip')).path, { viewport: sizes.phone });
		const shown = await page.evaluate(async () => {
			const video = document.querySelector('video')!;
			video.muted = true;
			await video.play();
			const seeked = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
			video.currentTime = 20;
			await seeked;
			return [video.videoWidth, video.videoHeight];
		});
		expect(shown).toEqual([320, 180]);
		const [saved] = await Promise.all([page.waitForEvent('download'), page.getByTestId('share-download').click()]);
		expect(saved.suggestedFilename()).toBe('Night Train 0.41.12.mp4');
		await page.context().close();
	});

	test('a page that is open gets nothing more once the time is up', async () => {
		its.captures.add({ id: 'large' }, 0.2);
		// Noise: more than a browser reads ahead.
		const noise = ['-f', 'lavfi', '-i', 'color=gray:size=640x360:rate=25:duration=20', '-vf', 'noise=alls=100:allf=t'];
		const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '20', '-pix_fmt', 'yuv420p'];
		const file = its.captures.pathOf('large', 'mp4');
		execFileSync('ffmpeg', ['-v', 'error', '-y', ...noise, ...encode, '-movflags', '+faststart', file]);
		expect(statSync(file).size).toBeGreaterThan(40e6);
		const { path } = await its.share('large', { expiresInS: 3600 });
		const page = await open(path);
		await page.waitForFunction(() => document.querySelector('video')!.readyState >= 1);
		const part = () => page.request.get(`${its.url}${path}/media`, { headers: { Range: 'bytes=0-9' } });
		expect((await part()).status()).toBe(206);
		its.clock.now += 3_601_000;
		expect((await part()).status()).toBe(404);
		const failed = await page.evaluate(() => {
			const video = document.querySelector('video')!;
			const gone = new Promise((resolve) =>
				video.addEventListener('error', () => resolve(video.error?.code), { once: true }),
			);
			video.currentTime = 18;
			return gone;
		});
		expect([2, 4]).toContain(failed);
		await page.reload();
		await page.getByRole('heading', { name: 'This link leads nowhere' }).waitFor();
		await page.context().close();
	});

	test('without scripts a password is asked for, and a picture shows', async () => {
		const { path } = await its.share('shot', { password: 'open sesame' });
		const page = await open(path, { javaScriptEnabled: false });
		await page.keyboard.type('open');
		await page.keyboard.press('Enter');
		await page.getByRole('alert').waitFor();
		await page.getByLabel('Password').fill('open sesame');
		await page.getByTestId('share-unlock').click();
		await page.getByTestId('share-media').waitFor();
		expect(page.url()).toBe(its.url + path);
		await page.context().close();
	});

	test('the last view stays with the browser that has it', async () => {
		const { path } = await its.share('clip', { maxViews: 1 });
		const page = await open(path);
		await page.waitForFunction(() => document.querySelector('video')!.readyState >= 1);
		const other = await open(path);
		await other.getByRole('heading', { name: 'This link leads nowhere' }).waitFor();
		await page.reload();
		await page.waitForFunction(() => document.querySelector('video')!.readyState >= 1);
		await Promise.all([page, other].map((one) => one.context().close()));
	});
});
