/** What the ring holds: a `VideoFrame`, or a stand-in in tests. */
export interface Closable {
	close(): void;
}

/**
 * Decoded pictures by frame number, as many as memory allows: those furthest from where the person is (and is going) are let go
 * first. The ring owns what it holds.
 */
export class FrameRing<Picture extends Closable> {
	readonly #held = new Map<number, Picture>();
	readonly #capacity: number;
	#centre = 0;

	constructor(capacity: number) {
		this.#capacity = Math.max(2, capacity);
	}

	get capacity(): number {
		return this.#capacity;
	}
	get size(): number {
		return this.#held.size;
	}

	/** Tells where the person is; going back, what lies behind is worth more than what lies ahead. */
	focus(frame: number, towards: -1 | 0 | 1): void {
		this.#centre = frame + (towards * this.#capacity) / 3;
	}

	has(frame: number): boolean {
		return this.#held.has(frame);
	}

	get(frame: number): Picture | undefined {
		return this.#held.get(frame);
	}

	put(frame: number, picture: Picture): void {
		this.#held.get(frame)?.close();
		this.#held.set(frame, picture);
		if (this.#held.size <= this.#capacity) return;
		let furthest = frame;
		for (const held of this.#held.keys()) {
			if (Math.abs(held - this.#centre) > Math.abs(furthest - this.#centre)) furthest = held;
		}
		this.#held.get(furthest)?.close();
		this.#held.delete(furthest);
	}

	/** The lowest frame of the unbroken run that ends at `frame`; `frame + 1` when it is not held. */
	runStart(frame: number): number {
		let start = frame + 1;
		while (this.#held.has(start - 1)) start -= 1;
		return start;
	}

	/** The held frame closest to `frame` that is not after it. */
	closestBefore(frame: number): number | undefined {
		let best: number | undefined;
		for (const held of this.#held.keys()) if (held <= frame && (best === undefined || held > best)) best = held;
		return best;
	}

	clear(): void {
		for (const picture of this.#held.values()) picture.close();
		this.#held.clear();
	}
}
