/** Everything that a key does in the editor. */
export type EditorAction =
	| 'toggle-play'
	| 'shuttle-back'
	| 'shuttle-stop'
	| 'shuttle-forward'
	| 'frame-back'
	| 'frame-forward'
	| 'second-back'
	| 'second-forward'
	| 'to-start'
	| 'to-end'
	| 'mark-in'
	| 'mark-out'
	| 'set-in'
	| 'set-out'
	| 'go-to-timecode'
	| 'delete-segment'
	| 'duplicate-segment'
	| 'previous-segment'
	| 'next-segment'
	| 'move-segment-up'
	| 'move-segment-down'
	| 'undo'
	| 'redo'
	| 'open-export'
	| 'zoom-in'
	| 'zoom-out'
	| 'zoom-fit'
	| 'toggle-mute'
	| 'help'
	| 'escape';

export type ShortcutGroup = 'play' | 'mark' | 'segments' | 'timeline' | 'general';

export interface KeyCombo {
	/** `KeyboardEvent.code`: the place of the key, whatever the layout prints on it. */
	readonly code?: string;
	/** `KeyboardEvent.key`, for a sign that people look for wherever their keyboard has it; Shift is then part of the sign. */
	readonly key?: string;
	readonly shift?: boolean;
	/** Ctrl, or ⌘ on a Mac. */
	readonly ctrl?: boolean;
	readonly alt?: boolean;
}

export interface Shortcut {
	readonly action: EditorAction;
	readonly group: ShortcutGroup;
	readonly keys: readonly KeyCombo[];
	/** The keys in `aria-keyshortcuts` form, e.g. "Shift+I"; alternatives are separated by a space. */
	readonly aria: string;
	/** May fire again while the key is held down. */
	readonly repeats?: boolean;
}

const bind = (
	action: EditorAction,
	group: ShortcutGroup,
	aria: string,
	keys: readonly (string | KeyCombo)[],
	repeats = false,
): Shortcut => ({
	action,
	group,
	aria,
	keys: keys.map((key) => (typeof key === 'string' ? { code: key } : key)),
	repeats,
});

/** The whole table: what is bound is what the help lists. */
export const SHORTCUTS: readonly Shortcut[] = [
	bind('toggle-play', 'play', 'Space', ['Space']),
	bind('shuttle-back', 'play', 'J', ['KeyJ']),
	bind('shuttle-stop', 'play', 'K', ['KeyK']),
	bind('shuttle-forward', 'play', 'L', ['KeyL']),
	bind('frame-back', 'play', 'ArrowLeft Comma', ['ArrowLeft', 'Comma'], true),
	bind('frame-forward', 'play', 'ArrowRight Period', ['ArrowRight', 'Period'], true),
	bind('second-back', 'play', 'Shift+ArrowLeft', [{ code: 'ArrowLeft', shift: true }], true),
	bind('second-forward', 'play', 'Shift+ArrowRight', [{ code: 'ArrowRight', shift: true }], true),
	bind('to-start', 'play', 'Home', ['Home']),
	bind('to-end', 'play', 'End', ['End']),
	bind('toggle-mute', 'play', 'M', ['KeyM']),
	bind('go-to-timecode', 'play', 'G', ['KeyG']),
	bind('mark-in', 'mark', 'I', ['KeyI']),
	bind('mark-out', 'mark', 'O', ['KeyO']),
	bind('set-in', 'mark', 'Shift+I', [{ code: 'KeyI', shift: true }]),
	bind('set-out', 'mark', 'Shift+O', [{ code: 'KeyO', shift: true }]),
	bind('previous-segment', 'segments', 'ArrowUp', ['ArrowUp'], true),
	bind('next-segment', 'segments', 'ArrowDown', ['ArrowDown'], true),
	bind('move-segment-up', 'segments', 'Alt+ArrowUp', [{ code: 'ArrowUp', alt: true }], true),
	bind('move-segment-down', 'segments', 'Alt+ArrowDown', [{ code: 'ArrowDown', alt: true }], true),
	bind('duplicate-segment', 'segments', 'D', ['KeyD']),
	bind('delete-segment', 'segments', 'Delete Backspace', ['Delete', 'Backspace']),
	bind('zoom-in', 'timeline', '+', ['Equal', 'NumpadAdd', { code: 'Equal', shift: true }], true),
	bind('zoom-out', 'timeline', '-', ['Minus', 'NumpadSubtract'], true),
	bind('zoom-fit', 'timeline', 'F', ['KeyF']),
	bind('undo', 'general', 'Control+Z', [{ code: 'KeyZ', ctrl: true }], true),
	bind(
		'redo',
		'general',
		'Control+Shift+Z Control+Y',
		[
			{ code: 'KeyZ', ctrl: true, shift: true },
			{ code: 'KeyY', ctrl: true },
		],
		true,
	),
	bind('open-export', 'general', 'E', ['KeyE']),
	bind('help', 'general', '?', [{ code: 'Slash', shift: true }, { key: '?' }, { code: 'F1' }]),
	bind('escape', 'general', 'Escape', ['Escape']),
];

