import type { Fingerprint } from '#core/media/fingerprint';
import { idSet, toggled } from '$lib/app/id-set';
import type { Card } from './cards.ts';

/** Several files of the library, for what is done to all of them at once. Files that are still being added cannot be picked. */
export class LibrarySelection {
	readonly #cards: () => readonly Card[];
	#picked: ReadonlySet<Fingerprint> = $state.raw(idSet([]));
	/** Where a range begins. */
	#last: Fingerprint | undefined;
	#open = $state(false);

	/** In the order in which they are shown. */
	readonly cards: readonly Card[] = $derived.by(() =>
		this.#cards().filter(({ media }) => media !== undefined && this.#picked.has(media)),
	);

	/** `cards`: what the page shows; read within effects. */
	constructor(cards: () => readonly Card[]) {
		this.#cards = cards;
	}

	/** Ticks are shown on all cards. */
	get open(): boolean {
		return this.#open || this.cards.length > 0;
	}
	get media(): readonly Fingerprint[] {
		return this.cards.flatMap(({ media }) => media ?? []);
	}
	has(media: Fingerprint | undefined): boolean {
		return media !== undefined && this.#picked.has(media);
	}

	begin(): void {
		this.#open = true;
	}

	/** `range`: everything from the one ticked last. */
	toggle(media: Fingerprint, range = false): void {
		const all = this.#cards().flatMap((card) => card.media ?? []);
		const [from, to] = [this.#last === undefined ? -1 : all.indexOf(this.#last), all.indexOf(media)];
		this.#picked =
			range && from !== -1
				? idSet([...this.#picked, ...all.slice(Math.min(from, to), Math.max(from, to) + 1)])
				: toggled(this.#picked, media);
		this.#last = media;
	}

	all(): void {
		this.#picked = idSet(this.#cards().flatMap(({ media }) => media ?? []));
	}

	clear(): void {
		this.#picked = idSet([]);
		this.#open = false;
	}
}
