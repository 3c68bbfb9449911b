import { isIPv6 } from 'node:net';

const WINDOW_MS = 60_000;
const LONGEST_MS = 15 * 60_000;
const MOST_ADDRESSES = 10_000;
const ALL = '*';

interface Tries {
	failures: number;
	/** Milliseconds since 1970, like the next: when the last one failed, and until when no more are taken. */
	lastAt: number;
	blockedUntil: number;
}

/** Wrong tries a minute before there is a pause. */
export interface FreeTries {
	readonly each: number;
	/** Of all together: many addresses do not help. */
	readonly ofAll: number;
}

/** Slows down whoever guesses: so many wrong tries a minute, then a pause that doubles with each further one, up to a quarter of an hour. */
export class LoginLimit {
	readonly #now: () => number;
	readonly #free: FreeTries;
	readonly #tries = new Map<string, Tries>();

	constructor(now: () => number, free: FreeTries = { each: 5, ofAll: 60 }) {
		this.#now = now;
		this.#free = free;
	}

	/** Seconds until `address` may try again; 0 when it may now. */
	waitS(address: string): number {
		const now = this.#now();
		const waits = [netOf(address), ALL].map((key) => {
			const left = (this.#tries.get(key)?.blockedUntil ?? 0) - now;
			// The clock was set back: what was meant as minutes is not to become hours.
			return left > LONGEST_MS ? 0 : left;
		});
		return Math.ceil(Math.max(0, ...waits) / 1000);
	}

	failed(address: string): void {
		this.#note(netOf(address), this.#free.each);
		this.#note(ALL, this.#free.ofAll);
	}

	/** Takes one `failed` back: noted before the outcome was known, so that tries at the same time are not free. */
	forgive(address: string): void {
		for (const [key, free] of [
			[netOf(address), this.#free.each],
			[ALL, this.#free.ofAll],
		] as const) {
			const known = this.#tries.get(key);
			if (known === undefined) continue;
			known.failures -= 1;
			if (known.failures < free) known.blockedUntil = 0;
		}
	}

	succeeded(address: string): void {
		this.#tries.delete(netOf(address));
	}

	#note(key: string, free: number): void {
		const now = this.#now();
		const known = this.#tries.get(key);
		const forgiven = known === undefined || now - Math.max(known.lastAt, known.blockedUntil) > WINDOW_MS;
		const failures = forgiven ? 1 : known.failures + 1;
		const over = failures - free;
		const pauseMs = over < 0 ? 0 : Math.min(LONGEST_MS, WINDOW_MS * 2 ** Math.min(over, 10));
		// Last in, last out.
		this.#tries.delete(key);
		this.#tries.set(key, { failures, lastAt: now, blockedUntil: now + pauseMs });
		const [oldest] = this.#tries.keys();
		if (this.#tries.size > MOST_ADDRESSES && oldest !== undefined) this.#tries.delete(oldest);
	}
}

/** One household has a whole net of IPv6 addresses (/64). */
function netOf(address: string): string {
	if (!isIPv6(address)) return address;
	const [head = '', tail = ''] = address.split('::');
	const front = head.split(':').filter((part) => part !== '');
	const back = tail.split(':').filter((part) => part !== '');
	const zeros = address.includes('::') ? Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0') : [];
	return [...front, ...zeros, ...back].slice(0, 4).join(':');
}
