import { expect, test } from 'vitest';
import { makePreview } from '$lib/media/ffmpeg-wasm';
import { numberOn, numbers, testFile } from '$lib/media/player/test-player';
import { PlayerState } from './player-state.svelte.ts';

test.each([
	['mpeg4-mp3.avi', 0],
	['first-timestamp-5s.mp4', 0],
	['vfr.mp4', 0],
	['edit-list.mp4', 75],
] as const)('frame n of %s is shown from its small copy as frame n', async (name, first) => {
	const source = await testFile(name);
	const made = await makePreview(source.file, source.facts);
	if (!made.ok) throw new Error(JSON.stringify(made.error));
	const facts = { ...source.facts, playable: 'preview' as const };
	const view = () => ({ kind: 'copy', file: made.value }) as const;
	const player = new PlayerState({ file: source.file, facts, index: source.index, view });
	try {
		await expect.poll(() => player.state).not.toBe('loading');
		expect([player.state, player.message]).toEqual(['ready', '']);
		document.body.append(...player.layers);
		const random = numbers(player.frameCount);
		const display = { width: facts.video!.width, height: facts.video!.height };
		const wrong: unknown[] = [];
		for (let i = 0; i < 25; i += 1) {
			const frame = i === 0 ? 0 : i === 1 ? player.frameCount - 1 : (random.next().value as number);
			await player.seekToFrame(frame);
			const seen = numberOn(player.layers, display);
			if (player.frame !== frame || seen !== frame + first) wrong.push({ frame, told: player.frame, seen });
		}
		expect(wrong).toEqual([]);
		await player.seekToFrame(20);
		await player.play();
		await expect.poll(() => player.frame).toBeGreaterThan(30);
		await player.pause();
		expect(numberOn(player.layers, display)).toBe(player.frame + first);
	} finally {
		player.dispose();
	}
});
