import type { Browser, BrowserContext, Page } from '@playwright/test';
import { copyFile, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_BATCH } from '#core/batch/batch';
import { encodeSeries, type CameraPath } from '#core/crop/camera-path';
import { WHOLE_FRAME } from '#core/crop/crop';
import type { CropTrack } from '#core/crop/crop-track';
import { DEFAULT_FILM } from '#core/film/film';
import type { Project } from '#core/project/project';
import { openProjectFile, writeProjectFile } from '../../src/lib/storage/project-file.ts';
import { createApp } from '../../sync-server/app.ts';
import { readConfig } from '../../sync-server/config.ts';
import { listen } from '../../sync-server/listen.ts';
import { createLog } from '../../sync-server/log/logger.ts';
import { openServices, type Services } from '../../sync-server/open-services.ts';
import { fixturePath } from '../fixtures/make.ts';
import { dataFolder } from '../data-folder.ts';
import { addFilms, cardOf, expect, test } from './app.ts';

/* Two devices (contexts of their own) and a real server in this process. */

const FILM = 'h264-aac-60s.mp4';
const closing: (() => Promise<unknown>)[] = [];
test.afterEach(async () => {
	for (const close of closing.splice(0).reverse()) await close();
});

interface Server {
	readonly url: string;
	readonly services: Services;
}

async function serve(env: Record<string, string> = {}): Promise<Server> {
	const config = readConfig({ ...env, DATA_DIR: dataFolder(), PORT: '0', HOST: 'localhost', LOG_LEVEL: 'silent' });
	if (!config.ok) throw new Error(config.error);
	const services = await openServices(config.value, createLog('silent'));
	if (!services.ok) throw new Error(services.error);
	const appFolder = fileURLToPath(new URL('../../build/', import.meta.url));
	const app = createApp({ appFolder, version: '0', onError: console.error, ...services.value });
	const server = await listen((request, env) => app.fetch(request, env), config.value);
	if (!server.ok) throw new Error(server.error);
	services.value.start();
	closing.push(async () => {
		await server.value.close(200);
		await services.value.close();
	});
	return { url: server.value.url, services: services.value };
}

async function device(browser: Browser, { url }: Server): Promise<{ page: Page; context: BrowserContext }> {
	const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
	closing.push(() => context.close());
	return { context, page: await context.newPage() };
}

/** A camera path that is far too long for a document: every frame bends. */
const longPath = (): CameraPath => ({
	...{ id: 'long', inS: 0, outS: 60, style: 'lively', labels: [], picks: [], fixes: [] },
	x: encodeSeries(Float64Array.from({ length: 30_000 }, (_, n) => 0.5 + 0.2 * Math.sin(n))),
	y: encodeSeries(Float64Array.from({ length: 30_000 }, (_, n) => 0.5 + 0.2 * Math.cos(n))),
});

async function projectFile(media: string, path: CameraPath): Promise<Buffer> {
	const pieces: Uint8Array[] = [];
	const sink = new WritableStream<Uint8Array>({ write: (piece) => void pieces.push(piece.slice()) });
	const track: CropTrack = { base: WHOLE_FRAME, keyframes: [], interpolation: 'step', paths: [path] };
	const project: Project = {
		...{ id: 'from-afar', schemaVersion: 1, name: 'Followed', media: { [media]: { name: FILM } } },
		...{ segments: [], crops: { [media]: track }, film: [], filmSettings: DEFAULT_FILM, batch: DEFAULT_BATCH },
	};
	const file = { fingerprint: media, name: FILM, bytes: Number(media.split('-')[0]) };
	await writeProjectFile(sink, { format: 'octocut', version: 1, project, media: [file], profiles: [] }, []);
	return Buffer.concat(pieces);
}

async function openFilm(page: Page): Promise<void> {
	await cardOf(page, FILM).getByTestId('open-media').click();
	await page.locator('[data-testid="player"][data-state="ready"]').waitFor({ timeout: 30_000 });
}

async function mark(page: Page, from: string, to: string): Promise<void> {
	for (const [time, edge] of [
		[from, 'in'],
		[to, 'out'],
	] as const) {
		await page.getByTestId('timecode').fill(time);
		await page.getByTestId('timecode').press('Enter');
		await page.getByTestId(`mark-${edge}`).click();
	}
}

/** Opens the project of that name; resolves when it stands so with the server. */
async function openProject(page: Page, name: string): Promise<void> {
	await page.getByTestId('projects-open').click();
	await page.getByRole('button', { name: `Open ${name}` }).click();
	await expect(page.getByTestId('projects')).toHaveCount(0);
}

