import type { BlobHash } from '#core/blob-hash';
import { parseJson } from '#core/formats/json-text';
import { blobPath } from '#contract/sync';
import { ApiError } from '#contract/api-error';
import type { ServerClient } from '../server-client.ts';
import { serverFailureText } from '../server-failure.ts';

/** How long one may take either way, in milliseconds. */
const TIMEOUT_MS = 60_000;
/** It is asked again after so long, in milliseconds: what no document speaks of leaves the server some day, and an undo may speak of it again. */
const SEEN_FOR_MS = 3600_000;

/** What lies beside documents, on the server. */
export class ServerBlobs {
	readonly #client: () => ServerClient | undefined;
	/** When the server was last seen to have what, since it was last reached; in milliseconds of `performance.now`. */
	#there = new Map<BlobHash, number>();
	readonly #onBack = new Set<() => void>();

	/** `client` is that of the server that is there, undefined while there is none. */
	constructor(client: () => ServerClient | undefined) {
		this.#client = client;
	}

	/** The server is there, or there again: it may have been set up anew meanwhile. */
	readonly back = (): void => {
		this.#there = new Map();
		for (const listener of [...this.#onBack]) listener();
	};

	onBack(listener: () => void): () => void {
		this.#onBack.add(listener);
		return () => void this.#onBack.delete(listener);
	}

	/** Undefined when the server does not have it, or cannot be asked. The bytes are not checked. */
	async get(hash: BlobHash): Promise<Uint8Array | undefined> {
		const client = this.#client();
		if (client === undefined) return undefined;
		const response = await client.fetch(client.url(blobPath(hash)), { signal: AbortSignal.timeout(TIMEOUT_MS) });
		if (!response.ok) return undefined;
		this.#there.set(hash, performance.now());
		return new Uint8Array(await response.arrayBuffer());
	}

	/** On return the server has it. Rejects when it is not reached; a sentence when it does not take it. */
	async put(hash: BlobHash, bytes: Uint8Array): Promise<string | undefined> {
		const there = this.#there;
		if (performance.now() - (there.get(hash) ?? -Infinity) < SEEN_FOR_MS) return undefined;
		const client = this.#client();
		if (client === undefined) throw new Error('there is no server');
		const url = client.url(blobPath(hash));
		const ask = (init: RequestInit): Promise<Response> =>
			client.fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
		if (!(await ask({ method: 'HEAD' })).ok) {
			const reply = await ask({ method: 'PUT', body: bytes as Uint8Array<ArrayBuffer> });
			if (!reply.ok) {
				const told = ApiError.safeParse(parseJson(await reply.text()));
				const error = told.success ? told.data : null;
				return serverFailureText({ kind: 'refused', status: reply.status, error });
			}
		}
		there.set(hash, performance.now());
		return undefined;
	}
}
