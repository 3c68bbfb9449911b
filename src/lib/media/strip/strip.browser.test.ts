import { afterEach, expect, test } from 'vitest';
import { keyFramesOf } from '#core/time/key-frames';
import { readBar, readCentre, type Pixels } from '../../../../tests/fixtures/read-bar.ts';
import type { DerivedCache } from '../derived-cache.ts';
import { testFile, type TestFile } from '../player/test-player.ts';
import { ThumbnailStrip } from './index.ts';

const strips: ThumbnailStrip[] = [];
afterEach(() => {
	for (const strip of strips.splice(0)) strip.dispose();
});

/** Kept in memory; counts what was asked for and not there. */
class MemoryCache implements DerivedCache {
	readonly kept = new Map<string, Blob>();
	misses = 0;
	get(name: string): Promise<Blob | undefined> {
		if (!this.kept.has(name)) this.misses += 1;
		return Promise.resolve(this.kept.get(name));
	}
	put(name: string, made: Blob): Promise<void> {
		this.kept.set(name, made);
		return Promise.resolve();
	}
}

function stripOf(
	{ file, facts }: TestFile,
	cache?: DerivedCache,
): { strip: ThumbnailStrip; done: () => Promise<void> } {
	let wake: () => void = () => undefined;
	const strip = new ThumbnailStrip({ file, name: facts.name, heightPx: 128, cache, onChange: () => wake() });
	strips.push(strip);
	const done = async (): Promise<void> => {
		while (strip.busy) await new Promise<void>((resolve) => (wake = resolve));
	};
	return { strip, done };
}

function pixelsOf(picture: ImageBitmap, part = { top: 0, height: picture.height }): Pixels {
	const canvas = new OffscreenCanvas(picture.width, picture.height);
	const context = canvas.getContext('2d')!;
	context.drawImage(picture, 0, 0);
	const { data } = context.getImageData(0, part.top, picture.width, part.height);
	return { data, width: picture.width, height: part.height, channels: 4 };
}

const numberOn = (picture: ImageBitmap, display: { width: number; height: number }): number | null =>
	readBar(pixelsOf(picture), { x: 0, y: 0, ...display, frame: display });

/** [file, number in the first frame's picture] */
const files: readonly [string, number][] = [
	['long-gop.mp4', 0],
	['h264-opus.mkv', 0],
	['h264-aac.ts', 0],
	['vp9-opus.webm', 0],
	['av1.mp4', 0],
	['non-square-pixels.mp4', 0],
	['first-timestamp-5s.mp4', 0],
	['ten-bit.webm', 0],
	['vfr.mp4', 0],
];

test.each(files)('%s: each picture of the strip is the key frame it stands for', async (name, first) => {
	const source = await testFile(name);
	const { frames, timesS } = keyFramesOf(source.index);
	const { strip, done } = stripOf(source);
	strip.want([...timesS]);
	await done();
	expect(strip.failure).toBeUndefined();
	const { width, height } = source.facts.video!;
	const pictures = [...timesS].map((timeS) => strip.picture(timeS)!);
	expect(pictures.map((picture) => numberOn(picture, { width, height }))).toEqual(
		[...frames].map((frame) => first + frame),
	);
	expect(pictures.every((picture) => picture.height === 128)).toBe(true);
	expect(pictures[0]!.width).toBe(Math.round((128 * width) / height));
});

test('a turned film is upright in its strip', async () => {
	const source = await testFile('rotated-90.mp4');
	const { strip, done } = stripOf(source);
	strip.want([0]);
	await done();
	const picture = strip.picture(0)!;
	expect([picture.width, picture.height]).toEqual([72, 128]);
	const { x, y } = readCentre(pixelsOf(picture, { top: 0, height: 24 }));
	expect([x, y]).toEqual([expect.closeTo(0.5, 1), expect.closeTo(0.09, 1)]);
});

test('what was made once is read from the cache, and the decoder is not asked', async () => {
	const source = await testFile('long-gop.mp4');
	const cache = new MemoryCache();
	const first = stripOf(source, cache);
	first.strip.want([0, 10, 20]);
	await first.done();
	expect([...cache.kept.keys()]).toEqual(['strip/128/0.webp', 'strip/128/10000000.webp', 'strip/128/20000000.webp']);
	expect(cache.kept.get('strip/128/0.webp')!.size).toBeLessThan(12_000);

	const broken = { ...source, file: new File(['no film'], 'gone.mp4') };
	const second = stripOf(broken, cache);
	second.strip.want([20, 0]);
	await second.done();
	expect(numberOn(second.strip.picture(20)!, source.facts.video!)).toBe(600);
	expect(second.strip.failure).toBeUndefined();
});

test('a half-written picture in the cache is made again', async () => {
	const source = await testFile('long-gop.mp4');
	const cache = new MemoryCache();
	cache.kept.set('strip/128/0.webp', new Blob(['RIFF']));
	const { strip, done } = stripOf(source, cache);
	strip.want([0]);
	await done();
	expect(numberOn(strip.picture(0)!, source.facts.video!)).toBe(0);
});

test('a wish that is replaced is not fulfilled', async () => {
	const source = await testFile('long-gop.mp4');
	const { strip, done } = stripOf(source);
	strip.want([0, 10, 20, 30, 40]);
	strip.want([50]);
	await done();
	expect(strip.picture(50)).toBeDefined();
	expect(strip.picture(40)).toBeUndefined();
});

test('a file without a picture says so and asks no more', async () => {
	const source = await testFile('audio-only.m4a');
	const { strip, done } = stripOf(source);
	strip.want([0]);
	await done();
	expect(strip.failure).toMatchObject({ kind: 'unsupported', detail: 'it has no picture' });
});
