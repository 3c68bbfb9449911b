import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ExportTask } from '../../src/lib/core/export/export-task.ts';
import { framesBefore } from '../../src/lib/core/time/frame-index.ts';
import { probeFile as ffprobe, readFrameNumbers } from '../fixtures/decode.ts';
import { clip, joined, range, server, source } from './export-server.ts';

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

async function check(task: ExportTask, name: string) {
	const { make } = await server();
	const { job, path, result } = await make(task);
	const { numbers, atS } = planned(task, name);
	expect(job.notes).toEqual([]);
	expect(await readFrameNumbers(path)).toEqual(numbers);
	expect(await complaints(path)).toBe('');
	const seen = await times(path);
	expect(seen).toHaveLength(atS.length);
	expect(Math.max(...seen.map((at, n) => Math.abs(at - (atS[n] ?? 0))))).toBeLessThan(0.001);
	const { streams } = await ffprobe(path);
	const [video, sound] = ['video', 'audio'].map((kind) => streams.find(({ codec_type: type }) => type === kind));
	expect(Number(video?.nb_frames)).toBe(numbers.length);
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
	])('%s, %s', async (name, mode) => {
		const task = joined(name, SPANS, mode);
		expect(task.video).toMatchObject({ kind: 'copy', exact: mode === 'smart' });
		await check(task, name);
	});
});

describe('what cannot be cut without loss is encoded, and the job says why', () => {
	test.each<[string, string]>([
		['h264-pcm.mkv', 'the server does not copy MKV files'],
		['fragmented.mp4', 'its frames are not listed in one place'],
	])('%s', async (name, why) => {
		const { make } = await server();
		const { job, path } = await make(clip(name, 40, 110, { cutMode: 'smart', shortSide: null }));
		expect(job.notes).toEqual([`It was not cut without loss: ${why}. Every frame was encoded anew, at high quality.`]);
		expect(await readFrameNumbers(path)).toEqual(range(40, 110));
	});
});
