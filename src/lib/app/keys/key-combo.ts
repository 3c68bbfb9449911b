/**
 * A key with what is held beside it, as it is kept: "Ctrl+Alt+Shift+KeyZ". The last part is `KeyboardEvent.code`, the place of the key,
 * whatever the layout prints on it; `Ctrl` stands for ⌘ too.
 */
export type KeyCombo = string;

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

/** Where the question mark is on an English keyboard. */
const QUESTION_MARK = 'Shift+Slash';

/** What was pressed; undefined for Ctrl, Alt, Shift and the like alone. The sign ? counts as itself wherever a keyboard has it. */
export function comboOf(press: KeyPress): KeyCombo | undefined {
	if (press.code === '' || /^(Control|Alt|Shift|Meta|OS|CapsLock|NumLock|Fn)/u.test(press.code)) return undefined;
	const ctrl = press.ctrlKey || press.metaKey;
	if (press.key === '?' && !ctrl && !press.altKey) return QUESTION_MARK;
	return [ctrl ? 'Ctrl' : '', press.altKey ? 'Alt' : '', press.shiftKey ? 'Shift' : '', press.code]
		.filter((part) => part !== '')
		.join('+');
}

/** Signs of an English keyboard by the place of their key. A plus sign would read as "and" in a list of keys. */
const SIGNS: Readonly<Record<string, string>> = {
	Minus: '-',
	Equal: '=',
	BracketLeft: '[',
	BracketRight: ']',
	Semicolon: ';',
	Quote: "'",
	Backquote: '`',
	Backslash: '\\',
	Slash: '/',
	NumpadAdd: 'Plus',
	NumpadSubtract: '-',
	NumpadMultiply: '*',
	NumpadDivide: '/',
};

/** In `aria-keyshortcuts` form: "Control+Shift+Z". */
export function ariaOf(combo: KeyCombo): string {
	if (combo === QUESTION_MARK) return '?';
	return combo
		.split('+')
		.map((part) => {
			if (part === 'Ctrl') return 'Control';
			const plain = /^(?:Key|Digit|Numpad)([A-Z0-9])$/u.exec(part)?.[1];
			return plain ?? SIGNS[part] ?? part;
		})
		.join('+');
}

/** Keys that browsers keep for themselves: a page is not asked. */
const KEPT_BY_BROWSERS = new Set([
	'Ctrl+KeyW',
	'Ctrl+KeyT',
	'Ctrl+KeyN',
	'Ctrl+Shift+KeyN',
	'Ctrl+Shift+KeyW',
	'Ctrl+Tab',
]);
/** Keys that every page needs: the way out, and the way on. */
const NEEDED = new Set(['Escape', 'Tab', 'Shift+Tab']);

/** Why a key cannot be bound: `browser` takes it away, `needed` everywhere. Undefined: it can. */
export function whyNot(combo: KeyCombo): 'browser' | 'needed' | undefined {
	if (NEEDED.has(combo)) return 'needed';
	return KEPT_BY_BROWSERS.has(combo) ? 'browser' : undefined;
}
