import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CameraPath } from '#core/crop/camera-path';
import type { ProjectDocument } from '$lib/storage/project-document';
import { FakePlayer, FakeStore, MEDIA, openDocument } from '../editor-fakes.ts';
import { EditorState } from '../editor-state.svelte.ts';
import { TimelineGestures } from './timeline-gestures.ts';
import { layOut } from './timeline-layout.ts';
import { TimelineState } from './timeline-state.svelte.ts';

/** Tells what it was asked to show while something is dragged. */
class ScrubbedPlayer extends FakePlayer {
	readonly scrubbed: number[] = [];
	scrubTo(timeS: number): void {
		this.scrubbed.push(timeS);
		this.timeS = this.targetS = timeS;
	}
	settle(): Promise<void> {
		return Promise.resolve();
	}
	pause(): Promise<void> {
		this.playing = false;
		return Promise.resolve();
	}
}

// Sixty seconds on 1000 px: with 1 % of air on both sides, 10 px to the left of it and 980 px for the film.
const layout = layOut(218, { picture: true, sound: true, marks: true, curve: true });
const xOf = (timeS: number): number => 10 + (timeS / 60) * 980;
const inLanes = (timeS: number) => ({ x: xOf(timeS), y: layout.lanes.top + layout.lanes.height / 2 });
const inMarks = (timeS: number) => ({ x: xOf(timeS), y: layout.marks!.top + 8 });
const mouse = { touch: false, pan: false };
const finger = { touch: true, pan: false };

let document: ProjectDocument;
let player: ScrubbedPlayer;
let editor: EditorState;
let timeline: TimelineState;
let gestures: TimelineGestures;
let stop: () => void;

beforeEach(async () => {
	document = await openDocument();
	player = new ScrubbedPlayer();
	editor = new EditorState({
		media: MEDIA,
		store: new FakeStore().asStore(),
		document,
		makePlayer: () => player.asPlayer(),
	});
	timeline = new TimelineState(editor);
	timeline.resize(1000);
	stop = $effect.root(() => {
		$effect(() => editor.attachPlayer());
		$effect(() => void [editor.segments, editor.selected, timeline.view, timeline.lanes, timeline.selected]);
	});
	editor.source.start();
	await vi.waitFor(() => expect(editor.source.phase.kind).toBe('ready'));
	flushSync();
	gestures = new TimelineGestures(editor, timeline, () => layout);
});
afterEach(() => {
	vi.useRealTimers();
	stop();
	editor.source.close();
	document.close();
});

function add(...spans: (readonly [number, number])[]): void {
	editor.addSegments(spans.map(([inS, outS]) => ({ inS, outS })));
	flushSync();
}
async function drag(
	from: { x: number; y: number },
	to: { x: number; y: number },
	how = mouse,
	free = false,
): Promise<void> {
	gestures.down(1, from, how);
	gestures.move(1, { x: to.x - 40, y: to.y }, free);
	gestures.move(1, to, free);
	await gestures.up(1);
	flushSync();
}
const spans = (): number[][] => editor.segments.map(({ inS, outS }) => [inS, outS]);

test('a finger takes a segment a little above a low row, but not on the ruler', () => {
	const low = layOut(76, { picture: true, sound: true, marks: false });
	gestures = new TimelineGestures(editor, timeline, () => low);
	add([10, 40]);
	const above = { x: xOf(25), y: low.lanes.top - 4 };
	expect([gestures.under(above, true)?.part, gestures.under(above, false)]).toEqual(['body', undefined]);
	expect(gestures.under({ x: xOf(25), y: low.ruler.height - 1 }, true)).toBeUndefined();
});

