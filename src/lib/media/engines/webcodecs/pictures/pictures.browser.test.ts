import { afterAll, describe, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import type { CropState } from '#core/crop/crop';
import type { CropPath, ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import { ok } from '#core/result';
import { probe } from '$lib/media/probe/index';
import { verifyOutput } from '$lib/media/verify/index';
import { readBar } from '../../../../../../tests/fixtures/read-bar.ts';
import {
	exportTask,
	heardClicks,
	heardSound,
	loadMedia,
	PORTRAIT,
	seenFrames,
	taskOf,
	type Media,
	type Span,
} from '../../../../../../tests/media/trial.ts';
import { WebCodecsEngine } from '../index.ts';

const engine = new WebCodecsEngine();
afterAll(() => engine.dispose());

type Format = 'webp' | 'png' | 'jpeg';
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

function picturesOf(media: Media, span: Span, format: Format, shortSide = 240): ExportTask {
	const task = taskOf(media, span, { shortSide });
	if (task.video.kind !== 'mp4') throw new Error('the plan has changed');
	const { size, rate, frames, scaling } = task.video;
	return {
		...task,
		container: 'frames',
		video: { kind: 'frames', format, quality: 92, size, rate, frames, scaling },
		audio: media.facts.audio.length === 0 ? { kind: 'none' } : { kind: 'wav' },
		output: { ...task.output, extension: '' },
	};
}

async function makePictures(media: Media, task: ExportTask) {
	const root = await navigator.storage.getDirectory();
	const folder = await root.getDirectoryHandle(`${crypto.randomUUID()}.tmp`, { create: true });
	const soundHandle = await root.getFileHandle(`${crypto.randomUUID()}.wav.tmp`, { create: true });
	const failed: Failure[] = [];
	const result = await engine.run([task], {
		open: () => Promise.resolve(ok(media.file)),
		frameIndex: () => Promise.resolve(media.index),
		factsOf: () => media.facts,
		create: () => Promise.reject(new Error('no file is asked for')),
		createFolder: () => Promise.resolve(ok(folder)),
		createSound: () => Promise.resolve(ok(soundHandle)),
		onFailed: (_, failure) => void failed.push(failure),
		signal: new AbortController().signal,
		onProgress: () => undefined,
	});
	expect(failed).toEqual([]);
	if (!result.ok) throw new Error(JSON.stringify(result.error));
	const names: string[] = [];
	for await (const name of folder.keys()) names.push(name);
	const sound = task.audio.kind === 'wav' ? { sound: await soundHandle.getFile() } : {};
	return { folder, ...sound, names: names.sort(), made: result.value[0]! };
}

async function numberOn(file: Blob, media: Media, { x, y, width, height }: ExportTask['pieces'][number]['crop']) {
	const picture = await createImageBitmap(file);
	const canvas = new OffscreenCanvas(picture.width, picture.height).getContext('2d')!;
	canvas.drawImage(picture, 0, 0);
	const { data } = canvas.getImageData(0, 0, picture.width, picture.height);
	const frame = { width: media.facts.video!.width, height: media.facts.video!.height };
	return readBar({ data, width: picture.width, height: picture.height, channels: 4 }, { x, y, width, height, frame });
}

describe('pictures in a folder', () => {
	test.each([
		['webp', 'image/webp', 'webp', [0x52, 0x49, 0x46, 0x46]],
		['png', 'image/png', 'png', [0x89, 0x50, 0x4e, 0x47]],
		['jpeg', 'image/jpeg', 'jpg', [0xff, 0xd8, 0xff]],
	] as const)('%s: each frame, numbered from 1, cropped and scaled', async (format, _, extension, start) => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const task = picturesOf(media, { inS: 10.3, outS: 12.3, crop: PORTRAIT }, format);
		const { folder, sound, names, made } = await makePictures(media, task);
		expect(names).toEqual(range(1, 60).map((n) => `frame_${`${n}`.padStart(4, '0')}.${extension}`));
		expect(made).toMatchObject({
			frames: 60,
			encoder: format === 'webp' ? 'WebP' : `${format} (browser)`,
			folder: { pictures: 60, extension, soundBytes: sound!.size },
		});
		expect(made.bytes).toBeGreaterThan(sound!.size);
		expect(await verifyOutput({ folder, sound: sound! }, task)).toMatchObject({
			ok: true,
			value: { frames: 60, width: 240, videoCodec: format, audioCodec: 'pcm-s16' },
		});
		for (const [i, name] of names.entries()) {
			const file = await (await folder.getFileHandle(name)).getFile();
			expect([...new Uint8Array(await file.slice(0, start.length).arrayBuffer())]).toEqual(start);
			expect(await numberOn(file, media, task.pieces[0]!.crop)).toBe(309 + i);
		}
	});

	test('a turned picture is upright, one in ten bits is readable', async () => {
		for (const name of ['rotated-90.mp4', 'ten-bit-h264.mp4', 'non-square-pixels.mp4', 'odd-size.mp4']) {
			const media = await loadMedia(name);
			const startS = media.facts.firstTimestampS;
			const task = picturesOf(media, { inS: startS + 1, outS: startS + 1.2 }, 'webp');
			const { folder, names } = await makePictures(media, task);
			expect(names).toHaveLength(6);
			const file = await (await folder.getFileHandle(names[0]!)).getFile();
			expect(await numberOn(file, media, task.pieces[0]!.crop), name).toBe(30);
		}
	});

	test('colours are those that a canvas shows, to the losses of the file', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const task = picturesOf(media, { inS: 10, outS: 10.1 }, 'png', 720);
		const { folder, names } = await makePictures(media, task);
		const ours = await pixelsOf(await createImageBitmap(await (await folder.getFileHandle(names[0]!)).getFile()));
		const element = document.createElement('video');
		element.src = URL.createObjectURL(media.file);
		element.muted = true;
		element.currentTime = 10.001;
		await new Promise((resolve) => element.addEventListener('seeked', resolve, { once: true }));
		// On a busy machine the picture comes after the event.
		await expect.poll(() => element.readyState).toBeGreaterThanOrEqual(HTMLMediaElement.HAVE_CURRENT_DATA);
		const shown = await pixelsOf(await createImageBitmap(element));
		let sum = 0;
		for (let i = 0; i < ours.length; i += 1) sum += Math.abs(ours[i]! - shown[i]!);
		expect(sum / ours.length).toBeLessThan(1);
	});

	test('the sound beside them has its length to the sample, and its clicks', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const task = picturesOf(media, { inS: 10.3, outS: 12.3 }, 'webp');
		const { sound } = await makePictures(media, task);
		expect(sound!.size).toBe(44 + 2 * 48_000 * 2 * 2);
		const clicks = await heardClicks(sound!);
		expect(clicks).toHaveLength(2);
		expect(clicks[0]).toBeCloseTo(0.7, 2);
		expect(clicks[1]).toBeCloseTo(1.7, 2);
	});

	test('a file without sound gives none', async () => {
		const media = await loadMedia('no-audio.mp4');
		const task = picturesOf(media, { inS: 1, outS: 1.5 }, 'webp');
		const { folder, made } = await makePictures(media, task);
		expect(made.folder).toEqual({ pictures: 15, extension: 'webp' });
		expect(await verifyOutput({ folder }, task)).toMatchObject({ ok: true, value: { frames: 15, audioCodec: '' } });
	});

	test('a folder that lost a picture, or holds a broken one, does not pass', async () => {
		const media = await loadMedia('no-audio.mp4');
		const task = picturesOf(media, { inS: 1, outS: 1.5 }, 'webp');
		const { folder } = await makePictures(media, task);
		const broken = await (await folder.getFileHandle('frame_0004.webp')).createWritable();
		await broken.write(new Uint8Array(100));
		await broken.close();
		expect(await verifyOutput({ folder }, task)).toMatchObject({ error: { detail: 'frame_0004.webp does not open' } });
		await folder.removeEntry('frame_0004.webp');
		expect(await verifyOutput({ folder }, task)).toMatchObject({ error: { detail: 'frame_0004.webp is missing' } });
	});
});

