import { mount, unmount, flushSync } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { numberOn, numbers, testFile, type TestFile } from '$lib/media/player/test-player';
import Player from './Player.svelte';
import type { PlayerOptions } from './player-options.ts';
import { PlayerState } from './player-state.svelte.ts';

const opened: (() => void)[] = [];
afterEach(() => {
	for (const close of opened.splice(0)) close();
});

async function open(name: string, options: Partial<PlayerOptions> = {}) {
	const source = await testFile(name);
	const player = new PlayerState({ ...source, index: source.facts.video ? source.index : undefined, ...options });
	const box = document.createElement('div');
	box.style.cssText = 'width:800px;height:450px';
	document.body.append(box);
	const component = mount(Player, { target: box, props: { player } });
	opened.push(() => {
		void unmount(component);
		player.dispose();
		box.remove();
	});
	await expect.poll(() => player.state).not.toBe('loading');
	flushSync();
	const element = box.querySelector<HTMLElement>('[data-testid="player"]')!;
	return { source, player, box, element };
}

const shownIn = (player: PlayerState, { facts }: TestFile): number | null =>
	numberOn(player.layers, { width: facts.video!.width, height: facts.video!.height });

test('frames asked for one after the other are the ones shown and told', async () => {
	const { source, player, element } = await open('h264-aac-60s.mp4');
	expect([player.state, player.frameCount, player.frame]).toEqual(['ready', 1800, 0]);
	const random = numbers(1800);
	for (let i = 0; i < 20; i += 1) {
		const frame = random.next().value as number;
		await player.seekToFrame(frame);
		flushSync();
		expect([element.dataset['frame'], shownIn(player, source)]).toEqual([String(frame), frame]);
	}
});

test('a time goes to the frame on screen then, times before and after the file to its ends', async () => {
	const { source, player } = await open('edit-list.mp4');
	await player.seekToTime(1.01);
	expect([player.frame, shownIn(player, source)]).toEqual([30, 105]);
	await player.seekToTime(-5);
	expect([player.frame, shownIn(player, source)]).toEqual([0, 75]);
	await player.seekToTime(99);
	expect([player.frame, shownIn(player, source)]).toEqual([player.frameCount - 1, 75 + player.frameCount - 1]);
});

test('times are those of the file: a file that starts at 5 s is at 5 s', async () => {
	const { source, player } = await open('first-timestamp-5s.mp4');
	expect(player.timeS).toBeCloseTo(5, 5);
	await player.seekToTime(6);
	expect([player.frame, shownIn(player, source)]).toEqual([30, 30]);
});

test('steps asked for faster than they can be shown end where they must', async () => {
	const { source, player } = await open('long-gop.mp4');
	await player.seekToFrame(290);
	await Promise.all(Array.from({ length: 25 }, () => player.step(-1)));
	expect([player.frame, shownIn(player, source)]).toEqual([265, 265]);
	await Promise.all(Array.from({ length: 40 }, () => player.step(1)));
	expect([player.frame, shownIn(player, source)]).toEqual([305, 305]);
	await player.stepSeconds(-1);
	expect([player.frame, shownIn(player, source)]).toEqual([275, 275]);
});

test('dragging shows a key frame, resting the exact one', async () => {
	const { source, player } = await open('long-gop.mp4');
	for (const timeS of [5, 12, 23, 34.5]) {
		const { frame } = player;
		player.scrubTo(timeS);
		await expect.poll(() => player.frame, { interval: 5 }).not.toBe(frame);
	}
	expect(player.targetS).toBeCloseTo(34.5, 3);
	await expect.poll(() => player.frame, { interval: 5 }).toBe(1035);
	expect(shownIn(player, source)).toBe(1035);
});

test('letting go settles at once', async () => {
	const { source, player } = await open('long-gop.mp4');
	player.scrubTo(17);
	await player.settle();
	expect([player.frame, shownIn(player, source)]).toEqual([510, 510]);
});

test.each(['h264-aac-60s.mp4', 'h264-opus.mkv'])(
	'%s: play, then pause: the frame told is the one seen',
	async (name) => {
		const { source, player, element } = await open(name);
		await player.play();
		expect(player.playing).toBe(true);
		await expect.poll(() => player.frame).toBeGreaterThan(15);
		await player.pause();
		flushSync();
		expect(player.playing).toBe(false);
		expect(shownIn(player, source)).toBe(Number(element.dataset['frame']));
		const { frame } = player;
		await player.step(1);
		expect([player.frame, shownIn(player, source)]).toEqual([frame + 1, frame + 1]);
	},
);

