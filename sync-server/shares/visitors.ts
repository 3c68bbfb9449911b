import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Client } from '../auth/client.ts';
import type { Seal } from '../auth/seal.ts';
import type { ShareRow } from './share-rows.ts';

const VISITOR = 'octocut-visitor';
const UNLOCKED = 'octocut-unlocked';
/** How long a password counts, in milliseconds. */
const UNLOCKED_MS = 24 * 3_600_000;
/** The longest that browsers keep a cookie, in seconds. */
const LONGEST_S = 400 * 24 * 3600;
const COUNTED = 'counted';
/** A player asks for several parts at once, before it has kept the cookie that says that it was counted. */
const MOST_REMEMBERED = 10_000;

export interface Visitor {
	/** Empty once the browser itself knows that it was counted. */
	readonly id: string;
	/** Among the views of the link. */
	readonly counted: boolean;
}

/** Who looks at a link, by cookies: sealed here, so that nobody else can make them, and bound to this one link. */
export class Visitors {
	readonly #seal: Seal;
	readonly #now: () => number;
	readonly #counted = new Set<string>();

	constructor(seal: Seal, now: () => number) {
		this.#seal = seal;
		this.#now = now;
	}

	/** Undefined: has not opened the page, or keeps no cookies. */
	find(c: Context, share: ShareRow): Visitor | undefined {
		const said = this.#read(c, VISITOR, visiting(share));
		if (said === undefined) return undefined;
		return said === COUNTED ? { id: '', counted: true } : { id: said, counted: this.#counted.has(said) };
	}

	/** Knows the password, as it is now. */
	isUnlocked(c: Context, share: ShareRow): boolean {
		const end = Number(this.#read(c, UNLOCKED, unlocking(share)));
		const now = this.#now();
		return end > now && end <= now + UNLOCKED_MS;
	}

	/** `path` is that of the page: no other page gets the cookie. */
	greet(c: Context, share: ShareRow, path: string, client: Client): void {
		this.#remember(c, share, randomUUID(), path, client);
	}

	/** One of the views is theirs from now on. */
	count(c: Context, share: ShareRow, { id }: Visitor, path: string, client: Client): void {
		const [oldest] = this.#counted;
		if (this.#counted.size >= MOST_REMEMBERED && oldest !== undefined) this.#counted.delete(oldest);
		this.#counted.add(id);
		this.#remember(c, share, COUNTED, path, client);
	}

	setUnlocked(c: Context, share: ShareRow, path: string, client: Client): void {
		const end = String(this.#now() + UNLOCKED_MS);
		setCookie(c, UNLOCKED, this.#seal.close(end, unlocking(share)), options(path, client));
	}

	#remember(c: Context, share: ShareRow, what: string, path: string, client: Client): void {
		setCookie(c, VISITOR, this.#seal.close(what, visiting(share)), { ...options(path, client), maxAge: LONGEST_S });
	}

	#read(c: Context, name: string, owner: string): string | undefined {
		const value = getCookie(c, name);
		return value === undefined ? undefined : this.#seal.open(value, owner);
	}
}

const visiting = ({ id }: ShareRow): string => `visitor of share ${id}`;
const unlocking = ({ id, passwordVersion }: ShareRow): string => `password ${passwordVersion} of share ${id}`;
const options = (path: string, { https }: Client) =>
	({ path, httpOnly: true, sameSite: 'Lax', secure: https }) as const;