describe('an edge', () => {
	test('is dragged with the picture of the frame it keeps, and the playhead returns', async () => {
		add([10, 20]);
		await player.seekToTime(5);
		gestures.down(1, inLanes(20), mouse);
		gestures.move(1, inLanes(25), false);
		expect(player.scrubbed.at(-1)).toBeCloseTo(25 - 1 / 30, 5);
		expect(timeline.playheadS).toBe(5);
		await gestures.up(1);
		expect(spans()).toEqual([[10, 25]]);
		expect(player.timeS).toBe(5);
	});

	test('is drawn to an edge nearby, and not when snapping is off or Alt is held', async () => {
		add([10, 20], [30, 40]);
		editor.select(editor.segments[0]!.id);
		flushSync();
		await drag(inLanes(20), inLanes(29.8));
		expect(spans()[0]).toEqual([10, 30]);
		await drag(inLanes(30), inLanes(29.8), mouse, true);
		expect(spans()[0]![1]).toBeCloseTo(29.8, 1);
		expect(spans()[0]![1]).not.toBe(30);
		timeline.snapping = false;
		await drag(inLanes(spans()[0]![1]!), inLanes(29.9));
		expect(spans()[0]![1]).not.toBe(30);
	});

	test('lets go with Escape as if nothing had been', async () => {
		add([10, 20]);
		gestures.down(1, inLanes(20), mouse);
		gestures.move(1, inLanes(25), false);
		gestures.cancel();
		expect(spans()).toEqual([[10, 20]]);
		expect(timeline.draft).toBeNull();
		await gestures.up(1);
		expect(spans()).toEqual([[10, 20]]);
	});
});

describe('a marker', () => {
	test('is chosen by a click, and the playhead goes there', async () => {
		const chosen: unknown[] = [];
		timeline.events.onMarker = (...args) => chosen.push(args);
		timeline.markers = [{ id: 'm', atS: 30, profile: 'default', spanS: 14, label: 'dog' }];
		gestures.down(1, { ...inMarks(30), x: xOf(30) + 5 }, mouse);
		await gestures.up(1);
		expect(chosen).toEqual([['m', 'select']]);
		expect(player.timeS).toBe(30);
		expect(gestures.markUnder(inMarks(30), false)).toEqual({ kind: 'marker', id: 'm', atS: 30 });
	});
});

describe('a diamond', () => {
	const keyframe = (atS: number) => ({ atS, randomPortrait: false, randomSquare: false });

	test('is dragged to another frame with its picture, and told once', async () => {
		const moves: number[][] = [];
		timeline.events.onMoveKeyframe = (fromS, toS) => moves.push([fromS, toS]);
		timeline.keyframes = [keyframe(12)];
		await player.seekToTime(3);
		await drag(inMarks(12), inMarks(20.01));
		expect(moves).toEqual([[12, 20]]);
		expect(player.scrubbed.at(-1)).toBe(20);
		expect(player.timeS).toBe(3);
		expect(timeline.keyframeDraft).toBeNull();
	});

	test('is gone to by a click', async () => {
		const clicked: number[] = [];
		timeline.events.onMoveKeyframe = () => clicked.push(-1);
		timeline.events.onKeyframe = (atS) => clicked.push(atS);
		timeline.keyframes = [keyframe(12)];
		gestures.down(1, inMarks(12), mouse);
		await gestures.up(1);
		expect(clicked).toEqual([12]);
		expect(player.timeS).toBe(12);
	});
});

