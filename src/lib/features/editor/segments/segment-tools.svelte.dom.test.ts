import { flushSync } from 'svelte';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EditorState } from '../editor-state.svelte.ts';
import { FakePlayer, FakeStore, MEDIA, openDocument } from '../editor-fakes.ts';
import { TickedPlayback, type SpanPlayer } from './ticked-playback.svelte.ts';

/** An editor on 60 s at 30 frames a second with these segments. Other files of the project must stay as they are. */
async function open(...spans: readonly (readonly [inS: number, outS: number])[]) {
	const document = await openDocument();
	const other = document.addSegment({ media: `2-${'b'.repeat(64)}`, inS: 1, outS: 2 });
	const ids = document.addSegments(spans.map(([inS, outS]) => ({ media: MEDIA, inS, outS })));
	const player = new FakePlayer();
	const removed = vi.fn();
	const editor = new EditorState({
		media: MEDIA,
		store: new FakeStore().asStore(),
		document,
		makePlayer: () => player.asPlayer(),
		onRemoved: removed,
	});
	const end = $effect.root(() => {
		// The list on the page reads them.
		$effect(() => void editor.segments);
		$effect(() => {
			editor.source.start();
		});
		$effect(() => editor.attachPlayer());
	});
	onTestFinished(end);
	await vi.waitFor(() => {
		flushSync();
		expect(editor.player).toBeDefined();
	});
	const shown = (): number[][] => {
		flushSync();
		expect(document.project.segments.some(({ id }) => id === other)).toBe(true);
		return editor.segments.map(({ inS, outS }) => [inS, outS]);
	};
	const at = async (timeS: number): Promise<void> => {
		await player.seekToTime(timeS);
		flushSync();
	};
	return { editor, tools: editor.tools, document, player, ids, shown, at, removed };
}

test('a split keeps what was written about the segment, on both parts, and is one step', async () => {
	const { tools, document, ids, shown, at, editor } = await open([2, 10]);
	document.updateSegment(ids[0]!, { label: 'dog', color: '#e5484d', selected: false });
	await at(6);
	tools.splitHere();
	expect(shown()).toEqual([
		[2, 6],
		[6, 10],
	]);
	expect(editor.segments.map(({ label, color, selected }) => [label, color, selected])).toEqual([
		['dog', '#e5484d', false],
		['dog', '#e5484d', false],
	]);
	expect(editor.selected?.inS).toBe(6);
	document.undo();
	expect(shown()).toEqual([[2, 10]]);
});

test('where no segment is, nothing is split, and that is said', async () => {
	const { tools, shown, at, editor } = await open([2, 10]);
	await at(2);
	tools.splitHere();
	expect(shown()).toEqual([[2, 10]]);
	expect(editor.message?.kind).toBe('warning');
});

test('the chosen segment alone is split when it is under the playhead, else all that are', async () => {
	const { tools, shown, at, editor, ids } = await open([2, 10], [4, 20]);
	editor.select(ids[1]!);
	await at(6);
	tools.splitHere();
	expect(shown()).toEqual([
		[2, 10],
		[4, 6],
		[6, 20],
	]);
	editor.select(null);
	await at(5);
	tools.splitHere();
	expect(shown()).toHaveLength(5);
});

test('a segment is added up to the next one, or to the end', async () => {
	const { tools, shown, at } = await open([20, 30]);
	await at(5);
	tools.addHere();
	await at(40);
	tools.addHere();
	expect(shown()).toEqual([
		[20, 30],
		[5, 20],
		[40, 60],
	]);
});

test('the chosen ones are merged; with fewer than two, those that overlap', async () => {
	const { tools, shown, editor, ids, document } = await open([2, 4], [20, 30], [3, 6], [28, 32]);
	tools.choice.choose([ids[0]!, ids[1]!]);
	tools.merge();
	expect(shown()).toEqual([
		[2, 30],
		[3, 6],
		[28, 32],
	]);
	document.undo();
	editor.select(null);
	flushSync();
	tools.merge();
	expect(shown()).toEqual([
		[2, 6],
		[20, 32],
	]);
	document.undo();
	expect(shown()).toHaveLength(4);
});

test('inverting leaves other files alone and is one step', async () => {
	const { tools, shown, document } = await open([10, 20], [15, 30]);
	tools.invert();
	expect(shown()).toEqual([
		[0, 10],
		[30, 60],
	]);
	document.undo();
	expect(shown()).toEqual([
		[10, 20],
		[15, 30],
	]);
});

