import {
	chmodSync,
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ServerJob } from '../../src/lib/contract/jobs.ts';
import { WHOLE_FRAME } from '../../src/lib/core/crop/crop.ts';
import { type ExportSettings } from '../../src/lib/core/export/export-settings.ts';
import type { ExportTask } from '../../src/lib/core/export/export-task.ts';
import { filmTask, part } from '../film-task.ts';
import { probeFile as ffprobe, readFrameNumbers, readPicture } from '../fixtures/decode.ts';
import { readBar } from '../fixtures/read-bar.ts';
import { fixturePath } from '../fixtures/make.ts';
import { FAKE, clip, cropOf, needFilms, newFolder, range, realFfmpeg, server, source } from './export-server.ts';

needFilms('h264-aac-60s.mp4', 'rotated-90.mp4', 'vfr.mp4', 'hdr.webm', 'h264-opus.mkv', 'no-audio.mp4');

/** Nothing half-made lies about. */
const partsIn = (exportDir: string): string[] =>
	existsSync(join(exportDir, '.parts')) ? readdirSync(join(exportDir, '.parts')) : [];

describe('what comes out has the frames that were asked for', () => {
	test.each<[string, string, number, number, Partial<ExportSettings>]>([
		['a clip', 'h264-aac-60s.mp4', 309, 399, {}],
		['another size and rate', 'h264-aac-60s.mp4', 300, 330, { shortSide: 180, rate: { num: 30, den: 1 } }],
		['WebM', 'h264-aac-60s.mp4', 309, 330, { format: 'webm' }],
		['a turned film', 'rotated-90.mp4', 61, 90, {}],
		['a variable rate', 'vfr.mp4', 50, 75, {}],
		['HDR', 'hdr.webm', 61, 75, {}],
		['Matroska', 'h264-opus.mkv', 60, 90, {}],
		['no sound', 'no-audio.mp4', 61, 90, {}],
	])('%s', async (_what, name, from, to, settings) => {
		const { make, exportDir } = await server();
		const task = clip(name, from, to, settings);
		const { result, path } = await make(task);
		expect(await readFrameNumbers(path, cropOf(task, name))).toEqual(range(from, to));
		expect(result).toMatchObject({ frames: to - from, fileName: `${task.output.name}.${task.output.extension}` });
		const { streams } = await ffprobe(path);
		expect(streams.some(({ codec_type: type }) => type === 'audio')).toBe(task.audio.kind !== 'none');
		expect(partsIn(exportDir)).toEqual([]);
	});

	test('a variable rate made constant', async () => {
		const { make } = await server();
		const { path } = await make(clip('vfr.mp4', 40, 90, { rate: { num: 30, den: 1 } }));
		const { streams } = await ffprobe(path);
		expect(streams[0]?.r_frame_rate).toBe('30/1');
	});

	test('PCM sound in MP4, as batches have it', async () => {
		const { make } = await server();
		const task = clip('h264-aac-60s.mp4', 309, 399);
		const { path } = await make({ ...task, audio: { kind: 'encode', codec: 'pcm-s16', bitrate: 1_536_000 } });
		expect(await readFrameNumbers(path, cropOf(task, 'h264-aac-60s.mp4'))).toEqual(range(309, 399));
		const { streams } = await ffprobe(path);
		expect(streams.find(({ codec_type: type }) => type === 'audio')?.codec_name).toBe('pcm_s16le');
	});

	test('a crop', async () => {
		const { make } = await server();
		const task = clip('h264-aac-60s.mp4', 309, 330, {}, { ...WHOLE_FRAME, ratio: { width: 9, height: 16 } });
		const { path } = await make(task);
		expect(await readFrameNumbers(path, cropOf(task, 'h264-aac-60s.mp4'))).toEqual(range(309, 330));
	});

	test('a crop that moves with every frame, through a graph in a file', async () => {
		const { make } = await server();
		const task = clip('h264-aac-60s.mp4', 300, 1500, { shortSide: 120 });
		const piece = task.pieces[0]!;
		const frames = 1200;
		const list = (value: (n: number) => number) => Array.from({ length: frames }, (_, n) => value(n));
		const path = { x: list((n) => 2 * (n % 200)), y: list(() => 0), width: list(() => 640), height: list(() => 720) };
		const size = { width: 160, height: 180 };
		const moving = {
			...task,
			pieces: [{ ...piece, crop: { x: 0, y: 0, width: 640, height: 720 }, path }],
			video: { ...task.video, size } as ExportTask['video'],
		};
		expect((await make(moving)).result).toMatchObject({ frames, ...size });
	});

	test('a film of two files', async () => {
		const { make } = await server();
		const [a, b] = [source('h264-aac-60s.mp4'), source('no-audio.mp4')];
		const { result, path } = await make(filmTask([a, b], [part(a, 1, 2), part(b, 1, 2, 0.5)]));
		const { streams } = await ffprobe(path);
		expect(Number(streams.find(({ codec_type: type }) => type === 'video')?.nb_frames)).toBe(result.frames);
	});

	test('a copy of packets, to the frame', async () => {
		const { make } = await server();
		const task = clip('h264-aac-60s.mp4', 60, 150, { cutMode: 'copy', shortSide: null });
		const { job, path, result } = await make(task);
		expect(job.notes).toEqual([]);
		expect(result.encoder).toBe('copied (server)');
		expect(await readFrameNumbers(path)).toEqual(range(60, 150));
	});

	test('pictures with their sound, in a folder whose path has a percent sign', async () => {
		const { make, exportDir } = await server({ exportDir: join(newFolder(), '50%d off') });
		const { result, path } = await make(clip('h264-aac-60s.mp4', 309, 321, { format: 'frames' }));
		expect(result).toMatchObject({ frames: 12, pictures: 12, files: [result.fileName, `${result.fileName}.wav`] });
		expect(readdirSync(path)).toHaveLength(12);
		// ffprobe itself would take the percent sign for a pattern.
		const copied = join(newFolder(), 'third.webp');
		copyFileSync(join(path, 'frame_0003.webp'), copied);
		const picture = await readPicture(copied);
		expect(readBar(picture)).toBe(311);
		expect(existsSync(join(exportDir, `${result.fileName}.wav`))).toBe(true);
	});

	test.each(['gif', 'mp3', 'wav', 'm4a'] as const)('%s', async (format) => {
		const { make } = await server();
		expect((await make(clip('h264-aac-60s.mp4', 300, 330, { format }))).result.bytes).toBeGreaterThan(1000);
	});

	test('a file that fits into a size', async () => {
		const { make } = await server();
		const { result } = await make(clip('h264-aac-60s.mp4', 300, 600, { quality: { maxBytes: 400_000 } }));
		expect(result.bytes).toBeLessThanOrEqual(400_000);
	});
});

