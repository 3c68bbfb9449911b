import { ok, type Result } from '#core/result';
import { signAddress } from '#contract/access';
import type { ServerClient } from './server-client.ts';
import type { ServerFailure } from './server-failure.ts';

/** An address is asked for anew when less than this is left of it, in milliseconds. */
const SPARE_MS = 60 * 60_000;
const MOST = 500;

interface Known {
	readonly url: string;
	readonly expiresAtMs: number;
}

/** Addresses that prove themselves, kept as long as they last: a picture is not loaded again because its address changed. */
export class SignedUrls {
	readonly #client: ServerClient;
	readonly #now: () => number;
	readonly #known = new Map<string, Known>();

	constructor(client: ServerClient, now: () => number = Date.now) {
		this.#client = client;
		this.#now = now;
	}

	async sign(path: string): Promise<Result<string, ServerFailure>> {
		const known = this.#known.get(path);
		if (known !== undefined && known.expiresAtMs - this.#now() > SPARE_MS) return ok(known.url);
		const signed = await this.#client.call(signAddress, { body: { path } });
		if (!signed.ok) return signed;
		const url = this.#client.base + signed.value.path;
		const expiresAtMs = Date.parse(signed.value.expiresAt);
		this.#known.delete(path);
		// What works once, for a moment, is not kept.
		if (expiresAtMs - this.#now() > SPARE_MS) this.#known.set(path, { url, expiresAtMs });
		const [oldest] = this.#known.keys();
		if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
		return ok(url);
	}
}
