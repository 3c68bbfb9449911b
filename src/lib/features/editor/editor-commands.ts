import { frameAt, keyFrameAfter, keyFrameBefore } from '#core/time/frame-index';
import type { EditorAction } from '$lib/app/keys/actions';
import type { Keymap } from '$lib/app/keys/keymap';
import { isBatchAction, type BatchAction, type BatchCommands } from './batch-commands.ts';
import type { DeskState, PanelName } from './desk-state.svelte.ts';
import type { EditorState } from './editor-state.svelte.ts';
import { nextShape } from './crop/crop-edit.ts';
import { belongsToElement } from './key-owner.ts';
import type { TickedPlayback } from './segments/ticked-playback.svelte.ts';
import type { TrackingState } from './tracking/tracking-state.svelte.ts';
import type { TimelineState } from './timeline/timeline-state.svelte.ts';

/** What keys do to the list of files. */
export interface FileCommands {
	/** Opens the file after (1) or before (−1) this one that is not hidden. */
	readonly open: (step: -1 | 1) => void;
	readonly toggleHidden: () => void;
}

/** Everything that a key may act on. */
export interface CommandTargets {
	readonly editor: EditorState;
	readonly timeline: TimelineState;
	readonly desk: DeskState;
	readonly playback: TickedPlayback;
	readonly files: FileCommands;
	/** Undefined until batches are ready. */
	readonly batch: () => BatchCommands | undefined;
	/** Puts the cursor into the field with this `data-testid`, of that panel. */
	readonly focusField: (testId: string, panel?: PanelName) => void;
	/** Shows a panel and goes into it: Tab then reaches its first field. */
	readonly focusPanel: (panel: PanelName) => void;
	readonly tracking: TrackingState;
	readonly openExport: () => void;
	readonly toggleHelp: () => void;
	readonly snapshot: () => void;
	readonly fullScreen: () => void;
	/** Closes what is open, innermost first. False when there was nothing to close. */
	readonly escape: () => boolean;
}

/** A second of seeking becomes longer by this factor with each repeat of a held key … */
const FASTER = 1.03;
/** … up to this many seconds. */
const LONGEST_S = 60;

type Command = (targets: CommandTargets, held: number) => unknown;

const jump =
	(direction: -1 | 1): Command =>
	({ editor }, held) =>
		editor.player?.stepSeconds(direction * Math.min(LONGEST_S, FASTER ** held * (1 + held / 10)));

const percent =
	(direction: -1 | 1): Command =>
	({ editor, timeline: { view } }) =>
		editor.player?.stepSeconds((direction * view.secondsPerPx * view.widthPx) / 100);

const toKeyFrame =
	(direction: -1 | 1): Command =>
	({ editor: { player, index } }) => {
		if (player === undefined || index === undefined) return undefined;
		const shown = frameAt(index, player.targetS);
		return player.seekToFrame(direction === -1 ? keyFrameBefore(index, shown - 1) : keyFrameAfter(index, shown + 1));
	};

const toKeyframe =
	(direction: -1 | 1): Command =>
	({ editor }) => {
		const keyframe = editor.cropping.keyframeBeside(direction);
		if (keyframe !== undefined) editor.goTo(keyframe.atS);
	};

const panel =
	(name: PanelName): Command =>
	({ focusPanel }) =>
		focusPanel(name);

/** Half of what is seen when the timeline is zoomed to the playhead, in seconds. */
const COMFORT_S = 5;

function zoomComfortably(timeline: TimelineState): void {
	const { playheadS, zoom } = timeline;
	if (zoom > 0.02) timeline.fit();
	else timeline.showSpan({ inS: playheadS - COMFORT_S, outS: playheadS + COMFORT_S });
}

/** Does it to the chosen segment, if there is one. */
const chosen =
	(run: (editor: EditorState, id: string) => void): Command =>
	({ editor }) => {
		if (editor.selected !== undefined) run(editor, editor.selected.id);
	};

