import { execFile } from 'node:child_process';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CropState, WHOLE_FRAME } from '../../src/lib/core/crop/crop.ts';
import { planExport } from '../../src/lib/core/export/export-plan.ts';
import { DEFAULT_EXPORT_SETTINGS, type ExportSettings } from '../../src/lib/core/export/export-settings.ts';
import type { ExportTask } from '../../src/lib/core/export/export-task.ts';
import { ffmpegArgs } from '../../src/lib/core/ffmpeg/ffmpeg-args.ts';
import { constantRateFrames, type FrameIndex, timeOfFrame } from '../../src/lib/core/time/frame-index.ts';
import type { MediaFacts } from '../../src/lib/core/media/media-facts.ts';
import { inspect } from '../../src/lib/media/probe/inspect.ts';
import { displaySize, probeFile, readClicks, readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath, make } from '../fixtures/make.ts';

const run = promisify(execFile);

interface Source {
	readonly facts: MediaFacts;
	readonly index: FrameIndex;
	readonly path: string;
}

let folder = '';
const sources = new Map<string, Source>();
const names = [
	...[
		'h264-aac-60s.mp4',
		'vfr.mp4',
		'rotated-90.mp4',
		'non-square-pixels.mp4',
		'first-timestamp-5s.mp4',
		'edit-list.mp4',
	],
	...[
		'h264-aac.ts',
		'h264-opus.mkv',
		'vp9-opus.webm',
		'odd-size.mp4',
		'ntsc.mp4',
		'h264-aac.mov',
		'long-gop.mp4',
		'hevc.mp4',
	],
	...['ten-bit-h264.mp4', 'no-audio.mp4', 'hdr.webm', 'truncated.mp4'],
];

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'octocut-args-'));
	await make(names);
	for (const name of names) sources.set(name, await lookAt(name));
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function lookAt(name: string): Promise<Source> {
	const path = fixturePath(name);
	const file = await openAsBlob(path);
	const answer = await inspect({ file, name }, { signal: new AbortController().signal, report: () => undefined });
	if (!answer.ok || answer.value.index === undefined) throw new Error(`${name} could not be read`);
	const fingerprint = `${file.size}-${Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)}`;
	const facts: MediaFacts = { ...answer.value.facts, fingerprint, name, bytes: file.size, playable: 'native' };
	return { facts, index: answer.value.index, path };
}

const source = (name: string): Source => sources.get(name)!;

/** One clip of frames [from, to) of a test file, decided by the planner. */
function clipTask(
	name: string,
	from: number,
	to: number,
	settings: Partial<ExportSettings> = {},
	crop: CropState = WHOLE_FRAME,
): ExportTask {
	const { facts, index } = source(name);
	const span = { inS: timeOfFrame(index, from), outS: timeOfFrame(index, to) };
	const plan = planExport({
		selection: [{ segment: { media: facts.fingerprint, ...span, name: '' }, crop }],
		factsOf: () => facts,
		indexOf: () => index,
		settings: { ...DEFAULT_EXPORT_SETTINGS, shortSide: 240, ...settings },
		now: new Date(0),
		newId: () => 'task',
	});
	if (!plan.ok) throw new Error(plan.error.map(({ text }) => text).join(' '));
	return plan.value.tasks[0]!;
}

let outputs = 0;
/** Runs the arguments with the ffmpeg on PATH; the file that came out. */
async function makeTask(task: ExportTask, blind = false): Promise<string> {
	const byFingerprint = new Map([...sources.values()].map((one) => [one.facts.fingerprint, one]));
	const output = join(folder, `${outputs++}.${task.container}`);
	const args = ffmpegArgs(
		task,
		{
			inputs: Object.fromEntries([...byFingerprint].map(([media, { path }]) => [media, path])),
			output,
			factsOf: (media) => byFingerprint.get(media)!.facts,
			...(blind ? {} : { indexOf: (media: string) => byFingerprint.get(media)?.index }),
		},
		{ preset: task.container === 'mp4' ? 'ultrafast' : '8', threads: 2 },
	);
	await run('ffmpeg', args);
	return output;
}

/** What part of the source a file made by `task` shows. */
function cropOf(task: ExportTask, name: string) {
	const { width, height } = source(name).facts.video!;
	return { ...task.pieces[0]!.crop, frame: { width, height } };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

async function packetTimes(file: string): Promise<number[]> {
	const { stdout } = await run('ffprobe', [
		'-v',
		'error',
		'-select_streams',
		'v:0',
		'-show_entries',
		'packet=pts_time',
		'-of',
		'csv=p=0',
		file,
	]);
	return stdout
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => Number.parseFloat(line))
		.sort((a, b) => a - b);
}

