import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExportTask } from '../../src/lib/core/export/export-task.ts';
import { ffmpegArgs, PICTURE_TRACK } from '../../src/lib/core/ffmpeg/ffmpeg-args.ts';
import { constantRateFrames, frameCount, timeOfFrame } from '../../src/lib/core/time/frame-index.ts';
import { PACKET_ENTRIES, PacketCollector } from '../../src/lib/core/ffmpeg/probe-packets.ts';
import { firstPictureFrom } from '../../src/lib/core/ffmpeg/first-picture.ts';
import { factsFrom } from '../../src/lib/core/ffmpeg/probe-facts.ts';
import { Overview } from '../../src/lib/core/ffmpeg/probe-overview.ts';
import { readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath, make } from '../fixtures/make.ts';

const run = promisify(execFile);
const text = async (program: string, args: string[]): Promise<string> =>
	(await run(program, args, { maxBuffer: 1 << 26 })).stdout;

let folder = '';
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'octocut-formats-'));
	await make(['edit-list-source.mp4']);
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Frames 0 to 239, in a container and codec that only ffmpeg reads. */
async function madeAs(name: string, args: string[]): Promise<string> {
	const path = join(folder, name);
	const input = ['-v', 'error', '-y', '-i', fixturePath('edit-list-source.mp4')];
	await run('ffmpeg', [...input, ...args, '-g', '48', '-threads', '2', path]);
	return path;
}

/** What the app's probe does in WebAssembly, with the ffmpeg on PATH. */
async function lookAt(path: string) {
	const overview = Overview.parse(
		JSON.parse(await text('ffprobe', ['-v', 'error', '-of', 'json', '-show_streams', '-show_format', path])),
	);
	const collector = new PacketCollector();
	const lines = await text('ffprobe', [
		'-v',
		'error',
		'-of',
		'compact=p=0',
		'-select_streams',
		PICTURE_TRACK,
		'-show_entries',
		PACKET_ENTRIES,
		path,
	]);
	for (const line of lines.split('\n')) collector.add(line);
	const packets = collector.table();
	const first = firstPictureFrom();
	if (packets.pts.some(Number.isNaN)) {
		const crc = await text('ffmpeg', ['-v', 'error', ...first.args(path), '-']);
		for (const line of crc.split('\n')) first.add(line);
	}
	const fingerprint = `${(await stat(path)).size}-${'0'.repeat(64)}`;
	const probed = factsFrom({ packets, firstPictureS: first.seconds }, overview, { fingerprint, name: path, bytes: 1 });
	if (!probed.ok || probed.value.index === undefined) throw new Error(JSON.stringify(probed));
	return { facts: probed.value.facts, index: probed.value.index };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

test.each([
	['b-frames.avi', ['-c:v', 'mpeg4', '-bf', '2', '-q:v', '5', '-c:a', 'libmp3lame']],
	['plain.avi', ['-c:v', 'mpeg4', '-bf', '0', '-q:v', '5', '-c:a', 'libmp3lame']],
	['msmpeg4.avi', ['-c:v', 'msmpeg4', '-q:v', '5', '-c:a', 'libmp3lame']],
	['h264.avi', ['-c:v', 'libx264', '-preset', 'veryfast', '-c:a', 'libmp3lame']],
	['program.mpg', ['-c:v', 'mpeg2video', '-bf', '2', '-q:v', '5', '-c:a', 'mp2']],
	['windows.wmv', ['-c:v', 'wmv2', '-q:v', '5', '-c:a', 'wmav2']],
	['flash.flv', ['-c:v', 'libx264', '-preset', 'veryfast', '-c:a', 'aac']],
	['raw.m4v', ['-c:v', 'mpeg4', '-bf', '2', '-q:v', '5', '-an', '-f', 'm4v']],
])('%s: the index counts what decoding shows, and exports are exact', async (name, args) => {
	const path = await madeAs(name, args);
	const { facts, index } = await lookAt(path);
	const shown = await readFrameNumbers(path);
	expect(frameCount(index)).toBe(shown.length);
	expect(facts.reader).toBe('ffmpeg');
	for (const [from, to, rate] of [
		[0, 20, 'source'],
		[95, 115, 'source'],
		[220, shown.length, 'source'],
		[130, 150, { num: 30, den: 1 }],
	] as const) {
		const span = { inS: timeOfFrame(index, from), outS: timeOfFrame(index, to) };
		const { width, height } = facts.video!;
		const frames = rate === 'source' ? to - from : Math.round((span.outS - span.inS) * 30);
		const task: ExportTask = {
			id: 'task',
			container: 'mp4',
			pieces: [{ media: facts.fingerprint, ...span, crop: { x: 0, y: 0, width, height } }],
			video: {
				kind: 'mp4',
				codec: 'avc',
				size: { width, height },
				rate,
				frames,
				quality: { crf: 30 },
				scaling: 'fast',
			},
			audio: { kind: 'none' },
			output: { name: 'out', extension: 'mp4' },
			durationS: span.outS - span.inS,
		};
		const output = join(folder, `${name}-${from}.mp4`);
		const io = { inputs: { [facts.fingerprint]: path }, output, factsOf: () => facts, indexOf: () => index };
		await run('ffmpeg', ffmpegArgs(task, io, { preset: 'ultrafast' }));
		const expected = rate === 'source' ? range(from, to) : [...constantRateFrames(index, span, rate, frames)];
		expect(await readFrameNumbers(output)).toEqual(expected.map((n) => shown[n]));
	}
});
