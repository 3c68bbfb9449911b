import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WHOLE_FRAME } from '#core/crop/crop';
import type { ProjectDocument } from '$lib/storage/project-document';
import { framesAt } from '#core/media/minute-fixture';
import { FakePlayer, FakeStore, MEDIA, openDocument, RECORD } from './editor-fakes.ts';
import { EditorState } from './editor-state.svelte.ts';

let store: FakeStore;
let document: ProjectDocument;
let player: FakePlayer;
let editor: EditorState;
let stop: () => void;

/** The editor as a page holds it: sources started, effects running. */
async function openEditor(): Promise<void> {
	editor = new EditorState({
		media: MEDIA,
		store: store.asStore(),
		document,
		makePlayer: () => player.asPlayer(),
	});
	stop = $effect.root(() => {
		$effect(() => editor.attachPlayer());
		$effect(() => void [editor.segments, editor.selected, editor.crop, editor.canUndo]);
	});
	editor.source.start();
	await vi.waitFor(() => expect(editor.source.phase.kind).not.toBe('opening'));
	flushSync();
}

beforeEach(async () => {
	store = new FakeStore();
	document = await openDocument();
	player = new FakePlayer();
	await openEditor();
});
afterEach(() => {
	stop();
	editor.source.close();
	document.close();
});

const mark = async (inS: number, outS: number): Promise<void> => {
	await player.seekToTime(inS);
	editor.markIn();
	await player.seekToTime(outS);
	editor.markOut();
	flushSync();
};
const spans = (): (number | undefined)[][] => editor.segments.map((s) => [s.inS, s.outS, editor.framesOf(s)]);

describe('marking', () => {
	test('IN at 2 s and OUT at 10 s keep exactly 240 frames of 30 fps', async () => {
		await mark(2, 10);
		expect(spans()).toEqual([[2, 10, 240]]);
		expect(editor.selected?.id).toBe(editor.segments[0]?.id);
		expect(editor.pendingInS).toBeNull();
	});

	test('OUT on the last frame means the end of the file', async () => {
		await mark(59, 60);
		expect(spans()).toEqual([[59, 60, 30]]);
	});

	test('OUT without IN says so and makes nothing', () => {
		editor.markOut();
		expect(editor.message).toMatchObject({ kind: 'warning', text: expect.stringContaining('IN first') as string });
		expect(editor.segments).toEqual([]);
	});

	test('OUT at or before IN says so and keeps IN', async () => {
		await mark(5, 5);
		expect(editor.segments).toEqual([]);
		expect(editor.pendingInS).toBe(5);
		await player.seekToTime(6);
		editor.markOut();
		flushSync();
		expect(spans()).toEqual([[5, 6, 30]]);
	});

	test('a mark right after a jump stands where the jump goes, though the picture is still on its way', () => {
		player.timeS = 0;
		player.targetS = 7;
		editor.markIn();
		expect(editor.pendingInS).toBe(7);
	});

	test('while playing a mark stands at the picture on screen', () => {
		Object.assign(player, { playing: true, timeS: 3, targetS: 9 });
		editor.markIn();
		expect(editor.pendingInS).toBe(3);
	});

	test('a new mark never changes the chosen segment', async () => {
		await mark(2, 4);
		await mark(10, 12);
		expect(spans()).toEqual([
			[2, 4, 60],
			[10, 12, 60],
		]);
	});

	test('Shift+I and Shift+O move the edges of the chosen segment, never past each other', async () => {
		await mark(2, 4);
		await player.seekToTime(3);
		editor.setEdge('in');
		flushSync();
		expect(spans()).toEqual([[3, 4, 30]]);
		await player.seekToTime(5);
		editor.setEdge('in');
		flushSync();
		expect(spans()).toEqual([[3, 4, 30]]);
		expect(editor.message?.kind).toBe('warning');
	});
});

