import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { centreAt, type CameraPath } from '#core/crop/camera-path';
import { WHOLE_FRAME } from '#core/crop/crop';
import type { DetectedFrame } from '#core/tracking/detection';
import type { TrackingRequest } from '$lib/jobs/tracking/tracking-parts';
import type { TrackingQueue } from '$lib/jobs/tracking/tracking-queue';
import type { ProjectDocument } from '$lib/storage/project-document';
import type { Storage } from '$lib/storage/storage';
import { framesAt } from '#core/media/minute-fixture';
import { FakeStore, MEDIA, openDocument } from '../editor-fakes.ts';
import { EditorState } from '../editor-state.svelte.ts';
import { TestPlayer } from '../test-player.svelte.ts';
import { TimelineState } from '../timeline/timeline-state.svelte.ts';
import { CurveEditing } from './curve-editing.svelte.ts';
import { TrackingState } from './tracking-state.svelte.ts';

// The same functions, without a worker.
vi.mock('$lib/vision/following', async () => {
	const { findSubject, follow } = await import('#core/tracking/follow');
	return {
		followAside: (request: Parameters<typeof follow>[0]) => Promise.resolve(follow(request)),
		findSubjectAside: (request: Parameters<typeof findSubject>[0]) => Promise.resolve(findSubject(request)),
	};
});

/** A busy machine takes its time; in milliseconds. */
const PATIENCE = { timeout: 10_000 };
const CUT_S = 10;
const END_S = 20;
const LEFT = { x: 0.3, width: 0.12 };
const RIGHT = { x: 0.75, width: 0.08 };
/** Two people who stand still for two shots of ten seconds; the left one is larger. */
const seen: readonly DetectedFrame[] = Array.from({ length: END_S * 5 }, (_, n) => ({
	atS: n / 5,
	detections: [LEFT, RIGHT].map(({ x, width }) => ({
		...{ score: 0.9, label: 'person' },
		box: { x: x - width / 2, y: 0.2, width, height: 0.6 },
	})),
}));

class ScrubbedPlayer extends TestPlayer {
	scrubTo(timeS: number): void {
		void this.seekToTime(timeS);
	}
}

let document: ProjectDocument;
let player: ScrubbedPlayer;
let editor: EditorState;
let timeline: TimelineState;
let tracking: TrackingState;
let asked: TrackingRequest[];
let problems: string[];
let isHere: boolean;
let stop: () => void;
const index = framesAt(30, 1800);

beforeEach(async () => {
	document = await openDocument();
	player = new ScrubbedPlayer();
	editor = new EditorState({
		media: MEDIA,
		store: new FakeStore().asStore(),
		document,
		makePlayer: () => player.asPlayer(),
	});
	[asked, problems, isHere] = [[], [], true];
	const storage = {
		settings: { get: () => Promise.resolve(undefined), set: () => Promise.resolve() },
		detections: {
			read: (_: string, __: string, span: { inS: number; outS: number }) =>
				Promise.resolve({
					frames: isHere ? seen.filter(({ atS }) => atS >= span.inS && atS < span.outS) : [],
					cutsS: isHere ? [CUT_S] : [],
					missing: isHere ? [] : [span],
				}),
		},
	} as unknown as Storage;
	const queue = {
		watch: () => ({ subscribe: () => ({ unsubscribe: () => undefined }) }),
		enqueue: (request: TrackingRequest) => Promise.resolve(void asked.push(request)),
	} as unknown as TrackingQueue;
	timeline = new TimelineState(editor);
	tracking = new TrackingState({
		...{
			editor,
			document,
			storage,
			tracking: queue,
			batch: () => null,
			modelFor: () => 'ssd',
			thingsOf: () => Promise.resolve(['person', 'kite']),
		},
		onproblem: (sentence) => problems.push(sentence),
	});
	const curve = new CurveEditing(editor, timeline, tracking);
	stop = $effect.root(() => {
		$effect(() => editor.attachPlayer());
		$effect(() => tracking.followed.follow());
		$effect(() => curve.show());
		$effect(() => curve.listen());
	});
	editor.source.start();
	await vi.waitFor(() => expect(editor.source.phase.kind).toBe('ready'));
	flushSync();
	editor.commitCrop({ ...WHOLE_FRAME, ratio: { width: 9, height: 16 } });
	document.setCameraPaths(MEDIA, [
		{
			...{ id: 'a', inS: 0, outS: END_S, style: 'steady', labels: ['person'], picks: [], fixes: [] },
			...{ x: '19660 -19660 0*598', y: '32768 -32768 0*598' },
		},
	]);
	flushSync();
	await settled();
});
afterEach(() => {
	stop();
	editor.source.close();
	document.close();
	expect(problems).toEqual([]);
});

