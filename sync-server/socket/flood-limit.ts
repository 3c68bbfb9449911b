/** How much one client may send: `messages` in `windowMs` milliseconds, in `bytes` altogether. */
export interface FloodBounds {
	readonly windowMs: number;
	readonly messages: number;
	readonly bytes: number;
}

/**
 * An app sends at most fifty messages a second for each open document, and whole documents only when it connects: who sends more than this
 * is broken or means ill.
 */
export const FLOOD_BOUNDS: FloodBounds = { windowMs: 10_000, messages: 5_000, bytes: 512 * 1024 * 1024 };

/** Counts what a client sends, in windows one after the other. */
export class FloodLimit {
	readonly #bounds: FloodBounds;
	#windowStart = -Infinity;
	#messages = 0;
	#bytes = 0;

	constructor(bounds: FloodBounds) {
		this.#bounds = bounds;
	}

	/** Notes a message; false when it is one too many. `nowMs` is of any clock that only goes forward. */
	admits(bytes: number, nowMs: number): boolean {
		if (nowMs - this.#windowStart >= this.#bounds.windowMs) {
			this.#windowStart = nowMs;
			this.#messages = this.#bytes = 0;
		}
		this.#messages += 1;
		this.#bytes += bytes;
		return this.#messages <= this.#bounds.messages && this.#bytes <= this.#bounds.bytes;
	}
}