test('sorting moves the segments of this file only, as one step', async () => {
	const { tools, shown, document } = await open([30, 40], [10, 20], [10, 15]);
	tools.sort();
	expect(shown()).toEqual([
		[10, 15],
		[10, 20],
		[30, 40],
	]);
	document.undo();
	expect(shown()[0]).toEqual([30, 40]);
});

test('edges are gone to one after another', async () => {
	const { tools, player, at } = await open([2, 10], [5, 20]);
	await at(3);
	const places: number[] = [];
	for (const step of [1, 1, 1, 1, -1, -1] as const) {
		tools.goToEdge(step);
		flushSync();
		places.push(player.targetS);
	}
	expect(places).toEqual([5, 10, 20, 20, 10, 5]);
});

test('several are chosen by toggling, by range, and all; another choice ends the group', async () => {
	const { tools, editor, ids } = await open([2, 3], [4, 5], [6, 7], [8, 9]);
	const chosen = (): number[] => {
		flushSync();
		return tools.choice.all.map(({ inS }) => inS);
	};
	editor.select(ids[0]!);
	tools.choice.toggle(ids[2]!);
	expect(chosen()).toEqual([2, 6]);
	tools.choice.toggle(ids[2]!);
	expect(chosen()).toEqual([2]);
	tools.choice.extendTo(ids[3]!);
	expect(chosen()).toEqual([2, 4, 6, 8]);
	editor.select(ids[1]!);
	expect(chosen()).toEqual([4]);
	tools.choice.chooseAll();
	expect(chosen()).toEqual([2, 4, 6, 8]);
	expect(editor.selected?.inS).toBe(4);
});

test('what is chosen is deleted at once, told once, and what follows is chosen', async () => {
	const { tools, editor, ids, shown, removed, document } = await open([2, 3], [4, 5], [6, 7]);
	tools.choice.choose([ids[0]!, ids[1]!]);
	tools.removeChosen();
	expect(shown()).toEqual([[6, 7]]);
	expect(editor.selected?.inS).toBe(6);
	expect(removed.mock.calls).toEqual([[2]]);
	document.undo();
	expect(shown()).toHaveLength(3);
});

test('Backspace takes the IN mark back before it deletes', async () => {
	const { tools, editor, ids, shown, at } = await open([2, 3]);
	await at(10);
	editor.select(ids[0]!);
	editor.markIn();
	tools.removeCutpoint();
	expect([editor.pendingInS, shown().length]).toEqual([null, 1]);
	tools.removeCutpoint();
	expect(shown()).toEqual([]);
});

test('ticks are set for all chosen ones: off when all were on', async () => {
	const { tools, ids, editor } = await open([2, 3], [4, 5], [6, 7]);
	const ticks = (): boolean[] => {
		flushSync();
		return editor.segments.map(({ selected }) => selected);
	};
	tools.tick([ids[0]!], false);
	tools.choice.choose([ids[0]!, ids[1]!]);
	tools.toggleTicks();
	expect(ticks()).toEqual([true, true, true]);
	tools.toggleTicks();
	expect(ticks()).toEqual([false, false, true]);
	expect(tools.ticked.map(({ inS }) => inS)).toEqual([6]);
});

test('ticked spans follow each other and stop at the end of the last', async () => {
	let [timeS, playing] = [0, false];
	const player: SpanPlayer = {
		get timeS() {
			return timeS;
		},
		get playing() {
			return playing;
		},
		seekToTime: (to) => {
			timeS = to;
			return Promise.resolve();
		},
		play: () => {
			playing = true;
			return Promise.resolve();
		},
		pause: () => {
			playing = false;
			return Promise.resolve();
		},
		loop: () => undefined,
	};
	const playback = new TickedPlayback();
	await playback.start(player, [
		{ inS: 20, outS: 21 },
		{ inS: 5, outS: 6 },
		{ inS: 6, outS: 7 },
	]);
	const places = [timeS];
	for (const next of [5.5, 6, 6.5, 7, 20.9, 21]) {
		timeS = next;
		playback.follow(player);
		places.push(timeS);
	}
	expect(places).toEqual([5, 5.5, 6, 6.5, 20, 20.9, 21]);
	expect([playback.running, playing]).toEqual([false, false]);
});