describe('PCM', () => {
	test('beside a picture in MP4 is what it is called', async () => {
		const media = await loadMedia('h264-aac-60s.mp4');
		const task: ExportTask = {
			...taskOf(media, { inS: 10.3, outS: 12.3, crop: PORTRAIT }, { shortSide: 240 }),
			audio: { kind: 'encode', codec: 'pcm-s16', bitrate: 1_536_000 },
		};
		const result = await exportTask(engine, task, [media]);
		if (!result.ok) throw new Error(JSON.stringify(result.error));
		expect(await verifyOutput(result.value.file, task)).toMatchObject({ ok: true, value: { audioCodec: 'pcm-s16' } });
		expect(await heardClicks(result.value.file)).toHaveLength(2);
		const { probed, complaints, clicks } = await commands.lookAt(await base64Of(result.value.file), 'mp4');
		expect(complaints).toBe('');
		expect(clicks).toHaveLength(2);
		const audio = probed.streams.find(({ codec_type: type }) => type === 'audio');
		expect(audio).toMatchObject({ codec_name: 'pcm_s16le', sample_rate: '48000', nb_frames: '96000' });
	});

	test.each(['mp4', 'wav', 'mov'] as const)('in %s holds the very samples of the source', async (container) => {
		const { file, samples } = noise(4);
		const probed = await probe(file);
		if (!probed.ok) throw new Error(JSON.stringify(probed.error));
		const media: Media = { file, ...probed.value };
		const task: ExportTask = {
			...taskOf(media, { inS: 1.2345, outS: 3.5 }),
			container,
			audio: { kind: 'encode', codec: 'pcm-s16', bitrate: 1_536_000 },
		};
		const result = await exportTask(engine, task, [media]);
		if (!result.ok) throw new Error(JSON.stringify(result.error));
		expect(await verifyOutput(result.value.file, task)).toMatchObject({ ok: true });
		const { samples: heard } = await heardSound(result.value.file);
		const [from, count] = [Math.round(1.2345 * 48_000), Math.round((3.5 - 1.2345) * 48_000)];
		const expected = Array.from(samples.subarray(from, from + count), (sample) => sample / 32768);
		expect(Array.from(heard.subarray(0, count))).toEqual(expected);
		expect(heard.subarray(count).every((sample) => sample === 0)).toBe(true);
	});
});