describe('a finger', () => {
	test('that is held marks IN, then OUT where it is held again', async () => {
		vi.useFakeTimers();
		gestures.down(1, inLanes(10), finger);
		gestures.move(1, { ...inLanes(10), x: xOf(10) + 2 }, false);
		vi.advanceTimersByTime(600);
		await gestures.up(1);
		expect(editor.pendingInS).toBeCloseTo(10, 1);
		gestures.down(1, inLanes(20), finger);
		vi.advanceTimersByTime(600);
		await gestures.up(1);
		flushSync();
		expect(spans()).toHaveLength(1);
		expect(spans()[0]![0]).toBeCloseTo(10, 1);
		expect(spans()[0]![1]).toBeCloseTo(20, 1);
	});

	test('that moves on, or is let go at once, marks nothing', async () => {
		vi.useFakeTimers();
		gestures.down(1, inLanes(10), finger);
		gestures.move(1, inLanes(12), false);
		vi.advanceTimersByTime(600);
		await gestures.up(1);
		gestures.down(1, inLanes(30), finger);
		await gestures.up(1);
		vi.advanceTimersByTime(600);
		expect(editor.pendingInS).toBeNull();
	});

	test('pinches around the middle of two', () => {
		gestures.down(1, inLanes(20), finger);
		gestures.down(2, inLanes(40), finger);
		const before = timeline.view.secondsPerPx;
		gestures.move(2, inLanes(50), false);
		gestures.move(1, inLanes(10), false);
		expect(before / timeline.view.secondsPerPx).toBeCloseTo(2, 1);
		void gestures.up(1);
		void gestures.up(2);
	});
});

test('steps by key frames go from the one that is shown to those beside it', async () => {
	await player.seekToTime(3);
	timeline.stepKey(1);
	expect(player.timeS).toBe(4);
	timeline.stepKey(1);
	expect(player.timeS).toBe(6);
	timeline.stepKey(-1);
	expect(player.timeS).toBe(4);
});

describe('a curve', () => {
	const path: CameraPath = {
		...{ id: 'a', inS: 0, outS: 60, style: 'steady', labels: [], picks: [], fixes: [] },
		...{ x: '32768 -32768 0*1798', y: '32768 -32768 0*1798' },
	};
	let drags: (readonly [number, number])[];
	let drops: boolean[];
	const onCurve = { x: xOf(20), y: layout.curve!.top + layout.curve!.height / 2 };

	beforeEach(() => {
		[drags, drops] = [[], []];
		timeline.curves = { paths: [path], axis: 'x', low: 0.2, high: 0.8, shown: true, draft: null };
		timeline.events.onDragCurve = (atS, value) => void drags.push([atS, value]);
		timeline.events.onDropCurve = (keep) => void drops.push(keep);
	});

	test.each([
		['mouse', mouse],
		['finger', finger],
	])('is dragged up by a %s at the frame where it was taken', async (_, how) => {
		gestures.down(1, onCurve, how);
		gestures.move(1, { x: onCurve.x + 2, y: onCurve.y - 10 }, false);
		gestures.move(1, { x: onCurve.x + 30, y: onCurve.y - 12 }, false);
		await gestures.up(1);
		expect(drags.map(([atS]) => Math.round(atS * 100) / 100)).toEqual([20, 20]);
		expect(drags.at(-1)![1]).toBeLessThan(0.4);
		expect(drops).toEqual([true]);
	});

	test('goes back to where it was when the drag is given up', () => {
		gestures.down(1, onCurve, mouse);
		gestures.move(1, { x: onCurve.x, y: onCurve.y - 10 }, false);
		gestures.cancel();
		expect(drops).toEqual([false]);
	});

	test('sideways is scrubbing for a mouse and scrolling for a finger', async () => {
		gestures.down(1, onCurve, mouse);
		gestures.move(1, { x: onCurve.x + 20, y: onCurve.y + 2 }, false);
		await gestures.up(1);
		expect(player.scrubbed).not.toEqual([]);
		timeline.showSpan({ inS: 10, outS: 40 });
		flushSync();
		const { startS } = timeline.view;
		const middle = { x: 500, y: onCurve.y };
		gestures.down(2, middle, finger);
		gestures.move(2, { x: 400, y: middle.y + 3 }, false);
		await gestures.up(2);
		flushSync();
		expect(timeline.view.startS).toBeGreaterThan(startS);
		expect(drags).toEqual([]);
	});

	test('a tap on it goes to that time', async () => {
		gestures.down(1, onCurve, mouse);
		await gestures.up(1);
		expect(player.targetS).toBeCloseTo(20, 1);
		expect(drags).toEqual([]);
	});
});
