import { newCode, plainCode, sameSecret } from './secrets.ts';

const LIFE_MS = 10 * 60_000;
/** More at a time are not needed: an older one gives way. */
const MOST = 8;

export interface FreshCode {
	readonly code: string;
	/** Milliseconds since 1970. */
	readonly expiresAt: number;
}

/** Codes by which a device is paired: each works once, for ten minutes. They do not outlive the process. */
export class PairingCodes {
	readonly #now: () => number;
	#live: FreshCode[] = [];

	constructor(now: () => number) {
		this.#now = now;
	}

	make(): FreshCode {
		const fresh = { code: newCode(), expiresAt: this.#now() + LIFE_MS };
		this.#live = [...this.#alive(), fresh].slice(-MOST);
		return fresh;
	}

	/** Whether `typed` is a code that lives; from then on it no longer does. */
	take(typed: string): boolean {
		const code = plainCode(typed);
		// All are compared, so that the time tells nothing.
		const left = this.#alive().filter((live) => !sameSecret(live.code, code));
		const taken = left.length < this.#alive().length;
		this.#live = left;
		return taken;
	}

	#alive(): FreshCode[] {
		const now = this.#now();
		// A clock that was set back does not make a code live longer than it was meant to.
		return this.#live.filter(({ expiresAt }) => expiresAt > now && expiresAt <= now + LIFE_MS);
	}
}