const COMMANDS: Record<Exclude<EditorAction, BatchAction>, Command> = {
	'toggle-play': ({ editor }) => editor.player?.toggle(),
	'shuttle-back': ({ editor }) => editor.player?.shuttle(-1),
	'shuttle-stop': ({ editor }) => editor.player?.shuttle(0),
	'shuttle-forward': ({ editor }) => editor.player?.shuttle(1),
	'frame-back': ({ editor }) => editor.player?.step(-1),
	'frame-forward': ({ editor }) => editor.player?.step(1),
	'second-back': jump(-1),
	'second-forward': jump(1),
	'key-frame-back': toKeyFrame(-1),
	'key-frame-forward': toKeyFrame(1),
	'percent-back': percent(-1),
	'percent-forward': percent(1),
	'to-start': ({ editor }) => editor.player?.toStart(),
	'to-end': ({ editor }) => editor.player?.toEnd(),
	'go-to-timecode': ({ focusField }) => focusField('timecode'),
	'loop-segment': ({ editor }) => editor.loop(editor.loopingId === null ? (editor.selected ?? null) : null),
	'play-selected': ({ editor, playback }) => playback.toggle(editor.player, editor.tools.ticked),
	'toggle-mute': ({ editor }) => editor.player?.toggleMute(),
	'full-screen': ({ fullScreen }) => fullScreen(),
	snapshot: ({ snapshot }) => snapshot(),

	'mark-in': ({ editor }) => editor.markIn(),
	'mark-out': ({ editor }) => editor.markOut(),
	'set-in': ({ editor }) => editor.setEdge('in'),
	'set-out': ({ editor }) => editor.setEdge('out'),
	'add-segment': ({ editor }) => editor.tools.addHere(),
	'split-segment': ({ editor }) => editor.tools.splitHere(),
	'remove-cutpoint': ({ editor }) => editor.tools.removeCutpoint(),

	'previous-segment': ({ editor }) => editor.selectBeside(-1),
	'next-segment': ({ editor }) => editor.selectBeside(1),
	'first-segment': ({ editor }) => editor.tools.chooseEnd('first'),
	'last-segment': ({ editor }) => editor.tools.chooseEnd('last'),
	'to-segment-in': ({ editor }) => editor.tools.goToEdge(-1),
	'to-segment-out': ({ editor }) => editor.tools.goToEdge(1),
	'label-segment': ({ editor, focusField }) =>
		editor.selected === undefined ? undefined : focusField('segment-label', 'segments'),
	'toggle-selected': ({ editor }) => editor.tools.toggleTicks(),
	'choose-all-segments': ({ editor }) => editor.tools.choice.chooseAll(),
	'move-segment-up': chosen((editor, id) => editor.moveBy(id, -1)),
	'move-segment-down': chosen((editor, id) => editor.moveBy(id, 1)),
	'duplicate-segment': chosen((editor, id) => editor.duplicate(id)),
	'merge-segments': ({ editor }) => editor.tools.merge(),
	'invert-segments': ({ editor }) => editor.tools.invert(),
	'sort-segments': ({ editor }) => editor.tools.sort(),
	'delete-segment': ({ editor }) => editor.tools.removeChosen(),

	'next-shape': ({ editor }) => editor.cropping.commit(nextShape(editor.cropping.crop)),
	'add-keyframe': ({ editor }) => editor.cropping.addKeyframe(),
	'previous-keyframe': toKeyframe(-1),
	'next-keyframe': toKeyframe(1),
	'focus-label': ({ focusField }) => focusField('label', 'batch'),

	'follow-subject': ({ tracking, focusPanel }) => {
		focusPanel('track');
		return tracking.canStart ? tracking.start() : undefined;
	},
	'follow-pick': ({ tracking }) => tracking.togglePicking(),
	'follow-off': ({ tracking }) => (tracking.path === undefined ? undefined : tracking.off('here')),
	'follow-boxes': ({ tracking }) => tracking.change({ boxes: !tracking.boxes }),
	'follow-compare': ({ tracking }) => (tracking.comparing = !tracking.comparing),

	'next-file': ({ files }) => files.open(1),
	'previous-file': ({ files }) => files.open(-1),
	'hide-file': ({ files }) => files.toggleHidden(),

	'zoom-in': ({ timeline }) => timeline.zoomBy(1.5),
	'zoom-out': ({ timeline }) => timeline.zoomBy(1 / 1.5),
	'zoom-comfort': ({ timeline }) => zoomComfortably(timeline),
	'zoom-fit': ({ timeline }) => timeline.fit(),

	undo: ({ editor }) => editor.undo(),
	redo: ({ editor }) => editor.redo(),
	'open-export': ({ openExport }) => openExport(),
	'panel-segments': panel('segments'),
	'panel-marks': panel('marks'),
	'panel-files': panel('files'),
	'panel-lists': panel('lists'),
	'panel-crop': panel('crop'),
	'panel-batch': panel('batch'),
	'panel-film': panel('film'),
	'panel-track': panel('track'),
	help: ({ toggleHelp }) => toggleHelp(),
	escape: ({ escape }) => escape(),
};

/**
 * Does what `action` names. Playing waits for a player; without one those keys do nothing. `held`: how often the key has repeated since
 * it was pressed.
 */
export function perform(action: EditorAction, targets: CommandTargets, held = 0): void {
	if (isBatchAction(action)) targets.batch()?.[action]();
	else COMMANDS[action](targets, held);
}

/** Listens to the keyboard for as long as the editor is open. Gives the cleanup. */
export function bindKeys(targets: CommandTargets, page: Window, keys: () => Keymap): () => void {
	const end = new AbortController();
	let clicked = false;
	let held = 0;
	page.addEventListener('pointerdown', () => (clicked = true), { capture: true, signal: end.signal });
	page.addEventListener(
		'keydown',
		(event) => {
			if (event.code === 'Tab') clicked = false;
			held = event.repeat ? held + 1 : 0;
			if (event.defaultPrevented || event.isComposing) return;
			const action = keys().actionOf(event);
			const target = event.target instanceof Element ? event.target : null;
			if (action === undefined || belongsToElement(target, event.code, clicked)) return;
			event.preventDefault();
			// Space comes again as a click when the key is let go: not on a button that was only clicked before.
			if (event.code === 'Space' && target instanceof HTMLElement && target !== page.document.body) target.blur();
			perform(action, targets, held);
		},
		{ signal: end.signal },
	);
	return () => end.abort();
}
