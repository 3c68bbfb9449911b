import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameAt } from '#core/time/frame-index';
import { chromiumLaunch } from '../chromium.ts';
import { readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath } from '../fixtures/make.ts';
import { GatedFfmpeg } from '../gated-ffmpeg.ts';
import type { Tools } from '../media-page/page.ts';
import { MediaServer } from '../media-server.ts';

declare const tools: Tools;

const its = new MediaServer();
const appFolder = join(its.folder, 'app');
let browser: Browser;
let page: Page;

beforeAll(async () => {
	mkdirSync(appFolder);
	writeFileSync(
		join(appFolder, 'index.html'),
		'<!doctype html><title>media</title><script type="module" src="/page.js"></script>',
	);
	await build({
		configFile: false,
		logLevel: 'error',
		build: {
			outDir: appFolder,
			emptyOutDir: false,
			minify: false,
			lib: {
				entry: fileURLToPath(new URL('../media-page/page.ts', import.meta.url)),
				formats: ['es'],
				fileName: () => 'page.js',
			},
		},
	});
	for (const name of viewed) if (existsSync(fixturePath(name))) copyFileSync(fixturePath(name), join(its.media, name));
	await its.start({ appFolder });
	browser = await chromium.launch(chromiumLaunch());
	page = await (await browser.newContext()).newPage();
	await page.goto(its.url);
	await page.waitForFunction(() => 'tools' in globalThis);
});
afterAll(async () => {
	await browser.close();
	await its.stop();
	its.remove();
	expect(its.errors).toEqual([]);
});

const canPlayHls = () =>
	page.evaluate(() => document.createElement('video').canPlayType('application/vnd.apple.mpegurl'));

test('a film plays while it is made, and shows the frame that is asked for wherever one goes', async () => {
	if ((await canPlayHls()) === '') return;
	const src = its.of('long-gop.mp4', 'live/potato/index.m3u8');
	// In the middle of frames; far ahead, back, over a seam.
	const frames = [1350, 30, 1799, 122, 123, 900];
	const watched = await page.evaluate(([from, times]) => tools.watch(from, times), [
		src,
		frames.map((frame) => (frame + 0.5) / 30),
	] as const);
	expect(watched).toMatchObject({ videoWidth: 640, videoHeight: 360, numbers: frames });
	expect(Math.abs(watched.duration - 60)).toBeLessThan(0.1);
});

test.each(['hevc.mp4', 'mpeg4-mp3.avi'])('%s, which this browser does not play, plays', async (name) => {
	if ((await canPlayHls()) === '' || !existsSync(fixturePath(name))) return;
	const timesS = [100.5 / 30, 20.5 / 30];
	const src = its.of(name, 'live/low/index.m3u8');
	const watched = await page.evaluate(([from, times]) => tools.watch(from, times), [src, timesS] as const);
	const probed = await its.rooms.library.probe(its.item(name).id);
	if (!probed.ok) throw new Error(name);
	// The start of the film is the start of what is played.
	const { index, facts } = probed.value;
	expect(watched.numbers).toEqual(timesS.map((timeS) => frameAt(index, facts.firstTimestampS + timeS)));
});

test('a whole copy and the file itself play by range', async () => {
	await fetch(its.of('long-gop.mp4', 'stream?quality=low'));
	await its.jobsDone();
	for (const what of ['raw', 'stream?quality=low']) {
		const watched = await page.evaluate((from) => tools.watch(from, [50.5, 3.01]), its.of('long-gop.mp4', what));
		expect([what, watched.numbers]).toEqual([what, [1515, 90]]);
	}
});

const viewed = ['long-gop.mp4', 'hevc.mp4', 'mpeg4-mp3.avi', 'vfr.mp4', 'first-timestamp-5s.mp4', 'h264-aac.ts'];
viewed.push('edit-list.mp4', 'open-gop.mp4', 'rotated-90.mp4', 'ntsc.mp4');

describe.each(viewed)('through a copy, %s', (name) => {
	const isThere = existsSync(fixturePath(name));
	/** What the pictures of the file itself carry, by frame. */
	let read: Promise<number[]> | undefined;
	const numbers = () => (read ??= readFrameNumbers(fixturePath(name)));
	const wanted = (count: number) => [count - 1, 0, ...[0.9, 0.13, 0.5, 0.51, 0.2].map((at) => Math.floor(at * count))];

	test.runIf(isThere).each([
		['made while it is looked at', true],
		['that is whole', false],
	])('%s shows the very frame that is asked for', async (_, live) => {
		const { id } = its.item(name);
		if (!live) {
			await fetch(its.of(name, 'stream?quality=low'));
			await its.jobsDone();
		}
		const own = await numbers();
		const frames = wanted(own.length);
		const { shown, paused } = await page.evaluate(([media, isLive, which]) => tools.view(media, 'low', isLive, which), [
			id,
			live,
			[...frames.slice(2), ...frames.slice(0, 2)],
		] as const);
		expect(shown).toEqual([...frames.slice(2), ...frames.slice(0, 2)].map((frame) => [frame, own[frame]]));
		expect(paused[1]).toBe(own[paused[0] ?? -1]);
	});
});

