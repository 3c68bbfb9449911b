import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WHOLE_FRAME, type CropState } from '#core/crop/crop';
import type { ProjectDocument } from '$lib/storage/project-document';
import { FakeStore, MEDIA, openDocument } from '../editor-fakes.ts';
import { EditorState } from '../editor-state.svelte.ts';
import { TestPlayer } from '../test-player.svelte.ts';
import type { CropEditing } from './crop-editing.svelte.ts';

let document: ProjectDocument;
let player: TestPlayer;
let editor: EditorState;
let cropping: CropEditing;
let stop: () => void;
const centred = (x: number): CropState => ({ ...WHOLE_FRAME, ratio: { width: 9, height: 16 }, centre: { x, y: 0.5 } });

beforeEach(async () => {
	document = await openDocument();
	player = new TestPlayer();
	editor = new EditorState({
		media: MEDIA,
		store: new FakeStore().asStore(),
		document,
		makePlayer: () => player.asPlayer(),
	});
	cropping = editor.cropping;
	stop = $effect.root(() => {
		$effect(() => editor.attachPlayer());
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

/** Goes to a time. */
const at = async (timeS: number): Promise<void> => {
	await player.seekToTime(timeS);
	flushSync();
};
const keyframes = (): (readonly [number, number])[] =>
	(document.project.crops[MEDIA]?.keyframes ?? []).map(({ atS, crop }) => [atS, crop.centre.x]);

test('without keyframes a change is the crop of the file', async () => {
	await at(3);
	cropping.commit(centred(0.3));
	expect(document.project.crops[MEDIA]?.base).toEqual(centred(0.3));
	expect(keyframes()).toEqual([]);
});

describe('keyframes', () => {
	beforeEach(async () => {
		cropping.commit(centred(0.5));
		await at(2);
		cropping.addKeyframe();
		cropping.commit(centred(0.2));
	});

	test('a keyframe takes the crop that is seen; a change on it goes to it', () => {
		expect(keyframes()).toEqual([[2, 0.2]]);
		expect(document.project.crops[MEDIA]?.base.centre.x).toBe(0.5);
	});

	test('hold from their frame on, not before', async () => {
		await at(2 - 1 / 30);
		expect(cropping.crop.centre.x).toBe(0.5);
		await at(2);
		expect(cropping.crop.centre.x).toBe(0.2);
		await at(50);
		expect(cropping.crop.centre.x).toBe(0.2);
	});

	test('a change elsewhere makes one there', async () => {
		await at(4);
		expect(cropping.target).toEqual({ kind: 'new-keyframe', atS: 4 });
		cropping.commit(centred(0.8));
		expect(keyframes()).toEqual([
			[2, 0.2],
			[4, 0.8],
		]);
	});

	test('with autoKey off a change goes to what holds here', async () => {
		cropping.autoKey = false;
		await at(1);
		cropping.commit(centred(0.6));
		await at(4);
		cropping.commit(centred(0.9));
		expect(keyframes()).toEqual([[2, 0.9]]);
		expect(document.project.crops[MEDIA]?.base.centre.x).toBe(0.6);
	});

	test('a drag goes where it was begun, though the player moves on', async () => {
		await at(4);
		cropping.preview(centred(0.7));
		await at(9);
		cropping.preview(centred(0.75));
		cropping.commit();
		expect(keyframes()).toEqual([
			[2, 0.2],
			[4, 0.75],
		]);
	});

	test('a second one on the same frame is not made', () => {
		expect(cropping.addKeyframe()).toBe(false);
		expect(keyframes()).toHaveLength(1);
	});

	test('move to frames, never onto another', async () => {
		await at(4);
		cropping.addKeyframe();
		expect(cropping.moveKeyframe(4, 6.01)).toBe(true);
		expect(keyframes().map(([time]) => time)).toEqual([2, 6]);
		expect(cropping.moveKeyframe(6, 2.01)).toBe(false);
		expect(keyframes().map(([time]) => time)).toEqual([2, 6]);
	});

	test('smooth ones are met halfway', async () => {
		await at(4);
		cropping.commit(centred(0.8));
		cropping.setInterpolation('smooth');
		await at(3);
		expect(cropping.crop.centre.x).toBeCloseTo(0.5);
	});

	test('every step is taken back by one undo', async () => {
		await at(4);
		cropping.commit(centred(0.8));
		cropping.moveKeyframe(4, 5);
		cropping.setInterpolation('smooth');
		cropping.removeKeyframes([2]);
		const seen = [JSON.stringify(document.project.crops[MEDIA])];
		while (editor.canUndo) {
			editor.undo();
			seen.push(JSON.stringify(document.project.crops[MEDIA]));
		}
		// Nothing, base, keyframe, its change, another, its move, the interpolation, the removal.
		expect(seen).toHaveLength(8);
		expect(new Set(seen).size).toBeGreaterThanOrEqual(7);
		while (editor.canRedo) editor.redo();
		expect(JSON.stringify(document.project.crops[MEDIA])).toBe(seen[0]);
	});

	test('a whole track is put back in one step', async () => {
		const before = document.project.crops[MEDIA]!;
		await at(8);
		cropping.putTrack({
			base: centred(0.1),
			keyframes: [{ atS: 7, crop: centred(0.9) }],
			interpolation: 'smooth',
		});
		expect(keyframes()).toEqual([[7, 0.9]]);
		expect(document.project.crops[MEDIA]).toMatchObject({ base: centred(0.1), interpolation: 'smooth' });
		editor.undo();
		expect(document.project.crops[MEDIA]).toEqual(before);
	});

	test('are gone through one by one', async () => {
		await at(4);
		cropping.addKeyframe();
		expect([cropping.keyframeBeside(-1)?.atS, cropping.keyframeBeside(1)?.atS]).toEqual([2, undefined]);
		await at(3);
		expect([cropping.keyframeBeside(-1)?.atS, cropping.keyframeBeside(1)?.atS]).toEqual([2, 4]);
	});

	test('a track that is the same changes nothing', () => {
		const track = document.project.crops[MEDIA]!;
		const steps = (): number => {
			let count = 0;
			while (editor.canUndo) {
				editor.undo();
				count += 1;
			}
			while (editor.canRedo) editor.redo();
			return count;
		};
		const before = steps();
		cropping.putTrack(track);
		expect(steps()).toBe(before);
	});

	test('a clip that starts just before one takes it, and is shown so when asked', async () => {
		await at(2 - 1 / 30);
		cropping.startsEarly = true;
		flushSync();
		expect(cropping.crop.centre.x).toBe(0.2);
	});
});

describe('a crop of a segment', () => {
	beforeEach(() => {
		cropping.commit(centred(0.5));
		editor.select(document.addSegment({ media: MEDIA, inS: 2, outS: 6 }));
		flushSync();
	});

	test('begins as the one that is seen and changes alone', async () => {
		await at(3);
		cropping.setOwnCrop(editor.selected!, true);
		flushSync();
		expect(cropping.target).toMatchObject({ kind: 'segment' });
		cropping.commit(centred(0.9));
		flushSync();
		expect(editor.selected?.crop).toEqual(centred(0.9));
		expect(document.project.crops[MEDIA]?.base).toEqual(centred(0.5));
		expect(cropping.crop.centre.x).toBe(0.9);
	});

	test('is seen only inside the segment', async () => {
		await at(3);
		cropping.setOwnCrop(editor.selected!, true);
		cropping.commit(centred(0.9));
		await at(6);
		expect(cropping.crop.centre.x).toBe(0.5);
		expect(cropping.target).toEqual({ kind: 'base' });
	});

	test('is taken away again', async () => {
		await at(3);
		cropping.setOwnCrop(editor.selected!, true);
		flushSync();
		cropping.setOwnCrop(editor.selected!, false);
		flushSync();
		expect(editor.selected?.crop).toBeUndefined();
	});
});
