/** What the server makes of a task is what the browser makes of it: the same frames, size, lengths and times. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WHOLE_FRAME } from '../../src/lib/core/crop/crop.ts';
import { encodedVideo, type ExportTask } from '../../src/lib/core/export/export-task.ts';
import { buildPage, servePage } from '../bench/serve-page.ts';
import { chromiumLaunch } from '../chromium.ts';
import { filmTask, part } from '../film-task.ts';
import { displaySize, probeFile, readClicks, readFrameNumbers, readPicture } from '../fixtures/decode.ts';
import { fixturePath } from '../fixtures/make.ts';
import type { SourceCrop } from '../fixtures/read-bar.ts';
import { clip, cropOf, joined, needFilms, range, server, source } from './export-server.ts';

const NAME = 'h264-aac-60s.mp4';
needFilms(NAME, 'no-audio.mp4', 'vfr.mp4', 'rotated-90.mp4', 'h264-aac.mov', 'eight-b-frames.mp4');

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'octocut-same-'));
const kept = join(folder, 'kept');
let browser: Browser;
let served: { url: string; server: Server };
let page: Page;

beforeAll(async () => {
	mkdirSync(kept);
	const built = join(folder, 'page');
	await buildPage(built, 'tests/engine-page');
	served = await servePage(built, kept, [fixturePath('')]);
	browser = await chromium.launch(chromiumLaunch());
	page = await (await browser.newContext()).newPage();
	await page.goto(served.url);
	await page.waitForFunction(() => 'engines' in window);
}, 120_000);
afterAll(async () => {
	await browser.close();
	served.server.close();
	rmSync(folder, { recursive: true });
});

type EngineName = 'webcodecs' | 'ffmpeg-wasm';

/** The same tasks by both; where what came out lies, pair by pair. */
async function both(tasks: readonly ExportTask[], names: readonly string[], engine: EngineName = 'webcodecs') {
	const unique = tasks.map((task, n): ExportTask => ({ ...task, id: `task-${n}` }));
	for (const name of readdirSync(kept)) rmSync(join(kept, name));
	await page.evaluate(([by, all, from]) => window.engines.make(by, all, from), [engine, unique, names] as const);
	const { make } = await server();
	const pairs: { mine: string; theirs: string; files: readonly string[] }[] = [];
	for (const task of unique) {
		const { path, result, job } = await make(task);
		expect(job.notes).toEqual([]);
		pairs.push({ mine: path, theirs: join(kept, task.id), files: result.files });
	}
	return pairs;
}

