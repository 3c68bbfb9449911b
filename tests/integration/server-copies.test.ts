import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerJob } from '#contract/jobs';
import { PIECE_S } from '../../sync-server/streaming/live-recipe.ts';
import { probeFile, readClicks, readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath } from '../fixtures/make.ts';
import { MediaServer } from '../media-server.ts';

const its = new MediaServer();
const films = [
	'long-gop.mp4',
	'h264-opus.mkv',
	'h264-pcm.mkv',
	'hevc.mp4',
	'vfr.mp4',
	'audio-only.m4a',
	'no-audio.mp4',
	'mpeg4-mp3.avi',
];
const there = (name: string) => existsSync(fixturePath(name));
const count = (length: number) => Array.from({ length }, (_, n) => n);

beforeAll(async () => {
	for (const name of films.filter(there)) copyFileSync(fixturePath(name), join(its.media, name));
	await its.start();
});
afterAll(async () => {
	await its.stop();
	its.remove();
	expect(its.errors).toEqual([]);
});

/** The copy, once it is made, as a file on disk. */
async function copyOf(name: string, what: string): Promise<string> {
	const url = its.of(name, what);
	for (;;) {
		const response = await fetch(url);
		if (response.status === 202) {
			await its.jobsDone();
			continue;
		}
		expect(response.status).toBe(200);
		const path = join(its.folder, 'copy.mp4');
		writeFileSync(path, new Uint8Array(await response.arrayBuffer()));
		return path;
	}
}

describe('a copy', () => {
	test('is made by one job for all who ask; then it comes by range', async () => {
		const url = its.of('h264-opus.mkv', 'stream?quality=potato');
		const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(url)));
		expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(202));
		const jobs = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { job: ServerJob }).job));
		expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
		expect(answers[0]!.headers.get('Retry-After')).toBe('2');
		expect(answers[0]!.headers.get('Location')).toBe(`/api/jobs/${jobs[0]!.id}`);
		const during = await (await fetch(its.of('h264-opus.mkv', 'cache'))).json();
		expect(during).toMatchObject({
			qualities: { potato: { state: 'making', job: { id: jobs[0]!.id } }, low: { state: 'none' } },
		});
		await its.jobsDone();
		expect(its.jobs.get(jobs[0]!.id)).toMatchObject({ state: 'done' });
		const part = await fetch(url, { headers: { Range: 'bytes=4-7' } });
		expect([part.status, await part.text(), part.headers.get('Content-Type')]).toEqual([206, 'ftyp', 'video/mp4']);
		const after = await (await fetch(its.of('h264-opus.mkv', 'cache'))).json();
		expect(after).toMatchObject({ qualities: { potato: { state: 'ready', how: 'encode' } } });
	});

	test.each(['h264-opus.mkv', 'hevc.mp4', 'mpeg4-mp3.avi'])(
		'of %s has every frame, in H.264 and AAC, with its index in front',
		async (name) => {
			if (!there(name)) return;
			const path = await copyOf(name, 'stream?quality=low');
			expect(await readFrameNumbers(path)).toEqual(await readFrameNumbers(fixturePath(name)));
			const { streams } = await probeFile(path);
			expect(streams.map(({ codec_name: codec }) => codec)).toEqual(['h264', 'aac']);
			expect(streams[0]).toMatchObject({ pix_fmt: 'yuv420p', width: 640, height: 360 });
			const boxes = execFileSync('head', ['-c', '4096', path]).toString('latin1');
			expect(boxes).toContain('moov');
		},
	);

	test('of a variable rate keeps the time of each frame', async () => {
		const times = (path: string) =>
			execFileSync('ffprobe', [
				...['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pts_time', '-of', 'default=nw=1:nk=1', path],
			])
				.toString()
				.trim()
				.split('\n')
				.map(parseFloat)
				.sort((a, b) => a - b);
		const [ours, source] = [times(await copyOf('vfr.mp4', 'stream?quality=low')), times(fixturePath('vfr.mp4'))];
		expect(ours).toHaveLength(source.length);
		for (const [n, time] of ours.entries())
			expect(Math.abs(time - ours[0]! - (source[n]! - source[0]!))).toBeLessThan(0.0015);
	});

	test('of the highest quality takes the packets as they are when a browser plays them', async () => {
		const state = await (await fetch(its.of('h264-pcm.mkv', 'cache'))).json();
		expect(state).toMatchObject({ qualities: { high: { how: 'copy' }, medium: { how: 'encode' } } });
		const path = await copyOf('h264-pcm.mkv', 'stream?quality=high');
		const packets = (file: string) =>
			spawnSync('ffmpeg', [
				'-v',
				'error',
				'-i',
				file,
				'-map',
				'0:v',
				'-c',
				'copy',
				'-bsf:v',
				'h264_mp4toannexb',
				'-f',
				'md5',
				'-',
			]).stdout.toString();
		expect(packets(path)).toBe(packets(fixturePath('h264-pcm.mkv')));
		expect((await probeFile(path)).streams.map(({ codec_name: codec }) => codec)).toEqual(['h264', 'aac']);
	});

	test('of the sound alone is copied or encoded, with every click where it was', async () => {
		for (const name of ['h264-opus.mkv', 'h264-pcm.mkv', 'audio-only.m4a']) {
			const path = await copyOf(name, 'audio');
			const [ours, source] = [await readClicks(path), await readClicks(fixturePath(name))];
			expect(ours).toHaveLength(source.length);
			for (const [n, at] of ours.entries()) expect(Math.abs(at - source[n]!)).toBeLessThan(0.03);
		}
		expect((await fetch(its.of('no-audio.mp4', 'audio'))).status).toBe(422);
	});

	test('of a file that changed is made anew', async () => {
		const path = join(its.media, 'no-audio.mp4');
		await copyOf('no-audio.mp4', 'stream?quality=potato');
		utimesSync(path, 1e9, 1e9);
		expect((await fetch(its.of('no-audio.mp4', 'stream?quality=potato'))).status).toBe(202);
		await its.jobsDone();
	});

	test('that fails is told, not tried again and again, and leaves nothing', async () => {
		await its.stop();
		const fake = join(its.folder, 'ffmpeg');
		writeFileSync(
			fake,
			'#!/bin/sh\ncase "$*" in *-version*) exec ffmpeg -version;; esac\necho "Conversion failed!" >&2\nexit 1\n',
		);
		chmodSync(fake, 0o755);
		await its.start({ ffmpegPath: fake });
		const url = its.of('long-gop.mp4', 'stream?quality=medium');
		const first = await fetch(url);
		expect(first.status).toBe(202);
		await its.jobsDone();
		const jobs = its.jobs.list().length;
		const second = await fetch(url);
		expect([second.status, await second.json()]).toMatchObject([
			422,
			{ message: expect.stringContaining('long-gop.mp4') as string },
		]);
		expect(its.jobs.list()).toHaveLength(jobs);
		expect(readdirSync(join(its.folder, 'cache/media')).filter((name) => name.endsWith('.part'))).toEqual([]);
		await its.stop();
		await its.start();
	});

	test('that is cancelled leaves nothing', async () => {
		const answer = await fetch(its.of('long-gop.mp4', 'stream?quality=high'));
		if (answer.status !== 202) throw new Error(`${answer.status}`);
		const { job } = (await answer.json()) as { job: ServerJob };
		await its.jobs.cancel(job.id);
		expect(readdirSync(join(its.folder, 'cache/media')).filter((name) => name.endsWith('.part'))).toEqual([]);
	});
});

