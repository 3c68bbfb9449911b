import { createContext } from 'svelte';
import type { SettingsStore } from '$lib/storage/storage';
import type { EditorAction } from './actions.ts';
import { DEFAULT_KEYS, KEYS_KEY, Keymap, KeysChoice } from './keymap.ts';

/** The keys a person works with; kept, and alike in all tabs. */
export class Keys {
	readonly #settings: Pick<SettingsStore, 'set' | 'watch'>;
	#map: Keymap = $state.raw(new Keymap());

	constructor(settings: Pick<SettingsStore, 'set' | 'watch'>) {
		this.#settings = settings;
	}

	get map(): Keymap {
		return this.#map;
	}
	/** What a button takes as its `shortcut`. */
	of(action: EditorAction): string {
		return this.#map.aria(action);
	}

	/** Follows what is kept until the returned function is called. */
	start(): () => void {
		const subscription = this.#settings.watch(KEYS_KEY, KeysChoice).subscribe((choice) => {
			this.#map = new Keymap(choice ?? DEFAULT_KEYS);
		});
		return () => subscription.unsubscribe();
	}

	use(map: Keymap): void {
		this.#map = map;
		void this.#settings.set(KEYS_KEY, map.choice);
	}
}

/** The keys of the page, for whatever shows them. */
export const [getKeys, setKeys] = createContext<Keys>();
