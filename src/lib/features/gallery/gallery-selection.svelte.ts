import type { Capture } from '#contract/captures';
import { idSet, toggled } from '$lib/app/id-set';
import type { Gallery } from './gallery.svelte.ts';

/** Several captures, for what is done to all of them at once. */
export class GallerySelection {
	readonly #gallery: Pick<Gallery, 'items' | 'all'>;
	#ids: ReadonlySet<string> = $state.raw(idSet([]));
	/** Where a range begins. */
	#last: string | undefined;
	#open = $state(false);

	/** In the order in which they are shown; what is no longer there is not picked any more. */
	readonly captures: readonly Capture[] = $derived.by(() =>
		this.#ids.size === 0 ? [] : this.#gallery.items.filter(({ id }) => this.#ids.has(id)),
	);

	constructor(gallery: Pick<Gallery, 'items' | 'all'>) {
		this.#gallery = gallery;
	}

	/** A press on a card picks it. */
	get open(): boolean {
		return this.#open || this.captures.length > 0;
	}

	has(id: string): boolean {
		return this.#ids.has(id);
	}

	begin(): void {
		this.#open = true;
	}

	/** `range`: everything from the one picked last. */
	toggle(id: string, range = false): void {
		const ids = range ? this.#gallery.items.map((one) => one.id) : [];
		const [from, to] = [this.#last === undefined ? -1 : ids.indexOf(this.#last), ids.indexOf(id)];
		this.#ids =
			range && from !== -1
				? idSet([...this.#ids, ...ids.slice(Math.min(from, to), Math.max(from, to) + 1)])
				: toggled(this.#ids, id);
		this.#last = id;
		this.#open = true;
	}

	/** Also those that were not scrolled to yet. */
	async all(): Promise<void> {
		this.#ids = idSet((await this.#gallery.all()).map(({ id }) => id));
		this.#open = true;
	}

	clear(): void {
		this.#ids = idSet([]);
		this.#last = undefined;
		this.#open = false;
	}
}
