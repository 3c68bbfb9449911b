import { flushSync } from 'svelte';
import { expect, onTestFinished, test } from 'vitest';
import type { Profile } from '#core/project/profile';
import type { MediaRecord } from '$lib/storage/media-record';
import type { Storage } from '$lib/storage/storage';
import { RECORD } from '../editor-fakes.ts';
import { Playlist } from './playlist.svelte.ts';

const record = (name: string, minute: number, state: MediaRecord['state'] = 'ready'): MediaRecord => ({
	...RECORD,
	name,
	fingerprint: name,
	state,
	addedAt: `2026-01-01T00:0${minute}:00.000Z`,
});

async function open(current: string, hidden: string[] = [], done: string[] = []): Promise<Playlist> {
	const records = [record('c', 2), record('broken', 1, 'error'), record('a', 0), record('b', 1), record('d', 3)];
	const media: Partial<Storage['media']> = {
		watch: () => ({
			subscribe: (next) => {
				queueMicrotask(() => next(records));
				return { unsubscribe: () => undefined };
			},
		}),
	};
	const profile = { markers: done.map((media) => ({ media })), hidden } as unknown as Profile;
	const playlist = new Playlist({
		storage: { media: media as Storage['media'] },
		profile: { profile, document: undefined },
		current,
	});
	onTestFinished(
		$effect.root(() => {
			$effect(() => void playlist.files);
		}),
	);
	flushSync();
	await Promise.resolve();
	flushSync();
	return playlist;
}

test('files come in the order in which they were added', async () => {
	expect((await open('a')).files.map(({ name }) => name)).toEqual(['a', 'b', 'broken', 'c', 'd']);
});

test('the next file is one that can be opened and is not hidden', async () => {
	const playlist = await open('b', ['c']);
	expect([playlist.beside(1)?.name, playlist.beside(-1)?.name]).toEqual(['d', 'a']);
	expect((await open('d')).beside(1)).toBeUndefined();
	expect((await open('a')).beside(-1)).toBeUndefined();
});

test('hidden and broken files do not count', async () => {
	const playlist = await open('a', ['c'], ['a', 'a', 'c']);
	expect([playlist.done, playlist.queue.length, playlist.hiddenCount]).toEqual([1, 3, 1]);
	expect(playlist.files[0]?.groups).toBe(2);
});
