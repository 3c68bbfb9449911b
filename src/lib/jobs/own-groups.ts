/** More than this are not remembered: the oldest have long ended. */
const AT_MOST = 100;

/** Groups that were queued in this tab, also before it was loaded again. */
export class OwnGroups {
	readonly #key: string;
	readonly #groups: Set<string>;

	/** `key`: where they are kept in the session storage. */
	constructor(key: string) {
		this.#key = key;
		this.#groups = new Set(readKept(key));
	}

	has(group: string): boolean {
		return this.#groups.has(group);
	}

	add(groups: Iterable<string>): void {
		const before = this.#groups.size;
		for (const group of groups) this.#groups.add(group);
		if (this.#groups.size === before) return;
		try {
			sessionStorage.setItem(this.#key, JSON.stringify([...this.#groups].slice(-AT_MOST)));
		} catch (thrown) {
			// Full or forbidden: they are known until the page is loaded again.
			console.debug('The groups of this tab could not be kept:', thrown);
		}
	}
}

function readKept(key: string): readonly string[] {
	try {
		const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]');
		return Array.isArray(kept) ? kept.filter((group) => typeof group === 'string') : [];
	} catch (thrown) {
		console.debug('The groups of this tab could not be read:', thrown);
		return [];
	}
}
