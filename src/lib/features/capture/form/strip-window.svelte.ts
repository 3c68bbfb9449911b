/** Shortest and longest that is shown, in seconds. */
const LEAST_S = 2;
const MOST_S = 3600;
/** Shown on both sides of a span: this share of it, and at least so many seconds. */
const ROOM = 0.4;
const LEAST_ROOM_S = 8;

/** Which part of a film the strip shows, in seconds. */
export class StripWindow {
	#fromS = $state(0);
	#lengthS = $state(60);
	readonly #durationS: () => number;

	constructor(durationS: () => number) {
		this.#durationS = durationS;
	}

	get fromS(): number {
		return this.#fromS;
	}
	get toS(): number {
		return Math.min(this.#fromS + this.#lengthS, this.#durationS());
	}

	/** 0..1 of the strip; outside of it where the time is not shown. */
	shareOf(atS: number): number {
		return (atS - this.#fromS) / Math.max(1e-6, this.toS - this.#fromS);
	}

	timeAt(share: number): number {
		return this.#fromS + share * (this.toS - this.#fromS);
	}

	/** Shows a span with room around it. */
	around(startS: number, endS: number): void {
		const room = Math.max(LEAST_ROOM_S, (endS - startS) * ROOM);
		this.#show(startS - room, endS - startS + 2 * room);
	}

	/** Moves only as far as it takes to show `atS`. */
	reveal(atS: number): void {
		const edge = this.#lengthS * 0.1;
		if (atS < this.#fromS) this.#show(atS - edge, this.#lengthS);
		else if (atS > this.toS) this.#show(atS + edge - this.#lengthS, this.#lengthS);
	}

	/** By a share of what is shown. */
	pan(share: number): void {
		this.#show(this.#fromS + share * this.#lengthS, this.#lengthS);
	}

	/** Below 1: closer. `atS` stays where it is. */
	zoom(factor: number, atS: number): void {
		const lengthS = Math.min(MOST_S, Math.max(LEAST_S, this.#lengthS * factor));
		this.#show(atS - this.shareOf(atS) * lengthS, lengthS);
	}

	#show(fromS: number, lengthS: number): void {
		const durationS = this.#durationS();
		this.#lengthS = Math.min(lengthS, durationS);
		this.#fromS = Math.max(0, Math.min(fromS, durationS - this.#lengthS));
	}
}