/** When each picture is shown, in seconds. */
async function times(path: string): Promise<number[]> {
	const ask = ['-v', 'error', '-select_streams', 'V:0', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0', path];
	const { stdout } = await run('ffprobe', ask);
	return stdout.split('\n').flatMap((line) => (line === '' ? [] : [Number.parseFloat(line)]));
}

type Crop = SourceCrop | ((frame: number) => SourceCrop);

async function look(path: string, crop: Crop | undefined) {
	const probed = await probeFile(path);
	const sound = probed.streams.find(({ codec_type: type }) => type === 'audio');
	const [picture] = probed.streams.filter(({ codec_type: type }) => type === 'video');
	return {
		numbers: await readFrameNumbers(path, crop),
		times: await times(path),
		size: displaySize(probed),
		codecs: [picture?.codec_name, sound?.codec_name],
		clicks: sound === undefined ? [] : await readClicks(path),
	};
}

/** Encoders of sound differ in what they add before and behind. */
const SOUND_S = 0.03;

type Seen = Awaited<ReturnType<typeof look>>;

async function expectSame(mine: string, theirs: string, numbers: readonly number[] | undefined, crop?: Crop) {
	const [here, there] = [await look(mine, crop), await look(theirs, crop)];
	expect(here.numbers).toEqual(there.numbers);
	if (numbers !== undefined) expect(here.numbers).toEqual(numbers);
	expectSameShape(here, there);
}

function expectSameShape(here: Seen, there: Seen) {
	expect([here.size, here.codecs, here.times.length]).toEqual([there.size, there.codecs, there.times.length]);
	expect(Math.max(...here.times.map((at, n) => Math.abs(at - (there.times[n] ?? 0))))).toBeLessThan(0.001);
	expect(here.clicks).toHaveLength(there.clicks.length);
	here.clicks.forEach((at, n) => expect(Math.abs(at - (there.clicks[n] ?? 0))).toBeLessThan(SOUND_S));
}

const PORTRAIT = { ...WHOLE_FRAME, ratio: { width: 9, height: 16 } };

test('a crop, scaled', async () => {
	const task = clip(NAME, 309, 369, {}, PORTRAIT);
	const [pair] = await both([task], [NAME]);
	await expectSame(pair!.mine, pair!.theirs, range(309, 369), cropOf(task, NAME));
});

test('a crop that moves with every frame', async () => {
	const task = clip(NAME, 300, 360, { shortSide: null });
	const piece = task.pieces[0]!;
	const list = (value: (n: number) => number) => Array.from({ length: 60 }, (_, n) => value(n));
	const path = { x: list((n) => 100 + 8 * n), y: list(() => 0), width: list(() => 640), height: list(() => 720) };
	const video = { ...encodedVideo(task)!, size: { width: 320, height: 360 } };
	const moving: ExportTask = {
		...task,
		pieces: [{ ...piece, crop: { x: 100, y: 0, width: 640, height: 720 }, path }],
		video,
	};
	const [pair] = await both([moving], [NAME]);
	const frame = { width: 1280, height: 720 };
	await expectSame(pair!.mine, pair!.theirs, range(300, 360), (n) => ({
		...{ x: path.x[n] ?? 0, y: 0, width: 640, height: 720, frame },
	}));
});

test.each([
	['another rate', NAME, 300, 360, { rate: { num: 25, den: 1 } }],
	['a variable rate made even', 'vfr.mp4', 40, 90, { rate: { num: 30, den: 1 } }],
	['a variable rate as it is', 'vfr.mp4', 41, 92, {}],
	['a turned film', 'rotated-90.mp4', 61, 90, {}],
	['WebM', NAME, 300, 330, { format: 'webm' }],
] as const)('%s', async (_what, name, from, to, settings) => {
	const task = clip(name, from, to, settings);
	const [pair] = await both([task], [name]);
	await expectSame(pair!.mine, pair!.theirs, undefined, cropOf(task, name));
});

test('a batch, which the browser makes in one run', async () => {
	const tasks = [300, 330, 360, 345].map((from) => clip(NAME, from, from + 48, { shortSide: 180 }, PORTRAIT));
	const pairs = await both(tasks, [NAME]);
	for (const [n, { mine, theirs }] of pairs.entries()) {
		const from = [300, 330, 360, 345][n] ?? 0;
		await expectSame(mine, theirs, range(from, from + 48), cropOf(tasks[n]!, NAME));
	}
});

test.each([
	['copied', 'h264-aac.mov', 60, 120, 'copy'],
	['copied, ends encoded', NAME, 70, 150, 'smart'],
	['copied, ends encoded, with many reordered frames', 'eight-b-frames.mp4', 40, 133, 'smart'],
	['copied, ends encoded, of a variable rate', 'vfr.mp4', 40, 110, 'smart'],
] as const)('%s', async (_what, name, from, to, cutMode) => {
	const task = clip(name, from, to, { cutMode, shortSide: null });
	expect(task.video).toMatchObject({ kind: 'copy' });
	const [pair] = await both([task], [name]);
	await expectSame(pair!.mine, pair!.theirs, undefined);
});

test('spans joined without loss', async () => {
	const task = joined(
		'h264-aac.mov',
		[
			[50, 110],
			[10, 75],
		],
		'smart',
	);
	const [pair] = await both([task], ['h264-aac.mov']);
	await expectSame(pair!.mine, pair!.theirs, [...range(50, 110), ...range(10, 75)]);
});

test('a film of two files with a cross-fade', async () => {
	const [a, b] = [source(NAME), source('no-audio.mp4')];
	const [pair] = await both([filmTask([a, b], [part(a, 1, 2), part(b, 1, 2, 0.5)])], [NAME, 'no-audio.mp4']);
	const [here, there] = [await look(pair!.mine, undefined), await look(pair!.theirs, undefined)];
	expectSameShape(here, there);
	const [first, last] = [range(30, 45), range(45, 60)];
	for (const { numbers } of [here, there]) expect([numbers.slice(0, 15), numbers.slice(30)]).toEqual([first, last]);
	// Of two pictures in one no number can be read for certain: there the pictures themselves are compared.
	const fade = range(14, 31);
	const [mine, theirs] = await Promise.all([picturesAt(pair!.mine, fade, here), picturesAt(pair!.theirs, fade, there)]);
	const likest = fade.map((_, n) => {
		const unlike = theirs.map((picture) => meanDifference(mine[n]!, picture));
		return fade[unlike.indexOf(Math.min(...unlike))];
	});
	expect(likest).toEqual(fade);
});

const picturesAt = (path: string, frames: readonly number[], { times }: Seen): Promise<Uint8Array[]> =>
	Promise.all(frames.map(async (n) => (await readPicture(path, times[n])).data));

const meanDifference = (a: Uint8Array, b: Uint8Array): number =>
	a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;

test('pictures with a WAV beside them', async () => {
	const task = clip(NAME, 309, 333, { format: 'frames' });
	const [pair] = await both([task], [NAME]);
	const mine = readdirSync(pair!.mine).sort();
	const theirs = readdirSync(kept)
		.filter((name) => name.endsWith('.webp'))
		.sort();
	expect(theirs).toEqual(mine.map((name) => `task-0-${name}`));
	for (const [n, name] of mine.entries()) {
		const [here, there] = [join(pair!.mine, name), join(kept, `task-0-${name}`)];
		const crop = cropOf(task, NAME);
		expect([await readFrameNumbers(here, crop), await readFrameNumbers(there, crop)]).toEqual([[309 + n], [309 + n]]);
		expect(displaySize(await probeFile(here))).toEqual(displaySize(await probeFile(there)));
	}
	const wavs = [`${pair!.mine}.wav`, join(kept, 'task-0.wav')];
	const [here, there] = await Promise.all(wavs.map(async (path) => (await probeFile(path)).streams[0]));
	expect(here).toMatchObject({ codec_name: 'pcm_s16le', duration: there?.duration, sample_rate: there?.sample_rate });
});

test('a GIF, which the browser leaves to ffmpeg', async () => {
	const task = clip(NAME, 300, 330, { format: 'gif' });
	const [pair] = await both([task], [NAME], 'ffmpeg-wasm');
	await expectSame(pair!.mine, pair!.theirs, undefined, cropOf(task, NAME));
});
