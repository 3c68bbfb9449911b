import { beforeAll, describe, expect, test } from 'vitest';
import { WHOLE_FRAME } from '#core/crop/crop';
import type { CropTrack } from '#core/crop/crop-track';
import type { ExportTask } from '#core/export/export-task';
import { pictureFileName } from '#core/export/output-file-name';
import { ok } from '#core/result';
import { verifyOutput } from '$lib/media/verify/index';
import { filmTask, part } from '../../../../../tests/film-task.ts';
import { pictures, readFilm } from '../../../../../tests/media/film-trial.ts';
import { exportTask, heardClicks, loadMedia, type Media } from '../../../../../tests/media/trial.ts';
import { ensureCore } from '../../ffmpeg-wasm/index.ts';
import { FfmpegWasmEngine } from './index.ts';

const engine = new FfmpegWasmEngine();
let [hd, turned, pal, silent]: Media[] = [];
beforeAll(async () => {
	const core = await ensureCore();
	if (!core.ok) throw new Error(JSON.stringify(core.error));
	const names = ['h264-aac-60s.mp4', 'rotated-90.mp4', 'pal-mono.mp4', 'no-audio.mp4'];
	[hd, turned, pal, silent] = await Promise.all(names.map(loadMedia));
});
const all = (): Media[] => [hd!, turned!, pal!, silent!];

async function made(task: ExportTask): Promise<File> {
	const find = (media: string) => all().find(({ facts }) => facts.fingerprint === media)!.facts;
	expect(await engine.assess([task], find)).toMatchObject({ able: true });
	const result = await exportTask(engine, task, all());
	if (!result.ok) throw new Error(JSON.stringify(result.error));
	const verified = await verifyOutput(result.value.file, task);
	expect(verified, JSON.stringify(verified)).toMatchObject({ ok: true });
	return result.value.file;
}

const size = { width: 320, height: 180 };

test('a film of four sources with bars and a cross-fade, frame by frame', async () => {
	const parts = [part(hd!, 10.5, 11.2), part(turned!, 1, 1.5), part(pal!, 1, 1.6, 0.2), part(silent!, 2, 2.4)];
	const task = filmTask(all(), parts, { size: { width: 640, height: 360 } });
	const file = await made(task);
	for (const { read, expected } of readFilm(task, all(), await pictures(file))) expect(read).toEqual(expected);
	const clicks = await heardClicks(file);
	expect(clicks[0]).toBeCloseTo(0.5, 2);
});

test('a crop that moves, from a graph that is too long for an argument', async () => {
	const square = (x: number) => ({ ...WHOLE_FRAME, ratio: { width: 1, height: 1 }, centre: { x, y: 0.5 } });
	const at = (atS: number, x: number) => ({ atS, crop: square(x) });
	const track: CropTrack = { base: square(0.5), keyframes: [at(0, 0.3), at(12, 0.7)], interpolation: 'smooth' };
	const task = filmTask(
		all(),
		[part(hd!, 0, 12)],
		{ size: { width: 96, height: 96 }, rate: { num: 30, den: 1 } },
		{
			tracks: () => track,
		},
	);
	expect(task.pieces[0]!.path!.x).toHaveLength(360);
	await made(task);
});

test.each([
	['mp3', 'mp3', 0.03],
	['wav', 'pcm-s16', 0.003],
	['m4a', 'aac', 0.01],
] as const)('sound alone as %s', async (format, _, tolerance) => {
	const file = await made(
		filmTask(all(), [part(hd!, 10.4, 11.4), part(silent!, 0, 0.5), part(pal!, 0.5, 1.5, 0.1)], { format }),
	);
	const clicks = await heardClicks(file);
	expect(clicks).toHaveLength(2);
	expect(Math.abs(clicks[0]! - 0.6)).toBeLessThan(tolerance);
	expect(Math.abs(clicks[1]! - 1.9)).toBeLessThan(tolerance);
});

test('a GIF, its colours found first', async () => {
	const task = filmTask(all(), [part(hd!, 10, 10.6), part(silent!, 1, 1.6, 0.24)], {
		format: 'gif',
		size,
		rate: { num: 25, den: 2 },
	});
	const file = await made(task);
	const decoder = new ImageDecoder({ data: file.stream(), type: 'image/gif' });
	await decoder.completed;
	expect(decoder.tracks.selectedTrack?.frameCount).toBe(task.video.kind === 'gif' ? task.video.frames : 0);
	decoder.close();
});

describe('pictures in a folder, sound beside them', () => {
	test.each(['webp', 'png', 'jpeg'] as const)('%s', async (format) => {
		const film = filmTask(all(), [part(hd!, 10.5, 11.1)], { size });
		if (film.video.kind !== 'mp4') throw new Error('this is no film');
		const { rate, frames } = film.video;
		const task: ExportTask = {
			...film,
			container: 'frames',
			video: { kind: 'frames', format, quality: 92, size, rate, frames, scaling: 'fast' },
			audio: { kind: 'wav' },
			output: { name: 'pictures', extension: '' },
		};
		const root = await navigator.storage.getDirectory();
		const folder = await root.getDirectoryHandle(crypto.randomUUID(), { create: true });
		const sound = await root.getFileHandle(`${crypto.randomUUID()}.wav`, { create: true });
		const result = await engine.run([task], {
			open: () => Promise.resolve(ok(hd!.file)),
			frameIndex: () => Promise.resolve(hd!.index),
			factsOf: () => hd!.facts,
			create: () => Promise.reject(new Error('a folder was asked for')),
			createFolder: () => Promise.resolve(ok(folder)),
			createSound: () => Promise.resolve(ok(sound)),
			signal: new AbortController().signal,
			onProgress: () => undefined,
		});
		expect(result).toMatchObject({ ok: true, value: [{ frames: 18, folder: { pictures: 18 } }] });
		const last = await (await folder.getFileHandle(pictureFileName(format, 18))).getFile();
		expect(await createImageBitmap(last)).toMatchObject(size);
		const verified = await verifyOutput({ folder, sound: await sound.getFile() }, task);
		expect(verified, JSON.stringify(verified)).toMatchObject({ ok: true });
		expect((await heardClicks(await sound.getFile()))[0]).toBeCloseTo(0.5, 2);
	});
});

test('a file that is to fit is made tighter until it does', async () => {
	const task = filmTask(all(), [part(hd!, 10, 12)], {
		size: { width: 640, height: 360 },
		quality: { maxBytes: 60_000 },
	});
	const file = await made(task);
	expect(file.size).toBeLessThanOrEqual(60_000);
});

test('what ffmpeg here cannot make is said before the start', async () => {
	const film = filmTask(all(), [part(hd!, 1, 2)]);
	const pcm: ExportTask = { ...film, audio: { kind: 'encode', codec: 'pcm-s16', bitrate: 1_536_000 } };
	expect(await engine.assess([pcm], () => hd!.facts)).toMatchObject({
		able: false,
		detail: 'ffmpeg in the browser cannot put PCM sound into MP4',
	});
	const many = filmTask(
		all(),
		Array.from({ length: 150 }, (_, i) => part(hd!, i / 10, i / 10 + 1)),
	);
	expect(await engine.assess([many], () => hd!.facts)).toMatchObject({ able: false, reason: 'source-too-large' });
});
