import { commands } from 'vitest/browser';
import { describe, expect, test } from 'vitest';
import { failureText } from '#core/failure';
import { MediaFacts } from '#core/media/media-facts';
import { readBar } from '../../../../tests/fixtures/read-bar.ts';
import { makeThumbnail, probe, type Probed } from './index.ts';

async function film(name: string, share = 1): Promise<File> {
	const blob = await blobOf(name);
	return new File([blob.slice(0, Math.round(blob.size * share))], name);
}

async function blobOf(name: string): Promise<Blob> {
	if (!name.endsWith('.ts')) return (await fetch(`/tests/fixtures/made/${name}`)).blob();
	// The development server takes this one for TypeScript.
	const base64 = await commands.readFile(`tests/fixtures/made/${name}`, 'base64');
	return (await fetch(`data:video/mp2t;base64,${base64}`)).blob();
}

async function lookInside(file: File): Promise<Probed> {
	const answer = await probe(file);
	if (!answer.ok) throw new Error(failureText(answer.error));
	return answer.value;
}

/** The number on the picture, and its size. */
async function readPicture(picture: Blob): Promise<{ frame: number | null; width: number; height: number }> {
	const bitmap = await createImageBitmap(picture);
	const { width, height } = bitmap;
	const canvas = new OffscreenCanvas(width, height).getContext('2d')!;
	canvas.drawImage(bitmap, 0, 0);
	return { frame: readBar({ ...canvas.getImageData(0, 0, width, height), width, height, channels: 4 }), width, height };
}