describe('names', () => {
	test('one that is taken gets the next counter, one that may be replaced is', async () => {
		const { make, exportDir } = await server();
		const task = clip('no-audio.mp4', 0, 10);
		const named = (more: object): ExportTask => ({ ...task, output: { ...task.output, name: 'a', ...more } });
		const both = await Promise.all([make(named({})), make(named({}))]);
		expect(both.map(({ result }) => result.fileName).sort()).toEqual(['a.mp4', 'a_2.mp4']);
		expect((await make(named({ overwrite: true }))).result.fileName).toBe('a.mp4');
		expect((await make(named({ folder: 'walk/clip_001' }))).result.files).toEqual(['walk/clip_001/a.mp4']);
		expect(
			readdirSync(exportDir)
				.filter((name) => !name.startsWith('.'))
				.sort(),
		).toEqual(['a.mp4', 'a_2.mp4', 'walk']);
	});

	test.each(['-y', '-i', '100%d', '$(id)', 'ä 猫'])('“%s” is a name and nothing else', async (name) => {
		const { make } = await server();
		const task = clip('no-audio.mp4', 0, 5);
		expect((await make({ ...task, output: { ...task.output, name } })).result.fileName).toBe(`${name}.mp4`);
	});

	test.each([
		['..', undefined],
		['a/b', undefined],
		['a\nb', undefined],
		['a\0b', undefined],
		['a', '../b'],
		['a', '/etc'],
		['a', 'b/../../c'],
		['a', 'b//c'],
		['.hidden', undefined],
	])('%j in %j is refused', async (name, folder) => {
		const { post } = await server();
		const task = clip('no-audio.mp4', 0, 5);
		const output = { ...task.output, name, ...(folder !== undefined && { folder }) };
		const reply = await post({ items: [{ task: { ...task, output } }], destination: 'server' });
		expect(reply.status).toBe(400);
	});

	test('a link out of the export folder is not followed', async () => {
		const { run, exportDir } = await server();
		const outside = newFolder();
		symlinkSync(outside, join(exportDir, 'out'));
		const task = clip('no-audio.mp4', 0, 5);
		const job = await run({ ...task, output: { ...task.output, folder: 'out' } });
		expect(job).toMatchObject({ state: 'failed', error: { kind: 'output-permission' } });
		expect(readdirSync(outside)).toEqual([]);
	});
});