const KEYS = new Map(SHORTCUTS.map(({ action, aria }) => [action, aria]));

/** The keys of `action` in `aria-keyshortcuts` form: what a button takes as its `shortcut`. */
export const keysOf = (action: EditorAction): string => KEYS.get(action) ?? '';

/** The part of a keyboard event that decides. */
export interface KeyPress {
	readonly code: string;
	readonly key: string;
	readonly shiftKey: boolean;
	readonly ctrlKey: boolean;
	readonly metaKey: boolean;
	readonly altKey: boolean;
	readonly repeat: boolean;
}

/** The action bound to a key press, if any. */
export function actionOf(press: KeyPress): EditorAction | undefined {
	const found = SHORTCUTS.find(({ keys }) => keys.some((key) => matches(key, press)));
	return found === undefined || (press.repeat && found.repeats !== true) ? undefined : found.action;
}

function matches(combo: KeyCombo, press: KeyPress): boolean {
	const held = (combo.ctrl ?? false) === (press.ctrlKey || press.metaKey) && (combo.alt ?? false) === press.altKey;
	if (combo.key !== undefined) return held && combo.key === press.key;
	return held && combo.code === press.code && (combo.shift ?? false) === press.shiftKey;
}

/** Inputs in which no text is typed: letters pressed on them are still shortcuts. */
const TEXTLESS_INPUTS = new Set(['button', 'checkbox', 'radio', 'range', 'submit', 'reset', 'image', 'color', 'file']);

/** Roles that use the arrow keys, Home, End and Delete themselves. */
const ARROW_ROLES =
	'[role="slider"], [role="radio"], [role="tab"], [role="option"], [role="menuitem"], [role="scrollbar"]';

/**
 * True when the focused element has a better use for the key: text fields for every key (but Escape), sliders and lists for arrows,
 * buttons for Space, and everything inside a modal dialog or a menu.
 *
 * `clicked`: the element got its focus from a pointer; Space then plays instead of pressing the same button once more.
 */
export function belongsToElement(target: Element | null, code: string, clicked: boolean): boolean {
	if (target === null) return false;
	if (
		target.closest('[role="dialog"][aria-modal="true"], [role="alertdialog"], [role="menu"], [role="listbox"]') !== null
	)
		return true;
	const name = target.localName;
	const type = target.getAttribute('type') ?? 'text';
	const types = name === 'textarea' || (name === 'input' && !TEXTLESS_INPUTS.has(type)) || isEditable(target);
	if (types || name === 'select') return code !== 'Escape';
	if (/^(Arrow|Home|End|Page)/u.test(code)) {
		return (name === 'input' && (type === 'range' || type === 'radio')) || target.closest(ARROW_ROLES) !== null;
	}
	if (code === 'Space' || code === 'Enter') {
		const pressed =
			name === 'button' || name === 'a' || name === 'summary' || name === 'input' || target.hasAttribute('role');
		return pressed && !clicked;
	}
	return false;
}

const isEditable = (target: Element): boolean =>
	target.closest('[contenteditable="true"], [contenteditable=""]') !== null;
