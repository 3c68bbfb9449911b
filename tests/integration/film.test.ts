import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WHOLE_FRAME, type CropState } from '../../src/lib/core/crop/crop.ts';
import type { CropTrack } from '../../src/lib/core/crop/crop-track.ts';
import type { ExportTask } from '../../src/lib/core/export/export-task.ts';
import { ffmpegArgs, ffmpegSteps, withGraphFile } from '../../src/lib/core/ffmpeg/ffmpeg-args.ts';
import { pieceFrames, piecePlaces } from '../../src/lib/core/film/film-timeline.ts';
import { constantRateFrames } from '../../src/lib/core/time/frame-index.ts';
import { toNumber } from '../../src/lib/core/time/rational.ts';
import { probeFile, readClicks, readFrameNumbers, readPictures } from '../fixtures/decode.ts';
import { make } from '../fixtures/make.ts';
import { readCentre } from '../fixtures/read-bar.ts';
import { filmTask, part } from '../film-task.ts';
import { complaints, cutOut, greyFrames, lookAt, mixError, type Source } from './film-trial.ts';

const run = promisify(execFile);
const names = ['h264-aac-60s.mp4', 'rotated-90.mp4', 'pal-mono.mp4', 'no-audio.mp4', 'vfr.mp4'] as const;

let folder = '';
let [hd, turned, pal, silent, uneven]: Source[] = [];
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'octocut-film-'));
	await make(names);
	[hd, turned, pal, silent, uneven] = await Promise.all(names.map(lookAt));
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const all = (): Source[] => [hd!, turned!, pal!, silent!, uneven!];
let outputs = 0;

/** Runs every step with the ffmpeg on PATH; the file or folder that came out, and the sound beside it. */
async function makeFilm(task: ExportTask): Promise<{ output: string; sound: string }> {
	const base = join(folder, `${outputs++}`);
	const paths = { palette: `${base}.png`, output: `${base}.${task.output.extension}`, sound: `${base}.wav` };
	if (task.container === 'frames') await mkdir(paths.output);
	for (const step of ffmpegSteps(task)) {
		const inputs = Object.fromEntries(all().map(({ facts, path }) => [facts.fingerprint, path]));
		const find = (media: string): Source => all().find(({ facts }) => facts.fingerprint === media)!;
		const io = { inputs, output: paths[step], palette: paths.palette };
		await run(
			'ffmpeg',
			ffmpegArgs(
				task,
				{ ...io, factsOf: (media) => find(media).facts, indexOf: (media) => find(media).index },
				{ step, preset: task.container === 'webm' ? '8' : 'ultrafast', threads: 2 },
			),
		);
	}
	return { output: paths.output, sound: paths.sound };
}

const bySource = (media: string): Source => all().find(({ facts }) => facts.fingerprint === media)!;

/** What every piece must show in the frames that are its own, by the number on the picture. */
function expectedNumbers(task: ExportTask): { p: number; own: [number, number]; numbers: number[] }[] {
	if (task.video.kind === 'none' || task.video.kind === 'copy' || task.video.rate === 'source') throw new Error('film');
	const { rate, frames } = task.video;
	const held = pieceFrames(task, toNumber(rate), frames);
	return held.map(({ first, end, shared }, p) => {
		const piece = task.pieces[p]!;
		const shown = constantRateFrames(bySource(piece.media).index, piece, rate, end - first);
		const after = held[p + 1]?.shared ?? 0;
		return {
			p,
			own: [first + shared, end - after],
			numbers: [...shown].slice(shared, shown.length - after),
		};
	});
}

async function checkNumbers(task: ExportTask, output: string): Promise<void> {
	for (const { p, own, numbers } of expectedNumbers(task)) {
		const { crop, place, media } = task.pieces[p]!;
		const { width, height } = bySource(media).facts.video!;
		const cut = await cutOut(output, join(folder, 'cut.mkv'), own, place);
		expect(await readFrameNumbers(cut, { ...crop, frame: { width, height } }), `piece ${p}`).toEqual(numbers);
	}
}

