import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readStripPack } from '#core/media/strip-pack';
import { decodeWaveform } from '#core/sound/kept-form';
import { decibelsOf, WaveformPyramid } from '#core/sound/pyramid';
import { decodeFrameIndex } from '#core/time/frame-index-codec';
import { fixturePath } from '../fixtures/make.ts';
import { readFrameNumbers } from '../fixtures/decode.ts';
import { probeFile } from '../fixtures/ffmpeg.ts';
import { MediaServer } from '../media-server.ts';

const its = new MediaServer();
const films = [
	'long-gop.mp4',
	'h264-opus.mkv',
	'hevc.mp4',
	'rotated-90.mp4',
	'audio-only.m4a',
	'no-audio.mp4',
	'hdr.webm',
];
const there = (name: string) => existsSync(fixturePath(name));

beforeAll(async () => {
	for (const name of films.filter(there)) copyFileSync(fixturePath(name), join(its.media, name));
	writeFileSync(join(its.media, 'text.mp4'), 'this is no film');
	const playlist = '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n';
	writeFileSync(join(its.media, 'list.mp4'), playlist);
	writeFileSync(join(its.media, 'concat.mp4'), `ffconcat version 1.0\nfile '${fixturePath('long-gop.mp4')}'\n`);
	await its.start();
});
afterAll(async () => {
	await its.stop();
	its.remove();
	expect(its.errors).toEqual([]);
});

const bytesFrom = async (url: string) => {
	const response = await fetch(url);
	expect(response.status).toBe(200);
	return response.arrayBuffer();
};

test('a film tells what is in it, and its frames', async () => {
	const { id } = its.item('long-gop.mp4');
	const answer = (await (await fetch(`${its.url}/api/media/${id}`)).json()) as Record<string, unknown>;
	expect(answer).toMatchObject({
		item: { name: 'long-gop.mp4', width: 640, height: 360 },
		looked: { ok: true, facts: { name: 'long-gop.mp4', container: 'mp4', video: { codec: 'avc' } } },
	});
	const index = decodeFrameIndex(new Uint8Array(await bytesFrom(its.of('long-gop.mp4', 'index'))));
	expect(index.ptsUs.length).toBe(Number((await probeFile(fixturePath('long-gop.mp4'))).streams[0]?.nb_frames));
});

test('frames are packed where that is taken, and not sent again while they stay the same', async () => {
	const url = its.of('long-gop.mp4', 'index');
	const [packed, plain] = await Promise.all(
		['gzip', 'identity'].map((encoding) => fetch(url, { headers: { 'Accept-Encoding': encoding } })),
	);
	expect([packed!.headers.get('Content-Encoding'), plain!.headers.get('Content-Encoding')]).toEqual(['gzip', null]);
	const bytes = new Uint8Array(await plain!.arrayBuffer());
	expect(new Uint8Array(await packed!.arrayBuffer())).toEqual(bytes);
	expect(Number(packed!.headers.get('Content-Length'))).toBeLessThan(bytes.length / 4);
	const tag = packed!.headers.get('ETag') ?? '';
	expect(plain!.headers.get('ETag')).toBe(tag);
	expect((await fetch(url, { headers: { 'If-None-Match': tag } })).status).toBe(304);
});

test.each(['text.mp4', 'list.mp4', 'concat.mp4'])('%s is no film, and nothing else is read for it', async (name) => {
	const { id } = its.item(name);
	const said = await (await fetch(`${its.url}/api/media/${id}`)).text();
	expect(JSON.parse(said)).toMatchObject({ looked: { ok: false, message: expect.stringContaining(name) as string } });
	for (const what of [
		'thumbnail',
		'strip',
		'peaks',
		'stream?quality=low',
		'audio',
		'live/low/index.m3u8',
		'live/low/0.m4s',
	]) {
		const response = await fetch(its.of(name, what));
		expect(response.status).toBe(422);
		expect(await response.text()).not.toMatch(/root:|\/tmp\/|fixtures/);
	}
	expect(said).not.toContain(its.folder);
});

