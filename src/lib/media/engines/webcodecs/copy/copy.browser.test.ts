import { describe, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { framesBefore, timeOfFrame } from '#core/frame-index';
import type { ExportSettings } from '#core/export-settings';
import type { ExportTask } from '#core/export-task';
import { verifyOutput } from '$lib/media/verify/index';
import type { LookedAt } from '../../../../../../tests/media/look-at.ts';
import { exportTask, loadMedia, taskOf, type Media } from '../../../../../../tests/media/trial.ts';
import { WebCodecsEngine } from '../index.ts';

declare module 'vitest/browser' {
	interface BrowserCommands {
		lookAt: (bytes: string, extension: string) => Promise<LookedAt>;
	}
}

const engine = new WebCodecsEngine();
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

async function base64(file: Blob): Promise<string> {
	const bytes = new Uint8Array(await file.arrayBuffer());
	let text = '';
	for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
	return btoa(text);
}

async function make(media: Media, task: ExportTask): Promise<{ file: File; looked: LookedAt }> {
	const result = await exportTask(engine, task, [media]);
	if (!result.ok) throw new Error(JSON.stringify(result.error));
	const { file } = result.value;
	const verified = await verifyOutput(file, task);
	expect(verified.ok ? '' : JSON.stringify(verified.error)).toBe('');
	return { file, looked: await commands.lookAt(await base64(file), task.output.extension) };
}

/** Cut `name` between frames, counted from its first, in `mode`. */
async function cut(
	name: string,
	from: number,
	to: number,
	cutMode: 'copy' | 'smart',
	settings: Partial<ExportSettings> = {},
) {
	const media = await loadMedia(name);
	const index = media.index!;
	const [inS, outS] = [timeOfFrame(index, from), timeOfFrame(index, to)];
	const task = taskOf(media, { inS, outS }, { cutMode, ...settings });
	expect(task.video.kind).toBe('copy');
	const [piece] = task.pieces;
	const [first, last] = [framesBefore(index, piece!.inS), framesBefore(index, piece!.outS)];
	const made = await make(media, task);
	return { ...made, media, task, first, last, inS: piece!.inS, outS: piece!.outS };
}

/** `offset`: number on the file's first frame. `clickS`: when the first click of the source is heard. */
function expectFrames({ looked, media, first, last }: Awaited<ReturnType<typeof cut>>, offset = 0): void {
	expect(looked.numbers).toEqual(range(first + offset, last + offset));
	expect(looked.complaints).toBe('');
	const startS = timeOfFrame(media.index!, first);
	looked.times.forEach((atS, i) =>
		expect(Math.abs(atS - (timeOfFrame(media.index!, first + i) - startS))).toBeLessThan(0.0015),
	);
}

/** A click starts with the first frame and with every second after it. Containers without edits may lack the sound of the first moment. */
function expectClicks(
	{ looked, media, task, inS, outS }: Awaited<ReturnType<typeof cut>>,
	toleranceS: number,
	clickS?: number,
): void {
	const fromS = ['mkv', 'webm'].includes(task.container) ? 0.03 : -0.001;
	const isCompared = (atS: number): boolean => atS >= fromS && atS < outS - inS - 0.03;
	const expected = range(0, 20)
		.map((second) => second + (clickS ?? media.facts.firstTimestampS) - inS)
		.filter(isCompared);
	const heard = looked.clicks.filter(isCompared);
	expect(expected.length).toBeGreaterThan(0);
	expect(heard.length).toBe(expected.length);
	heard.forEach((atS, i) => expect(Math.abs(atS - expected[i]!)).toBeLessThan(toleranceS));
}

const FILES = [
	['h264-aac-60s.mp4', 130, 251, 0.003],
	['eight-b-frames.mp4', 40, 133, 0.003],
	['h264-aac.mov', 40, 133, 0.003],
	['rotated-90.mp4', 40, 133, 0.003],
	['non-square-pixels.mp4', 40, 133, 0.003],
	['vfr.mp4', 40, 100, 0.003],
	['ntsc.mp4', 40, 133, 0.003],
	['no-audio.mp4', 40, 133, 0],
	['fragmented.mp4', 40, 133, 0.003],
	['h264-pcm.mov', 40, 133, 0.001],
	['h264-pcm.mkv', 40, 133, 0.002],
	['h264-opus.mkv', 40, 133, 0.012],
	['vp9-opus.webm', 40, 133, 0.012],
	['av1.mp4', 40, 110, 0.003],
] as const;

describe('a copy starts at a key frame and is exact from there', () => {
	test.each([
		...FILES,
		['hevc.mp4', 40, 133, 0.003],
		['ten-bit.webm', 40, 133, 0.012],
		['vp8-vorbis.webm', 40, 133, 0.03],
	] as const)('%s', async (name, from, to, clicksS) => {
		const made = await cut(name, from, to, 'copy');
		expectFrames(made);
		expect(made.first).toBeLessThanOrEqual(from);
		expect(made.media.index!.key[made.first]).toBe(1);
		if (clicksS > 0) expectClicks(made, clicksS);
	});

	test('open groups: the frames shown before the key frame are left out', async () => {
		const made = await cut('open-gop.mp4', 70, 133, 'copy');
		expect(made.first).toBe(60);
		expectFrames(made);
	});

	test('a first timestamp that is not 0', async () => {
		const made = await cut('first-timestamp-5s.mp4', 70, 133, 'copy');
		expectFrames(made);
		expectClicks(made, 0.003);
	});
});

describe('an exact cut has every frame that was marked and no other', () => {
	test.each(FILES)('%s', async (name, from, to, clicksS) => {
		const made = await cut(name, from, to, 'smart');
		expect([made.first, made.last]).toEqual([from, to]);
		expectFrames(made);
		if (clicksS > 0) expectClicks(made, clicksS);
	});
});