const path = (): CameraPath => {
	const [only, ...others] = document.project.crops[MEDIA]?.paths ?? [];
	expect(others).toEqual([]);
	return only!;
};
/** Where the crop is on a frame. */
const centre = (atS: number): number => centreAt(path(), atS, index).x;
const at = async (timeS: number): Promise<void> => {
	await player.seekToTime(timeS);
	flushSync();
};
/** What was seen in the path that holds has been read. */
const settled = (): Promise<void> =>
	vi.waitFor(() => {
		flushSync();
		expect(tracking.followed.subjects.length + (tracking.quietHere ? 1 : 0)).toBeGreaterThan(0);
	}, PATIENCE);

describe('a click on someone', () => {
	test('is followed in that shot; a click in another shot stays', async () => {
		await at(2);
		await tracking.pick(RIGHT.x, 0.5);
		expect([centre(2), centre(9), centre(12)].map((x) => Math.round(x * 4))).toEqual([3, 3, 1]);
		await settled();
		await at(15);
		await tracking.pick(RIGHT.x, 0.5);
		await settled();
		await at(4);
		await tracking.pick(LEFT.x, 0.5);
		expect(path().picks.map(({ atS, x }) => [Math.round(atS), x])).toEqual([
			[4, LEFT.x],
			[15, RIGHT.x],
		]);
		expect(asked).toEqual([]);
	});

	test('as well as who is followed keeps both in the clicks', async () => {
		await at(2);
		await tracking.pick(RIGHT.x, 0.5, true);
		expect(path().picks.map(({ x }) => Math.round(x * 100))).toEqual([30, 75]);
		// They do not fit into the crop together: it stands between them.
		expect(centre(5)).toBeCloseTo(0.525, 1);
		expect(centre(12)).toBeCloseTo(LEFT.x, 1);
		// And that is said: neither of them is in the picture in this shot.
		await vi.waitFor(() => {
			flushSync();
			expect(tracking.followed.areApart).toBe(true);
		}, PATIENCE);
		expect(tracking.followed.report).toMatchObject({ insideShare: 0.5 });
		expect(tracking.followed.report?.longestLossS).toBeCloseTo(CUT_S, 1);
	});

	test('is one step of undo', async () => {
		await at(2);
		const before = path();
		await tracking.pick(RIGHT.x, 0.5);
		editor.undo();
		expect(path()).toEqual(before);
	});
});

test('nobody in a shot leaves the crop where it was put, until someone is followed again', async () => {
	await at(12);
	await tracking.setQuiet(true);
	expect([centre(5), centre(12)].map((x) => Math.round(x * 10))).toEqual([3, 5]);
	await settled();
	expect(tracking.quietHere).toBe(true);
	await at(3);
	expect(tracking.quietHere).toBe(false);
	await at(18);
	await tracking.setQuiet(false);
	expect(path().quiet).toBeUndefined();
	expect(centre(12)).toBeCloseTo(LEFT.x, 1);
});

test('who was clicked is followed again after nobody was', async () => {
	await at(2);
	await tracking.pick(RIGHT.x, 0.5);
	await settled();
	await tracking.setQuiet(true);
	expect(centre(5)).toBeCloseTo(0.5, 1);
	await settled();
	await tracking.setQuiet(false);
	expect(centre(5)).toBeCloseTo(RIGHT.x, 1);
});

describe('to look again', () => {
	test('keeps what was placed by hand and who was clicked; another kind is followed anew', async () => {
		await at(2);
		await tracking.pick(RIGHT.x, 0.5);
		await tracking.putFix({ atS: 5, x: 0.6, y: 0.5 });
		await tracking.setStyle('lively');
		await tracking.start();
		tracking.change({ kind: 'faces' });
		await tracking.start();
		expect(asked.map(({ follow }) => [follow.style, follow.picks.length, follow.fixes.length])).toEqual([
			['lively', 1, 1],
			['lively', 0, 1],
		]);
	});
	test('is for a crop that can move; one press gives it a shape', async () => {
		tracking.off('file');
		editor.commitCrop(WHOLE_FRAME);
		flushSync();
		expect([tracking.canPick, tracking.shapeless]).toEqual([false, true]);
		tracking.togglePicking();
		await tracking.pick(0.5, 0.5);
		expect([tracking.picking, asked]).toEqual([undefined, []]);
		tracking.makeUpright();
		flushSync();
		expect([tracking.canPick, editor.crop.ratio]).toEqual([true, { width: 9, height: 16 }]);
	});
	test('for one thing of all that the detector finds asks for that', async () => {
		tracking.change({ kind: 'anything' });
		expect(await tracking.things()).toEqual(['person', 'kite']);
		tracking.only = 'kite';
		await tracking.start();
		expect(asked).toMatchObject([{ follow: { labels: ['kite'], picks: [] } }]);
		tracking.change({ kind: 'anything' });
		expect(tracking.labels).toEqual([]);
	});
});

