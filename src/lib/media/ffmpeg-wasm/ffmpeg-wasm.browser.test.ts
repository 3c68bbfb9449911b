import { describe, expect, test } from 'vitest';
import { frameCount } from '#core/time/frame-index';
import { loadMedia, seenFrames } from '../../../../tests/media/trial.ts';
import { readBar } from '../../../../tests/fixtures/read-bar.ts';
import { ensureCore, isCoreAvailable, makePreview, probeWithFfmpeg, thumbnailWithFfmpeg } from './index.ts';

const fetched = async (name: string): Promise<File> =>
	new File([await (await fetch(`/tests/fixtures/made/${name}`)).blob()], name);

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

async function pictureOf(blob: Blob): Promise<ImageData> {
	const bitmap = await createImageBitmap(blob);
	const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
	canvas.drawImage(bitmap, 0, 0);
	return canvas.getImageData(0, 0, bitmap.width, bitmap.height);
}

describe('the core', () => {
	test('is fetched with progress, and is there afterwards', async () => {
		const shares: number[] = [];
		const core = await ensureCore({ onProgress: (share) => shares.push(share) });
		expect(core).toMatchObject({ ok: true });
		expect(shares.at(-1)).toBe(1);
		expect(shares).toEqual([...shares].sort((a, b) => a - b));
		expect(await isCoreAvailable()).toBe(true);
	});

	test('an aborted wait for it rejects', async () => {
		await expect(ensureCore({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
	});
});

describe('ffmpeg reads what the browser cannot', () => {
	test('an AVI: facts and every frame', async () => {
		const file = await fetched('mpeg4-mp3.avi');
		const shares: number[] = [];
		const probed = await probeWithFfmpeg(file, { onProgress: (share) => shares.push(share) });
		if (!probed.ok) throw new Error(JSON.stringify(probed.error));
		const { facts, index } = probed.value;
		expect(facts).toMatchObject({
			name: 'mpeg4-mp3.avi',
			bytes: file.size,
			container: 'avi',
			reader: 'ffmpeg',
			playable: 'preview',
			firstTimestampS: 0,
			video: { codec: 'mpeg4', width: 640, height: 360, rotation: 0, frameCount: 150, hdr: false },
			audio: [{ codec: 'mp3', sampleRateHz: 48000, channels: 2 }],
		});
		expect(facts.video!.fps.num / facts.video!.fps.den).toBeCloseTo(30, 0);
		expect(frameCount(index!)).toBe(150);
		expect([...index!.key].reduce((sum, key) => sum + key, 0)).toBe(3);
		expect(facts.durationS).toBeCloseTo(5, 1);
	});

	test.each([
		'h264-aac-60s.mp4',
		'vfr.mp4',
		'edit-list.mp4',
		'first-timestamp-5s.mp4',
		'rotated-90.mp4',
		'non-square-pixels.mp4',
		'h264-opus.mkv',
		'hdr.webm',
		'hevc.mp4',
	])('%s: the same frames and facts as the browser’s own reader finds', async (name) => {
		const { file, facts, index } = await loadMedia(name);
		const probed = await probeWithFfmpeg(file);
		if (!probed.ok) throw new Error(JSON.stringify(probed.error));
		expect(probed.value.index!.ptsUs).toEqual(index!.ptsUs);
		expect([...probed.value.index!.key]).toEqual([...index!.key]);
		const { width, height, codedWidth, codedHeight, rotation, pixelAspect, fps, variableRate, hdr, codec } =
			facts.video!;
		expect(probed.value.facts.video).toMatchObject({
			width,
			height,
			codedWidth,
			codedHeight,
			rotation,
			pixelAspect,
			fps,
			variableRate,
			hdr,
			codec,
		});
		expect(probed.value.facts.fingerprint).toBe(facts.fingerprint);
		expect(probed.value.facts.durationS).toBeCloseTo(facts.durationS, 1);
	});

	test('sound alone', async () => {
		const probed = await probeWithFfmpeg(await fetched('audio-only.m4a'));
		expect(probed).toMatchObject({ ok: true, value: { facts: { audio: [{ codec: 'aac' }] } } });
		expect(probed.ok && probed.value.facts.video).toBeUndefined();
	});

	test('noise is refused in words', async () => {
		const noise = crypto.getRandomValues(new Uint8Array(60_000));
		const probed = await probeWithFfmpeg(new File([noise], 'noise.avi'));
		expect(probed).toMatchObject({ ok: false, error: { kind: 'source-unreadable', subject: 'noise.avi' } });
		expect(!probed.ok && probed.error.kind === 'source-unreadable' && probed.error.detail).toMatch(/invalid data/i);
	});

	test('a codec that nothing decodes is refused by name', async () => {
		const probed = await probeWithFfmpeg(await fetched('av1.mp4'));
		expect(probed).toMatchObject({
			ok: false,
			error: { kind: 'unsupported', detail: expect.stringContaining('AV1') as string },
		});
	});

	test('a look is over at once when it is cancelled', async () => {
		const abort = new AbortController();
		const probing = probeWithFfmpeg(await fetched('h264-aac-10min.mp4'), { signal: abort.signal });
		setTimeout(() => abort.abort(), 150);
		await expect(probing).rejects.toMatchObject({ name: 'AbortError' });
	});

	test('three gigabytes are not read into memory', async () => {
		// A box of 3 GB that nobody needs, after the media of a film.
		const film = await fetched('h264-aac-60s.mp4');
		const part = new Blob([new Uint8Array(64 * 1024 * 1024)]);
		const parts = Array.from({ length: 48 }, () => part);
		const header = new DataView(new ArrayBuffer(16));
		header.setUint32(0, 1);
		header.setUint32(4, 0x66726565);
		header.setBigUint64(8, BigInt(16 + 48 * part.size));
		const file = new File([film, header, ...parts], 'large.mp4');
		expect(file.size).toBeGreaterThan(3e9);
		const before = performance.now();
		const probed = await probeWithFfmpeg(file);
		expect(probed).toMatchObject({
			ok: true,
			value: { facts: { bytes: file.size, video: { codec: 'avc', frameCount: 1800 } } },
		});
		expect(performance.now() - before).toBeLessThan(20_000);
	});
});

describe('pictures and previews', () => {
	test('a thumbnail shows a frame at or shortly before its time', async () => {
		const { file, facts } = await loadMedia('mpeg4-mp3.avi');
		const made = await thumbnailWithFfmpeg(file, facts, { atS: 3, width: 320 });
		if (!made.ok) throw new Error(JSON.stringify(made.error));
		const picture = await pictureOf(made.value);
		expect(picture).toMatchObject({ width: 320, height: 180 });
		const number = readBar({ ...picture, data: picture.data, width: 320, height: 180, channels: 4 });
		expect(number).toBeGreaterThanOrEqual(59);
		expect(number).toBeLessThanOrEqual(91);
	});

	test.each(['mpeg4-mp3.avi', 'hevc.mp4', 'vfr.mp4', 'first-timestamp-5s.mp4'])(
		'the preview of %s has the same frames at the same times',
		async (name) => {
			const { file, facts, index } = await loadMedia(name);
			const shares: number[] = [];
			const made = await makePreview(file, facts, { onProgress: (share) => shares.push(share) });
			if (!made.ok) throw new Error(JSON.stringify(made.error));
			const frames = await seenFrames(made.value);
			expect(frames.map(({ number }) => number)).toEqual(range(0, frameCount(index!)));
			frames.forEach(({ atS }, n) => expect(Math.abs(atS - index!.ptsUs[n]! / 1e6)).toBeLessThan(1e-4));
			expect(shares.length).toBeGreaterThan(1);
			expect(shares.at(-1)).toBe(1);
			const video = document.createElement('video');
			video.src = URL.createObjectURL(made.value);
			await new Promise((resolve, reject) => {
				video.onloadeddata = resolve;
				video.onerror = () => reject(new Error(video.error?.message));
			});
			if (facts.firstTimestampS === 0) expect(video.duration).toBeCloseTo(facts.durationS, 0);
			URL.revokeObjectURL(video.src);
		},
	);

	test('a preview of noise fails in words, and leaves nothing behind', async () => {
		const { facts } = await loadMedia('mpeg4-mp3.avi');
		const noise = new Blob([crypto.getRandomValues(new Uint8Array(60_000))]);
		expect(await makePreview(noise, facts)).toMatchObject({ ok: false, error: { kind: 'source-unreadable' } });
		const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('temporary');
		const left: string[] = [];
		for await (const name of folder.keys()) left.push(name);
		expect(left).toEqual([]);
	});
});
