import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { behindMp3Head, mp3Head } from '../../src/lib/media/engines/webcodecs/audio/mp3-head.ts';
import { fixturePath, make } from '../fixtures/make.ts';
import { SAMPLE_RATE } from '../fixtures/sound.ts';

const run = promisify(execFile);
let folder = '';
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'octocut-mp3-'));
	await make(['h264-aac-60s.mp4']);
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Two seconds of sound as LAME's frames alone, without a word about its lead-in. */
async function bareFrames(channels: number, rateHz: number): Promise<Buffer> {
	const path = join(folder, `bare-${channels}-${rateHz}.mp3`);
	await run('ffmpeg', [
		...['-v', 'error', '-y', '-ss', '10.4', '-t', '2', '-i', fixturePath('h264-aac-60s.mp4'), '-vn'],
		...['-c:a', 'libmp3lame', '-b:a', '128k', '-ac', `${channels}`, '-ar', `${rateHz}`],
		...['-write_xing', '0', '-id3v2_version', '0', '-map_metadata', '-1', path],
	]);
	return readFile(path);
}

/** Samples before the first click when a player reads the file. */
async function leadIn(path: string): Promise<number> {
	const args = ['-v', 'error', '-i', path, '-ac', '1', '-ar', `${SAMPLE_RATE}`, '-f', 's16le', '-'];
	const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 1 << 26 });
	const samples = new Int16Array(stdout.buffer, stdout.byteOffset, stdout.length >> 1);
	return samples.findIndex((sample) => Math.abs(sample) > 6000);
}

test.each([
	[2, 48_000],
	[1, 44_100],
])('with the head, players start at the first sample: %i channels, %i Hz', async (channels, rateHz) => {
	const frames = await bareFrames(channels, rateHz);
	const [bare, headed] = [join(folder, 'a.mp3'), join(folder, 'b.mp3')];
	await writeFile(bare, frames);
	await writeFile(headed, Buffer.concat([mp3Head(frames, frames.length)!, frames]));
	expect(Math.abs((await leadIn(headed)) / SAMPLE_RATE - 0.6)).toBeLessThan(0.003);
	expect(Math.abs((await leadIn(bare)) / SAMPLE_RATE - 0.6)).toBeGreaterThan(0.01);
	const { stderr } = await run('ffmpeg', ['-v', 'warning', '-i', headed, '-f', 'null', '-']);
	expect(stderr).toBe('');
	const { stdout } = await run('ffprobe', [
		'-v',
		'error',
		'-show_entries',
		'format=duration',
		'-of',
		'csv=p=0',
		headed,
	]);
	expect(Math.abs(Number(stdout) - 2)).toBeLessThan(0.08);
});

test('the head is written in front of frames as they come, and once more when their size is known', async () => {
	const frames = new Uint8Array(await bareFrames(2, 48_000));
	let file = new Uint8Array(0);
	const stream = behindMp3Head(
		new WritableStream({
			write({ data, position }: { data: Uint8Array; position: number }) {
				const larger = new Uint8Array(Math.max(file.length, position + data.length));
				larger.set(file);
				larger.set(data, position);
				file = larger;
			},
		}),
	);
	const writer = stream.getWriter();
	await writer.write({ type: 'write', data: frames.subarray(0, 5000), position: 0 });
	await writer.write({ type: 'write', data: frames.subarray(5000), position: 5000 });
	await writer.close();
	expect(Buffer.from(file)).toEqual(Buffer.concat([mp3Head(frames, frames.length)!, frames]));
});

test('what is no MPEG-1 layer III gets no head', () => {
	expect(mp3Head(Uint8Array.of(0xff, 0xf3, 0x84, 0xc4), 1000)).toBeUndefined();
	expect(mp3Head(Uint8Array.of(1, 2, 3, 4), 1000)).toBeUndefined();
});