test('a piece that breaks off while it is looked at comes anew, and its frames are the right ones', async () => {
	const other = new MediaServer();
	const gated = new GatedFfmpeg(other.folder);
	copyFileSync(fixturePath('long-gop.mp4'), join(other.media, 'long-gop.mp4'));
	await other.start({ appFolder, ffmpegPath: gated.path });
	const looker = await browser.newPage();
	try {
		await looker.goto(other.url);
		await looker.waitForFunction(() => 'tools' in globalThis);
		const frames = [0, 100, 122, 123, 7];
		const began = looker.waitForResponse(/\/0\.m4s/);
		const { id } = other.item('long-gop.mp4');
		const viewing = looker.evaluate(([media, which]) => tools.view(media, 'potato', true, which), [
			id,
			frames,
		] as const);
		await began;
		gated.openBroken();
		const { shown, paused } = await viewing;
		expect(gated.hasBroken).toBe(true);
		expect(shown).toEqual(frames.map((frame) => [frame, frame]));
		expect(paused[1]).toBe(paused[0]);
	} finally {
		await looker.close();
		await other.stop();
		other.remove();
	}
});

test('the timeline gets its pictures and its waveform in the form in which it keeps them', async () => {
	const { id } = its.item('long-gop.mp4');
	const names = ['strip/128/0.webp', 'strip/64/20000000.webp', 'strip/128/20000001.webp', 'waveform.bin', 'other'];
	const got = await page.evaluate(([media, wanted]) => tools.derived(media, wanted), [id, names] as const);
	expect(got).toEqual(['228x128', '228x128', null, 24 + 6 + 3 * 12_000, null]);
});

const incoming = () => readdirSync(join(its.folder, 'uploads/.incoming'));

test('an upload that was broken off goes on after a reload, and is in the library once whole', async () => {
	const bytes = 50_000_000;
	const stopped = await page.evaluate((size) => tools.upload('Walk.mp4', size, 1, 20_000_000), bytes);
	expect(stopped.result).toBe('AbortError');
	const [part] = incoming().filter((name) => !name.endsWith('.json'));
	const kept = statSync(join(its.folder, 'uploads/.incoming', part!)).size;
	expect(kept).toBeGreaterThanOrEqual(16 * 1024 * 1024);
	await page.reload();
	await page.waitForFunction(() => 'tools' in globalThis);
	const resumed = await page.evaluate((size) => tools.upload('Walk.mp4', size, 1), bytes);
	expect(resumed.firstTold).toBeGreaterThanOrEqual(16 * 1024 * 1024);
	const item = its.item('Walk.mp4');
	expect(resumed.result).toEqual({ ok: true, value: item.id });
	expect(item).toMatchObject({ uploaded: true, bytes });
	const found = await its.rooms.library.find(item.id);
	const content = Buffer.from(new Uint8Array(bytes).map((_, n) => (n * 31 + 1) % 251));
	const hash = (of: Buffer) => createHash('sha256').update(of).digest('hex');
	expect(hash(readFileSync(found.ok ? found.value.path : ''))).toBe(hash(content));
	expect(incoming()).toEqual([]);
	const again = await page.evaluate((size) => tools.upload('Other name.mp4', size, 1), bytes);
	expect(again).toEqual({ result: { ok: true, value: item.id }, firstTold: 0 });
});

test('what is no media, or too large, is refused with a sentence', async () => {
	const refused = async (name: string, bytes: number) => {
		const { result } = await page.evaluate(([as, size]) => tools.upload(as, size, 2), [name, bytes] as const);
		return result;
	};
	expect(await refused('notes.txt', 1000)).toMatchObject({
		ok: false,
		error: { kind: 'refused', status: 415, error: { message: expect.stringContaining('notes.txt') as string } },
	});
	expect(await refused('list.m3u8', 1000)).toMatchObject({ error: { status: 415 } });
	await its.stop();
	await its.start({ appFolder, uploadMaxBytes: 1_000_000, port: Number(new URL(page.url()).port) });
	expect(await refused('big.mp4', 1_000_001)).toMatchObject({ error: { kind: 'refused', status: 413 } });
	expect(incoming()).toEqual([]);
});
