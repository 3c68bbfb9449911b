import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join, relative } from 'node:path';
import { BlobReader, ZipReader } from '@zip.js/zip.js';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { dataFolder } from '../data-folder.ts';
import { displaySize, probeFile, readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath } from '../fixtures/make.ts';
import { type OwnServer, startServer } from '../sync/own-server.ts';
import { expect, sizes, test } from './app.ts';

/* Clips that the server makes for its own folder: a real process, real sockets, the real ffmpeg. */

const started: ChildProcess[] = [];
const contexts: BrowserContext[] = [];
test.afterEach(async () => {
	for (const context of contexts.splice(0)) await context.close();
	for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function freePort(): Promise<number> {
	const taken = createServer().listen(0);
	await once(taken, 'listening');
	const { port } = taken.address() as AddressInfo;
	taken.close();
	await once(taken, 'close');
	return port;
}

/** A server for other devices, at an address where browsers allow everything, as behind a proxy with https. */
async function newHome(more: Record<string, string> = {}) {
	const [media, data, out, port] = [dataFolder(), dataFolder(), dataFolder(), await freePort()];
	copyFileSync(fixturePath('h264-aac-60s.mp4'), join(media, 'walk.mp4'));
	const home = `http://localhost:${port}`;
	const folders = { MEDIA_DIRS: media, DATA_DIR: data, EXPORT_DIR: out };
	const start = async (): Promise<OwnServer> => {
		const env = { ...folders, HOST: '0.0.0.0', PORT: String(port), PUBLIC_URL: home, MAX_JOBS: '1', ...more };
		const server = await startServer(env);
		started.push(server.child);
		return server;
	};
	return { home, out, start, server: await start() };
}

async function newPage(browser: Browser, kind: keyof typeof sizes): Promise<Page> {
	const phone = kind === 'phone' ? { hasTouch: true, isMobile: true } : {};
	const context = await browser.newContext({ viewport: sizes[kind], ...phone });
	contexts.push(context);
	return context.newPage();
}

async function openOnServer(page: Page, home: string, name: string): Promise<void> {
	await page.goto(`${home}/`);
	await page.getByTestId('library-place').locator('[data-value="server"]').click();
	await page.getByRole('button', { name }).click();
	await expect(page.getByTestId('player')).toHaveAttribute('data-state', 'ready');
}

async function setField(page: Page, testId: string, value: string): Promise<void> {
	await page.getByTestId(testId).fill(value);
	await page.getByTestId(testId).press('Enter');
}

test('a phone has the server make a batch, which survives its death and is marked on every device at once', async ({
	browser,
}) => {
	test.setTimeout(400_000);
	const { home, out, start, server } = await newHome();

	const phone = await newPage(browser, 'phone');
	await phone.goto(/http:\S+\/pair#\S+/.exec(server.said)?.[0] ?? '');
	await expect(phone.getByTestId('pair')).toHaveAttribute('data-state', 'connected');
	await phone.goto(`${home}/settings`);
	await phone.getByTestId('server-invite').click();
	const code = (await phone.getByTestId('server-invitation').getAttribute('data-code')) ?? '';
	const desk = await newPage(browser, 'desktop');
	await desk.goto(`${home}/pair#${code}`);
	await expect(desk.getByTestId('pair')).toHaveAttribute('data-state', 'connected');
	await openOnServer(desk, home, 'walk.mp4');

	await openOnServer(phone, home, 'walk.mp4');
	await phone.locator('[data-testid="panel-tab"][data-value="batch"]').click();
	await setField(phone, 'batch-length', '12');
	await setField(phone, 'batch-count', '5');
	await setField(phone, 'batch-spread', '10');
	await setField(phone, 'label', 'a walk');
	await phone.getByTestId('export-destination').locator('[data-value="server"]').click();
	await phone.getByTestId('batch-export').click();
	await expect(phone.getByTestId('batch-summary')).toContainText('walk_002');

	await phone.goto(`${home}/exports`);
	const group = phone.getByTestId('job-group');
	await phone.getByTestId('group-open').click();
	// In the middle: some are done, one is half made, some wait.
	await expect
		.poll(
			() =>
				phone.getByTestId('job').evaluateAll((rows) => {
					const jobs = rows.map((row) => (row as HTMLElement).dataset);
					const isHalf = ({ state, progress }: DOMStringMap) =>
						state === 'running' && Number(progress) > 0.15 && Number(progress) < 0.8;
					return [...new Set(jobs.map((job) => (isHalf(job) ? 'half made' : job['state'])))].sort().join(', ');
				}),
			{ intervals: [50], timeout: 180_000 },
		)
		.toBe('done, half made, queued');
	server.child.kill('SIGKILL');
	await once(server.child, 'close');
	await expect(phone.locator('[data-testid="job"][data-state="running"]')).toContainText('Waits for', {
		timeout: 40_000,
	});
	const madeBefore = readdirSync(out, { recursive: true }).filter((name) => String(name).endsWith('.mp4')).length;
	expect(madeBefore).toBeLessThan(5);

	await start();
	await expect(group).toHaveAttribute('data-state', 'done', { timeout: 200_000 });
	await expect(group).toHaveAttribute('data-done', '5');
	await expect(desk.getByTestId('marker')).toHaveCount(1);

	const files = [0, 1, 2, 3, 4].map((n) => `walk_001/walk_001_${n}.mp4`);
	for (const [n, file] of files.entries()) {
		expect(displaySize(await probeFile(join(out, file)))).toEqual({ width: 910, height: 512 });
		const numbers = await readFrameNumbers(join(out, file));
		expect(numbers).toEqual(Array.from({ length: 360 }, (_, i) => n * 300 + i));
	}
	const there = readdirSync(join(out, 'walk_001')).filter((name) => name.endsWith('.mp4'));
	expect(there.sort()).toEqual(files.map((file) => file.split('/')[1]));
	expect(existsSync(join(out, '.parts')) ? readdirSync(join(out, '.parts')) : []).toEqual([]);
	const dataset = JSON.parse(readFileSync(join(out, 'dataset.json'), 'utf8')) as { path: string; label: string }[];
	expect(dataset.map(({ path }) => path).sort()).toEqual(files);
});

const clipsIn = (folder: string): string[] =>
	existsSync(folder)
		? readdirSync(folder)
				.filter((name) => name.endsWith('.mp4'))
				.sort()
		: [];

async function setBatch(page: Page, count: number): Promise<void> {
	await page.locator('[data-testid="panel-tab"][data-value="batch"]').click();
	await setField(page, 'batch-length', '1');
	await setField(page, 'batch-spread', '1');
	await setField(page, 'batch-count', String(count));
}

test('a page that was closed finds its batch made; the group is replaced in its place, and deleted from the disk', async ({
	browser,
}) => {
	const { home, out, server } = await newHome({ AUTH: 'none' });
	expect(server.said).not.toContain('/pair#');
	const page = await newPage(browser, 'desktop');
	await openOnServer(page, home, 'walk.mp4');
	await setBatch(page, 3);
	await setField(page, 'label', 'a walk');
	await page.getByTestId('export-destination').locator('[data-value="server"]').click();
	await page.getByTestId('batch-export').click();
	await expect(page.getByTestId('batch-summary')).toContainText('walk_002');
	const address = page.url();
	const context = page.context();
	await page.close();

	const again = await context.newPage();
	await again.goto(address);
	await expect(again.getByTestId('marker')).toHaveCount(1);
	const folder = join(out, 'walk_001');
	await expect.poll(() => clipsIn(folder)).toHaveLength(3);
	const made = readFileSync(join(folder, 'walk_001_0.mp4'));

	await setBatch(again, 2);
	await expect(again.getByTestId('batch-summary')).toContainText('walk_002');
	await again.getByTestId('marker').dblclick();
	await setField(again, 'batch-count', '2');
	await setField(again, 'batch-short-side', '144');
	await again.getByTestId('batch-export').click();
	await again.getByTestId('confirm-yes').click();
	await expect.poll(() => clipsIn(folder)).toEqual(['walk_001_0.mp4', 'walk_001_1.mp4']);
	await expect.poll(() => readFileSync(join(folder, 'walk_001_0.mp4')).equals(made)).toBe(false);
	await again.getByTestId('status').click();
	await expect(again.locator('[data-testid="job-group"][data-state="done"]').first()).toHaveAttribute('data-done', '2');
	for (const [n, name] of clipsIn(folder).entries()) {
		expect(displaySize(await probeFile(join(folder, name)))).toEqual({ width: 256, height: 144 });
		expect(await readFrameNumbers(join(folder, name))).toEqual(Array.from({ length: 30 }, (_, i) => n * 30 + i));
	}
	expect(clipsIn(folder)).toHaveLength(2);
	const group = again.locator('[data-testid="job-group"][data-state="done"]').first();
	const [zip] = await Promise.all([again.waitForEvent('download'), group.getByTestId('group-save').click()]);
	expect(zip.suggestedFilename()).toBe('walk_001.zip');
	const kept = readFileSync(await zip.path());
	for (const name of clipsIn(folder)) expect(kept.includes(readFileSync(join(folder, name)))).toBe(true);
	const entries = await new ZipReader(new BlobReader(new Blob([kept]))).getEntries();
	const inGroup = (name: string): boolean => !name.includes('/') || name.startsWith('walk_001/');
	const onDisk = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
	expect(entries.map(({ filename }) => filename).sort()).toEqual(
		onDisk
			.map(({ parentPath, name }) => relative(out, join(parentPath, name)))
			.filter(inGroup)
			.sort(),
	);
	expect(kept.includes(readFileSync(join(out, 'dataset.json')))).toBe(true);

	await again.goto(address);
	await again.locator('[data-testid="panel-tab"][data-value="marks"]').click();
	await again.getByTestId('marker-delete').click();
	await again.getByTestId('confirm-yes').click();
	await expect(again.getByTestId('marker')).toHaveCount(0);
	// The mark goes before the folder that is empty then.
	await expect.poll(() => existsSync(folder)).toBe(false);
	expect(JSON.parse(readFileSync(join(out, 'dataset.json'), 'utf8'))).toEqual([]);
	await again.getByRole('link', { name: 'Exports' }).click();
	await expect(again.getByText('No exports in this list')).toBeVisible();
});

test('at an address without https, where browsers keep nothing, clips go to the server by themselves', async ({
	browser,
}) => {
	const lan = Object.values(networkInterfaces())
		.flatMap((found) => found ?? [])
		.find(({ internal, family }) => !internal && family === 'IPv4');
	test.skip(lan === undefined, 'this machine is in no network');
	const { home, out } = await newHome({ AUTH: 'none' });
	const page = await newPage(browser, 'phone');
	await page.goto(home.replace('localhost', lan?.address ?? ''));
	await page.getByTestId('library-place').locator('[data-value="server"]').click();
	await page.getByRole('button', { name: 'walk.mp4' }).click();
	await setBatch(page, 2);
	await expect(page.getByTestId('export-destination').locator('[data-value="server"]')).toBeChecked();
	await page.getByTestId('batch-export').click();
	await expect.poll(() => clipsIn(join(out, 'walk_001'))).toHaveLength(2);
	await page.getByRole('link', { name: 'Exports' }).click();
	await expect(page.getByTestId('job-group')).toHaveAttribute('data-state', 'done');
	await page.getByTestId('group-open').click();
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('job-save').first().click()]);
	expect(await readFrameNumbers(await download.path())).toHaveLength(30);
});
