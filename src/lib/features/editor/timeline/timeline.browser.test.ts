import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ok } from '#core/result';
import { testFile } from '$lib/media/player/test-player';
import type { ProjectDocument } from '$lib/storage/project-document';
import { FakePlayer, FakeStore, openDocument, RECORD } from '../editor-fakes.ts';
import { EditorState } from '../editor-state.svelte.ts';
import Timeline from './Timeline.svelte';
import { TimelineState } from './timeline-state.svelte.ts';
import '$lib/ui/tokens.css';
import '$lib/ui/base.css';

let box: HTMLElement;
let component: Record<string, unknown>;
let document_: ProjectDocument;
let editor: EditorState;
let timeline: TimelineState;
let player: FakePlayer;
let detach: (() => void) | undefined;

class SteppedPlayer extends FakePlayer {
	step(frames: number): Promise<void> {
		return this.seekToTime(this.targetS + frames / 30 + 1e-4);
	}
	pause(): Promise<void> {
		return Promise.resolve();
	}
}

async function open(name: string): Promise<void> {
	const { file, facts, index } = await testFile(name);
	const fake = new FakeStore();
	fake.record = { ...RECORD, fingerprint: facts.fingerprint, name, facts };
	fake.index = index;
	document_ = await openDocument();
	player = new SteppedPlayer();
	editor = new EditorState({
		media: facts.fingerprint,
		store: Object.assign(fake.asStore(), { open: () => Promise.resolve(ok(file)) }),
		document: document_,
		makePlayer: () => player.asPlayer(),
	});
	timeline = new TimelineState(editor);
	editor.source.start();
	await vi.waitFor(() => expect(editor.source.phase.kind).toBe('ready'));
	detach = editor.attachPlayer();
	component = mount(Timeline, { target: box, props: { editor, timeline } });
	flushSync();
	await vi.waitFor(() => expect(timeline.view.widthPx).toBe(1000));
}

beforeEach(() => {
	box = document.createElement('div');
	box.style.cssText = 'position:fixed;left:0;top:0;width:1000px;height:186px;display:grid';
	document.body.append(box);
});
afterEach(async () => {
	detach?.();
	await unmount(component);
	editor.source.close();
	document_.close();
	box.remove();
});

const surface = (): HTMLElement => box.querySelector<HTMLElement>('[data-testid="timeline"]')!;
const seen = (): [number, number] => [Number(surface().dataset['start']), Number(surface().dataset['end'])];

/** Colours that stand in the middle of a band of the canvas. */
function coloursAt(y: number): number {
	const canvas = box.querySelector('canvas')!;
	const ratio = canvas.width / 1000;
	const { data } = canvas.getContext('2d')!.getImageData(0, Math.round(y * ratio), canvas.width, 1);
	const found = new Set<number>();
	for (let n = 0; n < data.length; n += 4) found.add((data[n]! << 16) | (data[n + 1]! << 8) | data[n + 2]!);
	return found.size;
}

function turn(deltaY: number, keys: Partial<WheelEventInit> = {}): void {
	const place = { clientX: 500, clientY: 90, bubbles: true, cancelable: true };
	surface().dispatchEvent(new WheelEvent('wheel', { deltaY, ...place, ...keys }));
	flushSync();
}

test('pictures and sound of the film are drawn once they have come', async () => {
	await open('h264-aac-60s.mp4');
	await expect.poll(() => coloursAt(48)).toBeGreaterThan(60);
	await expect.poll(() => timeline.media?.waveform?.pyramid.complete).toBe(true);
	await expect.poll(() => coloursAt(100)).toBeGreaterThan(2);
});

test('a film without sound has no band for it, and sound alone none for pictures', async () => {
	await open('no-audio.mp4');
	await expect.poll(() => timeline.media?.hasWave).toBe(false);
	expect(timeline.media?.hasStrip).toBe(true);
});

