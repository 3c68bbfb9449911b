import { ACTION_NAMES, GROUPS, groupOf, type ActionGroup, type EditorAction } from './actions.ts';
import { ariaOf } from './key-combo.ts';
import type { Keymap } from './keymap.ts';
import { ACTION_WORDS, GROUP_NAMES } from './names.ts';

export interface FoundAction {
	readonly action: EditorAction;
	readonly words: string;
	/** Its keys in `aria-keyshortcuts` form. */
	readonly aria: readonly string[];
}

/** What people write for keys that are shown by a sign. */
const SPOKEN: Readonly<Record<string, string>> = {
	ArrowLeft: 'left arrow',
	ArrowRight: 'right arrow',
	ArrowUp: 'up arrow',
	ArrowDown: 'down arrow',
	Control: 'ctrl',
	Escape: 'esc',
	Comma: ',',
	Period: '.',
};

/** The actions whose words, group or keys have every word of `query`, in any case and order; without a query, all. */
export function findActions(
	map: Keymap,
	query: string,
): readonly { readonly group: ActionGroup; readonly found: readonly FoundAction[] }[] {
	const wanted = query.toLocaleLowerCase().split(/\s+/u).filter(Boolean);
	const all = ACTION_NAMES.map((action) => ({
		action,
		words: ACTION_WORDS[action],
		aria: [...new Set(map.of(action).map(ariaOf))],
	}));
	const found = all.filter(({ action, words, aria }) => {
		const text = `${words} ${GROUP_NAMES[groupOf(action)]}`.toLocaleLowerCase();
		const keys = aria.flatMap((combo) => {
			const parts = combo.split('+');
			return [
				combo,
				...parts,
				parts.map((part) => SPOKEN[part] ?? part).join('+'),
				...parts.map((part) => SPOKEN[part] ?? ''),
			];
		});
		const keyWords = new Set(`${keys.join(' ').toLocaleLowerCase()} ${text}`.split(' '));
		return wanted.every((word) => (word.length > 1 && text.includes(word)) || keyWords.has(word));
	});
	return GROUPS.map((group) => ({ group, found: found.filter(({ action }) => groupOf(action) === group) })).filter(
		(entry) => entry.found.length > 0,
	);
}