describe('a film of several sources', () => {
	test('of other sizes, shapes, rates and sounds has exactly its frames, each in its place', async () => {
		const task = filmTask(all(), [
			part(hd!, 10.3, 11.3),
			part(turned!, 1, 2),
			part(pal!, 0.52, 1.6),
			part(silent!, 2, 3),
			part(uneven!, 1.234, 2.5),
		]);
		const { output } = await makeFilm(task);
		const { streams } = await probeFile(output);
		expect(streams[0]).toMatchObject({ width: 1280, height: 720 });
		if (task.video.kind !== 'mp4') throw new Error('film');
		expect(await readFrameNumbers(output)).toHaveLength(task.video.frames);
		await checkNumbers(task, output);
		expect(await complaints(output)).toBe('');
		expect(streams[1]).toMatchObject({ sample_rate: '48000', channels: 2 });
		const places = piecePlaces(task.pieces);
		// Clicks stand at every whole second of the sources that have sound.
		const expected = [11 - 10.3, places[1]!.startS, places[2]!.startS + 1 - 0.52, places[4]!.startS + 2 - 1.234];
		const clicks = await readClicks(output);
		for (const at of expected) expect(Math.min(...clicks.map((click) => Math.abs(click - at)))).toBeLessThan(0.004);
		expect(clicks).toHaveLength(expected.length);
	});

	test('cut to fill, and at another rate', async () => {
		const settings = { fit: 'fill', size: { width: 360, height: 640 }, rate: { num: 24000, den: 1001 } } as const;
		const task = filmTask(all(), [part(hd!, 3, 4), part(turned!, 1, 2.1), part(silent!, 2, 3)], settings);
		const { output } = await makeFilm(task);
		await checkNumbers(task, output);
	});

	test('cross-fades mix the right frames in even steps, and nothing else moves', async () => {
		const task = filmTask(all(), [part(hd!, 10, 11), part(silent!, 1, 2, 0.2), part(pal!, 1, 2, 0.3)]);
		const { output } = await makeFilm(task);
		await checkNumbers(task, output);
		const held = pieceFrames(task, 30, 75);
		expect(held.map(({ first, shared }) => [first, shared])).toEqual([
			[0, 0],
			[24, 6],
			[45, 9],
		]);
		const [under, over, seen] = [
			await greyFrames(hd!.path, [324, 330]),
			await greyFrames(silent!.path, [30, 36], 'scale=1280:720'),
			await greyFrames(output, [24, 30]),
		];
		for (let i = 0; i < 6; i += 1) {
			const errorOf = (sevenths: number) => mixError(seen[i]!, under[i]!, over[i]!, sevenths / 7);
			expect(errorOf(i + 1)).toBeLessThan(3);
			expect(errorOf(i + 1)).toBeLessThan(errorOf(i));
			expect(errorOf(i + 1)).toBeLessThan(errorOf(i + 2));
		}
	});

	test('WebM, MP3, WAV and M4A', async () => {
		const parts = [part(hd!, 10.4, 11.4), part(pal!, 0.5, 1.5, 0.1), part(silent!, 0, 0.5)];
		const webm = await makeFilm(filmTask(all(), parts, { format: 'webm', size: { width: 320, height: 180 } }));
		expect((await probeFile(webm.output)).streams.map(({ codec_name: name }) => name)).toEqual(['vp9', 'opus']);
		for (const [format, codec] of [
			['mp3', 'mp3'],
			['wav', 'pcm_s16le'],
			['m4a', 'aac'],
		] as const) {
			const { output } = await makeFilm(filmTask(all(), parts, { format }));
			const { streams } = await probeFile(output);
			expect(streams.map(({ codec_name: name }) => name)).toEqual([codec]);
			expect(Math.abs(Number(streams[0]!.duration) - 2.4)).toBeLessThan(format === 'wav' ? 1e-4 : 0.06);
			const clicks = await readClicks(output);
			expect(clicks).toHaveLength(2);
			expect(Math.abs(clicks[0]! - 0.6)).toBeLessThan(0.03);
			expect(Math.abs(clicks[1]! - 1.4)).toBeLessThan(0.03);
			expect(await complaints(output)).toBe('');
		}
	});

	test('a GIF has all its frames, at their times', async () => {
		const task = filmTask(all(), [part(hd!, 10, 11), part(pal!, 1, 2, 0.24)], { format: 'gif' });
		const { output } = await makeFilm(task);
		const { streams } = await probeFile(output);
		expect(streams[0]).toMatchObject({ codec_name: 'gif', width: 480, height: 270 });
		expect(task.video).toMatchObject({ rate: { num: 100, den: 3 } });
		await checkNumbers(task, output);
		expect(Number(streams[0]!.duration)).toBeCloseTo(task.durationS, 1);
	});
});

/** One piece of `source` under `track`. */
const moved = (source: Source, from: number, to: number, track: CropTrack, settings = {}): ExportTask =>
	filmTask(
		[source],
		[part(source, from, to)],
		{ size: { width: 240, height: 240 }, ...settings },
		{ tracks: () => track },
	);