test('the wheel moves along; with Ctrl it zooms at the pointer, with Alt it steps frames, with Shift key frames', async () => {
	await open('h264-aac-60s.mp4');
	const whole = seen();
	turn(-400, { ctrlKey: true });
	const zoomed = seen();
	expect(zoomed[1] - zoomed[0]).toBeLessThan((whole[1] - whole[0]) / 2);
	expect((zoomed[0] + zoomed[1]) / 2).toBeCloseTo((whole[0] + whole[1]) / 2, 1);
	turn(100);
	expect(seen()[0]).toBeGreaterThan(zoomed[0]);
	turn(100, { altKey: true });
	expect(player.timeS).toBeCloseTo(1 / 30, 5);
	turn(100, { shiftKey: true });
	expect(player.timeS).toBe(2);
	turn(0, { shiftKey: true, deltaX: -100 });
	expect(player.timeS).toBe(0);
});

test('single frames can be told apart at the closest zoom', async () => {
	await open('h264-aac-60s.mp4');
	for (let n = 0; n < 12; n += 1) turn(-400, { ctrlKey: true });
	const [startS, endS] = seen();
	expect((endS - startS) * 30).toBeCloseTo(1000 / 64, 1);
});

test('a marker is chosen by a click, its clips are made again by a double click; keys choose it too', async () => {
	await open('h264-aac-60s.mp4');
	const told: unknown[] = [];
	timeline.events.onMarker = (...args) => told.push(args);
	timeline.markers = [{ id: 'm1', atS: 30, profile: 'second', spanS: 14, label: 'dog' }];
	flushSync();
	await expect
		.poll(() => box.querySelector<HTMLElement>('[data-testid="marker"]')?.dataset)
		.toMatchObject({
			time: '30',
			profile: 'second',
		});
	const marker = box.querySelector<HTMLElement>('[data-testid="marker"]')!;
	await expect.poll(() => marker.getBoundingClientRect().left).toBeCloseTo(500, 0);
	const { left, top, width, height } = marker.getBoundingClientRect();
	const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, pointerId: 1, button: 0 };
	// A pointer that no device has cannot be captured.
	surface().setPointerCapture = () => undefined;
	marker.dispatchEvent(new PointerEvent('pointerdown', at));
	marker.dispatchEvent(new PointerEvent('pointerup', at));
	expect(told).toEqual([['m1', 'select']]);
	marker.dispatchEvent(new MouseEvent('dblclick', at));
	expect(told).toEqual([
		['m1', 'select'],
		['m1', 'overwrite'],
	]);
	marker.focus();
	marker.click();
	expect(told).toHaveLength(3);
	expect(player.timeS).toBe(30);
});

test('a diamond is moved by the arrow keys, frame by frame', async () => {
	await open('h264-aac-60s.mp4');
	const moves: number[][] = [];
	timeline.events.onMoveKeyframe = (fromS, toS) => moves.push([fromS, toS]);
	timeline.keyframes = [{ atS: 10, randomPortrait: true, randomSquare: true }];
	flushSync();
	await expect.poll(() => box.querySelector('[data-testid="timeline-keyframe"]')).not.toBeNull();
	const diamond = box.querySelector('[data-testid="timeline-keyframe"]')!;
	diamond.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
	diamond.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', shiftKey: true, bubbles: true }));
	expect(moves.map(([fromS, toS]) => [fromS, Math.round(toS! * 30)])).toEqual([
		[10, 301],
		[10, 290],
	]);
});

test('scene cuts become shots, in one undo step', async () => {
	await open('shots.mp4');
	await vi.waitFor(() => expect(timeline.find.possible).toBe(true));
	await timeline.find.start();
	expect(timeline.find.problem).toBe('');
	expect(timeline.find.count).toBe(5);
	expect(timeline.find.makeSegments('shots')).toBe(6);
	flushSync();
	expect(document_.project.segments.map((segment) => editor.framesOf(segment))).toEqual([48, 61, 40, 150, 60, 41]);
	expect(document_.project.segments[0]!.name).toBe('Shot 1');
	editor.undo();
	expect(document_.project.segments).toEqual([]);
});

test('silences follow their limits without another search', async () => {
	await open('h264-aac-60s.mp4');
	await vi.waitFor(() => expect(timeline.find.possible).toBe(true));
	timeline.find.kind = 'silences';
	await timeline.find.start();
	expect(timeline.find.count).toBe(0);
	timeline.find.thresholdDb = -25;
	expect(timeline.find.count).toBe(60);
	timeline.find.minS = 2;
	expect(timeline.find.count).toBe(0);
	timeline.find.minS = 0.5;
	expect(timeline.find.makeSegments('sound')).toBe(60);
});
