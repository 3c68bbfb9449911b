import type { KeyCombo } from './key-combo.ts';

export const GROUPS = ['play', 'mark', 'segments', 'batch', 'follow', 'files', 'timeline', 'general'] as const;
export type ActionGroup = (typeof GROUPS)[number];

/** Sets of keys to begin with. */
export const PRESETS = ['losslesscut', '8-cut'] as const;
export type KeyPreset = (typeof PRESETS)[number];

interface ActionKeys {
	readonly group: ActionGroup;
	/** May fire again while the key is held down. */
	readonly repeats: boolean;
	readonly keys: Readonly<Record<KeyPreset, readonly KeyCombo[]>>;
}

const split = (keys: string): readonly KeyCombo[] => keys.split(' ').filter((key) => key !== '');

/** `others` where the second preset differs. */
const action = (group: ActionGroup, keys: string, others = keys): ActionKeys => ({
	group,
	repeats: false,
	keys: { losslesscut: split(keys), '8-cut': split(others) },
});
const repeating = (group: ActionGroup, keys: string, others = keys): ActionKeys => ({
	...action(group, keys, others),
	repeats: true,
});

/** Everything that a key can do in the editor, in the order of the lists that show it. */
export const ACTIONS = {
	'toggle-play': action('play', 'Space KeyK', 'Space'),
	'shuttle-back': action('play', 'KeyJ'),
	'shuttle-stop': action('play', '', 'KeyK'),
	'shuttle-forward': action('play', 'KeyL'),
	'frame-back': repeating('play', 'Comma', 'ArrowLeft Comma'),
	'frame-forward': repeating('play', 'Period', 'ArrowRight Period'),
	'second-back': repeating('play', 'ArrowLeft', 'Shift+ArrowLeft'),
	'second-forward': repeating('play', 'ArrowRight', 'Shift+ArrowRight'),
	'key-frame-back': repeating('play', 'Alt+ArrowLeft'),
	'key-frame-forward': repeating('play', 'Alt+ArrowRight'),
	'percent-back': repeating('play', 'Ctrl+ArrowLeft', ''),
	'percent-forward': repeating('play', 'Ctrl+ArrowRight', ''),
	'to-start': action('play', 'Home Ctrl+Home'),
	'to-end': action('play', 'End Ctrl+End'),
	'go-to-timecode': action('play', 'KeyG', 'Shift+KeyG'),
	'loop-segment': action('play', 'KeyP'),
	'play-selected': action('play', 'Shift+KeyP'),
	'toggle-mute': action('play', 'KeyM', 'Shift+KeyM'),
	'full-screen': action('play', 'KeyF'),
	snapshot: action('play', 'KeyC'),

	'mark-in': action('mark', 'KeyI'),
	'mark-out': action('mark', 'KeyO'),
	'set-in': action('mark', 'Shift+KeyI'),
	'set-out': action('mark', 'Shift+KeyO'),
	'add-segment': action('mark', 'Shift+Equal'),
	'split-segment': action('mark', 'KeyB'),
	'remove-cutpoint': action('mark', 'Backspace'),

	'previous-segment': repeating('segments', 'ArrowUp'),
	'next-segment': repeating('segments', 'ArrowDown'),
	'first-segment': action('segments', 'PageUp'),
	'last-segment': action('segments', 'PageDown'),
	'to-segment-in': repeating('segments', 'Shift+ArrowLeft', 'Alt+Shift+ArrowLeft'),
	'to-segment-out': repeating('segments', 'Shift+ArrowRight', 'Alt+Shift+ArrowRight'),
	'label-segment': action('segments', 'Enter'),
	'toggle-selected': action('segments', 'KeyS'),
	'choose-all-segments': action('segments', 'Ctrl+KeyA'),
	'move-segment-up': repeating('segments', 'Alt+ArrowUp'),
	'move-segment-down': repeating('segments', 'Alt+ArrowDown'),
	'duplicate-segment': action('segments', 'KeyD'),
	'merge-segments': action('segments', ''),
	'invert-segments': action('segments', ''),
	'sort-segments': action('segments', ''),
	'delete-segment': action('segments', 'Delete'),

	'toggle-batch': action('batch', 'Shift+KeyB'),
	'batch-export': action('batch', 'Shift+KeyE', 'KeyE'),
	'focus-label': action('batch', 'Shift+Enter'),
	'toggle-lock': action('batch', 'Shift+KeyG', 'KeyG'),
	'move-batch-box-back': repeating('batch', 'Ctrl+Shift+ArrowLeft', 'Ctrl+ArrowLeft'),
	'move-batch-box-forward': repeating('batch', 'Ctrl+Shift+ArrowRight', 'Ctrl+ArrowRight'),
	'next-marker': action('batch', 'Shift+KeyM', 'KeyM'),
	'next-shape': action('batch', 'KeyR'),
	'add-keyframe': action('batch', 'Shift+KeyK'),
	'previous-keyframe': action('batch', 'BracketLeft'),
	'next-keyframe': action('batch', 'BracketRight'),
	'subprofile-1': action('batch', 'Digit1'),
	'subprofile-2': action('batch', 'Digit2'),
	'subprofile-3': action('batch', 'Digit3'),
	'subprofile-4': action('batch', 'Digit4'),
	'subprofile-5': action('batch', 'Digit5'),
	'subprofile-6': action('batch', 'Digit6'),
	'subprofile-7': action('batch', 'Digit7'),
	'subprofile-8': action('batch', 'Digit8'),
	'subprofile-9': action('batch', 'Digit9'),

	'follow-subject': action('follow', 'KeyT'),
	'follow-pick': action('follow', 'Shift+KeyT'),
	'follow-off': action('follow', 'Alt+KeyT'),
	'follow-boxes': action('follow', 'KeyX'),
	'follow-compare': action('follow', 'KeyV'),

	'next-file': action('files', 'KeyN Shift+ArrowDown'),
	'previous-file': action('files', 'Shift+KeyN Shift+ArrowUp'),
	'hide-file': action('files', 'KeyH'),

	'zoom-in': repeating('timeline', 'Equal NumpadAdd'),
	'zoom-out': repeating('timeline', 'Minus NumpadSubtract'),
	'zoom-comfort': action('timeline', 'KeyZ'),
	'zoom-fit': action('timeline', 'Shift+KeyF'),

	undo: repeating('general', 'Ctrl+KeyZ'),
	redo: repeating('general', 'Ctrl+Shift+KeyZ Ctrl+KeyY'),
	'open-export': action('general', 'KeyE', 'Shift+KeyE'),
	'panel-segments': action('general', 'Shift+Digit1'),
	'panel-marks': action('general', 'Shift+Digit2'),
	'panel-files': action('general', 'Shift+Digit3'),
	'panel-lists': action('general', 'Shift+Digit4'),
	'panel-crop': action('general', 'Shift+Digit5'),
	'panel-batch': action('general', 'Shift+Digit6'),
	'panel-film': action('general', 'Shift+Digit7'),
	'panel-track': action('general', 'Shift+Digit8'),
	help: action('general', 'Shift+Slash F1'),
	escape: action('general', 'Escape'),
} as const satisfies Record<string, ActionKeys>;

export type EditorAction = keyof typeof ACTIONS;

export const ACTION_NAMES = Object.keys(ACTIONS) as readonly EditorAction[];

export const groupOf = (name: EditorAction): ActionGroup => ACTIONS[name].group;
export const mayRepeat = (name: EditorAction): boolean => ACTIONS[name].repeats;
