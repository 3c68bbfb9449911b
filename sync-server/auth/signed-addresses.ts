import { createHmac, randomUUID } from 'node:crypto';
import { sameSecret } from './secrets.ts';

/** How long an address works, in milliseconds: a film is watched, a socket is opened at once. */
const MEDIA_MS = 2 * 60 * 60_000;
const SOCKET_MS = 30_000;
const isSocket = (pathname: string): boolean => pathname === '/api/socket';
/** Checked on the path as it is after `..` is worked out. */
const mayBeSigned = (pathname: string): boolean =>
	isSocket(pathname) || /^\/api\/(media\/|captures\/|sources\/[\w-]+\/items\/)/.test(pathname);

export interface SignedAddress {
	/** From the root. */
	readonly path: string;
	/** Milliseconds since 1970. */
	readonly expiresAt: number;
}

/**
 * Addresses that prove themselves, for media tags and sockets: HMAC-SHA-256 over path, query, device and end. One of a socket works once.
 * Whoever gets hold of one can ask for that very thing, until it ends or the device is revoked.
 */
export class SignedAddresses {
	readonly #key: Buffer;
	readonly #now: () => number;
	/** Signatures of sockets that were used, with their end. */
	readonly #spent = new Map<string, number>();

	constructor(key: Buffer, now: () => number) {
		this.#key = key;
		this.#now = now;
	}

	/** `path` from the root, with its query; undefined when it is of something else than a media file or the socket. */
	sign(path: string, device: string): SignedAddress | undefined {
		const url = new URL(path, 'http://any');
		if (url.host !== 'any' || !mayBeSigned(url.pathname)) return undefined;
		const expiresAt = this.#now() + (isSocket(url.pathname) ? SOCKET_MS : MEDIA_MS);
		for (const name of ['dev', 'exp', 'sig', 'once']) url.searchParams.delete(name);
		url.searchParams.set('dev', device);
		// Two sockets opened in the same millisecond are two.
		if (isSocket(url.pathname)) url.searchParams.set('once', randomUUID());
		url.searchParams.set('exp', String(expiresAt));
		url.searchParams.set('sig', this.#signature(url));
		return { path: url.pathname + url.search, expiresAt };
	}

	/** The device that an address was signed for; undefined when it was not, or no longer counts. */
	verify(address: string): string | undefined {
		const url = new URL(address, 'http://any');
		const { searchParams } = url;
		const signature = searchParams.get('sig');
		const device = searchParams.get('dev');
		const expiresAt = Number(searchParams.get('exp'));
		const once = ['dev', 'exp', 'sig'].every((name) => searchParams.getAll(name).length === 1);
		if (signature === null || device === null || !once || !mayBeSigned(url.pathname)) return undefined;
		const now = this.#now();
		if (!(expiresAt > now && expiresAt <= now + MEDIA_MS)) return undefined;
		if (!sameSecret(signature, this.#signature(url))) return undefined;
		if (isSocket(url.pathname) && !this.#spend(signature, expiresAt)) return undefined;
		return device;
	}

	/** The pieces of a film that is played live are opened by the signature of their list: a player makes their addresses from it. */
	#signature(url: URL): string {
		const scope = url.pathname.replace(/^(\/api\/media\/[\w-]+\/live\/\w+\/)[^/]+$/, '$1');
		const query = new URLSearchParams([...url.searchParams].filter(([name]) => name !== 'sig'));
		query.sort();
		return createHmac('sha256', this.#key).update(`${scope}\n${query.toString()}`).digest('base64url');
	}

	#spend(signature: string, expiresAt: number): boolean {
		const now = this.#now();
		for (const [old, end] of this.#spent) if (end < now) this.#spent.delete(old);
		if (this.#spent.has(signature)) return false;
		this.#spent.set(signature, expiresAt);
		return true;
	}
}