test('a project goes to another device; what both edit without the server is on both afterwards, in every tab', async ({
	browser,
}) => {
	const server = await serve();
	const [a, b] = [await device(browser, server), await device(browser, server)];
	await addFilms(a.page, FILM);
	await a.page.getByTestId('projects-open').click();
	await a.page.getByTestId('project-new-name').fill('Holiday');
	await a.page.getByTestId('project-create').click();
	await openFilm(a.page);
	await mark(a.page, '0:01', '0:02');

	await addFilms(b.page, FILM);
	await expect
		.poll(() => server.services.sync.documents.list('project').map(({ title }) => title))
		.toContain('Holiday');
	await openProject(b.page, 'Holiday');
	await openFilm(b.page);
	await expect(b.page.getByTestId('segment')).toHaveCount(1);

	await a.context.setOffline(true);
	await b.context.setOffline(true);
	await mark(a.page, '0:05', '0:06');
	await mark(b.page, '0:10', '0:12');
	await mark(b.page, '0:20', '0:22');
	await expect(a.page.getByTestId('segment')).toHaveCount(2);
	await expect(b.page.getByTestId('segment')).toHaveCount(3);
	await a.context.setOffline(false);
	await b.context.setOffline(false);
	await expect(a.page.getByTestId('segment')).toHaveCount(4);
	await expect(b.page.getByTestId('segment')).toHaveCount(4);

	// Undo takes back what was made here, not what came.
	await b.page.getByTestId('undo').click();
	await expect(a.page.getByTestId('segment')).toHaveCount(3);

	const tab = await a.context.newPage();
	await tab.goto(a.page.url());
	await tab.locator('[data-testid="player"][data-state="ready"]').waitFor({ timeout: 30_000 });
	await expect(tab.getByTestId('segment')).toHaveCount(3);
	await mark(tab, '0:30', '0:31');
	await expect(a.page.getByTestId('segment')).toHaveCount(4);
	await expect(b.page.getByTestId('segment')).toHaveCount(4);
});

test('a marker that the server writes is there at once on every device', async ({ browser }) => {
	const server = await serve();
	const [a, b] = [await device(browser, server), await device(browser, server)];
	await addFilms(a.page, FILM);
	await addFilms(b.page, FILM);
	await expect(a.page.getByTestId('status')).toHaveAttribute('data-server', 'connected');
	await expect(b.page.getByTestId('status')).toHaveAttribute('data-server', 'connected');
	const media = /\/edit\/([^/]+)/.exec(
		(await cardOf(a.page, FILM).getByRole('link').first().getAttribute('href')) ?? '',
	)?.[1];
	const marker = {
		...{ id: 'm', media: media ?? '', mediaName: FILM, atS: 1, counter: 1, batch: DEFAULT_BATCH },
		crop: { base: WHOLE_FRAME, keyframes: [], interpolation: 'step' as const },
		...({ seed: 7, label: 'a dog', category: 'Animal', destination: 'server' } as const),
		createdAt: '2026-01-01T00:00:00.000Z',
	};
	const { profiles, documents } = server.services.sync;
	// A second tab has a socket of its own: what each tells the other, and both tell the server, is one change.
	const tab = await a.context.newPage();
	await tab.goto('/');
	await expect(tab.getByTestId('status')).toHaveAttribute('data-server', 'connected');
	expect(profiles.recordClip('default', marker, { path: 'a.mp4', inS: 1, outS: 2 })).toEqual({ ok: true });
	for (const page of [a.page, tab, b.page]) await expect(cardOf(page, FILM)).toHaveAttribute('data-groups', '1');
	const { document, release } = documents.hold('profile:default');
	expect([document.doc.getMap('markers').size, document.doc.getMap('clips').size]).toEqual([1, 1]);
	release();
	profiles.forgetClips('default', 'm', ['a.mp4']);
	for (const page of [a.page, tab, b.page]) await expect(cardOf(page, FILM)).toHaveAttribute('data-groups', '0');
});

test('a project that is removed from every device is gone on the other one, which says so', async ({ browser }) => {
	const server = await serve();
	const [a, b] = [await device(browser, server), await device(browser, server)];
	await addFilms(a.page, FILM);
	await addFilms(b.page, FILM);
	await a.page.getByTestId('projects-open').click();
	await a.page.getByTestId('project-new-name').fill('Draft');
	await a.page.getByTestId('project-create').click();
	await expect.poll(() => server.services.sync.documents.list('project').map(({ title }) => title)).toContain('Draft');
	await openProject(b.page, 'Draft');
	await openFilm(b.page);
	await a.page.getByTestId('projects-open').click();
	const row = a.page.getByTestId('project-row').filter({ hasText: 'Draft' });
	await row.getByTestId('project-more').click();
	await a.page.getByTestId('project-remove-everywhere').click();
	await a.page.getByTestId('confirm-yes').click();
	await expect(a.page.getByTestId('project-row').filter({ hasText: 'Draft' })).toHaveCount(0);
	await expect(b.page.getByText('This project was removed on another device. Choose another project.')).toBeVisible();
});

