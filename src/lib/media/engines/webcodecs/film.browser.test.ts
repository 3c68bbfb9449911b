import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WHOLE_FRAME } from '#core/crop/crop';
import type { CropTrack } from '#core/crop/crop-track';
import type { ExportTask } from '#core/export/export-task';
import { piecePlaces } from '#core/film/film-timeline';
import { verifyOutput } from '$lib/media/verify/index';
import { filmTask, part } from '../../../../../tests/film-task.ts';
import { cutOut, meanOf, mixError, pictures, readFilm } from '../../../../../tests/media/film-trial.ts';
import {
	exportTask,
	heardClicks,
	heardSound,
	loadMedia,
	seenCentre,
	type Media,
} from '../../../../../tests/media/trial.ts';
import { WebCodecsEngine } from './index.ts';

const engine = new WebCodecsEngine();
afterAll(() => engine.dispose());
let [hd, turned, pal, silent, uneven, hdr]: Media[] = [];
beforeAll(async () => {
	const names = ['h264-aac-60s.mp4', 'rotated-90.mp4', 'pal-mono.mp4', 'no-audio.mp4', 'vfr.mp4', 'hdr.webm'];
	[hd, turned, pal, silent, uneven, hdr] = await Promise.all(names.map(loadMedia));
});
const all = (): Media[] => [hd!, turned!, pal!, silent!, uneven!, hdr!];

async function made(task: ExportTask): Promise<File> {
	const find = (media: string) => all().find(({ facts }) => facts.fingerprint === media)!.facts;
	expect(await engine.assess([task], find)).toMatchObject({ able: true });
	const result = await exportTask(engine, task, all());
	if (!result.ok) throw new Error(JSON.stringify(result.error));
	const verified = await verifyOutput(result.value.file, task);
	expect(verified, JSON.stringify(verified)).toMatchObject({ ok: true });
	return result.value.file;
}

const framesOf = ({ video }: ExportTask): number => ('frames' in video ? video.frames : 0);

describe('a film of several sources', () => {
	test('of other sizes, shapes, rates and sounds has exactly its frames, each in its place', async () => {
		const task = filmTask(all(), [
			part(hd!, 10.3, 11.3),
			part(turned!, 1, 2),
			part(pal!, 0.52, 1.6),
			part(silent!, 2, 3),
			part(uneven!, 1.234, 2.5),
		]);
		const file = await made(task);
		const seen = await pictures(file);
		expect(seen).toHaveLength(framesOf(task));
		seen.forEach(({ atS }, i) => expect(atS).toBeCloseTo(i / 30, 5));
		for (const { read, expected } of readFilm(task, all(), seen)) expect(read).toEqual(expected);
		// Black beside the upright picture and the one of 4:3.
		for (const [n, width] of [
			[45, 400],
			[75, 140],
		] as const) {
			expect(meanOf(seen[n]!, { x: 0, y: 0, width, height: 720 })).toBeLessThan(3);
			expect(meanOf(seen[n]!, { x: 1280 - width, y: 0, width, height: 720 })).toBeLessThan(3);
		}
		const places = piecePlaces(task.pieces);
		const expected = [11 - 10.3, places[1]!.startS, places[2]!.startS + 1 - 0.52, places[4]!.startS + 2 - 1.234];
		const clicks = await heardClicks(file);
		expect(clicks).toHaveLength(expected.length);
		clicks.forEach((click, i) => expect(Math.abs(click - expected[i]!)).toBeLessThan(0.004));
	});

	test('cut to fill, sharp, and at another rate', async () => {
		const settings = { fit: 'fill', size: { width: 360, height: 640 }, rate: { num: 24000, den: 1001 } } as const;
		const film = filmTask(all(), [part(hd!, 3, 4), part(turned!, 1, 2.1), part(silent!, 2, 3)], settings);
		if (film.video.kind !== 'mp4') throw new Error('this is no film');
		const task: ExportTask = { ...film, video: { ...film.video, scaling: 'lanczos' } };
		for (const { read, expected } of readFilm(task, all(), await pictures(await made(task)))) {
			expect(read).toEqual(expected);
		}
	});

	test('bars with Lanczos scaling, as WebM', async () => {
		const film = filmTask(all(), [part(turned!, 1, 1.5), part(silent!, 1, 1.5)], { format: 'webm' });
		if (film.video.kind !== 'webm') throw new Error('this is no film');
		const task: ExportTask = { ...film, video: { ...film.video, scaling: 'lanczos' } };
		for (const { read, expected } of readFilm(task, all(), await pictures(await made(task)))) {
			expect(read).toEqual(expected);
		}
	});

	test('a file in high dynamic range stands in its place among others', async () => {
		const task = filmTask(all(), [part(turned!, 1, 1.5), part(hdr!, 1, 1.4, 0.2)]);
		for (const { read, expected } of readFilm(task, all(), await pictures(await made(task)))) {
			expect(read).toEqual(expected);
		}
	});
});

