import { unreachable } from '#core/result';
import type { EditorState } from './editor-state.svelte.ts';
import { actionOf, belongsToElement, type EditorAction } from './shortcuts.ts';
import type { TimelineState } from './timeline/timeline-state.svelte.ts';

/** Everything that a key may act on. */
export interface CommandTargets {
	readonly editor: EditorState;
	readonly timeline: TimelineState;
	readonly focusTimecode: () => void;
	readonly openExport: () => void;
	readonly toggleHelp: () => void;
	/** Closes what is open, innermost first. False when there was nothing to close. */
	readonly escape: () => boolean;
}

/** Does what `action` names. Playing waits for a player; without one those keys do nothing. */
export function perform(action: EditorAction, targets: CommandTargets): void {
	const { editor, timeline } = targets;
	const { player, selected } = editor;
	switch (action) {
		case 'toggle-play':
			return void player?.toggle();
		case 'shuttle-back':
			return void player?.shuttle(-1);
		case 'shuttle-stop':
			return void player?.shuttle(0);
		case 'shuttle-forward':
			return void player?.shuttle(1);
		case 'frame-back':
			return void player?.step(-1);
		case 'frame-forward':
			return void player?.step(1);
		case 'second-back':
			return void player?.stepSeconds(-1);
		case 'second-forward':
			return void player?.stepSeconds(1);
		case 'to-start':
			return void player?.toStart();
		case 'to-end':
			return void player?.toEnd();
		case 'toggle-mute':
			return void player?.toggleMute();
		case 'go-to-timecode':
			return targets.focusTimecode();
		case 'mark-in':
			return editor.markIn();
		case 'mark-out':
			return editor.markOut();
		case 'set-in':
			return editor.setEdge('in');
		case 'set-out':
			return editor.setEdge('out');
		case 'delete-segment':
			return selected === undefined ? undefined : editor.remove(selected.id);
		case 'duplicate-segment':
			return selected === undefined ? undefined : editor.duplicate(selected.id);
		case 'previous-segment':
			return editor.selectBeside(-1);
		case 'next-segment':
			return editor.selectBeside(1);
		case 'move-segment-up':
			return selected === undefined ? undefined : editor.moveBy(selected.id, -1);
		case 'move-segment-down':
			return selected === undefined ? undefined : editor.moveBy(selected.id, 1);
		case 'undo':
			return editor.undo();
		case 'redo':
			return editor.redo();
		case 'open-export':
			return targets.openExport();
		case 'zoom-in':
			return timeline.zoomBy(1.5);
		case 'zoom-out':
			return timeline.zoomBy(1 / 1.5);
		case 'zoom-fit':
			return timeline.fit();
		case 'help':
			return targets.toggleHelp();
		case 'escape':
			return void targets.escape();
		default:
			return unreachable(action);
	}
}

/** Listens to the keyboard for as long as the editor is open. Gives the cleanup. */
export function bindKeys(targets: CommandTargets, page: Window): () => void {
	const end = new AbortController();
	let clicked = false;
	page.addEventListener('pointerdown', () => (clicked = true), { capture: true, signal: end.signal });
	page.addEventListener(
		'keydown',
		(event) => {
			if (event.code === 'Tab') clicked = false;
			if (event.defaultPrevented || event.isComposing) return;
			const action = actionOf(event);
			const target = event.target instanceof Element ? event.target : null;
			if (action === undefined || belongsToElement(target, event.code, clicked)) return;
			event.preventDefault();
			// Space comes again as a click when the key is let go: not on a button that was only clicked before.
			if (event.code === 'Space' && target instanceof HTMLElement && target !== page.document.body) target.blur();
			perform(action, targets);
		},
		{ signal: end.signal },
	);
	return () => end.abort();
}
