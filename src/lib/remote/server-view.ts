import {
	type CachedCopy,
	getCache,
	getFrameIndex,
	getLivePlaylist,
	getStream,
	getThumbnail,
	type Quality,
} from '#contract/streaming';
import { getMedia } from '#contract/library';
import type { MediaFacts } from '#core/media/media-facts';
import type { FrameIndex } from '#core/time/frame-index';
import { decodeFrameIndex, FrameIndexFormatError } from '#core/time/frame-index-codec';
import { err, isAbort, ok, type Result } from '#core/result';
import type { DerivedCache } from '../media/derived-cache.ts';
import type { Connection } from './connection.ts';
import type { ServerClient } from './server-client.ts';
import { ServerDerived } from './server-derived.ts';
import type { ServerFailure } from './server-failure.ts';

/** Where a file lies, as records of files name it: `server` is empty for the one that the app came from. */
export interface ServerPlace {
	readonly server: string;
	readonly mediaId: string;
}

/** Reading every packet of a long film takes the server a while. */
const PROBE_MS = 5 * 60_000;
const PICTURE_MS = 30_000;
const OFFLINE = { kind: 'offline', cause: 'another server is connected, or none' } as const;

/** One file of the server as it is looked at here: copies in several qualities, also while they are made, and what the server knows of it. */
export class ServerView {
	readonly #connection: Connection;
	readonly #place: ServerPlace;

	constructor(connection: Connection, place: ServerPlace) {
		this.#connection = connection;
		this.#place = place;
	}

	/** What there is of the copy; with `make`, it is begun when there is none. */
	async copy(quality: Quality, make: boolean, signal: AbortSignal): Promise<Result<CachedCopy, ServerFailure>> {
		const client = await this.#client();
		if (client === undefined) return err(OFFLINE);
		const params = { id: this.#place.mediaId };
		if (make) {
			// The answer is the job, or bytes of the copy: one is enough.
			const begun = await this.#fetch(client, client.url(getStream.path, params, { quality }), signal);
			if (!begun.ok) return begun;
			await begun.value.body?.cancel();
		}
		const state = await client.call(getCache, { params, signal });
		if (!state.ok) return state;
		const copy = state.value.qualities[quality];
		return copy === undefined ? err({ kind: 'refused', status: 422, error: null }) : ok(copy);
	}

	/** Where a whole copy is read by ranges. */
	copyUrl(quality: Quality): Promise<Result<string, ServerFailure>> {
		return this.#mediaUrl(getStream.path, { quality });
	}

	/** Where the list of a copy is that is made while it is looked at. */
	liveUrl(quality: Exclude<Quality, 'high'>): Promise<Result<string, ServerFailure>> {
		return this.#mediaUrl(getLivePlaylist.path.replace('{quality}', quality), { exact: 'true' });
	}

	/** What the server has made of the file; `local` is asked first. */
	derived({ firstTimestampS, durationS }: MediaFacts, local?: DerivedCache): ServerDerived {
		const of = { mediaId: this.#place.mediaId, firstS: firstTimestampS, durationS };
		return new ServerDerived(() => this.#client(), of, local);
	}

	/**
	 * What the server has found in the file, looked into now if it was not yet. Undefined when it is away, refuses, or is of another time: then
	 * the app looks itself. Rejects with `AbortError` on `signal`.
	 */
	async probed(signal: AbortSignal): Promise<{ facts: MediaFacts; index: FrameIndex | undefined } | undefined> {
		const client = await this.#client();
		const params = { id: this.#place.mediaId };
		const media = await client?.call(getMedia, { params, signal, timeoutMs: PROBE_MS });
		if (client === undefined || media?.ok !== true || !media.value.looked.ok) return undefined;
		const { facts } = media.value.looked;
		if (facts.video === undefined) return { facts, index: undefined };
		const answer = await this.#fetch(client, client.url(getFrameIndex.path, params), signal, 'default');
		if (!answer.ok) return undefined;
		try {
			return { facts, index: decodeFrameIndex(new Uint8Array(await answer.value.arrayBuffer())) };
		} catch (thrown) {
			if (isAbort(thrown)) throw thrown;
			if (thrown instanceof FrameIndexFormatError || thrown instanceof TypeError) return undefined;
			throw thrown;
		}
	}

	/** A picture of the file, for a card; undefined when the server has none to give. */
	async picture(): Promise<Blob | undefined> {
		const client = await this.#client();
		if (client === undefined) return undefined;
		const url = client.url(getThumbnail.path, { id: this.#place.mediaId }, { width: '640' });
		const answer = await this.#fetch(client, url, AbortSignal.timeout(PICTURE_MS));
		if (!answer.ok) return undefined;
		const picture = await answer.value.blob();
		return picture.type === 'image/webp' ? picture : undefined;
	}

	async #client(): Promise<ServerClient | undefined> {
		await this.#connection.known();
		return this.#connection.place === this.#place.server ? this.#connection.client : undefined;
	}

	async #mediaUrl(path: string, query: Record<string, string>): Promise<Result<string, ServerFailure>> {
		if ((await this.#client()) === undefined) return err(OFFLINE);
		const filled = path.replace('{id}', encodeURIComponent(this.#place.mediaId));
		return this.#connection.mediaUrl(`${filled}?${new URLSearchParams(query).toString()}` as `/api/media/${string}`);
	}

	async #fetch(
		client: ServerClient,
		url: string,
		signal: AbortSignal,
		cache: RequestCache = 'no-store',
	): Promise<Result<Response, ServerFailure>> {
		try {
			const response = await client.fetch(url, { signal, cache });
			return response.ok ? ok(response) : err({ kind: 'refused', status: response.status, error: null });
		} catch (thrown) {
			const isTimeout = thrown instanceof DOMException && thrown.name === 'TimeoutError';
			if (!isTimeout && (signal.aborted || !(thrown instanceof TypeError))) throw thrown;
			return err({ kind: 'offline', cause: thrown });
		}
	}
}