describe('a crop that moves', () => {
	const square = (x: number, zoom = 1): CropState => ({
		...{ ...WHOLE_FRAME, ratio: { width: 1, height: 1 }, centre: { x, y: 0.5 }, zoom },
	});

	test('stands where the path says on every frame', async () => {
		const track: CropTrack = {
			base: WHOLE_FRAME,
			interpolation: 'smooth',
			keyframes: [
				{ atS: 2, crop: square(0.3) },
				{ atS: 3, crop: square(0.7, 1.6) },
			],
		};
		const task = moved(hd!, 2, 3, track);
		const { path } = task.pieces[0]!;
		expect(path!.x).toHaveLength(30);
		const { output } = await makeFilm(task);
		const pictures = await readPictures(output);
		expect(pictures).toHaveLength(30);
		for (const n of [0, 7, 15, 22, 29]) {
			const centre = readCentre(pictures[n]!);
			expect(Math.abs(centre.x - (path!.x[n]! + path!.width[n]! / 2) / 1280)).toBeLessThan(0.012);
			expect(Math.abs(centre.y - (path!.y[n]! + path!.height[n]! / 2) / 720)).toBeLessThan(0.012);
		}
	});

	test.each([30, 60, 12.5])(
		'jumps exactly on its frame, at %f frames a second',
		async (fps) => {
			const track: CropTrack = {
				base: square(0.25),
				interpolation: 'step',
				keyframes: [
					{ atS: 1.2, crop: square(0.75) },
					{ atS: 1.4, crop: square(0.4) },
				],
			};
			const task = moved(silent!, 1, 2, track, { rate: { num: fps * 2, den: 2 } });
			const { output } = await makeFilm(task);
			const pictures = await readPictures(output);
			expect(pictures).toHaveLength(Math.ceil(fps));
			for (let n = 0; n < fps; n += 1) {
				const atS = 1 + n / fps;
				const shown = Math.floor(atS * 30 + 0.04) / 30;
				const expected = shown < 1.2 - 1e-3 ? 0.28125 : shown < 1.4 - 1e-3 ? 0.71875 : 0.4;
				const { x } = readCentre(pictures[n]!);
				expect(Math.abs(x - expected), `frame ${n}`).toBeLessThan(0.03);
			}
		},
		60_000,
	);

	test('a graph that is too long for an argument works from a file', async () => {
		const track: CropTrack = {
			base: WHOLE_FRAME,
			interpolation: 'smooth',
			keyframes: [
				{ atS: 2, crop: square(0.3) },
				{ atS: 3, crop: square(0.7) },
			],
		};
		const task = moved(hd!, 2, 3, track);
		const io = { inputs: { [hd!.facts.fingerprint]: hd!.path }, output: join(folder, 'graph.mp4') };
		const args = ffmpegArgs(task, { ...io, factsOf: () => hd!.facts, indexOf: () => hd!.index });
		const path = join(folder, 'graph.txt');
		const moving = withGraphFile(args, path)!;
		expect(moving.graph).toContain('sendcmd');
		await writeFile(path, moving.graph);
		await run('ffmpeg', moving.args);
		expect(await readFrameNumbers(io.output)).toHaveLength(30);
	});
});

describe('pictures of their own', () => {
	test.each(['webp', 'png', 'jpeg'] as const)('%s in a folder, sound beside them', async (format) => {
		const film = filmTask(all(), [part(hd!, 10.5, 11.1), part(pal!, 1, 1.4)], { size: { width: 320, height: 180 } });
		if (film.video.kind !== 'mp4') throw new Error('film');
		const { size, rate, frames } = film.video;
		const task: ExportTask = {
			...film,
			container: 'frames',
			video: { kind: 'frames', format, quality: 92, size, rate, frames, scaling: 'lanczos' },
			audio: { kind: 'wav' },
			output: { name: 'pictures', extension: '' },
		};
		const { output, sound } = await makeFilm(task);
		const extension = format === 'jpeg' ? 'jpg' : format;
		const files = (await readdir(output)).sort();
		expect(files).toHaveLength(30);
		expect([files[0], files[29]]).toEqual([`frame_0001.${extension}`, `frame_0030.${extension}`]);
		const joined = join(folder, `${format}.mkv`);
		const pattern = join(output, `frame_%04d.${extension}`);
		await run('ffmpeg', ['-v', 'error', '-y', '-r', '30', '-i', pattern, '-c:v', 'ffv1', joined]);
		await checkNumbers(task, joined);
		const { streams } = await probeFile(sound);
		expect(streams[0]).toMatchObject({ codec_name: 'pcm_s16le', sample_rate: '48000' });
		expect(Number(streams[0]!.duration)).toBeCloseTo(1, 4);
		expect((await readClicks(sound))[0]).toBeCloseTo(0.5, 2);
	});
});

test('a plain copy starts at its key frame and moves packets', async () => {
	const film = filmTask(all(), [part(hd!, 10, 14)]);
	const task: ExportTask = {
		...film,
		video: { kind: 'copy', exact: false, codec: 'avc', size: { width: 1280, height: 720 }, frames: 120 },
		audio: { kind: 'copy', codec: 'aac' },
	};
	const { output } = await makeFilm(task);
	expect((await readFrameNumbers(output)).slice(0, 118)).toEqual(Array.from({ length: 118 }, (_, i) => 300 + i));
	expect((await readClicks(output))[1]).toBeCloseTo(1, 1);
});