test('a profile is listed, renamed and removed on every device', async ({ browser }) => {
	const server = await serve();
	const [a, b] = [await device(browser, server), await device(browser, server)];
	await addFilms(a.page, FILM);
	await addFilms(b.page, FILM);
	const titles = (): string[] => server.services.sync.documents.list('profile').map(({ title }) => title);
	const make = async (page: Page, name: string): Promise<void> => {
		await page.getByTestId('profile').click();
		await page.getByRole('option', { name: 'New profile' }).click();
		await page.getByTestId('profile-name').fill(name);
		await page.getByTestId('profile-make').click();
		await expect(page.getByTestId('profile')).toContainText(name);
	};
	await make(a.page, 'Wedding');
	await expect.poll(titles).toContain('Wedding');

	await b.page.getByTestId('profile').hover();
	await b.page.getByTestId('profile').click();
	await b.page.getByRole('option', { name: 'Wedding (on the server)' }).click();
	await expect(b.page.getByTestId('profile')).toHaveText(/^Wedding/);

	await a.page.getByTestId('profile-more').click();
	await a.page.getByTestId('profile-rename').click();
	await a.page.getByTestId('profile-name').fill('Wedding 2026');
	await a.page.getByTestId('profile-make').click();
	for (const { page } of [a, b]) await expect(page.getByTestId('profile')).toContainText('Wedding 2026');
	await expect.poll(titles).toContain('Wedding 2026');
	// The old name is free again, and means another profile.
	await make(a.page, 'Wedding');
	await expect(a.page.getByTestId('profile')).toHaveAttribute('data-value', 'Wedding 2');

	await b.page.getByTestId('profile').hover();
	await b.page.getByTestId('profile-more').click();
	await b.page.getByTestId('profile-remove-everywhere').click();
	await b.page.getByTestId('confirm-yes').click();
	await expect(b.page.getByTestId('profile')).toHaveAttribute('data-value', 'default');
	await expect.poll(titles).not.toContain('Wedding 2026');
	await a.page.getByTestId('profile').hover();
	await a.page.getByTestId('profile').click();
	await expect(a.page.getByRole('option')).toHaveText(['default', 'Wedding', 'New profile …']);
	expect(titles().sort()).toEqual(['Wedding', 'default']);
});

test('a long camera path is on the other device the same array, though no document holds it', async ({ browser }) => {
	const server = await serve();
	const [a, b] = [await device(browser, server), await device(browser, server)];
	await addFilms(a.page, FILM);
	await addFilms(b.page, FILM);
	const media = /\/edit\/([^/]+)/.exec(
		(await cardOf(a.page, FILM).getByRole('link').first().getAttribute('href')) ?? '',
	)?.[1];
	await a.page.getByTestId('projects-open').click();
	await a.page.getByTestId('project-new-name').fill('Followed');
	await a.page.getByTestId('project-create').click();
	await openFilm(a.page);
	await mark(a.page, '0:01', '0:02');
	const path = longPath();
	await a.page.getByTestId('import-segments').setInputFiles({
		...{ name: 'followed.octocut', mimeType: 'application/zip' },
		buffer: await projectFile(media ?? '', path),
	});
	await expect(a.page.getByTestId('import-report')).toBeVisible();
	const size = (): number =>
		server.services.sync.documents.list('project').find(({ title }) => title === 'Followed')?.bytes ?? 0;
	await expect.poll(size).toBeGreaterThan(500);

	await openProject(b.page, 'Followed');
	await openFilm(b.page);
	await expect(b.page.getByTestId('segment')).toHaveCount(1);
	expect(size()).toBeLessThan(10_000);
	await b.page.locator('[data-testid="panel-tab"][data-value="lists"]').click();
	const [download] = await Promise.all([
		b.page.waitForEvent('download'),
		b.page.locator('[data-testid="export-as"][data-value="octocut"]').click(),
	]);
	const saved = await openProjectFile(new Blob([await readFile(await download.path())]));
	expect(saved.ok && saved.value.content.crops[media ?? '']?.paths).toEqual([path]);
});

test('a project made from a local file opens on another device against the server’s copy of that file', async ({
	browser,
}) => {
	const films = await mkdtemp(join(tmpdir(), 'octocut-films-'));
	await copyFile(fixturePath(FILM), join(films, 'the same under another name.mp4'));
	const server = await serve({ MEDIA_DIRS: films });
	const [a, b] = [await device(browser, server), await device(browser, server)];
	await addFilms(a.page, FILM);
	await a.page.getByTestId('projects-open').click();
	await a.page.getByTestId('project-new-name').fill('Far');
	await a.page.getByTestId('project-create').click();
	await openFilm(a.page);
	await mark(a.page, '0:01', '0:02');
	const titles = (): string[] => server.services.sync.documents.list('project').map(({ title }) => title);
	await expect.poll(titles).toContain('Far');

	await b.page.goto('/');
	await openProject(b.page, 'Far');
	await expect(b.page.getByTestId('missing-files')).toContainText('The server has it.');
	await b.page.getByTestId('add-from-server').click();
	const card = cardOf(b.page, 'the same under another name.mp4');
	await expect(card).toHaveAttribute('data-state', 'ready', { timeout: 30_000 });
	await expect(b.page.getByTestId('missing-files')).toHaveCount(0);
	await card.getByTestId('open-media').click();
	await b.page.locator('[data-testid="player"][data-state="ready"]').waitFor({ timeout: 30_000 });
	await expect(b.page.getByTestId('segment')).toHaveCount(1);
});