describe('frames of the source come out exactly, at their own times', () => {
	test.each([
		['h264-aac-60s.mp4', 309, 549],
		['h264-aac-60s.mp4', 300, 330],
		['h264-aac-60s.mp4', 0, 10],
		['h264-aac-60s.mp4', 1795, 1800],
		['long-gop.mp4', 899, 902],
		['long-gop.mp4', 900, 910],
		['vfr.mp4', 50, 75],
		['rotated-90.mp4', 61, 90],
		['non-square-pixels.mp4', 59, 80],
		['first-timestamp-5s.mp4', 70, 100],
		['h264-aac.ts', 60, 90],
		['h264-aac.ts', 119, 150],
		['h264-opus.mkv', 60, 90],
		['h264-opus.mkv', 119, 150],
		['vp9-opus.webm', 61, 90],
		['odd-size.mp4', 61, 90],
		['ntsc.mp4', 61, 90],
		['h264-aac.mov', 61, 90],
		['hevc.mp4', 61, 90],
		['ten-bit-h264.mp4', 61, 90],
		['no-audio.mp4', 61, 90],
		['hdr.webm', 61, 75],
		['truncated.mp4', 61, 90],
	])('%s, frames %i to %i', async (name, from, to) => {
		const task = clipTask(name, from, to);
		const made = await makeTask(task);
		expect(await readFrameNumbers(made, cropOf(task, name))).toEqual(range(from, to));
		const { index } = source(name);
		const times = await packetTimes(made);
		const expected = range(from, to).map((n) => timeOfFrame(index, n) - timeOfFrame(index, from));
		expect(times.length).toBe(expected.length);
		const unit = index.ptsUs.some((us) => us % 1000 !== 0) ? 1e-4 : 1e-3;
		times.forEach((time, i) => expect(Math.abs(time - expected[i]!)).toBeLessThanOrEqual(unit));
	});

	test('an edit list hides what it hides', async () => {
		const task = clipTask('edit-list.mp4', 3, 40);
		expect(await readFrameNumbers(await makeTask(task), cropOf(task, 'edit-list.mp4'))).toEqual(range(78, 115));
	});

	test('without an index the times alone are enough', async () => {
		const task = clipTask('h264-aac-60s.mp4', 309, 339);
		expect(await readFrameNumbers(await makeTask(task, true), cropOf(task, 'h264-aac-60s.mp4'))).toEqual(
			range(309, 339),
		);
	});
});

describe('a constant rate shows the frame on screen at each instant', () => {
	test.each([
		['h264-aac-60s.mp4', 309, 369, { num: 25, den: 1 }],
		['h264-aac-60s.mp4', 309, 339, { num: 60, den: 1 }],
		['h264-aac-60s.mp4', 309, 310, { num: 30, den: 1 }],
		['h264-aac-60s.mp4', 0, 50, { num: 30, den: 1 }],
		['h264-aac-60s.mp4', 1750, 1800, { num: 24000, den: 1001 }],
		['vfr.mp4', 40, 90, { num: 30, den: 1 }],
		['vfr.mp4', 55, 150, { num: 16, den: 1 }],
		['ntsc.mp4', 20, 90, { num: 30000, den: 1001 }],
		['h264-opus.mkv', 20, 90, { num: 30, den: 1 }],
		['h264-aac.ts', 20, 90, { num: 24, den: 1 }],
		['first-timestamp-5s.mp4', 70, 100, { num: 50, den: 1 }],
	])('%s, frames %i to %i at %o', async (name, from, to, rate) => {
		const task = clipTask(name, from, to, { rate });
		const made = await makeTask(task);
		if (task.video.kind === 'none') throw new Error('no picture');
		const expected = [...constantRateFrames(source(name).index, task.pieces[0]!, rate, task.video.frames)];
		expect(await readFrameNumbers(made, cropOf(task, name))).toEqual(expected);
		const times = await packetTimes(made);
		times.forEach((time, i) => expect(Math.abs(time - (i * rate.den) / rate.num)).toBeLessThan(2e-4));
	});

	test('an IN between two frames starts with the frame on screen', async () => {
		const { facts, index } = source('vfr.mp4');
		const base = clipTask('vfr.mp4', 80, 110, { rate: { num: 30, den: 1 } });
		const piece = { ...base.pieces[0]!, inS: timeOfFrame(index, 80) + 0.007 };
		const task = { ...base, pieces: [piece] };
		if (base.video.kind === 'none') throw new Error('no picture');
		const expected = [...constantRateFrames(index, piece, { num: 30, den: 1 }, base.video.frames)];
		expect(expected[0]).toBe(80);
		expect(facts.video!.variableRate).toBe(true);
		expect(await readFrameNumbers(await makeTask(task), cropOf(task, 'vfr.mp4'))).toEqual(expected);
	});
});

