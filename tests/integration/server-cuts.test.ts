import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ExportTask } from '../../src/lib/core/export/export-task.ts';
import { framesBefore } from '../../src/lib/core/time/frame-index.ts';
import { copyOutput } from '../../sync-server/exports/copy-output.ts';
import { probeFile as ffprobe, readClicks, readFrameNumbers } from '../fixtures/decode.ts';
import { addSource, clip, joined, newFolder, range, real, server, source } from './export-server.ts';

const run = promisify(execFile);

/** What ffmpeg says when it decodes all of a file. */
const complaints = async (path: string): Promise<string> =>
	(await run('ffmpeg', ['-v', 'warning', '-i', path, '-fps_mode', 'passthrough', '-f', 'framecrc', '-'])).stderr;

/** Presentation times of the pictures, in seconds. */
async function times(path: string): Promise<number[]> {
	const ask = ['-v', 'error', '-select_streams', 'V:0', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0', path];
	const { stdout } = await run('ffprobe', ask);
	return stdout.split('\n').flatMap((line) => (line === '' ? [] : [Number.parseFloat(line)]));
}

/** Number on the first frame that the edit list shows. */
const FIRST: Readonly<Record<string, number>> = { 'edit-list.mp4': 75 };

/** What each frame of a copy is in its source, and when it is due. */
function planned(task: ExportTask, name: string) {
	const { index } = source(name);
	let startS = 0;
	const frames = task.pieces.flatMap(({ inS, outS }) => {
		const here = range(framesBefore(index, inS), framesBefore(index, outS)).map((n) => ({
			n,
			atS: (index.ptsUs[n] ?? 0) / 1e6 - inS + startS,
		}));
		startS += outS - inS;
		return here;
	});
	return { numbers: frames.map(({ n }) => n + (FIRST[name] ?? 0)), atS: frames.map(({ atS }) => atS) };
}

const isListed = (path: string): boolean => /\.(mp4|mov)$/u.test(path);

/** Without edits the sound begins a packet late at most, and is where it was. */
async function checkClicks(task: ExportTask, name: string, path: string): Promise<void> {
	const clicks = await readClicks(source(name).file.path);
	let startS = 0;
	const due = task.pieces.flatMap(({ inS, outS }) => {
		const here = clicks.filter((at) => at > inS + 0.05 && at < outS - 0.05).map((at) => at - inS + startS);
		startS += outS - inS;
		return here;
	});
	const heard = await readClicks(path);
	for (const at of due) expect(Math.min(...heard.map((one) => Math.abs(one - at)))).toBeLessThan(0.03);
	expect(heard.length - due.length).toBeLessThanOrEqual(task.pieces.length * 2);
}

async function check(task: ExportTask, name: string) {
	const { make } = await server();
	const { job, path, result } = await make(task);
	const { numbers, atS } = planned(task, name);
	expect(job.notes).toEqual([]);
	expect(await readFrameNumbers(path)).toEqual(numbers);
	expect((await complaints(path)).replace(/Guessed Channel Layout.*\n/u, '')).toBe('');
	const seen = await times(path);
	expect(seen).toHaveLength(atS.length);
	expect(Math.max(...seen.map((at, n) => Math.abs(at - (atS[n] ?? 0))))).toBeLessThan(0.001);
	const { streams } = await ffprobe(path);
	const [video, sound] = ['video', 'audio'].map((kind) => streams.find(({ codec_type: type }) => type === kind));
	// Matroska does not count them.
	if (isListed(path)) expect(Number(video?.nb_frames)).toBe(numbers.length);
	else if (task.audio.kind !== 'none') await checkClicks(task, name, path);
	expect(sound === undefined).toBe(task.audio.kind === 'none');
	return { result, path };
}

describe('an exact cut encodes its ends and copies the rest', () => {
	test.each<[string, number, number]>([
		['h264-aac-60s.mp4', 70, 150],
		['h264-aac.mov', 40, 131],
		['h264-pcm.mov', 40, 131],
		['eight-b-frames.mp4', 40, 133],
		['rotated-90.mp4', 40, 110],
		['non-square-pixels.mp4', 40, 110],
		['vfr.mp4', 40, 110],
		['ntsc.mp4', 40, 110],
		['edit-list.mp4', 20, 100],
		['full-range.mp4', 40, 110],
		['no-audio.mp4', 35, 110],
		['long-gop.mp4', 70, 400],
		['av1.mp4', 40, 110],
		['hevc-closed.mp4', 40, 110],
		['h264-opus.mkv', 40, 131],
		['h264-pcm.mkv', 40, 131],
		['vp9-opus.webm', 40, 131],
	])('%s', async (name, from, to) => {
		const task = clip(name, from, to, { cutMode: 'smart', shortSide: null });
		expect(task.video).toMatchObject({ kind: 'copy', exact: true, frames: to - from });
		const { result } = await check(task, name);
		expect(result.encoder).toBe('copied, its ends encoded (server)');
	});
});

describe('spans of one file are joined without loss', () => {
	const SPANS = [
		[50, 110],
		[10, 75],
		[100, 141],
		[110, 130],
	] as const;
	test.each<[string, 'copy' | 'smart']>([
		['h264-aac.mov', 'smart'],
		['h264-aac.mov', 'copy'],
		['eight-b-frames.mp4', 'smart'],
		['h264-pcm.mov', 'smart'],
		['no-audio.mp4', 'copy'],
		['h264-opus.mkv', 'smart'],
		['vp9-opus.webm', 'copy'],
	])('%s, %s', async (name, mode) => {
		const task = joined(name, SPANS, mode);
		expect(task.video).toMatchObject({ kind: 'copy', exact: mode === 'smart' });
		await check(task, name);
	});
});

describe('an MKV or WebM is cut the same way, whatever is in it and whenever it begins', () => {
	const moved: [string, string, number, number, readonly string[]][] = [
		['hevc-closed.mp4', 'hevc.mkv', 40, 110, []],
		['av1.mp4', 'av1.webm', 40, 110, ['-c:a', 'libopus']],
		['eight-b-frames.mp4', 'eight-b-frames.mkv', 40, 133, []],
		['vfr.mp4', 'vfr.mkv', 40, 110, []],
		['h264-aac-60s.mp4', 'late.mkv', 1511, 1600, ['-output_ts_offset', '100']],
	];
	beforeAll(async () => {
		const folder = newFolder();
		for (const [from, name, , , args] of moved) {
			const path = join(folder, name);
			const whole = ['-map', '0:v:0', '-map', '0:a:0?', '-c', 'copy', ...args];
			await run('ffmpeg', ['-v', 'error', '-i', source(from).file.path, ...whole, path]);
			await addSource(path, name);
		}
	});
	test('its sound may be left out, of whatever kind it is', async () => {
		const task = clip('h264-pcm.mkv', 40, 131, { cutMode: 'smart', shortSide: null, audio: 'off' });
		expect(task.audio.kind).toBe('none');
		expect((await check(task, 'h264-pcm.mkv')).result.encoder).toBe('copied, its ends encoded (server)');
	});
	test('how far it is only ever grows', async () => {
		const film = source('h264-opus.mkv');
		const folder = newFolder();
		const told: number[] = [];
		const made = await copyOutput(
			clip('h264-opus.mkv', 40, 131, { cutMode: 'smart', shortSide: null }),
			join(folder, 'output.mkv'),
			{
				...{ ffmpeg: real, folder, pick: undefined, sources: new Map([[film.facts.fingerprint, film]]) },
				context: {
					signal: new AbortController().signal,
					onProgress: ({ progress }) => void told.push(progress),
					log: () => {},
				},
			},
		);
		expect(made).toEqual({ ok: true, value: true });
		expect(told).toEqual([...told].sort((a, b) => a - b));
		// All three steps tell.
		for (const [from, to] of [
			[0, 0.3],
			[0.3, 0.7],
			[0.7, 1],
		] as const)
			expect(told.some((share) => share > from && share <= to)).toBe(true);
		expect(await readdir(folder)).toEqual(['output.mkv']);
	});
	test.each(moved)('%s as %s', async (_, name, from, to) => {
		const task = clip(name, from, to, { cutMode: 'smart', shortSide: null });
		expect(task.video).toMatchObject({ kind: 'copy', exact: true, frames: to - from });
		expect((await check(task, name)).result.encoder).toBe('copied, its ends encoded (server)');
	});
});

describe('what cannot be cut without loss is encoded, and the job says why', () => {
	test('vp8-vorbis.webm', async () => {
		const { make } = await server();
		const task = clip('vp8-vorbis.webm', 40, 110, { cutMode: 'copy', shortSide: null });
		const { job, path } = await make(task);
		expect(job.notes).toEqual([
			'It was not cut without loss: the server does not copy VP8. Every frame was encoded anew, at high quality.',
		]);
		expect(await readFrameNumbers(path)).toEqual(planned(task, 'vp8-vorbis.webm').numbers);
	});
	test.each<[string, string]>([['fragmented.mp4', 'its frames are not listed in one place']])(
		'%s',
		async (name, why) => {
			const { make } = await server();
			const { job, path } = await make(clip(name, 40, 110, { cutMode: 'smart', shortSide: null }));
			expect(job.notes).toEqual([
				`It was not cut without loss: ${why}. Every frame was encoded anew, at high quality.`,
			]);
			expect(await readFrameNumbers(path)).toEqual(range(40, 110));
		},
	);
});