describe('cross-fades', () => {
	test('mix the right frames in even steps, and nothing else moves', async () => {
		const quality = { bitrate: 12_000_000 };
		const parts = [part(hd!, 10, 11), part(silent!, 1, 2, 0.2), part(pal!, 1, 2, 0.3)];
		const task = filmTask(all(), parts, { quality });
		const seen = await pictures(await made(task));
		expect(seen).toHaveLength(75);
		const read = readFilm(task, all(), seen);
		expect(read.map(({ first, shared }) => [first, shared])).toEqual([
			[0, 0],
			[24, 6],
			[45, 9],
		]);
		for (const { read: numbers, expected } of read) expect(numbers).toEqual(expected);
		// What the two show without each other.
		const [under, over] = [
			await pictures(await made(filmTask(all(), [part(hd!, 10.8, 11)], { quality }))),
			await pictures(
				await made(filmTask(all(), [part(silent!, 1, 1.2)], { quality, size: { width: 1280, height: 720 } })),
			),
		];
		for (let i = 0; i < 6; i += 1) {
			const error = (share: number): number => mixError(seen[24 + i]!, under[i]!, over[i]!, share);
			expect(error((i + 1) / 7)).toBeLessThan(4);
			expect(error((i + 1) / 7)).toBeLessThan(Math.min(error(i / 7), error((i + 2) / 7)));
		}
		// The bars of the third file come in with it.
		expect(meanOf(seen[45 + 4]!, { x: 0, y: 0, width: 150, height: 300 })).toBeGreaterThan(30);
		expect(meanOf(seen[45 + 9]!, { x: 0, y: 0, width: 150, height: 720 })).toBeLessThan(3);
	});

	test('keep the sound as loud as it is, at its place', async () => {
		const file = await made(filmTask(all(), [part(hd!, 10.4, 12.4), part(hd!, 20.4, 22.4, 1)], { format: 'wav' }));
		const { samples, rateHz } = await heardSound(file);
		const clicks = await heardClicks(file);
		[0.6, 1.6, 2.6].forEach((at, i) => expect(Math.abs(clicks[i]! - at)).toBeLessThan(0.005));
		expect(clicks).toHaveLength(3);
		// A tone of the same pitch in both: between what it is alone and twice its power.
		const power = (fromS: number): number => {
			const slice = samples.slice(fromS * rateHz, (fromS + 0.2) * rateHz);
			return Math.sqrt(slice.reduce((sum, value) => sum + value * value, 0) / slice.length);
		};
		const alone = power(0.3);
		expect(power(1.3) / alone).toBeGreaterThan(0.5);
		expect(power(1.3) / alone).toBeLessThan(1.5);
	});

	test('of clips that are all cross-fade', async () => {
		const parts = Array.from({ length: 5 }, (_, i) => part(i % 2 === 0 ? hd! : silent!, 1 + i / 5, 1.4 + i / 5, 5));
		const task = filmTask(all(), parts, { size: { width: 320, height: 180 } });
		expect(framesOf(task)).toBe(5 * 12 - 4 * 6);
		expect(await pictures(await made(task))).toHaveLength(36);
	});
});

