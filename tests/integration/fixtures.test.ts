import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LARGEST_NUMBER } from '../fixtures/bar.ts';
import { displaySize, probeFile, readClicks, readFrameNumbers, readPicture } from '../fixtures/decode.ts';
import { createFrameDrawer } from '../fixtures/draw-frame.ts';
import { ffmpeg } from '../fixtures/ffmpeg.ts';
import { fixturePath } from '../fixtures/make.ts';
import { readBar, readCentre } from '../fixtures/read-bar.ts';

const frame = { width: 1280, height: 720 };
const counting = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

describe('the bar', () => {
	const draw = createFrameDrawer(frame.width, frame.height);
	const gray = (number: number) => draw(number).slice(0, frame.width * frame.height);

	test.each([0, 1, 1023, 1024, 4242, 524288, LARGEST_NUMBER])('tells frame %i', (number) => {
		expect(readBar({ data: gray(number), ...frame, channels: 1 })).toBe(number);
	});

	test.each([0, 118, 436, 874])('is whole in a 9:16 crop at x = %i', (x) => {
		const crop = { x, y: 0, width: 406, height: 720, frame };
		const data = shrink(gray(98765), crop, 128, 227);
		expect(readBar({ data, width: 128, height: 227, channels: 1 }, crop)).toBe(98765);
	});

	test('is not seen in black, in white, or where the crop is not what was said', () => {
		const flat = (value: number) => new Uint8Array(320 * 180).fill(value);
		expect(readBar({ data: flat(0), width: 320, height: 180, channels: 1 })).toBeNull();
		expect(readBar({ data: flat(255), width: 320, height: 180, channels: 1 })).toBeNull();
		const data = shrink(gray(4321), { x: 500, y: 0, width: 406, height: 720 }, 128, 227);
		const wrong = { x: 0, y: 0, width: 406, height: 720, frame };
		expect(readBar({ data, width: 128, height: 227, channels: 1 }, wrong)).not.toBe(4321);
	});
});

describe('the made files', () => {
	test.each([
		['h264-aac-60s.mp4', 0, 1800],
		['vfr.mp4', 0, 150],
		['rotated-90.mp4', 0, 150],
		['non-square-pixels.mp4', 0, 150],
		['no-audio.mp4', 0, 150],
		['h264-opus.mkv', 0, 150],
		['vp9-opus.webm', 0, 150],
		['h264-aac.mov', 0, 150],
		['h264-aac.ts', 0, 150],
		['mpeg4-mp3.avi', 0, 150],
		['odd-size.mp4', 0, 150],
		['ten-bit.webm', 0, 150],
		['ten-bit-h264.mp4', 0, 150],
		['first-timestamp-5s.mp4', 0, 150],
		['edit-list.mp4', 75, 165],
		['truncated.mp4', 0, 180],
		['hevc.mp4', 0, 150],
		['av1.mp4', 0, 120],
	])('%s shows its frames from %i on, %i of them', async (name, first, count) => {
		if (!existsSync(fixturePath(name))) return;
		const numbers = await readFrameNumbers(fixturePath(name));
		if (name === 'truncated.mp4') expect(numbers).toEqual(counting(first, numbers.length));
		else expect(numbers).toEqual(counting(first, count));
	});

	test('rotated and stretched pictures have the size they are shown at', async () => {
		expect(displaySize(await probeFile(fixturePath('rotated-90.mp4')))).toEqual({ width: 360, height: 640 });
		expect(displaySize(await probeFile(fixturePath('non-square-pixels.mp4')))).toEqual({ width: 480, height: 270 });
	});

	test('a click is heard at every whole second', async () => {
		const clicks = await readClicks(fixturePath('h264-aac.mov'));
		expect(clicks).toHaveLength(5);
		clicks.forEach((at, second) => expect(Math.abs(at - second)).toBeLessThan(0.005));
	});
});

describe('a cropped clip', () => {
	let folder: string;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'fixtures-'));
	});
	afterAll(() => rm(folder, { recursive: true }));

	test('scaled to 128 pixels and compressed still tells which frames and which place it shows', async () => {
		const crop = { x: 200, y: 0, width: 404, height: 720, frame };
		const clip = join(folder, 'clip.mp4');
		const picture = [
			'-vf',
			'crop=404:720:200:0,scale=128:228',
			'-c:v',
			'libx264',
			'-crf',
			'30',
			'-preset',
			'ultrafast',
		];
		await ffmpeg(['-ss', '10.3', '-i', fixturePath('h264-aac-60s.mp4'), '-t', '2', ...picture, '-an', clip]);
		expect(await readFrameNumbers(clip, crop)).toEqual(counting(309, 60));
		const centre = readCentre(await readPicture(clip));
		expect(centre.x).toBeCloseTo(402 / 1280, 1.7);
		expect(centre.y).toBeCloseTo(0.5, 1.7);
	});
});

/** Means over boxes, the way a scaler makes small pictures. */
function shrink(
	data: Uint8Array,
	crop: { x: number; y: number; width: number; height: number },
	width: number,
	height: number,
): Uint8Array {
	const small = new Uint8Array(width * height);
	for (let y = 0; y < height; y += 1) {
		for (let x = 0; x < width; x += 1) {
			const x0 = crop.x + Math.floor((x * crop.width) / width);
			const x1 = crop.x + Math.ceil(((x + 1) * crop.width) / width);
			const y0 = crop.y + Math.floor((y * crop.height) / height);
			const y1 = crop.y + Math.ceil(((y + 1) * crop.height) / height);
			let sum = 0;
			for (let v = y0; v < y1; v += 1) for (let u = x0; u < x1; u += 1) sum += data[v * frame.width + u] ?? 0;
			small[y * width + x] = sum / ((x1 - x0) * (y1 - y0));
		}
	}
	return small;
}
