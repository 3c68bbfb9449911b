/** Runs `act` at most once in `intervalMs`: at once when it has been quiet, else at the end of the interval. */
export class Throttle {
	#act: () => void;
	#intervalMs: number;
	#last = -Infinity;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(intervalMs: number, act: () => void) {
		this.#act = act;
		this.#intervalMs = intervalMs;
	}

	poke(): void {
		if (this.#timer !== undefined) return;
		const wait = this.#last + this.#intervalMs - performance.now();
		if (wait <= 0) this.#run();
		else this.#timer = setTimeout(() => this.#run(), wait);
	}

	/** Drops what is waiting. */
	cancel(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	#run(): void {
		this.#timer = undefined;
		this.#last = performance.now();
		this.#act();
	}
}
