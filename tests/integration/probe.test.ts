import { execFile } from 'node:child_process';
import { existsSync, openAsBlob } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspect } from '../../src/lib/media/probe/inspect.ts';
import type { InspectAnswer, Inspection } from '../../src/lib/media/probe/inspection.ts';
import { displaySize, probeFile } from '../fixtures/decode.ts';
import { ffmpeg } from '../fixtures/ffmpeg.ts';
import { fixturePath } from '../fixtures/make.ts';

const run = promisify(execFile);
let folder = '';

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'octocut-probe-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function look(path: string): Promise<InspectAnswer> {
	const context = { signal: new AbortController().signal, report: () => undefined };
	return inspect({ file: await openAsBlob(path), name: 'film' }, context);
}

async function lookInside(path: string): Promise<Inspection> {
	const answer = await look(path);
	if (!answer.ok) throw new Error(JSON.stringify(answer.error));
	return answer.value;
}

/** When ffmpeg shows each frame that it can decode, in microseconds. */
async function decodedTimes(path: string): Promise<number[]> {
	const ask = ['-select_streams', 'v:0', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0'];
	const { stdout } = await run('ffprobe', ['-v', 'quiet', ...ask, path], { maxBuffer: 1 << 26 });
	return [...stdout.matchAll(/^-?[\d.]+/gm)].map(([time]) => Math.round(Number(time) * 1e6));
}

/** Times that differ by a rounding are the same. */
function expectSameFrames(index: Inspection['index'], times: readonly number[]): void {
	expect(index?.ptsUs.length).toBe(times.length);
	expect(times.findIndex((time, n) => Math.abs(time - (index?.ptsUs[n] ?? NaN)) > 1)).toBe(-1);
}

const films = [
	'h264-aac-60s.mp4',
	'long-gop.mp4',
	'vfr.mp4',
	'rotated-90.mp4',
	'non-square-pixels.mp4',
	'no-audio.mp4',
	'h264-opus.mkv',
	'vp9-opus.webm',
	'h264-aac.mov',
	'h264-aac.ts',
	'odd-size.mp4',
	'ten-bit.webm',
	'ten-bit-h264.mp4',
	'hdr.webm',
	'ntsc.mp4',
	'first-timestamp-5s.mp4',
	'edit-list.mp4',
	'truncated.mp4',
	'hevc.mp4',
	'av1.mp4',
];

describe.each(films.filter((name) => existsSync(fixturePath(name))))('%s', (name) => {
	test('its index holds the frames that ffmpeg decodes, at their times', async () => {
		const { index } = await lookInside(fixturePath(name));
		expectSameFrames(index, await decodedTimes(fixturePath(name)));
	});

	test('size, rate, start and tracks are what ffprobe says', async () => {
		const { facts } = await lookInside(fixturePath(name));
		const said = await probeFile(fixturePath(name));
		const picture = said.streams.find((stream) => stream.codec_type === 'video')!;
		const sound = said.streams.filter((stream) => stream.codec_type === 'audio');
		const video = facts.video!;
		expect({ width: video.width, height: video.height }).toEqual(displaySize(said));
		expect([video.codedWidth, video.codedHeight]).toEqual([picture.width, picture.height]);
		expect(facts.firstTimestampS).toBeCloseTo(Number(picture.start_time), 3);
		expect(facts.audio.map(({ sampleRateHz, channels }) => [sampleRateHz, channels])).toEqual(
			sound.map(({ sample_rate, channels }) => [Number(sample_rate), channels]),
		);
		if (!video.variableRate && !facts.truncated) expect(`${video.fps.num}/${video.fps.den}`).toBe(picture.r_frame_rate);
		const depth = { yuv420p: 8, yuv420p10le: 10 }[picture.pix_fmt ?? ''];
		expect(video.bitDepth).toBe(depth);
		expect(video.hdr).toBe(picture.color_transfer === 'smpte2084');
		expect(facts.durationS).toBeCloseTo(facts.truncated ? 6 : expectedLength(said), 1);
	});
});

const expectedLength = (said: Awaited<ReturnType<typeof probeFile>>): number =>
	Math.max(...said.streams.map(({ duration }) => Number(duration ?? said.format.duration ?? NaN)));

describe('what is special', () => {
	test('variable rate is seen, an even one is not called so', async () => {
		expect((await lookInside(fixturePath('vfr.mp4'))).facts.video?.variableRate).toBe(true);
		expect((await lookInside(fixturePath('h264-opus.mkv'))).facts.video?.variableRate).toBe(false);
	});

	test('the longest distance between key frames is found', async () => {
		expect((await lookInside(fixturePath('long-gop.mp4'))).facts.video?.longestGopS).toBeCloseTo(10, 3);
	});

	test('a cut-off file says how much of it is there', async () => {
		const { facts } = await lookInside(fixturePath('truncated.mp4'));
		expect(facts.truncated).toBe(true);
		expect(facts.notes.join()).toContain('6.0 s of 10.0 s');
	});

	test('sound alone has no picture, and starts where it is heard', async () => {
		const { facts, index } = await lookInside(fixturePath('audio-only.m4a'));
		expect(index).toBeUndefined();
		expect(facts.video).toBeUndefined();
		expect([facts.firstTimestampS, facts.durationS]).toEqual([0, 5]);
	});

	test('a file without its list of frames is told from one of another kind', async () => {
		expect(await look(fixturePath('truncated-no-moov.mp4'))).toMatchObject({ error: { kind: 'source-incomplete' } });
		expect(await look(fixturePath('text.mp4'))).toMatchObject({ error: { kind: 'not-recognised' } });
		expect(await look(fixturePath('mpeg4-mp3.avi'))).toMatchObject({ error: { kind: 'not-recognised' } });
	});
});

describe('ways to write a file', () => {
	const source = fixturePath('edit-list-source.mp4');
	const made = async (name: string, ...args: string[]): Promise<string> => {
		const path = join(folder, name);
		await ffmpeg([...args, path]);
		return path;
	};

	test.each([
		['fragments', 'fragments.mp4', ['-movflags', 'frag_keyframe+empty_moov']],
		['fragments with an edit list', 'delayed.mp4', ['-movflags', 'frag_keyframe+empty_moov+delay_moov']],
		['negative composition offsets', 'negative.mp4', ['-movflags', 'negative_cts_offsets']],
		['no B-frames, no edit list', 'plain.mp4', ['-use_editlist', '0']],
		['MKV', 'copy.mkv', []],
		['MPEG-TS', 'copy.ts', []],
	])('%s: the frames are those that ffmpeg decodes', async (_, name, args) => {
		const path = await made(name, '-i', source, '-c', 'copy', ...args);
		expectSameFrames((await lookInside(path)).index, await decodedTimes(path));
	});

	test('an edit that starts and ends between key frames shows what ffmpeg shows', async () => {
		const path = await made('cut.mp4', '-ss', '1.2', '-i', source, '-t', '2.1', '-c', 'copy');
		const times = await decodedTimes(path);
		expect(times.length).toBeLessThan(70);
		expectSameFrames((await lookInside(path)).index, times);
	});

	test('an edit that ends early hides the frames after it', async () => {
		const path = await made('ends.mp4', '-i', source, '-c', 'copy', '-an');
		const bytes = await readFile(path);
		const edit = bytes.indexOf('elst') + 4 + 8;
		bytes.writeUInt32BE(3000, edit);
		await writeFile(path, bytes);
		const { index, facts } = await lookInside(path);
		expectSameFrames(index, await decodedTimes(path));
		expect(index?.ptsUs.length).toBe(90);
		expect(facts.durationS).toBeCloseTo(3, 3);
	});

	test('subtitles in an MP4 are listed with their language', async () => {
		const words = join(folder, 'words.srt');
		await writeFile(words, '1\n00:00:01,000 --> 00:00:02,000\nHello\n');
		const path = await made(
			'titles.mp4',
			...['-i', source, '-i', words, '-map', '0', '-map', '1', '-c', 'copy', '-c:s', 'mov_text'],
			...['-metadata:s:s:0', 'language=ger'],
		);
		expect((await lookInside(path)).facts.subtitles).toEqual([{ codec: 'tx3g', language: 'ger', kind: 'text' }]);
	});

	test.each([
		['fragments', 'short-fragments.mp4', ['-movflags', 'frag_keyframe+empty_moov']],
		['MKV', 'short.mkv', []],
		['MPEG-TS', 'short.ts', []],
	])('cut-off %s: what is listed can be decoded', async (_, name, args) => {
		const path = await made(name, '-i', source, '-c', 'copy', ...args);
		await truncate(path, Math.round((await readFile(path)).length * 0.55));
		const { index, facts } = await lookInside(path);
		const times = await decodedTimes(path);
		expect(index!.ptsUs.length).toBeGreaterThan(50);
		expect([...index!.ptsUs].filter((time) => !times.some((other) => Math.abs(other - time) <= 1))).toEqual([]);
		// A transport stream promises no length.
		expect(facts.truncated).toBe(!name.endsWith('.ts'));
	});
});
