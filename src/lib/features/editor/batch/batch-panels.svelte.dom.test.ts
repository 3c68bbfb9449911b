import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Services } from '$lib/app/services';
import { FakeStore, MEDIA, openDocument } from '../editor-fakes.ts';
import { EditorState } from '../editor-state.svelte.ts';
import type { ExportState } from '../export/export-state.svelte.ts';
import { TestPlayer } from '../test-player.svelte.ts';
import { TimelineState } from '../timeline/timeline-state.svelte.ts';
import { attachBatch } from './batch-attach.svelte.ts';
import { FakeQueue, fakeStorage, openProfile } from './batch-fakes.ts';
import { BatchState } from './batch-state.svelte.ts';
import TestPanels from './test-panels.svelte';

let player: TestPlayer;
let editor: EditorState;
let queue: FakeQueue;
let stop: () => void;

const find = <E extends HTMLElement = HTMLElement>(id: string, value?: string): E =>
	document.querySelector<E>(`[data-testid="${id}"]${value === undefined ? '' : `[data-value="${value}"]`}`)!;
const all = (id: string): DOMStringMap[] =>
	[...document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`)].map(({ dataset }) => dataset);
const click = (element: HTMLElement | null): void => {
	element!.click();
	flushSync();
};
const type = (id: string, value: string): void => {
	const input = find<HTMLInputElement>(id);
	input.value = value;
	input.dispatchEvent(new Event('input', { bubbles: true }));
	flushSync();
};

// Tooltips are popovers, which happy-dom does not know.
Object.assign(HTMLElement.prototype, { showPopover: () => {}, hidePopover: () => {} });

beforeEach(async () => {
	const storage = fakeStorage();
	const project = await openDocument();
	player = new TestPlayer();
	editor = new EditorState({
		media: MEDIA,
		store: new FakeStore().asStore(),
		document: project,
		makePlayer: () => player.asPlayer(),
	});
	const exporting = {
		destination: { kind: 'browser' },
		refusal: () => undefined,
		server: { known: undefined, offered: undefined },
	} as unknown as ExportState;
	const profile = openProfile(storage);
	queue = new FakeQueue(storage);
	const batch = new BatchState({
		...{ editor, exporting, document: project, profile, storage, queue },
		onqueued: () => {},
		onproblem: () => {},
		showPanel: () => {},
	});
	const stops = [
		profile.start(),
		$effect.root(() => {
			$effect(() => editor.attachPlayer());
		}),
		attachBatch({ batch, editor, timeline: new TimelineState(editor) }),
	];
	editor.source.start();
	await vi.waitFor(() => expect([editor.source.phase.kind, profile.document !== undefined]).toEqual(['ready', true]));
	flushSync();
	const services = { storage, profile, connection: {} } as unknown as Services;
	const mounted = mount(TestPanels, { target: document.body, props: { services, batch, editor, exporting } });
	flushSync();
	stop = () => {
		void unmount(mounted);
		stops.forEach((end) => end());
		editor.source.close();
		project.close();
	};
});
afterEach(() => stop());

test('the list of clips follows every key that is typed', () => {
	type('batch-count', '2');
	type('batch-length', '4');
	type('batch-spread', '1.5');
	expect(all('batch-clip')).toMatchObject([
		{ in: '0', out: '4', frames: '120', size: '910×512' },
		{ in: '1.5', out: '5.5', frames: '120' },
	]);
	expect(find('batch-summary').textContent).toBe('2 × 120 frames · 910×512 · holiday_001');
	expect(find('batch-export').textContent.trim()).toBe('Export 2 clips');
});

test('a preset shows the frames and sides that it asks for', () => {
	editor.commitCrop({ ...editor.crop, ratio: { width: 9, height: 16 } });
	click(find('preset').querySelector<HTMLElement>('[data-value="ltx"]'));
	expect(all('batch-clip')[0]).toMatchObject({ frames: '201', size: '512×896', ratio: '9:16' });
});

test('ticks choose what is written beside the clips', async () => {
	click(find('dataset-format', 'txt'));
	click(find('dataset-format', 'json'));
	type('label', 'a dog');
	click(find('batch-export'));
	await vi.waitFor(() => expect(queue.requests).toHaveLength(1));
	expect(queue.requests[0]?.[0]?.after.annotation?.formats).toEqual(['txt']);
});

test('a batch that is exported has a row; replacing says what will happen; deleting asks', async () => {
	click(find('batch-export'));
	await vi.waitFor(() => {
		flushSync();
		expect(all('marker-row')).toMatchObject([{ time: '0', profile: 'default', clips: '3' }]);
	});
	click(find('marker-replace'));
	expect(document.body.textContent).toContain('Replaces holiday_001 (3 files)');
	expect(find('batch-export').textContent.trim()).toBe('Replace with 3 clips');
	type('batch-count', '1');
	expect(document.body.textContent).toContain('2 files of it will be deleted');
	click(find('batch-stop-replacing'));
	expect(find('batch-export').textContent.trim()).toBe('Export 1 clip');
	click(find('marker-delete'));
	await vi.waitFor(() => expect(find('confirm').textContent).toContain('Delete holiday_001?'));
	click(find('confirm-yes'));
	await vi.waitFor(() => {
		flushSync();
		expect(all('marker-row')).toEqual([]);
	});
	expect(queue.deleted).toHaveLength(3);
});

test('keyframes are added where the picture stands, and listed', async () => {
	await player.seekToTime(3);
	flushSync();
	click(find('keyframe-add'));
	expect(all('keyframe')).toMatchObject([{ time: '3', center: '0.5', ratio: 'none', random: 'plain' }]);
	expect(find<HTMLButtonElement>('keyframe-add').disabled).toBe(true);
	await player.seekToTime(5);
	flushSync();
	click(find('keyframe-add'));
	click(document.querySelector('[data-testid="keyframe"][data-time="3"] [data-testid="keyframe-delete"]'));
	expect(all('keyframe').map(({ time }) => time)).toEqual(['5']);
});