describe('undo', () => {
	test('takes back every edit one by one, and redo brings each again', async () => {
		await mark(2, 4);
		const id = editor.segments[0]!.id;
		editor.rename(id, 'Waves');
		editor.setSpan(id, { inS: 1, outS: 4 });
		editor.duplicate(id);
		flushSync();
		expect(editor.segments).toHaveLength(2);
		const names = (): string[] => editor.segments.map((s) => `${s.name} ${s.inS}`);
		const seen = [names()];
		while (editor.canUndo) {
			editor.undo();
			flushSync();
			seen.push(names());
		}
		expect(seen).toEqual([['Waves 1', 'Waves 1'], ['Waves 1'], ['Waves 2'], [' 2'], []]);
		while (editor.canRedo) editor.redo();
		flushSync();
		expect(names()).toEqual(seen[0]);
	});

	test('a crop drag is one step, however many moves it had', () => {
		for (const x of [0.1, 0.2, 0.3]) editor.previewCrop({ ...WHOLE_FRAME, centre: { x, y: 0.5 } });
		expect(editor.crop.centre.x).toBe(0.3);
		expect(document.project.crops[MEDIA]).toBeUndefined();
		editor.commitCrop();
		flushSync();
		expect(editor.crop.centre.x).toBe(0.3);
		editor.undo();
		flushSync();
		expect(editor.crop).toEqual(WHOLE_FRAME);
	});

	test('a crop drag that is given up changes nothing', () => {
		editor.previewCrop({ ...WHOLE_FRAME, zoom: 3 });
		editor.dropCropDraft();
		expect(editor.crop).toEqual(WHOLE_FRAME);
		expect(editor.canUndo).toBe(false);
	});
});

describe('the list', () => {
	test('deleting chooses the neighbour', async () => {
		await mark(1, 2);
		await mark(3, 4);
		await mark(5, 6);
		editor.select(editor.segments[1]!.id);
		editor.remove(editor.segments[1]!.id);
		flushSync();
		expect(editor.selected?.inS).toBe(5);
	});

	test('segments move up and down and stop at the ends', async () => {
		await mark(1, 2);
		await mark(3, 4);
		await mark(5, 6);
		const order = (): number[] => editor.segments.map((s) => s.inS);
		editor.moveBy(editor.segments[2]!.id, -1);
		flushSync();
		expect(order()).toEqual([1, 5, 3]);
		editor.moveBy(editor.segments[0]!.id, -1);
		editor.moveTo(editor.segments[0]!.id, 9);
		flushSync();
		expect(order()).toEqual([5, 3, 1]);
	});

	test('↑ and ↓ go through the list and to each IN', async () => {
		await mark(1, 2);
		await mark(3, 4);
		editor.select(null);
		editor.selectBeside(1);
		flushSync();
		expect([editor.selected?.inS, player.timeS]).toEqual([1, 1]);
		editor.selectBeside(1);
		editor.selectBeside(1);
		flushSync();
		expect([editor.selected?.inS, player.timeS]).toEqual([3, 3]);
	});

	test('an edge moves by frames and leaves one', async () => {
		await mark(2, 3);
		const segment = editor.segments[0]!;
		editor.nudgeEdge(segment, 'in', 10);
		flushSync();
		expect(editor.framesOf(editor.segments[0]!)).toBe(20);
		editor.nudgeEdge(editor.segments[0]!, 'in', 500);
		flushSync();
		expect(editor.framesOf(editor.segments[0]!)).toBe(1);
	});

	test('a warning about an edge goes when the next try succeeds', async () => {
		await mark(2, 4);
		const segment = editor.selected!;
		expect(editor.moveEdge(segment, 'out', 1)).toBe(false);
		expect(editor.message).toMatchObject({ kind: 'warning' });
		expect(editor.moveEdge(segment, 'out', 5)).toBe(true);
		expect(editor.message).toBeNull();
	});

	test('segments of other files are not shown', () => {
		document.addSegment({ media: `9-${'b'.repeat(64)}`, inS: 0, outS: 1 });
		flushSync();
		expect(editor.segments).toEqual([]);
	});
});

describe('opening', () => {
	const reopen = async (): Promise<void> => {
		stop();
		editor.source.close();
		await openEditor();
	};

	test('a file that is still probed opens by itself when it is ready', async () => {
		store.record = { ...RECORD, state: 'probing' };
		store.index = undefined;
		await reopen();
		expect(editor.source.phase.kind).toBe('probing');
		store.record = RECORD;
		store.changed();
		store.index = framesAt(30, 1800);
		await vi.waitFor(() => expect(editor.source.phase.kind).toBe('ready'));
		flushSync();
		expect(editor.player).toBeDefined();
	});

	test('without permission the marks are there and one click opens the file', async () => {
		store.readable = false;
		await reopen();
		expect(editor.source.phase).toMatchObject({ kind: 'unreadable', failure: { kind: 'source-permission' } });
		expect(editor.facts?.name).toBe('holiday.mp4');
		editor.markIn();
		expect(editor.message?.kind).toBe('warning');
		await editor.source.retry(true);
		flushSync();
		expect(editor.player).toBeDefined();
	});

	test('a file that is not in the library says so', async () => {
		store.record = undefined;
		await reopen();
		expect(editor.source.phase.kind).toBe('not-in-library');
	});

	test('leaving frees the player', () => {
		stop();
		expect(player.disposed).toBe(true);
	});
});