test('J plays backwards, K stops it', async () => {
	const { source, player } = await open('h264-aac-60s.mp4');
	await player.seekToFrame(200);
	await player.shuttle(-1);
	expect(player.rate).toBe(-1);
	await expect.poll(() => player.frame).toBeLessThan(180);
	await player.shuttle(-1);
	expect(player.rate).toBe(-2);
	await player.shuttle(0);
	expect(player.playing).toBe(false);
	await expect.poll(() => player.frame === shownIn(player, source)).toBe(true);
});

test('L goes through 1, 2 and 4 times', async () => {
	const { player } = await open('h264-aac-60s.mp4', { muted: true });
	const rates: number[] = [];
	for (let press = 0; press < 4; press += 1) {
		await player.shuttle(1);
		rates.push(player.rate);
	}
	expect(rates).toEqual([1, 2, 4, 4]);
	await player.shuttle(0);
	expect(player.rate).toBe(0);
});

test('at the end it stands on the last frame, and plays again from the start', async () => {
	const { source, player } = await open('no-audio.mp4');
	await player.seekToFrame(140);
	await player.play();
	await expect.poll(() => player.playing).toBe(false);
	await expect.poll(() => player.frame).toBe(149);
	expect(shownIn(player, source)).toBe(149);
	await player.play();
	await expect.poll(() => player.playing && player.frame > 0 && player.frame < 100).toBe(true);
	await player.pause();
});

test('a loop comes back to its beginning', async () => {
	const { player } = await open('h264-aac-60s.mp4');
	player.loop({ inS: 2, outS: 2.5 });
	await player.seekToTime(2);
	await player.play();
	const seen: number[] = [];
	await expect
		.poll(
			() => {
				seen.push(player.frame);
				return seen.some((frame, i) => i > 0 && frame < seen[i - 1]!);
			},
			{ interval: 10 },
		)
		.toBe(true);
	expect(Math.max(...seen)).toBeLessThan(75 + 25);
	expect(Math.min(...seen)).toBeGreaterThanOrEqual(60);
	await player.pause();
});

test('the volume starts at 30 percent and is told when it changes', async () => {
	const onLoudness = vi.fn();
	const { player } = await open('h264-aac-60s.mp4', { onLoudness });
	const video = player.layers.find((layer) => layer instanceof HTMLVideoElement)!;
	expect([player.volume, video.volume]).toEqual([0.3, 0.3]);
	player.setVolume(0.8);
	player.toggleMute();
	expect([video.volume, video.muted]).toEqual([0.8, true]);
	expect(onLoudness.mock.calls).toEqual([[{ volume: 0.8, muted: false }], [{ volume: 0.8, muted: true }]]);
});

test('what is laid over the picture covers exactly the picture', async () => {
	const { player, box } = await open('rotated-90.mp4');
	await player.seekToFrame(10);
	const canvas = player.layers.find((layer) => layer instanceof HTMLCanvasElement)!.getBoundingClientRect();
	expect(canvas.width / canvas.height).toBeCloseTo(360 / 640, 2);
	expect(canvas.height).toBeCloseTo(box.getBoundingClientRect().height, 0);
});

test('a file that only a copy of can be played says so', async () => {
	const { file, facts, index } = await testFile('h264-aac-60s.mp4');
	const { player, element } = await open('h264-aac-60s.mp4', { facts: { ...facts, playable: 'preview' } });
	expect([player.state, player.needsPreview, element.dataset['state']]).toEqual(['error', true, 'error']);
	expect(element.textContent).toContain('Make a preview');
	await player.usePreview(file);
	await player.seekToFrame(77);
	expect([player.state, player.needsPreview, player.frame]).toEqual(['ready', false, 77]);
	expect(shownIn(player, { file, facts, index })).toBe(77);
});

test('closing gives everything back', async () => {
	const revoked = vi.spyOn(URL, 'revokeObjectURL');
	const ended = vi.spyOn(Worker.prototype, 'terminate');
	const made = vi.spyOn(URL, 'createObjectURL');
	const { player, box } = await open('h264-aac-60s.mp4');
	await player.seekToFrame(33);
	await player.play();
	ended.mockClear();
	player.dispose();
	await expect.poll(() => ended.mock.calls.length).toBe(1);
	const urls = made.mock.results.map(({ value }) => value as string);
	expect(urls.length).toBeGreaterThan(0);
	expect(revoked.mock.calls.map(([url]) => url)).toEqual(expect.arrayContaining(urls));
	flushSync();
	expect(box.querySelector('video')).toBeNull();
	vi.restoreAllMocks();
});