describe('what goes wrong is told', () => {
	test('a file that the server does not have', async () => {
		const { post } = await server();
		const task = clip('no-audio.mp4', 0, 5);
		const unknown = `1-${'f'.repeat(64)}`;
		const pieces = task.pieces.map((piece) => ({ ...piece, media: unknown }));
		const reply = await post({ items: [{ task: { ...task, pieces } }], destination: 'server' });
		expect([reply.status, await reply.json()]).toMatchObject([404, { code: 'not_found', details: { media: unknown } }]);
	});

	test('no ffmpeg', async () => {
		const { post } = await server({ ffmpegPath: '/nowhere/ffmpeg' });
		const reply = await post({ items: [{ task: clip('no-audio.mp4', 0, 5) }], destination: 'server' });
		expect([reply.status, await reply.json()]).toMatchObject([503, { code: 'unavailable' }]);
	});

	test('a disk that is full', async () => {
		// Files of this ffmpeg may have 20 kB.
		const limited = join(newFolder(), 'ffmpeg');
		writeFileSync(
			limited,
			`#!/bin/sh\ncase " $* " in *" pipe:3 "*) exec prlimit --fsize=20000 ${realFfmpeg} "$@";; esac\nexec ${realFfmpeg} "$@"\n`,
		);
		chmodSync(limited, 0o755);
		const { run, exportDir } = await server({ ffmpegPath: limited });
		const job = await run(clip('h264-aac-60s.mp4', 0, 300, { shortSide: null }));
		expect(job.state).toBe('failed');
		expect(job.error?.kind).toMatch(/out-of-space|worker-crashed/);
		expect(partsIn(exportDir)).toEqual([]);
	});

	test('an export folder that is gone, or is none', async () => {
		const place = join(newFolder(), 'file');
		writeFileSync(place, '');
		const { run } = await server({ exportDir: place });
		const job = await run(clip('no-audio.mp4', 0, 5));
		expect(job).toMatchObject({ state: 'failed', error: { kind: 'output-permission', on: 'server' } });
	});

	test.skipIf(process.getuid?.() === 0)('an export folder that may only be read', async () => {
		const exportDir = newFolder();
		chmodSync(exportDir, 0o500);
		const { run } = await server({ exportDir });
		expect(await run(clip('no-audio.mp4', 0, 5))).toMatchObject({
			state: 'failed',
			error: { kind: 'output-permission' },
		});
		chmodSync(exportDir, 0o700);
	});

	test('hardware that worked at its test and fails now: made by the processor, for this job only', async () => {
		process.env['FAKE_REAL'] = realFfmpeg;
		process.env['FAKE_MODE'] = 'software';
		const { make, app } = await server({ ffmpegPath: FAKE, nvidia: true });
		const task = clip('h264-aac-60s.mp4', 0, 30);
		expect((await make(task)).result.encoder).toBe('h264_nvenc (ffmpeg on the server)');
		process.env['FAKE_MODE'] = 'crash';
		const { job, result } = await make(task);
		expect(result.encoder).toBe('libx264 (ffmpeg on the server)');
		expect(job.notes).toEqual([expect.stringMatching(/^h264_nvenc failed; it was made with libx264 instead\./)]);
		process.env['FAKE_MODE'] = 'software';
		expect((await make(task)).result.encoder).toBe('h264_nvenc (ffmpeg on the server)');
		expect(app).toBeDefined();
	});

	test('no path of the server is in what clients see', async () => {
		const { run, queue, exportDir } = await server({ ffmpegPath: brokenFfmpeg() });
		const job = await run(clip('no-audio.mp4', 0, 5));
		expect(job.state).toBe('failed');
		const seen = JSON.stringify([job, queue.log(job.id)]);
		expect(seen).not.toContain(exportDir);
		expect(seen).not.toContain(fixturePath(''));
	});
});