describe('size, crop and shape', () => {
	test.each([
		['h264-aac-60s.mp4', 288],
		['rotated-90.mp4', 200],
		['non-square-pixels.mp4', 152],
	])('%s becomes 9:16', async (name, shortSide) => {
		const crop: CropState = { ...WHOLE_FRAME, ratio: { width: 9, height: 16 }, centre: { x: 0.4, y: 0.5 } };
		const task = clipTask(name, 40, 60, { shortSide, scaling: 'lanczos' }, crop);
		const made = await makeTask(task);
		const probed = await probeFile(made);
		if (task.video.kind === 'none') throw new Error('no picture');
		expect(task.video.size.width).toBe(shortSide);
		expect(displaySize(probed)).toEqual(task.video.size);
		expect(probed.streams[0]).toMatchObject({ ...task.video.size, pix_fmt: 'yuv420p' });
		expect(probed.streams[0]!.side_data_list?.some(({ rotation }) => rotation)).toBeFalsy();
		expect(await readFrameNumbers(made, cropOf(task, name))).toEqual(range(40, 60));
	});

	test('HDR becomes standard range', async () => {
		const made = await makeTask(clipTask('hdr.webm', 10, 15));
		expect((await probeFile(made)).streams[0]).toMatchObject({ color_transfer: 'bt709', pix_fmt: 'yuv420p' });
	});

	test('the H.264 level is that of the real frame rate', async () => {
		const { streams } = await probeFile(await makeTask(clipTask('vfr.mp4', 0, 20)));
		expect((streams[0] as { level?: number }).level).toBeLessThanOrEqual(31);
	});
});

describe('sound is cut to the sample', () => {
	test.each([
		['h264-aac-60s.mp4', 309, 399],
		['h264-aac.ts', 20, 110],
		['h264-opus.mkv', 20, 110],
		['first-timestamp-5s.mp4', 20, 110],
		['vp9-opus.webm', 0, 100],
	])('%s, frames %i to %i', async (name, from, to) => {
		const { index, path } = source(name);
		const task = clipTask(name, from, to);
		const made = await makeTask(task);
		const inS = timeOfFrame(index, from);
		const outS = timeOfFrame(index, to);
		const whole = await readClicks(path);
		const expected = whole.filter((atS) => atS >= inS && atS < outS - 0.05).map((atS) => atS - inS);
		const clicks = await readClicks(made);
		for (const atS of expected) expect(Math.min(...clicks.map((click) => Math.abs(click - atS)))).toBeLessThan(0.003);
		const audio = (await probeFile(made)).streams.find(({ codec_type: type }) => type === 'audio')!;
		expect(Math.abs(Number(audio.duration) - task.durationS)).toBeLessThan(0.022);
	});

	test('a file without sound makes a file without sound', async () => {
		const { streams } = await probeFile(await makeTask(clipTask('no-audio.mp4', 0, 10)));
		expect(streams.map(({ codec_type: type }) => type)).toEqual(['video']);
	});

	test('WebM holds VP9 and Opus', async () => {
		const task = clipTask('h264-aac-60s.mp4', 30, 45, { format: 'webm' });
		const made = await makeTask(task);
		const { streams } = await probeFile(made);
		expect(streams.map(({ codec_name: name }) => name)).toEqual(['vp9', 'opus']);
		expect(await readFrameNumbers(made, cropOf(task, 'h264-aac-60s.mp4'))).toEqual(range(30, 45));
	});
});

describe('several pieces become one film', () => {
	const joined = (rate: ExportSettings['rate']): ExportTask => {
		const parts = [
			clipTask('h264-aac-60s.mp4', 309, 339, { rate }),
			clipTask('no-audio.mp4', 15, 30, { rate }),
			clipTask('h264-aac-60s.mp4', 30, 45, { rate }),
		];
		const [first] = parts as [ExportTask, ...ExportTask[]];
		const frames = parts.reduce((sum, { video }) => sum + (video.kind === 'none' ? 0 : video.frames), 0);
		if (first.video.kind === 'none') throw new Error('no picture');
		return {
			...first,
			pieces: parts.flatMap(({ pieces }) => pieces),
			video: { ...first.video, frames },
			durationS: parts.reduce((sum, { durationS }) => sum + durationS, 0),
		};
	};

	test.each([['source' as const], [{ num: 30, den: 1 }]])('at %o', async (rate) => {
		const made = await makeTask(joined(rate));
		expect(await readFrameNumbers(made)).toEqual([...range(309, 339), ...range(15, 30), ...range(30, 45)]);
		const times = await packetTimes(made);
		times.forEach((time, i) => expect(Math.abs(time - i / 30)).toBeLessThan(2e-4));
		const { streams } = await probeFile(made);
		expect(Math.abs(Number(streams[1]!.duration) - 2)).toBeLessThan(0.022);
	});
});