describe('a copy made while it is played', () => {
	/** Head and pieces put together: a file that any player reads. */
	async function whole(name: string, quality: string): Promise<{ path: string; pieces: number }> {
		const playlist = await (await fetch(its.of(name, `live/${quality}/index.m3u8?v=1`))).text();
		const names = playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
		const parts: Uint8Array[] = [];
		for (const piece of ['init.mp4?v=1', ...names]) {
			const response = await fetch(its.of(name, `live/${quality}/${piece}`));
			expect([piece, response.status]).toEqual([piece, 200]);
			parts.push(new Uint8Array(await response.arrayBuffer()));
		}
		const path = join(its.folder, `live-${name}.mp4`);
		writeFileSync(path, Buffer.concat(parts));
		return { path, pieces: names.length };
	}

	test('has every frame of the film once, and its clicks in their places, over the seams of its pieces', async () => {
		const { path, pieces } = await whole('long-gop.mp4', 'potato');
		expect(pieces).toBe(Math.ceil((60 - 0.1) / PIECE_S));
		expect(await readFrameNumbers(path)).toEqual(count(1800));
	});

	test('has its sound without a gap', async () => {
		const { path } = await whole('h264-opus.mkv', 'low');
		expect(await readFrameNumbers(path)).toEqual(await readFrameNumbers(fixturePath('h264-opus.mkv')));
		const [ours, source] = [await readClicks(path), await readClicks(fixturePath('h264-opus.mkv'))];
		expect(ours).toHaveLength(source.length);
		for (const [n, at] of ours.entries()) expect(Math.abs(at - source[n]!)).toBeLessThan(0.03);
		const lengths = execFileSync('ffprobe', [
			'-v',
			'error',
			'-select_streams',
			'a',
			'-show_entries',
			'packet=pts',
			'-of',
			'csv=p=0',
			path,
		])
			.toString()
			.trim()
			.split('\n')
			.map((line) => parseInt(line));
		const steps = lengths.slice(1).map((pts, n) => pts - lengths[n]!);
		expect(new Set(steps.filter((step) => Math.abs(step - 1024) > 1))).toEqual(new Set());
	});

	test('is made of files without sound, without picture, and of a variable rate', async () => {
		for (const name of ['no-audio.mp4', 'audio-only.m4a', 'vfr.mp4']) {
			const { path } = await whole(name, 'potato');
			const [ours, source] = [await probeFile(path), await probeFile(fixturePath(name))];
			expect(Math.abs(Number(ours.format.duration) - Number(source.format.duration))).toBeLessThan(0.15);
		}
	});

	test('is stopped when nobody waits for the piece', async () => {
		const abort = new AbortController();
		const asked = fetch(its.of('long-gop.mp4', 'live/medium/9.m4s'), { signal: abort.signal });
		setTimeout(() => abort.abort(), 60);
		await expect(asked).rejects.toThrow();
		const again = await fetch(its.of('long-gop.mp4', 'live/medium/9.m4s'));
		expect(again.status).toBe(200);
		await again.arrayBuffer();
	});

	test('has no piece beyond its end, and none of other names', async () => {
		expect((await fetch(its.of('long-gop.mp4', 'live/low/99.m4s'))).status).toBe(404);
		for (const name of ['-1.m4s', 'x.m4s', '..%2f..%2fetc%2fpasswd', '1.m4s.mp4'])
			expect([400, 404]).toContain((await fetch(its.of('long-gop.mp4', `live/low/${name}`))).status);
		expect((await fetch(its.of('long-gop.mp4', 'live/high/0.m4s'))).status).toBe(400);
	});
});
