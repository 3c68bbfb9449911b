/**
 * Takes the pictures that app stores and the README show, of the real app with films made by ffmpeg:
 * `npm run build`, then `npx tsx scripts/take-screenshots.ts [folder]`. The folder is `static/screenshots` unless given.
 */
import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { chromiumLaunch } from '../tests/chromium.ts';

const PORT = 8769;
const folder = process.argv[2] ?? 'static/screenshots';

/** Sources of ffmpeg that look like something. Name, source, length in seconds. */
const FILMS = [
	['Deep zoom.mp4', 'mandelbrot=size=1280x720:rate=25:start_scale=0.05:end_scale=0.0002:end_pts=900', 8],
	[
		'Drifting colours.webm',
		'gradients=size=1280x720:rate=30:c0=0x0b3d4a:c1=0x58c4d6:c2=0xe8b84f:c3=0x7a2e2e:n=4:speed=0.02',
		6,
	],
	['Sierpinski.mp4', 'sierpinski=size=1280x720:rate=30', 6],
	[
		'Slow spiral.mp4',
		'gradients=size=1280x720:rate=24:c0=0x1d2b53:c1=0x7e2553:c2=0xff77a8:c3=0xffccaa:n=4:type=spiral:speed=0.02',
		12,
	],
	[
		'Sunrise.mp4',
		'gradients=size=1920x1080:rate=30:c0=0xfff1c1:c1=0xf2994a:c2=0x1f3a5f:n=3:type=radial:x0=960:y0=980:x1=960:y1=0:speed=0.01',
		9,
	],
	['Portrait light.mp4', 'gradients=size=720x1280:rate=30:c0=0x1b1030:c1=0xd05a6e:c2=0xf0c27b:n=3:speed=0.03', 5],
] as const;

function makeFilms(to: string): string[] {
	return FILMS.map(([name, source, length]) => {
		const file = join(to, name);
		const codec = name.endsWith('webm')
			? ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8']
			: ['-c:v', 'libx264', '-preset', 'veryfast'];
		const sound = name.endsWith('webm') ? ['-c:a', 'libopus'] : ['-c:a', 'aac'];
		execFileSync('ffmpeg', [
			'-v',
			'error',
			'-y',
			'-f',
			'lavfi',
			'-i',
			source,
			'-f',
			'lavfi',
			'-i',
			'sine=440',
			'-t',
			String(length),
			...codec,
			'-pix_fmt',
			'yuv420p',
			...sound,
			file,
		]);
		return file;
	});
}

async function fill(page: Page, films: readonly string[]): Promise<void> {
	await page.goto(`http://localhost:${PORT}/`);
	await page.getByTestId('add-files').setInputFiles([...films]);
	for (const film of FILMS) {
		await page.locator(`[data-name="${film[0]}"][data-state="ready"] img`).waitFor();
	}
}

async function openEditor(page: Page): Promise<void> {
	await page.locator('[data-name="Deep zoom.mp4"]').getByTestId('open-media').click();
	await page.locator('[data-testid="player"][data-state="ready"]').waitFor();
	for (const [from, to] of [
		['1', '3.2'],
		['4.5', '6.4'],
	] as const) {
		for (const [time, mark] of [
			[from, 'mark-in'],
			[to, 'mark-out'],
		] as const) {
			await page.getByTestId('timecode').fill(time);
			await page.getByTestId('timecode').press('Enter');
			await page.waitForFunction(
				`Math.abs(document.querySelector('[data-testid=player]').dataset.time - ${time}) < 0.05`,
			);
			await page.getByTestId(mark).click();
		}
	}
	await page.getByTestId('crop-ratio').locator('[data-value="9:16"]').click();
	await page.mouse.move(0, 0);
	await page.waitForTimeout(500);
}

const films = await mkdtemp(join(tmpdir(), 'octocut-films-'));
const server = spawn('npx', ['tsx', 'sync-server/main.ts'], {
	env: { ...process.env, PORT: String(PORT), HOST: 'localhost', DATA_DIR: join(films, 'data') },
	stdio: ['ignore', 'pipe', 'inherit'],
	detached: true,
});
const browser = await chromium.launch(chromiumLaunch());
try {
	await mkdir(folder, { recursive: true });
	await once(server.stdout, 'data');
	const files = makeFilms(films);
	const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
	await fill(page, files);
	await page.screenshot({ path: join(folder, 'library-wide.jpg'), type: 'jpeg', quality: 88 });
	await openEditor(page);
	await page.screenshot({ path: join(folder, 'editor-wide.jpg'), type: 'jpeg', quality: 88 });
	const phone = await browser.newPage({
		viewport: { width: 390, height: 844 },
		deviceScaleFactor: 2,
		hasTouch: true,
		isMobile: true,
	});
	await fill(phone, files);
	await phone.screenshot({ path: join(folder, 'library-narrow.jpg'), type: 'jpeg', quality: 88 });
	await openEditor(phone);
	await phone.screenshot({ path: join(folder, 'editor-narrow.jpg'), type: 'jpeg', quality: 88 });
} finally {
	await browser.close();
	if (server.pid !== undefined) process.kill(-server.pid);
	await rm(films, { recursive: true });
}
