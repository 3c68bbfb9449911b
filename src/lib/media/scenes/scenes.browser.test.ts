import { expect, test } from 'vitest';
import { frameAt } from '#core/time/frame-index';
import { testFile } from '../player/test-player.ts';
import { findScenes } from './index.ts';

test('the hard cuts of a film are found to the frame; its crossfade, flash, motion and fade to black are none', async () => {
	const { file, facts, index } = await testFile('shots.mp4');
	const shares: number[] = [];
	const found = await findScenes(file, facts, index, { onProgress: (share) => shares.push(share) });
	if (!found.ok) throw new Error(JSON.stringify(found.error));
	expect(found.value.map(({ atS }) => frameAt(index, atS))).toEqual([48, 109, 149, 299, 359]);
	expect(shares.length).toBeGreaterThan(10);
	expect(shares).toEqual([...shares].sort((a, b) => a - b));
	expect(shares[shares.length - 1]).toBe(1);
});

test.each(['vfr.mp4', 'ten-bit.webm', 'first-timestamp-5s.mp4', 'h264-aac.ts'])(
	'%s: one shot has no cuts',
	async (name) => {
		const { file, facts, index } = await testFile(name);
		expect(await findScenes(file, facts, index)).toEqual({ ok: true, value: [] });
	},
);

test('the search stops when it is told to', async () => {
	const { file, facts, index } = await testFile('h264-aac-60s.mp4');
	const abort = new AbortController();
	const searching = findScenes(file, facts, index, { signal: abort.signal, onProgress: () => abort.abort() });
	await expect(searching).rejects.toMatchObject({ name: 'AbortError' });
});

test('a file without a picture says so', async () => {
	const { file, facts, index } = await testFile('audio-only.m4a');
	expect(await findScenes(file, facts, index)).toMatchObject({
		ok: false,
		error: { kind: 'unsupported', detail: 'it has no picture' },
	});
});