/** A WAV of one channel at 48 kHz, no two stretches of which are alike. */
function noise(seconds: number): { file: File; samples: Int16Array } {
	const samples = new Int16Array(48_000 * seconds);
	let state = 1;
	for (let i = 0; i < samples.length; i += 1) {
		state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
		samples[i] = (state >> 12) & 0xffff;
	}
	const header = new DataView(new ArrayBuffer(44));
	const text = (at: number, letters: string): void =>
		[...letters].forEach((letter, i) => header.setUint8(at + i, letter.charCodeAt(0)));
	text(0, 'RIFF');
	header.setUint32(4, 36 + samples.byteLength, true);
	text(8, 'WAVEfmt ');
	header.setUint32(16, 16, true);
	header.setUint16(20, 1, true);
	header.setUint16(22, 1, true);
	header.setUint32(24, 48_000, true);
	header.setUint32(28, 96_000, true);
	header.setUint16(32, 2, true);
	header.setUint16(34, 16, true);
	text(36, 'data');
	header.setUint32(40, samples.byteLength, true);
	return { file: new File([header, samples], 'noise.wav'), samples };
}

describe('a crop that moves', () => {
	const crops: CropState[] = range(0, 30).map((i) => ({ ...PORTRAIT, centre: { x: 0.3 + i / 100, y: 0.5 } }));

	/** A box that is somewhere else on each frame. */
	function moving(task: ExportTask): ExportTask {
		const { width, height } = task.pieces[0]!.crop;
		const path: CropPath = {
			x: crops.map((_, i) => 2 * i * 4),
			y: crops.map(() => 0),
			width: crops.map(() => width),
			height: crops.map(() => height),
		};
		const piece = { ...task.pieces[0]!, path, crop: { x: 0, y: 0, width, height } };
		return { ...task, pieces: [piece] };
	}

	test.each(['fast', 'lanczos'] as const)('%s: each frame shows its own part', async (scaling) => {
		const media = await loadMedia('no-audio.mp4');
		const task = moving(taskOf(media, { inS: 1, outS: 2, crop: PORTRAIT }, { scaling }));
		const result = await exportTask(engine, task, [media]);
		if (!result.ok) throw new Error(JSON.stringify(result.error));
		const { x, ...rest } = task.pieces[0]!.path!;
		for (const i of [0, 7, 15, 29]) {
			const crop = { x: x[i]!, y: 0, width: rest.width[i]!, height: rest.height[i]! };
			const seen = await seenFrames(result.value.file, { ...crop, frame: { width: 640, height: 360 } });
			expect(seen[i]!.number).toBe(30 + i);
		}
	});

	test('in pictures too', async () => {
		const media = await loadMedia('no-audio.mp4');
		const task = moving(picturesOf(media, { inS: 1, outS: 2, crop: PORTRAIT }, 'png', 200));
		const { folder, names } = await makePictures(media, task);
		const path = task.pieces[0]!.path!;
		for (const i of [0, 10, 29]) {
			const file = await (await folder.getFileHandle(names[i]!)).getFile();
			const crop = { x: path.x[i]!, y: path.y[i]!, width: path.width[i]!, height: path.height[i]! };
			expect(await numberOn(file, media, crop)).toBe(30 + i);
		}
	});
});

async function base64Of(file: Blob): Promise<string> {
	const reader = new FileReader();
	reader.readAsDataURL(file);
	await new Promise((resolve) => reader.addEventListener('load', resolve, { once: true }));
	return (reader.result as string).split(',')[1]!;
}

async function pixelsOf(picture: ImageBitmap): Promise<Uint8ClampedArray> {
	const canvas = new OffscreenCanvas(picture.width, picture.height).getContext('2d')!;
	canvas.drawImage(picture, 0, 0);
	return Promise.resolve(canvas.getImageData(0, 0, picture.width, picture.height).data);
}