describe('probe', () => {
	test.each([
		['h264-aac-60s.mp4', 'mp4', 'avc', 'aac', 'native', '1280×720', '30/1'],
		['h264-aac-10min.mp4', 'mp4', 'avc', 'aac', 'native', '480×270', '30/1'],
		['ntsc.mp4', 'mp4', 'avc', 'aac', 'native', '640×360', '30000/1001'],
		['rotated-90.mp4', 'mp4', 'avc', 'aac', 'native', '360×640', '30/1'],
		['non-square-pixels.mp4', 'mp4', 'avc', 'aac', 'native', '480×270', '30/1'],
		['h264-aac.mov', 'mov', 'avc', 'aac', 'native', '640×360', '30/1'],
		['vp9-opus.webm', 'webm', 'vp9', 'opus', 'native', '640×360', '30/1'],
		['h264-aac.ts', 'ts', 'avc', 'aac', 'webcodecs', '640×360', '30/1'],
		['odd-size.mp4', 'mp4', 'vp9', 'aac', 'native', '321×241', '30/1'],
	])('%s is what it is', async (name, container, codec, audio, playable, size, fps) => {
		const file = await film(name);
		const { facts, index } = await lookInside(file);
		const video = facts.video!;
		expect(MediaFacts.parse(facts)).toEqual(facts);
		expect([facts.container, video.codec, facts.audio[0]?.codec, facts.playable]).toEqual([
			container,
			codec,
			audio,
			playable,
		]);
		expect(`${video.width}×${video.height}`).toBe(size);
		expect(`${video.fps.num}/${video.fps.den}`).toBe(fps);
		expect(index?.ptsUs.length).toBe(video.frameCount);
		expect([facts.bytes, facts.name]).toEqual([file.size, name]);
	});

	test('what a media element cannot open is drawn instead, if it can be decoded', async () => {
		const { facts } = await lookInside(await film('h264-opus.mkv'));
		const element = document.createElement('video').canPlayType('video/x-matroska; codecs="avc1.64001e, opus"');
		expect(facts.playable).toBe(element === '' ? 'webcodecs' : 'native');
	});

	test('sound alone is ready to play', async () => {
		const { facts, index } = await lookInside(await film('audio-only.m4a'));
		expect([facts.playable, facts.video, index]).toEqual(['native', undefined, undefined]);
	});

	test('a codec that the browser lacks is left to ffmpeg, with its frames known', async () => {
		const { facts, index } = await lookInside(await film('hevc.mp4'));
		const config = { codec: facts.video!.codecString!, codedWidth: 640, codedHeight: 360 };
		const { supported } = await VideoDecoder.isConfigSupported(config);
		expect(facts.playable === 'preview').toBe(supported !== true);
		expect(index?.ptsUs.length).toBe(150);
	});

	test('AVI is read by ffmpeg', { timeout: 120_000 }, async () => {
		const { facts, index } = await lookInside(await film('mpeg4-mp3.avi'));
		expect(facts).toMatchObject({ container: 'avi', reader: 'ffmpeg', playable: 'preview' });
		expect(index?.ptsUs.length).toBe(150);
	});

	test.each([
		['zero-bytes.mp4', 'empty-file', /is empty/],
		['text.mp4', 'not-media', /it is a text/],
		['truncated-no-moov.mp4', 'source-incomplete', /incomplete.*again/],
	])('%s is refused with name, reason and way out', async (name, kind, words) => {
		const answer = await probe(await film(name));
		expect(answer).toMatchObject({ ok: false, error: { kind, subject: name } });
		if (!answer.ok) expect(failureText(answer.error)).toMatch(words);
	});

	test('a file that went away is missing or changed, not a crash', async () => {
		const folder = await navigator.storage.getDirectory();
		const handle = await folder.getFileHandle('gone.mp4', { create: true });
		const writable = await handle.createWritable();
		await writable.write(await film('no-audio.mp4'));
		await writable.close();
		const file = await handle.getFile();
		await folder.removeEntry('gone.mp4');
		const answer = await probe(file);
		expect(answer.ok ? 'read' : answer.error.kind).toMatch(/source-(missing|changed)/);
	});

	test('abort is the platform’s AbortError, before and during', async () => {
		const file = await film('h264-aac-60s.mp4');
		await expect(probe(file, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
		const abort = new AbortController();
		const running = probe(file, { signal: abort.signal });
		setTimeout(() => abort.abort(), 0);
		await expect(running).rejects.toMatchObject({ name: 'AbortError' });
		expect((await probe(file)).ok).toBe(true);
	});

	test('progress grows to the end where the whole file is walked', async () => {
		const seen: number[] = [];
		await probe(await film('h264-opus.mkv'), { onProgress: (share) => seen.push(share) });
		expect(seen.length).toBeGreaterThan(0);
		expect(seen).toEqual([...seen].sort((a, b) => a - b));
		expect(seen.at(-1)).toBeLessThanOrEqual(1);
	});

	test.each(['h264-aac-60s.mp4', 'h264-opus.mkv', 'vp9-opus.webm', 'h264-aac.ts'])(
		'%s cut off anywhere is read or refused, and never hangs',
		{ timeout: 120_000 },
		async (name) => {
			const whole = await film(name);
			for (const share of [0.001, 0.01, 0.1, 0.33, 0.66, 0.9, 0.999]) {
				const file = new File([whole.slice(0, Math.round(whole.size * share))], name);
				const answer = await probe(file);
				if (answer.ok) expect(answer.value.facts.video!.frameCount).toBe(answer.value.index!.ptsUs.length);
				else expect(failureText(answer.error)).toContain(name);
			}
		},
	);

	test('damaged bytes anywhere in the header are read or refused, and never hang', { timeout: 120_000 }, async () => {
		const whole = new Uint8Array(await (await film('no-audio.mp4')).arrayBuffer());
		const movie = new TextDecoder('latin1').decode(whole).indexOf('moov');
		let state = 7;
		const random = (below: number): number => (state = (state * 48271) % 2147483647) % below;
		for (let round = 0; round < 25; round += 1) {
			const bytes = whole.slice();
			for (let n = 0; n < 4; n += 1) bytes[movie + random(bytes.length - movie)] = random(256);
			const answer = await probe(new File([bytes], 'damaged.mp4'));
			if (!answer.ok) expect(failureText(answer.error)).toContain('damaged.mp4');
		}
	});
});

describe('makeThumbnail', () => {
	test.each([
		['h264-aac-60s.mp4', undefined, 320, 180, 180],
		['no-audio.mp4', 2.5, 320, 180, 60],
		['rotated-90.mp4', 4.5, 320, 569, 120],
		['non-square-pixels.mp4', undefined, 320, 180, 0],
		['odd-size.mp4', 2.5, 320, 240, 60],
		['h264-aac.ts', undefined, 320, 180, 0],
		['vp9-opus.webm', 2.5, 320, 180, 60],
		['edit-list.mp4', 2, 320, 180, 120],
		['first-timestamp-5s.mp4', 7.5, 320, 180, 60],
		['truncated.mp4', 5.9, 320, 180, 120],
	])('of %s at %s s is %d×%d and shows key frame %d', async (name, atS, width, height, frame) => {
		const file = await film(name);
		const { facts } = await lookInside(file);
		const picture = await makeThumbnail(file, facts, { ...(atS === undefined ? {} : { atS }) });
		if (!picture.ok) throw new Error(failureText(picture.error));
		expect(picture.value.type).toMatch(/^image\/(webp|jpeg)$/);
		expect(await readPicture(picture.value)).toEqual({ frame, width, height });
	});

	test('of sound alone is an error that says so', async () => {
		const file = await film('audio-only.m4a');
		const { facts } = await lookInside(file);
		expect(await makeThumbnail(file, facts, {})).toMatchObject({ ok: false, error: { kind: 'unsupported' } });
	});

	test('of an AVI is made by ffmpeg', { timeout: 120_000 }, async () => {
		const file = await film('mpeg4-mp3.avi');
		const { facts } = await lookInside(file);
		const picture = await makeThumbnail(file, facts, {});
		if (!picture.ok) throw new Error(failureText(picture.error));
		expect(await readPicture(picture.value)).toMatchObject({ width: 320, height: 180 });
	});
});
