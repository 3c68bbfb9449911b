/** Inputs in which no text is typed: letters pressed on them are still shortcuts. */
const TEXTLESS_INPUTS = new Set(['button', 'checkbox', 'radio', 'range', 'submit', 'reset', 'image', 'color', 'file']);

/** Roles that use the arrow keys, Home, End and Delete themselves. */
const ARROW_ROLES =
	'[role="slider"], [role="radio"], [role="tab"], [role="option"], [role="menuitem"], [role="scrollbar"]';

/**
 * True when the focused element has a better use for the key: text fields for every key (but Escape), sliders and lists for arrows,
 * buttons for Space and Enter, and everything inside a modal dialog or a menu.
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
	// A row that is chosen already has nothing to be pressed for.
	if (code === 'Enter' && target.matches('[data-segment-row][aria-current]')) return false;
	if (code === 'Space' || code === 'Enter') {
		// Enter does nothing to a tick.
		const ticks = name === 'input' && (type === 'checkbox' || type === 'radio');
		const pressed = /^(button|a|summary|input)$/u.test(name) || target.matches('[role]:not([role="tabpanel"])');
		return pressed && !clicked && !(ticks && code === 'Enter');
	}
	return false;
}

const isEditable = (target: Element): boolean =>
	target.closest('[contenteditable="true"], [contenteditable=""]') !== null;
