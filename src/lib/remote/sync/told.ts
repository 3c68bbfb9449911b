import type { Live } from '#core/live';

/** A value that is told to whoever watches it. */
export class Told<T> implements Live<T> {
	#value: T;
	readonly #listeners = new Set<(value: T) => void>();

	constructor(value: T) {
		this.#value = value;
	}

	get value(): T {
		return this.#value;
	}

	set(value: T): void {
		if (value === this.#value) return;
		this.#value = value;
		for (const listener of [...this.#listeners]) listener(value);
	}

	subscribe(next: (value: T) => void): { unsubscribe(): void } {
		const listener = (value: T): void => next(value);
		this.#listeners.add(listener);
		queueMicrotask(() => {
			if (this.#listeners.has(listener)) next(this.#value);
		});
		return { unsubscribe: () => void this.#listeners.delete(listener) };
	}
}
