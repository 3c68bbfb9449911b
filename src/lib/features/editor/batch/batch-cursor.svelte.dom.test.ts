import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BatchShape } from '#core/batch/batch';
import type { ProjectDocument } from '$lib/storage/project-document';
import { FakeStore, MEDIA, openDocument } from '../editor-fakes.ts';
import { EditorState } from '../editor-state.svelte.ts';
import { TestPlayer } from '../test-player.svelte.ts';
import { BatchCursor } from './batch-cursor.svelte.ts';

let document: ProjectDocument;
let player: TestPlayer;
let editor: EditorState;
let cursor: BatchCursor;
let shape: BatchShape;
let stop: () => void;

beforeEach(async () => {
	shape = { count: 3, lengthS: 8, spreadS: 3 };
	document = await openDocument();
	player = new TestPlayer();
	editor = new EditorState({
		media: MEDIA,
		store: new FakeStore().asStore(),
		document,
		makePlayer: () => player.asPlayer(),
	});
	cursor = new BatchCursor({
		editor,
		shape: () => shape,
		on: () => true,
		setCount: (count) => (shape = { ...shape, count }),
	});
	stop = $effect.root(() => {
		$effect(() => editor.attachPlayer());
		$effect(() => cursor.follow());
		$effect(() => cursor.loop());
	});
	editor.source.start();
	await vi.waitFor(() => expect(editor.source.phase.kind).toBe('ready'));
	flushSync();
});
afterEach(() => {
	stop();
	editor.source.close();
	document.close();
});

const seek = async (timeS: number): Promise<void> => {
	await player.seekToTime(timeS);
	flushSync();
};
const playTo = async (timeS: number): Promise<void> => {
	await player.play();
	flushSync();
	player.runTo(timeS);
	flushSync();
};
const pause = async (): Promise<void> => {
	await player.pause();
	flushSync();
};

describe('unlocked', () => {
	test('the batch begins where the playhead stands', async () => {
		await seek(5);
		expect(cursor.atS).toBe(5);
		expect(cursor.span).toEqual({ inS: 5, outS: 19 });
	});

	test('it stays while the file plays and goes along at the pause', async () => {
		await seek(5);
		await playTo(7);
		expect(cursor.atS).toBe(5);
		await pause();
		expect(cursor.atS).toBe(7);
	});

	test('a jump while it plays takes the batch along', async () => {
		await playTo(7);
		player.targetS = 30;
		flushSync();
		expect(cursor.atS).toBe(30);
	});

	test('it moves by frames with the picture', async () => {
		await seek(5);
		cursor.moveByFrames(1);
		flushSync();
		expect(cursor.atS).toBeCloseTo(5 + 1 / 30, 5);
		expect(player.targetS).toBe(cursor.atS);
		cursor.moveByFrames(-2);
		flushSync();
		expect(cursor.atS).toBeCloseTo(5 - 1 / 30, 5);
	});

	test('the span ends with the file', async () => {
		await seek(55);
		expect(cursor.span).toEqual({ inS: 55, outS: 60 });
	});
});

describe('locked', () => {
	test('the batch stays and its span plays over and over', async () => {
		await seek(5);
		cursor.toggleLock();
		flushSync();
		expect(player.loopRange).toEqual({ inS: 5, outS: 19 });
		await seek(30);
		expect(cursor.atS).toBe(5);
		cursor.toggleLock();
		flushSync();
		expect(player.loopRange).toBeNull();
	});

	test('moving by a frame moves the loop', async () => {
		await seek(5);
		cursor.toggleLock();
		cursor.moveByFrames(30);
		flushSync();
		expect(cursor.atS).toBe(6);
		expect(player.loopRange).toEqual({ inS: 6, outS: 20 });
	});

	test('playing from elsewhere begins at the batch', async () => {
		await seek(5);
		cursor.toggleLock();
		await seek(40);
		await player.play();
		flushSync();
		await vi.waitFor(() => expect([player.targetS, player.playing]).toEqual([5, true]));
	});
});

describe('auto-clip', () => {
	beforeEach(() => {
		cursor.autoClip = true;
	});

	test('a pause inside the span sets the count, and the batch stays', async () => {
		await seek(5);
		await playTo(14);
		await pause();
		expect([shape.count, cursor.atS]).toEqual([2, 5]);
	});

	test('a later pause at the same batch may ask for more again', async () => {
		await seek(5);
		await playTo(6);
		await pause();
		expect(shape.count).toBe(1);
		await playTo(18);
		await pause();
		expect([shape.count, cursor.atS]).toEqual([3, 5]);
	});

	test('a pause behind the span is the next batch', async () => {
		await seek(5);
		await playTo(25);
		await pause();
		expect([shape.count, cursor.atS]).toEqual([3, 25]);
	});

	test('a jump is no pause', async () => {
		await seek(5);
		await playTo(10);
		player.targetS = 12;
		player.playing = false;
		flushSync();
		expect([shape.count, cursor.atS]).toEqual([3, 12]);
	});

	test('with the lock on it sets the count too', async () => {
		await seek(5);
		cursor.toggleLock();
		await playTo(9);
		await pause();
		expect([shape.count, cursor.atS]).toEqual([1, 5]);
	});
});
