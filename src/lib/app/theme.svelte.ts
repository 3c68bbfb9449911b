import { createContext } from 'svelte';

export type ThemeChoice = 'dark' | 'light' | 'system';

/** Read before the first paint by static/theme.js, so it lives in localStorage and not with the other settings. */
const KEY = 'octocut:theme';

const isChoice = (value: unknown): value is ThemeChoice => value === 'dark' || value === 'light' || value === 'system';

/** Dark unless the person chose otherwise; `system` follows the device. */
export class Theme {
	#choice: ThemeChoice = $state('dark');
	readonly #root: HTMLElement;

	constructor(root: HTMLElement) {
		this.#root = root;
		const kept = root.dataset['theme'];
		if (isChoice(kept)) this.#choice = kept;
		else root.dataset['theme'] = this.#choice;
	}

	get choice(): ThemeChoice {
		return this.#choice;
	}

	set choice(choice: ThemeChoice) {
		this.#choice = choice;
		this.#root.dataset['theme'] = choice;
		try {
			localStorage.setItem(KEY, choice);
		} catch (thrown) {
			console.debug('The theme is kept for this visit only:', thrown);
		}
	}
}

export const [getTheme, setTheme] = createContext<Theme>();
