/** Trying an address makes this server knock at it: so many a minute for each who asks, and for all together. */
const TRIES = 10;
const TRIES_OF_ALL = 60;
const WINDOW_MS = 60_000;
const ALL = '*';

/** Counts tries by who asks, over the last minute. */
export class TryLimit {
	readonly #now: () => number;
	readonly #tries = new Map<string, number[]>();

	constructor(now: () => number = Date.now) {
		this.#now = now;
	}

	/** Notes a try; seconds to wait when it is one too many. */
	take(who: string): number {
		const now = this.#now();
		for (const [key, times] of this.#tries) {
			const left = times.filter((at) => at > now - WINDOW_MS && at <= now);
			if (left.length === 0) this.#tries.delete(key);
			else this.#tries.set(key, left);
		}
		const [mine, all] = [this.#tries.get(who) ?? [], this.#tries.get(ALL) ?? []];
		const full = mine.length >= TRIES ? mine : all.length >= TRIES_OF_ALL ? all : undefined;
		if (full !== undefined) return Math.max(1, Math.ceil(((full[0] ?? now) + WINDOW_MS - now) / 1000));
		this.#tries.set(who, [...mine, now]);
		this.#tries.set(ALL, [...all, now]);
		return 0;
	}
}