test('a crop that moves, in a film with bars', async () => {
	const square = (x: number, zoom: number) => ({
		...{ ...WHOLE_FRAME, ratio: { width: 1, height: 1 }, centre: { x, y: 0.5 }, zoom },
	});
	const track: CropTrack = {
		base: square(0.5, 1),
		keyframes: [
			{ atS: 2, crop: square(0.3, 1) },
			{ atS: 3, crop: square(0.7, 1.6) },
		],
		interpolation: 'smooth',
	};
	const quality = { bitrate: 6_000_000 };
	for (const [inS, outS] of [
		[2, 3],
		[2.5, 3],
	] as const) {
		const bare = filmTask(
			all(),
			[part(hd!, inS, outS)],
			{ size: { width: 360, height: 360 }, quality },
			{ tracks: () => track },
		);
		const { path, place } = bare.pieces[0]!;
		expect(place).toBeUndefined();
		const centre = await seenCentre(await made(bare));
		expect(Math.abs(centre.x - (path!.x[0]! + path!.width[0]! / 2) / 1280)).toBeLessThan(0.015);
	}
	const settings = { size: { width: 640, height: 360 }, quality };
	const task = filmTask(all(), [part(hd!, 2, 3)], settings, { tracks: () => track });
	const { place } = task.pieces[0]!;
	expect(place).toEqual({ x: 140, y: 0, width: 360, height: 360 });
	const bare = await pictures(
		await made(
			filmTask(all(), [part(hd!, 2, 3)], { size: { width: 360, height: 360 }, quality }, { tracks: () => track }),
		),
	);
	const seen = await pictures(await made(task));
	for (const n of [0, 14, 29]) {
		expect(meanOf(seen[n]!, { x: 0, y: 0, width: 130, height: 360 })).toBeLessThan(3);
		const inside = cutOut(seen[n]!, place!);
		expect(mixError(inside, inside, bare[n]!, 1)).toBeLessThan(6);
	}
});

test.each([
	['mp3', 0.03],
	['wav', 0.002],
	['m4a', 0.004],
] as const)('sound alone as %s', async (format, tolerance) => {
	const parts = [part(hd!, 10.4, 11.4), part(silent!, 0, 0.5), part(pal!, 0.5, 1.5, 0.1)];
	const clicks = await heardClicks(await made(filmTask(all(), parts, { format })));
	expect(clicks).toHaveLength(2);
	expect(Math.abs(clicks[0]! - 0.6)).toBeLessThan(tolerance);
	expect(Math.abs(clicks[1]! - 1.9)).toBeLessThan(tolerance);
});

test('an MP3 tells players what to leave out at its start', async () => {
	const file = await made(filmTask(all(), [part(hd!, 10.4, 12.4)], { format: 'mp3' }));
	// Chromium's own decoder reads the file here, as a player does.
	const sound = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(await file.arrayBuffer());
	const loud = sound.getChannelData(0).findIndex((sample) => Math.abs(sample) > 0.2);
	expect(Math.abs(loud / 48_000 - 0.6)).toBeLessThan(0.004);
});

test('a film that is to fit into a size does', async () => {
	const settings = { size: { width: 640, height: 360 }, quality: { maxBytes: 150_000 }, audioBitrate: 32_000 };
	const file = await made(filmTask(all(), [part(hd!, 10, 14)], settings));
	expect(file.size).toBeLessThanOrEqual(150_000);
	const result = await exportTask(
		engine,
		filmTask(all(), [part(hd!, 10, 20)], { ...settings, quality: { maxBytes: 20_000 }, audioBitrate: 64_000 }),
		all(),
	);
	expect(result).toMatchObject({ ok: false, error: { kind: 'unsupported' } });
});

test('a GIF is left to ffmpeg', async () => {
	const task = filmTask(all(), [part(hd!, 1, 2)], { format: 'gif' });
	expect(await engine.assess([task], () => hd!.facts)).toMatchObject({ able: false });
});

test('pictures outside the place of a clip are black in every corner', async () => {
	const task = filmTask(all(), [part(hd!, 1, 1.2), part(pal!, 1, 1.4)], { size: { width: 1080, height: 1920 } });
	const seen = await pictures(await made(task));
	const { place } = task.pieces[1]!;
	expect(place).toEqual({ x: 0, y: 554, width: 1080, height: 810 });
	const last = seen.at(-1)!;
	expect(meanOf(last, { x: 0, y: 0, width: 1080, height: 540 })).toBeLessThan(3);
	expect(meanOf(last, { x: 0, y: 1380, width: 1080, height: 540 })).toBeLessThan(3);
	expect(cutOut(last, place!).width).toBe(1080);
});
