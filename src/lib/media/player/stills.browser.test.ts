import { afterEach, expect, test } from 'vitest';
import { frameCount, timeOfFrame } from '#core/time/frame-index';
import type { PlayerBackend } from './backend.ts';
import { createVideoElement, loadElement } from './element-loading.ts';
import { ElementStills } from './element-stills.ts';
import { elementShiftS } from './element-time.ts';
import { NativeBackend, WebCodecsBackend } from './index.ts';
import { numberOn, numbers, Stage, testFile, type TestFile } from './test-player.ts';

const stages: Stage[] = [];
afterEach(() => {
	for (const stage of stages.splice(0)) stage.dispose();
});

async function open(kind: 'native' | 'webcodecs', source: TestFile): Promise<{ stage: Stage; backend: PlayerBackend }> {
	const stage = new Stage(kind === 'native' ? NativeBackend : WebCodecsBackend, source);
	stages.push(stage);
	expect(await stage.backend.open()).toMatchObject({ ok: true });
	return { stage, backend: stage.backend };
}

/** [file, number in the first frame's picture] */
const files: readonly [string, number][] = [
	['h264-aac-60s.mp4', 0],
	['long-gop.mp4', 0],
	['vfr.mp4', 0],
	['rotated-90.mp4', 0],
	['non-square-pixels.mp4', 0],
	['edit-list.mp4', 75],
	['ntsc.mp4', 0],
	['odd-size.mp4', 0],
	['vp9-opus.webm', 0],
	['av1.mp4', 0],
	['ten-bit-h264.mp4', 0],
	['ten-bit.webm', 0],
	['h264-aac.mov', 0],
	['truncated.mp4', 0],
];

const decodedOnly: readonly [string, number][] = [
	['h264-opus.mkv', 0],
	['h264-aac.ts', 0],
	// Chromium's element takes the file for shorter than it is, and cannot seek to its end.
	['first-timestamp-5s.mp4', 0],
];

const cases = [
	...files.flatMap(([name, first]) => [['native', name, first] as const, ['webcodecs', name, first] as const]),
	...decodedOnly.map(([name, first]) => ['webcodecs', name, first] as const),
];

test.each(cases)('%s: 40 frames of %s, asked for at random, are the frames shown', async (kind, name, first) => {
	const source = await testFile(name);
	const display = { width: source.facts.video!.width, height: source.facts.video!.height };
	const { stage, backend } = await open(kind, source);
	const count = frameCount(source.index);
	const asked = [0, count - 1, ...[...take(numbers(count), 38)]];
	for (const frame of asked) {
		expect(await backend.show({ frame, timeS: timeOfFrame(source.index, frame) }, 0)).toBe(true);
		expect([stage.last?.frame, stage.number(display)]).toEqual([frame, first + frame]);
	}
	expect(stage.failures).toEqual([]);
});

test.each(['h264-aac-60s.mp4', 'long-gop.mp4', 'vfr.mp4', 'vp9-opus.webm', 'h264-aac.ts'])(
	'stepping forth and back through %s shows each frame',
	async (name) => {
		const source = await testFile(name);
		const display = { width: source.facts.video!.width, height: source.facts.video!.height };
		const { stage, backend } = await open('webcodecs', source);
		const start = Math.min(90, frameCount(source.index) - 70);
		const forth = Array.from({ length: 65 }, (_, i) => [start + i, 1] as const);
		const back = Array.from({ length: 110 }, (_, i) => [start + 64 - i, -1] as const).filter(([n]) => n >= 0);
		for (const [frame, towards] of [...forth, ...back]) {
			expect(await backend.show({ frame, timeS: 0 }, towards)).toBe(true);
			expect([stage.last?.frame, stage.number(display)]).toEqual([frame, frame]);
		}
	},
);

test('a newer wish replaces an older one, and what is told is what is shown', async () => {
	const source = await testFile('long-gop.mp4');
	const display = { width: 640, height: 360 };
	const { stage, backend } = await open('native', source);
	const wishes = [...take(numbers(1800, 3), 20)].map((frame) => backend.show({ frame, timeS: 0 }, 0));
	const done = await Promise.all(wishes);
	expect(done[19]).toBe(true);
	expect(done.filter(Boolean).length).toBeLessThan(5);
	expect(stage.number(display)).toBe(stage.last?.frame);
});

test('a glance shows the nearest key frame at once and says so', async () => {
	const source = await testFile('long-gop.mp4');
	const { stage, backend } = await open('native', source);
	await backend.show({ frame: 0, timeS: 0 }, 0);
	backend.glance({ frame: 700, timeS: 0 });
	await expect.poll(() => stage.last?.frame).toBe(600);
	expect(stage.number({ width: 640, height: 360 })).toBe(600);
	backend.glance({ frame: 800, timeS: 0 });
	await expect.poll(() => stage.last?.frame).toBe(900);
	expect(await backend.show({ frame: 803, timeS: 0 }, 0)).toBe(true);
	expect(stage.number({ width: 640, height: 360 })).toBe(803);
});

test.each([
	['h264-aac-60s.mp4', 0],
	['vfr.mp4', 0],
	['edit-list.mp4', 75],
	['rotated-90.mp4', 0],
] as const)('without a worker the element itself shows the frames of %s asked for', async (name, first) => {
	const { file, facts, index } = await testFile(name);
	const video = createVideoElement();
	const url = URL.createObjectURL(file);
	document.body.append(video);
	expect(await loadElement(video, { url, crossOrigin: null })).toBeUndefined();
	const stills = new ElementStills(video, index, elementShiftS(video, index, facts.firstTimestampS));
	const display = { width: facts.video!.width, height: facts.video!.height };
	for (const frame of [0, frameCount(index) - 1, ...take(numbers(frameCount(index)), 18)]) {
		const shown = await stills.show(frame);
		expect([shown?.frame, numberOn([video], display)]).toEqual([frame, first + frame]);
	}
	video.remove();
	URL.revokeObjectURL(url);
});

function* take<T>(values: Iterable<T>, count: number): Generator<T> {
	let left = count;
	for (const value of values) {
		if (left-- <= 0) return;
		yield value;
	}
}