describe('a place on the path', () => {
	test('is passed, kept while another style is taken, and removed again', async () => {
		await at(5);
		editor.commitCrop({ ...editor.crop, centre: { x: 0.4, y: 0.5 } });
		await vi.waitFor(() => expect(path().fixes).toHaveLength(1));
		expect(centre(5)).toBeCloseTo(0.4, 3);
		flushSync();
		await tracking.setStyle('lively');
		expect(path()).toMatchObject({ style: 'lively', fixes: [{ x: 0.4 }] });
		expect(centre(5)).toBeCloseTo(0.4, 3);
		await tracking.removeFix(path().fixes[0]!.atS);
		expect(path().fixes).toEqual([]);
		expect(asked).toEqual([]);
	});

	test('that is moved again at once is solved once more, not for each move', async () => {
		const moves = [0.4, 0.41, 0.42, 0.43].map((x) => tracking.putFix({ atS: 5, x, y: 0.5 }));
		await Promise.all(moves);
		expect(path().fixes).toEqual([{ atS: 5, x: 0.43, y: 0.5 }]);
		editor.undo();
		expect(path().fixes).toEqual([]);
	});

	test('is set by dragging the curve: the player goes there, the crop is seen at once, letting go keeps it', async () => {
		const { events } = timeline;
		events.onDragCurve!(7, 0.45);
		flushSync();
		expect(player.targetS).toBeCloseTo(7);
		expect(editor.crop.centre.x).toBe(0.45);
		expect(timeline.curves).toMatchObject({ axis: 'x', draft: { value: 0.45 } });
		expect(path().fixes).toEqual([]);
		events.onDropCurve!(true);
		await vi.waitFor(() => expect(path().fixes).toHaveLength(1));
		expect(centre(7)).toBeCloseTo(0.45, 3);
		await vi.waitFor(() => {
			flushSync();
			expect(timeline.curves?.draft).toBeNull();
		});
		events.onNudgeFix!(path().fixes[0]!.atS, 20);
		await vi.waitFor(() => expect(path().fixes[0]!.x).toBeCloseTo(0.45 + 20 / 1920, 4));
	});

	test('is not set by a drag that was given up', () => {
		timeline.events.onDragCurve!(7, 0.45);
		timeline.events.onDropCurve!(false);
		flushSync();
		expect(editor.crop.centre.x).toBeCloseTo(0.3, 2);
		expect(path().fixes).toEqual([]);
	});
});

test('from here on the way begins where the camera stands, and who was clicked stays followed', async () => {
	await at(2);
	await tracking.pick(RIGHT.x, 0.5);
	await settled();
	await at(6);
	await tracking.solveFromHere();
	const [head, tail] = document.project.crops[MEDIA]!.paths!;
	expect([head!.inS, tail!.outS, tail!.fixes.length]).toEqual([0, END_S, 1]);
	expect(head!.outS).toBeCloseTo(6);
	expect(tail!.picks.map(({ x }) => Math.round(x * 100))).toEqual([75]);
	expect(centreAt(tail!, 9, index).x).toBeCloseTo(RIGHT.x, 1);
});

test('from here on who was followed by itself stays followed', async () => {
	await at(8);
	await tracking.solveFromHere();
	expect(document.project.crops[MEDIA]!.paths!.at(-1)!.picks.map(({ x }) => Math.round(x * 100))).toEqual([30]);
});

test('the curve on the timeline stays what it is while the crop only moves', async () => {
	const { curves } = timeline;
	await at(4);
	await at(12);
	expect(timeline.curves).toBe(curves);
});

test('a span that is marked IN is taken out of the path up to the shown frame', async () => {
	await at(4);
	editor.markIn();
	await at(6);
	tracking.forget(tracking.marked!);
	const paths = document.project.crops[MEDIA]!.paths!;
	expect(paths.map(({ inS, outS }) => [inS, Math.round(outS)])).toEqual([
		[0, 4],
		[6, END_S],
	]);
	await at(5);
	expect(tracking.path).toBeUndefined();
});

test('a segment that reaches beyond its path tells so, and is followed over all of it', async () => {
	await at(2);
	await tracking.pick(RIGHT.x, 0.5);
	editor.addSegments([{ inS: 15, outS: 25 }]);
	flushSync();
	expect(tracking.gap).toEqual({ inS: END_S, outS: 25 });
	await tracking.followToEnd();
	expect(asked).toMatchObject([{ spans: [{ inS: 15, outS: 25 }], follow: { style: 'steady', labels: ['person'] } }]);
});

test('nothing is followed any more, and undo follows again', () => {
	tracking.off('here');
	flushSync();
	expect([tracking.paths, timeline.curves]).toEqual([[], null]);
	editor.undo();
	flushSync();
	expect(tracking.path?.id).toBe('a');
});

test('where what was seen is on another device, somebody looks again with what is asked for now', async () => {
	isHere = false;
	await at(2);
	await tracking.setStyle('lively');
	expect(asked).toMatchObject([{ spans: [{ inS: 0, outS: END_S }], follow: { style: 'lively' } }]);
	expect(path().style).toBe('steady');
	document.setCameraPaths(MEDIA, [{ ...path(), id: 'b' }]);
	await vi.waitFor(() => {
		flushSync();
		expect(tracking.followed.unseen).toBe(true);
	});
});