describe('a thumbnail', () => {
	test.each(['long-gop.mp4', 'hevc.mp4', 'rotated-90.mp4', 'hdr.webm'])('of %s has its shape', async (name) => {
		if (!there(name)) return;
		const path = join(its.folder, 'thumbnail.webp');
		writeFileSync(path, new Uint8Array(await bytesFrom(its.of(name, 'thumbnail?width=160'))));
		await factsOf(name);
		const [picture] = (await probeFile(path)).streams;
		const { width, height } = its.item(name);
		expect(picture?.codec_name).toBe('webp');
		expect(picture?.width).toBe(160);
		expect(Math.abs(picture!.height! - (160 * height!) / width!)).toBeLessThanOrEqual(1);
	});

	test('is made once for many who ask, and kept over a restart', async () => {
		const url = its.of('long-gop.mp4', 'thumbnail?width=640');
		const tags = await Promise.all(Array.from({ length: 12 }, async () => (await fetch(url)).headers.get('ETag')));
		expect(new Set(tags).size).toBe(1);
		await its.stop();
		await its.start({ ffmpegPath: '/nowhere/ffmpeg' });
		const again = await fetch(its.of('long-gop.mp4', 'thumbnail?width=640'));
		expect([again.status, again.headers.get('ETag')]).toEqual([200, tags[0]]);
		const other = await fetch(its.of('long-gop.mp4', 'thumbnail?width=1280'));
		expect(other.status).toBe(422);
		expect(await other.text()).toContain('ffmpeg');
		await its.stop();
		await its.start();
	});

	test('of a file without a picture is refused', async () => {
		const response = await fetch(its.of('audio-only.m4a', 'thumbnail'));
		expect([response.status, await response.json()]).toMatchObject([422, { code: 'unprocessable' }]);
	});
});

describe('a strip', () => {
	test('holds the picture of every key frame, under the time that the app asks for', async () => {
		const pack = readStripPack(await bytesFrom(its.of('long-gop.mp4', 'strip?height=128')))!;
		const index = decodeFrameIndex(new Uint8Array(await bytesFrom(its.of('long-gop.mp4', 'index'))));
		const keys = [...index.key.keys()].filter((n) => index.key[n] === 1);
		expect(pack.heightPx).toBe(128);
		expect(pack.tiles.map(({ timeUs }) => timeUs)).toEqual(keys.map((n) => index.ptsUs[n]));
		const folder = join(its.folder, 'tiles');
		mkdirSync(folder, { recursive: true });
		for (const [n, { picture }] of pack.tiles.slice(0, 3).entries()) {
			const path = join(folder, `${n}.webp`);
			writeFileSync(path, picture);
			expect(await readFrameNumbers(path)).toEqual([keys[n]]);
		}
	});
});

describe('peaks', () => {
	test('are what the app keeps: a click at every whole second, quiet in between', async () => {
		const kept = await bytesFrom(its.of('h264-opus.mkv', 'peaks'));
		const { firstTimestampS, durationS } = await factsOf('h264-opus.mkv');
		const pyramid = new WaveformPyramid(firstTimestampS, durationS);
		expect(decodeWaveform(kept, pyramid)).toBe(true);
		expect(pyramid.complete).toBe(true);
		const loud = [1, 2, 3].map((second) => Math.max(...pyramid.finest.max.subarray(second * 200, second * 200 + 20)));
		expect(Math.min(...loud)).toBeGreaterThan(30);
		expect(decibelsOf(pyramid.finest.loudness[1 * 200 + 100]!)).toBeLessThan(-25);
	});

	test('of a film without sound are refused', async () => {
		expect((await fetch(its.of('no-audio.mp4', 'peaks'))).status).toBe(422);
	});
});

async function factsOf(name: string): Promise<{ firstTimestampS: number; durationS: number }> {
	const answer = await fetch(`${its.url}/api/media/${its.item(name).id}`);
	const { looked } = (await answer.json()) as { looked: { facts: { firstTimestampS: number; durationS: number } } };
	return looked.facts;
}

test('nothing half-made stays in the cache', () => {
	const names = readdirSync(join(its.folder, 'cache/media'));
	expect(names.filter((name) => !/^[\da-f]{40}\.(webp|strip|peaks|mp4|m4a)$/.test(name))).toEqual([]);
	expect(execFileSync('ls', [its.media]).toString()).toContain(basename(films[0]!));
});
