import { createSubscriber } from 'svelte/reactivity';
import type { Live } from '#core/live';

/** A `Live` value for components: subscribed only while something reads `current`. */
export class LiveValue<T> {
	#latest: T;
	#subscribe: () => void;

	constructor(source: Live<T>, initial: T) {
		this.#latest = initial;
		this.#subscribe = createSubscriber((changed) => {
			const subscription = source.subscribe((value) => {
				this.#latest = value;
				changed();
			});
			return () => subscription.unsubscribe();
		});
	}

	get current(): T {
		this.#subscribe();
		return this.#latest;
	}
}
