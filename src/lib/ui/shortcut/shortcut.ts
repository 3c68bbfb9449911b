/** Keys as people know them from their keyboard, by their `aria-keyshortcuts` name. */
const NAMES: Readonly<Record<string, string>> = {
	ArrowLeft: '←',
	ArrowRight: '→',
	ArrowUp: '↑',
	ArrowDown: '↓',
	Control: 'Ctrl',
	Meta: '⌘',
	Escape: 'Esc',
	Delete: 'Del',
	Comma: ',',
	Period: '.',
};

/**
 * How a shortcut is shown: `"Control+Z"` becomes `"Ctrl+Z"`. The input is in `aria-keyshortcuts` form: keys joined by `+`,
 * alternatives by a space; alternatives are shown with a slash between.
 */
export const showShortcut = (shortcut: string): string =>
	shortcut
		.split(' ')
		.map((keys) =>
			keys
				.split('+')
				.map((key) => NAMES[key] ?? key)
				.join('+'),
		)
		.join(' / ');
