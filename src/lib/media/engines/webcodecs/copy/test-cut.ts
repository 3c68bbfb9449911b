import { expect } from 'vitest';
import { commands } from 'vitest/browser';
import { framesBefore, timeOfFrame } from '#core/time/frame-index';
import type { ExportSettings } from '#core/export/export-settings';
import type { ExportTask } from '#core/export/export-task';
import { present } from '#core/result';
import { verifyOutput } from '$lib/media/verify/index';
import type { LookedAt } from '../../../../../../tests/media/look-at.ts';
import { exportTask, loadMedia, taskOf, type Media } from '../../../../../../tests/media/trial.ts';
import { WebCodecsEngine } from '../index.ts';

/* Cuts made with the browser engine and opened again by the real ffmpeg. */

declare module 'vitest/browser' {
	interface BrowserCommands {
		lookAt: (bytes: string, extension: string) => Promise<LookedAt>;
	}
}

export const engine = new WebCodecsEngine();
export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

async function base64(file: Blob): Promise<string> {
	const bytes = new Uint8Array(await file.arrayBuffer());
	let text = '';
	for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
	return btoa(text);
}

export async function make(media: Media, task: ExportTask): Promise<{ file: File; looked: LookedAt }> {
	const result = await exportTask(engine, task, [media]);
	if (!result.ok) throw new Error(JSON.stringify(result.error));
	const { file } = result.value;
	const verified = await verifyOutput(file, task);
	expect(verified.ok ? '' : JSON.stringify(verified.error)).toBe('');
	return { file, looked: await commands.lookAt(await base64(file), task.output.extension) };
}

/** Cut `name` between frames, counted from its first, in `mode`. */
export async function cut(
	name: string,
	from: number,
	to: number,
	cutMode: 'copy' | 'smart',
	settings: Partial<ExportSettings> = {},
) {
	const media = await loadMedia(name);
	const index = present(media.index, 'the frame index');
	const [inS, outS] = [timeOfFrame(index, from), timeOfFrame(index, to)];
	const task = taskOf(media, { inS, outS }, { cutMode, ...settings });
	expect(task.video.kind).toBe('copy');
	const piece = present(task.pieces[0], 'the piece');
	const [first, last] = [framesBefore(index, piece.inS), framesBefore(index, piece.outS)];
	const made = await make(media, task);
	return { ...made, media, index, task, first, last, inS: piece.inS, outS: piece.outS };
}

/** `offset`: number on the file's first frame. `clickS`: when the first click of the source is heard. */
export function expectFrames({ looked, index, first, last }: Awaited<ReturnType<typeof cut>>, offset = 0): void {
	expect(looked.numbers).toEqual(range(first + offset, last + offset));
	expect(looked.complaints).toBe('');
	const startS = timeOfFrame(index, first);
	looked.times.forEach((atS, i) =>
		expect(Math.abs(atS - (timeOfFrame(index, first + i) - startS))).toBeLessThan(0.0015),
	);
}

/** A click starts with the first frame and with every second after it. Containers without edits may lack the sound of the first moment. */
export function expectClicks(
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
	heard.forEach((atS, i) => expect(Math.abs(atS - (expected[i] ?? NaN))).toBeLessThan(toleranceS));
}