/** One that complains of its files, by their paths. */
function brokenFfmpeg(): string {
	const path = join(newFolder(), 'ffmpeg');
	writeFileSync(
		path,
		`#!/bin/sh\ncase " $* " in *" pipe:3 "*) echo "$*: Invalid data" >&2; exit 1;; esac\nexec ${realFfmpeg} "$@"\n`,
	);
	chmodSync(path, 0o755);
	return path;
}

describe('fetching', () => {
	test('a finished file comes by range and under its name, and goes with its job', async () => {
		const { make, app, queue, exportDir } = await server();
		const { job, result, path } = await make(clip('no-audio.mp4', 0, 10), { destination: 'download' });
		const whole = await app.request(`/api/exports/${job.id}/file`);
		expect(whole.headers.get('Content-Disposition')).toContain(result.fileName);
		expect(Buffer.from(await whole.arrayBuffer())).toEqual(readFileSync(path));
		const some = await app.request(`/api/exports/${job.id}/file`, { headers: { Range: 'bytes=4-7' } });
		expect([some.status, await some.text()]).toEqual([206, 'ftyp']);
		const files = (await (await app.request(`/api/exports/${job.id}/files`)).json()) as { files: { bytes: number }[] };
		expect(files.files).toMatchObject([{ bytes: result.bytes }]);
		queue.remove(job.id);
		expect((await app.request(`/api/exports/${job.id}/file`)).status).toBe(404);
		expect(existsSync(exportDir)).toBe(true);
	});

	test('a file that somebody has deleted is gone', async () => {
		const { make, app } = await server();
		const { job, path } = await make(clip('no-audio.mp4', 0, 10));
		rmSync(path);
		expect((await app.request(`/api/exports/${job.id}/file`)).status).toBe(410);
		expect((await app.request('/api/exports/nope/file')).status).toBe(404);
	});
});

test('cancelling leaves nothing', async () => {
	const { post, queue, exportDir, ended } = await server();
	const reply = await post({
		items: [{ task: clip('h264-aac-60s.mp4', 0, 1800, { shortSide: null }) }],
		destination: 'server',
	});
	const { jobs } = (await reply.json()) as { jobs: ServerJob[] };
	await new Promise<void>((resolve) => {
		queue.subscribe(
			(event) => event.type === 'job' && event.job.step === 'Encoding' && event.job.progress > 0 && resolve(),
		);
	});
	expect(await queue.cancel(jobs[0]!.id)).toMatchObject({ state: 'cancelled' });
	await ended(jobs[0]!.id);
	expect(readdirSync(exportDir)).toEqual(['.parts']);
	expect(partsIn(exportDir)).toEqual([]);
});

test('what a dead server left half-made is removed at the next start', async () => {
	const exportDir = newFolder();
	mkdirSync(join(exportDir, '.parts/old'), { recursive: true });
	await server({ exportDir });
	expect(partsIn(exportDir)).toEqual([]);
});

test('which files the server has is told by fingerprint', async () => {
	const { app } = await server();
	const known = source('no-audio.mp4').facts.fingerprint;
	const body = JSON.stringify({ media: [known, `1-${'0'.repeat(64)}`] });
	const reply = await app.request('/api/exports/sources', {
		method: 'POST',
		body,
		headers: { 'Content-Type': 'application/json' },
	});
	expect(await reply.json()).toEqual({ present: [known] });
});
