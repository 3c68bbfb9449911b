import * as z from 'zod';
import { ACTION_NAMES, ACTIONS, mayRepeat, PRESETS, type EditorAction, type KeyPreset } from './actions.ts';
import { ariaOf, comboOf, type KeyCombo, type KeyPress } from './key-combo.ts';

/** What a person chose: a preset, and the keys of actions that they changed. */
export const KeysChoice = z
	.object({ preset: z.enum(PRESETS), changed: z.record(z.string(), z.array(z.string()).readonly()).readonly() })
	.readonly();
export type KeysChoice = z.infer<typeof KeysChoice>;

/** Name of the setting. */
export const KEYS_KEY = 'keys';
export const DEFAULT_KEYS: KeysChoice = { preset: 'losslesscut', changed: {} };

/** Which key does what, both ways. Immutable. */
export class Keymap {
	readonly choice: KeysChoice;
	readonly #keys: ReadonlyMap<EditorAction, readonly KeyCombo[]>;
	readonly #actions: ReadonlyMap<KeyCombo, EditorAction>;

	constructor(choice: KeysChoice = DEFAULT_KEYS) {
		this.choice = choice;
		this.#keys = new Map(
			ACTION_NAMES.map((action) => [action, choice.changed[action] ?? ACTIONS[action].keys[choice.preset]]),
		);
		this.#actions = new Map([...this.#keys].flatMap(([action, keys]) => keys.map((key) => [key, action] as const)));
	}

	of(action: EditorAction): readonly KeyCombo[] {
		return this.#keys.get(action) ?? [];
	}

	/** The keys of `action` in `aria-keyshortcuts` form, alternatives separated by a space: what a button takes as its `shortcut`. */
	aria(action: EditorAction): string {
		return this.of(action).map(ariaOf).join(' ');
	}

	/** Who has this key. */
	ownerOf(combo: KeyCombo): EditorAction | undefined {
		return this.#actions.get(combo);
	}

	/** The action bound to a key press, if any; a held key repeats only steps. */
	actionOf(press: KeyPress): EditorAction | undefined {
		const combo = comboOf(press);
		const action = combo === undefined ? undefined : this.#actions.get(combo);
		return action === undefined || (press.repeat && !mayRepeat(action)) ? undefined : action;
	}

	isChanged(action: EditorAction): boolean {
		return this.choice.changed[action] !== undefined;
	}

	/** Gives `combo` to `action`, and takes it from who had it. */
	bind(action: EditorAction, combo: KeyCombo): Keymap {
		const owner = this.ownerOf(combo);
		if (owner === action) return this;
		const without = owner === undefined ? this : this.unbind(owner, combo);
		return without.#with(action, [...without.of(action), combo]);
	}

	unbind(action: EditorAction, combo: KeyCombo): Keymap {
		return this.#with(
			action,
			this.of(action).filter((key) => key !== combo),
		);
	}

	/** The preset's keys for `action` again; who has taken one of them gives it back. */
	reset(action: EditorAction): Keymap {
		const own = this.#own(action);
		const takers = new Set(own.map((key) => this.ownerOf(key)).filter((owner) => owner !== undefined));
		takers.delete(action);
		const given = [...takers].reduce<Keymap>(
			(map, taker) =>
				map.#with(
					taker,
					map.of(taker).filter((key) => !own.includes(key)),
				),
			this,
		);
		return given.#with(action, own);
	}

	/** Another set of keys, with no changes of one's own. */
	static preset(preset: KeyPreset): Keymap {
		return new Keymap({ preset, changed: {} });
	}

	#own(action: EditorAction): readonly KeyCombo[] {
		return ACTIONS[action].keys[this.choice.preset];
	}

	#with(action: EditorAction, keys: readonly KeyCombo[]): Keymap {
		const others = Object.fromEntries(Object.entries(this.choice.changed).filter(([name]) => name !== action));
		const own = this.#own(action);
		const same = own.length === keys.length && own.every((key) => keys.includes(key));
		return new Keymap({ ...this.choice, changed: same ? others : { ...others, [action]: keys } });
	}
}
