import { afterEach, expect, test } from 'vitest';
import { frameCount, timeOfFrame } from '#core/time/frame-index';
import { timeInside } from './element-time.ts';
import { NativeBackend, openBackend, WebCodecsBackend } from './index.ts';
import { numberOn, pixelsOf, Stage, testFile, type TestFile } from './test-player.ts';

const stages: Stage[] = [];
afterEach(() => {
	for (const stage of stages.splice(0)) stage.dispose();
});

async function open(kind: 'native' | 'webcodecs', source: TestFile): Promise<Stage> {
	const stage = new Stage(kind === 'native' ? NativeBackend : WebCodecsBackend, source);
	stages.push(stage);
	expect(await stage.backend.open()).toMatchObject({ ok: true });
	return stage;
}

const displayOf = ({ facts }: TestFile) => ({ width: facts.video!.width, height: facts.video!.height });
const place = ({ index }: TestFile, frame: number) => ({ frame, timeS: timeOfFrame(index, frame) });
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const cases = [
	['native', 'h264-aac-60s.mp4', 0],
	['native', 'vfr.mp4', 0],
	['native', 'rotated-90.mp4', 0],
	['native', 'edit-list.mp4', 75],
	['native', 'non-square-pixels.mp4', 0],
	['native', 'no-audio.mp4', 0],
	['webcodecs', 'h264-aac-60s.mp4', 0],
	['webcodecs', 'h264-opus.mkv', 0],
	['webcodecs', 'h264-aac.ts', 0],
	['webcodecs', 'first-timestamp-5s.mp4', 0],
	['webcodecs', 'vfr.mp4', 0],
	['webcodecs', 'no-audio.mp4', 0],
] as const;

test.each(cases)('%s: %s played for a moment stands still on the frame it tells of', async (kind, name, first) => {
	const source = await testFile(name);
	const stage = await open(kind, source);
	const from = 20;
	await stage.backend.show(place(source, from), 0);
	const began = performance.now();
	const playedS = (): number => stage.last!.timeS - timeOfFrame(source.index, from);
	expect(await stage.backend.play(place(source, from), { rate: 1 })).toBe(true);
	await expect.poll(playedS, { interval: 10 }).toBeGreaterThan(0.5);
	await stage.backend.pause();
	const stopped = stage.last!;
	expect(stage.number(displayOf(source))).toBe(first + stopped.frame);
	// A busy machine is late, never early.
	expect(playedS()).toBeLessThan((performance.now() - began) / 1000 + 0.1);
	await wait(100);
	expect([stage.last, stage.number(displayOf(source))]).toEqual([stopped, first + stopped.frame]);
	const told = stage.shown.map(({ frame }) => frame);
	expect(told).toEqual([...told].sort((a, b) => a - b));
	expect(stage.failures).toEqual([]);
});

test.each(['native', 'webcodecs'] as const)(
	'%s: at the end of the file it says so, and what is told is what is seen',
	async (kind) => {
		const source = await testFile('no-audio.mp4');
		const stage = await open(kind, source);
		const last = frameCount(source.index) - 1;
		await stage.backend.show(place(source, last - 15), 0);
		await stage.backend.play(place(source, last - 15), { rate: 1 });
		await expect.poll(() => stage.ended).toBe(1);
		// A busy machine leaves pictures out, the last ones too.
		expect(stage.last!.frame).toBeGreaterThan(last - 15);
		expect(stage.number(displayOf(source))).toBe(stage.last!.frame);
	},
);

test.each(['native', 'webcodecs'] as const)('%s: at twice the speed six seconds take three', async (kind) => {
	const source = await testFile('h264-aac-60s.mp4');
	const stage = await open(kind, source);
	await stage.backend.show(place(source, 0), 0);
	await stage.backend.play(place(source, 0), { rate: 2 });
	const began = performance.now();
	await expect.poll(() => stage.last?.timeS, { interval: 20 }).toBeGreaterThan(6);
	const tookS = (performance.now() - began) / 1000;
	expect(tookS).toBeGreaterThan(2.5);
	// A busy machine is late; at the usual speed it would take six.
	expect(tookS).toBeLessThan(6);
});

test('a picture decoded by the worker has the colours that the video element shows', async () => {
	for (const name of ['h264-aac-60s.mp4', 'vp9-opus.webm', 'rotated-90.mp4', 'non-square-pixels.mp4']) {
		const source = await testFile(name);
		const display = displayOf(source);
		const stage = await open('native', source);
		const [video, canvas] = stage.backend.layers;
		await stage.backend.show(place(source, 30), 0);
		const decoded = pixelsOf([canvas!], display).data;
		const element = video as HTMLVideoElement;
		await expect.poll(() => element.currentTime).toBeCloseTo(timeInside(source.index, 30), 2);
		// The seek ends a moment before the picture of its place is painted.
		await expect.poll(() => numberOn([element], display)).toBe(30);
		const shown = pixelsOf([element], display).data;
		let difference = 0;
		for (let i = 0; i < shown.length; i += 1) difference += Math.abs(shown[i]! - decoded[i]!);
		expect(difference / shown.length, name).toBeLessThan(1.5);
	}
});

test('a file that the element sees only in part is decoded instead', async () => {
	const source = await testFile('first-timestamp-5s.mp4');
	const events = { onShown: () => undefined, onEnded: () => undefined, onFailed: () => undefined };
	const opened = await openBackend(source, events);
	expect(opened.ok && opened.value.backend.kind).toBe('webcodecs');
	if (opened.ok) opened.value.backend.dispose();
});

test.each(['native', 'webcodecs'] as const)('%s: sound alone plays and tells its time', async (kind) => {
	const { file, facts } = await testFile('audio-only.m4a');
	const stage = new Stage(kind === 'native' ? NativeBackend : WebCodecsBackend, { file, facts, index: undefined });
	stages.push(stage);
	expect(await stage.backend.open()).toMatchObject({ ok: true, value: { sound: true } });
	await stage.backend.show({ frame: 0, timeS: 2 }, 0);
	expect(stage.last?.timeS).toBe(2);
	const began = performance.now();
	await stage.backend.play({ frame: 0, timeS: 2 }, { rate: 1 });
	await expect.poll(() => stage.last!.timeS, { interval: 10 }).toBeGreaterThan(2.4);
	await stage.backend.pause();
	expect(stage.last!.timeS - 2).toBeLessThan((performance.now() - began) / 1000 + 0.1);
});
