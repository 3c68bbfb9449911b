import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WHOLE_FRAME, type CropState } from '#core/crop/crop';
import type { CurrentProfile } from '$lib/app/current-profile.svelte';
import type { ProjectDocument } from '$lib/storage/project-document';
import { FakeStore, MEDIA, openDocument } from '../editor-fakes.ts';
import { EditorState } from '../editor-state.svelte.ts';
import { TestPlayer } from '../test-player.svelte.ts';
import { TimelineState } from '../timeline/timeline-state.svelte.ts';
import { attachBatch } from './batch-attach.svelte.ts';
import { FakeQueue, fakeStorage, openProfile } from './batch-fakes.ts';
import { BatchState } from './batch-state.svelte.ts';

let document: ProjectDocument;
let player: TestPlayer;
let editor: EditorState;
let timeline: TimelineState;
let profile: CurrentProfile;
let queue: FakeQueue;
let batch: BatchState;
let stops: (() => void)[];
const told: string[] = [];
const known = { kind: 'server', place: '', name: 'cellar', id: 'cellar-id' } as const;
const portrait: CropState = { ...WHOLE_FRAME, ratio: { width: 9, height: 16 } };

beforeEach(async () => {
	told.length = 0;
	const storage = fakeStorage();
	document = await openDocument();
	player = new TestPlayer();
	editor = new EditorState({
		media: MEDIA,
		store: new FakeStore().asStore(),
		document,
		makePlayer: () => player.asPlayer(),
	});
	timeline = new TimelineState(editor);
	profile = openProfile(storage);
	queue = new FakeQueue(storage);
	let seed = 0;
	let id = 0;
	batch = new BatchState({
		editor,
		exporting: { destination: { kind: 'browser' }, refusal: () => undefined, server: { known } },
		document,
		profile,
		storage,
		queue,
		onqueued: (count) => told.push(`queued ${count}`),
		onproblem: (sentence) => told.push(sentence),
		showPanel: () => told.push('panel'),
		now: () => new Date(0),
		newId: () => `id-${(id += 1)}`,
		newSeed: () => (seed += 1),
	});
	stops = [
		profile.start(),
		$effect.root(() => {
			$effect(() => editor.attachPlayer());
		}),
		attachBatch({ batch, editor, timeline }),
	];
	editor.source.start();
	await vi.waitFor(() => expect([editor.source.phase.kind, profile.document !== undefined]).toEqual(['ready', true]));
	flushSync();
});
afterEach(() => {
	stops.forEach((stop) => stop());
	editor.source.close();
	document.close();
});

const seek = async (timeS: number): Promise<void> => {
	await player.seekToTime(timeS);
	flushSync();
};
const exportAt = async (timeS: number): Promise<void> => {
	await seek(timeS);
	await batch.exportBatch();
	await vi.waitFor(() => expect(batch.busy).toBe(false));
	flushSync();
};
const paths = (): string[] => queue.requests.flat().map(({ task }) => `${task.output.folder}/${task.output.name}`);
const last = () => queue.requests.at(-1)!;

describe('an export', () => {
	test('makes the clips of the batch at the cursor, in a group of its own', async () => {
		batch.change({ count: 3, lengthS: 8, spreadS: 3, name: 'clip', folder: 'walk' });
		await exportAt(5);
		expect(paths()).toEqual(['walk/clip_001/clip_001_0', 'walk/clip_001/clip_001_1', 'walk/clip_001/clip_001_2']);
		expect(last().map(({ task }) => [task.pieces[0]?.inS, task.pieces[0]?.outS])).toEqual([
			[5, 13],
			[8, 16],
			[11, 19],
		]);
		expect(new Set(last().map(({ group }) => group)).size).toBe(1);
		expect(told).toEqual(['queued 3']);
	});

	test('two quick ones never get the same number', async () => {
		batch.change({ name: 'clip' });
		await seek(5);
		const first = batch.exportBatch();
		await seek(20);
		await Promise.all([first, batch.exportBatch()]);
		expect(new Set(paths()).size).toBe(6);
		expect(last()[0]?.task.output.folder).toBe('clip_002');
		expect(queue.requests[0]?.[0]?.task.pieces[0]?.inS).toBe(5);
	});

	test('takes label and category along and remembers the label', async () => {
		batch.setLabel(' dog\nbarks ');
		batch.setCategory('Animal');
		await exportAt(5);
		expect(last()[0]?.after?.annotation).toEqual({
			label: 'dog barks',
			category: 'Animal',
			formats: ['json'],
			root: '',
		});
		expect(batch.labels).toEqual(['dog barks']);
		await exportAt(20);
		expect(last()[0]?.after?.marker).toMatchObject({ label: 'dog barks', category: 'Animal' });
	});

	test('without a label nothing goes to the data set', async () => {
		await exportAt(5);
		expect(last()[0]?.after?.annotation).toBeUndefined();
	});

	test('with an extra folder goes beside the folder', async () => {
		batch.change({ folder: 'walk', name: 'clip' });
		batch.setSubprofiles([{ id: 'a', name: 'Close', folderSuffix: 'close' }]);
		await vi.waitFor(() => expect(batch.subprofiles).toHaveLength(1));
		batch.chooseSubprofile(1);
		await exportAt(5);
		expect(paths()[0]).toBe('walk_close/clip_001/clip_001_0');
		batch.chooseSubprofile(1);
		await exportAt(5);
		expect(paths()[3]).toBe('walk/clip_001/clip_001_0');
		batch.chooseSubprofile(2);
		expect(editor.message?.text).toContain('no extra folder 2');
	});

	test('past the end says so and makes nothing', async () => {
		await exportAt(59);
		expect(queue.requests).toEqual([]);
		expect(told[0]).toContain('Move back');
	});

	test('has the frames that a preset asks for', async () => {
		batch.choosePreset('wan');
		await exportAt(5);
		expect(last()[0]?.task.video).toMatchObject({ frames: 129, rate: { num: 16, den: 1 } });
	});
});

describe('settings', () => {
	test('are taken back by undo', () => {
		batch.change({ count: 5 });
		batch.change({ lengthS: 4 });
		expect([batch.settings.count, batch.settings.lengthS]).toEqual([5, 4]);
		editor.undo();
		expect([batch.settings.count, batch.settings.lengthS]).toEqual([5, 8]);
		editor.undo();
		expect(batch.settings.count).toBe(3);
	});

	test('Foley sets its length; a changed rule is one’s own', () => {
		batch.change({ lengthS: 4 });
		batch.choosePreset('foley');
		expect(batch.settings).toMatchObject({ lengthS: 8, training: { preset: 'foley', rate: null } });
		batch.choosePreset('ltx');
		batch.changeRule({ sideMultiple: 64 });
		expect(batch.settings.training).toMatchObject({ preset: 'custom', frameStep: 8, sideMultiple: 64 });
	});
});

describe('marks', () => {
	beforeEach(async () => {
		batch.change({ name: 'clip', folder: 'walk' });
		batch.setLabel('dog');
		editor.commitCrop(portrait);
		await exportAt(5);
	});

	test('stand on the timeline', () => {
		expect(timeline.markers).toMatchObject([{ atS: 5, profile: 'default', spanS: 14, label: 'dog' }]);
	});

	test('bring back what a group was made with, in one undo step', async () => {
		batch.change({ count: 1, lengthS: 2 });
		batch.setLabel('cat');
		editor.commitCrop(WHOLE_FRAME);
		await seek(30);
		batch.marks.select(batch.marks.list[0]!.id);
		flushSync();
		expect([batch.cursor.atS, batch.label, batch.settings.count, editor.crop.ratio]).toEqual([
			5,
			'dog',
			3,
			portrait.ratio,
		]);
		editor.undo();
		expect([batch.settings.count, document.project.crops[MEDIA]?.base.ratio]).toEqual([1, null]);
	});

	test('a replaced group gets the same tasks at the same paths', async () => {
		const before = last().map(({ task: { id: _, ...task } }) => task);
		const { seed } = batch;
		await seek(30);
		timeline.events.onMarker?.(batch.marks.list[0]!.id, 'overwrite');
		flushSync();
		expect(told.at(-1)).toBe('panel');
		await batch.exportBatch();
		flushSync();
		const again = last().map(({ task: { id: _, ...task } }) => task);
		expect(again).toEqual(before.map((task) => ({ ...task, output: { ...task.output, overwrite: true } })));
		expect(last()[0]?.after?.marker.seed).toBe(queue.requests[0]?.[0]?.after?.marker.seed);
		expect(batch.marks.list).toHaveLength(1);
		expect([batch.marks.replacing, batch.seed]).toEqual([undefined, seed]);
		expect(queue.deleted).toEqual([]);
	});

	test('files that are not made again are asked about, then deleted', async () => {
		batch.marks.startReplacing(batch.marks.list[0]!.id);
		flushSync();
		batch.change({ count: 1 });
		await batch.exportBatch();
		expect(batch.asksToReplace).toEqual(['walk/clip_001/clip_001_1.mp4', 'walk/clip_001/clip_001_2.mp4']);
		expect(queue.requests).toHaveLength(1);
		await batch.exportBatch(true);
		flushSync();
		expect(queue.deleted).toEqual(['walk/clip_001/clip_001_1.mp4', 'walk/clip_001/clip_001_2.mp4']);
		expect(batch.marks.list.map(({ clips }) => clips.length)).toEqual([1]);
	});

	test('a group in the folder of another server is not replaced in that of the one that is known', async () => {
		const [first] = batch.marks.list;
		const inFolderOf = (id: string, serverName: string) =>
			profile.document?.putMarker({ ...first!, destination: `server:${id}`, serverName });
		inFolderOf('attic-id', 'attic');
		batch.marks.startReplacing(first!.id);
		flushSync();
		await batch.exportBatch();
		expect(told.at(-1)).toContain('are in the export folder of attic. Connect it in Settings');
		expect(queue.requests).toHaveLength(1);
		inFolderOf('cellar-id', 'cellar');
		flushSync();
		await batch.exportBatch();
		expect(queue.requests).toHaveLength(2);
		expect(queue.requests[1]?.[0]).toMatchObject({
			destination: known,
			after: { marker: { id: first!.id, destination: 'server:cellar-id', serverName: 'cellar' } },
		});
	});

	test('a replaced group that gets another name gets a number of its own there, and writes over nothing', async () => {
		const [first] = batch.marks.list;
		batch.change({ name: 'other' });
		await exportAt(20);
		batch.marks.startReplacing(first!.id);
		batch.change({ name: 'other' });
		flushSync();
		await vi.waitFor(() => expect(batch.plan?.ok === true && batch.plan.value.group).toBe('other_002'));
		await batch.exportBatch(true);
		flushSync();
		expect(last().map(({ task: { output } }) => [output.name, output.overwrite])).toEqual([
			['other_002_0', undefined],
			['other_002_1', undefined],
			['other_002_2', undefined],
		]);
		expect(batch.marks.list.map(({ id, counter }) => [id === first!.id, counter])).toEqual([
			[true, 2],
			[false, 1],
		]);
		expect(queue.deleted).toEqual(first!.clips.map(({ path }) => path));
	});

	test('are gone through in order of time, from the last to the first', async () => {
		await exportAt(20);
		await seek(6);
		batch.nextMarker();
		flushSync();
		expect(batch.cursor.atS).toBe(20);
		batch.nextMarker();
		flushSync();
		expect(batch.cursor.atS).toBe(5);
	});

	test('are deleted with their files once that was confirmed', async () => {
		batch.marks.askToDelete(batch.marks.list[0]!.id);
		flushSync();
		expect(batch.marks.asksToDelete?.counter).toBe(1);
		expect(await batch.marks.deleteAsked()).toMatchObject({ ok: true });
		flushSync();
		expect(queue.deleted).toHaveLength(3);
		expect(batch.marks.list).toEqual([]);
	});

	test('of another profile are not here', async () => {
		await profile.choose('second');
		flushSync();
		expect(batch.marks.list).toEqual([]);
		await exportAt(5);
		expect(batch.marks.list).toHaveLength(1);
		await profile.choose('default');
		flushSync();
		expect(batch.marks.list.map(({ atS }) => atS)).toEqual([5]);
	});
});

describe('on the timeline', () => {
	test('the box covers the clips while batch mode is on', async () => {
		await seek(5);
		expect(timeline.batchBox).toBeNull();
		batch.toggle();
		flushSync();
		expect(timeline.batchBox).toMatchObject({ inS: 5, outS: 19 });
		expect(timeline.batchBox?.clips).toHaveLength(3);
	});

	test('clips beyond the end are not in it', async () => {
		batch.toggle();
		await seek(48);
		expect(timeline.batchBox).toMatchObject({ inS: 48, outS: 59 });
		expect(batch.plan).toMatchObject({ ok: true, value: { notes: [{ kind: 'warning' }] } });
	});

	test('keyframes are diamonds that can be moved', async () => {
		await seek(4);
		editor.cropping.addKeyframe();
		editor.commitCrop({ ...portrait, randomSquare: true });
		flushSync();
		expect(timeline.keyframes).toEqual([{ atS: 4, randomPortrait: false, randomSquare: true }]);
		timeline.events.onMoveKeyframe?.(4, 6.01);
		flushSync();
		expect(timeline.keyframes).toMatchObject([{ atS: 6 }]);
	});
});
