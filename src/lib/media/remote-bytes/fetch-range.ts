import { SERVER_ERRORS } from '#core/media/source-failure';
import type { RemoteBytes } from '#core/media/remote-bytes';
import { pause } from '../pause.ts';
import { newAddress } from './new-address.ts';
import { judgeAnswer, rangeHeader, readingError, type ByteSpan, type Good } from './range-answer.ts';

/** Pauses between attempts, in milliseconds: a network that changes or a server that restarts is back by then. */
export const PAUSES_MS: readonly number[] = [200, 800, 2500];
/** How long a server may send nothing, in milliseconds. */
const SILENCE_MS = 15_000;

/** Where a file is read now, and what is known of it; answers fill in what is not. Shared by all requests of one reader. */
export interface RemotePlace extends Partial<Omit<Mutable<RemoteBytes>, 'kind' | 'url'>> {
	url: string;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The bytes of `wanted`, by one request. Short failures of the network are tried again, an address that is refused is asked for anew once.
 * Rejects with a `readingError`, or with `AbortError` on `signal`.
 */
export async function fetchRange(
	place: RemotePlace,
	wanted: ByteSpan,
	signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
	let [attempt, readdressed] = [0, false];
	for (;;) {
		const got = await tryOnce(place, wanted, signal);
		if (got instanceof Uint8Array) return got;
		if (got === 'readdress') {
			const url = readdressed ? undefined : await newAddress(place.id);
			signal.throwIfAborted();
			if (url === undefined) throw readingError('refused', 'the server does not let this device read the file');
			[place.url, readdressed] = [url, true];
			continue;
		}
		const pauseMs = PAUSES_MS[attempt];
		if (pauseMs === undefined) throw readingError('offline', 'the server does not answer');
		attempt += 1;
		await pause(pauseMs, signal);
		signal.throwIfAborted();
	}
}

async function tryOnce(
	place: RemotePlace,
	wanted: ByteSpan,
	signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | 'again' | 'readdress'> {
	const stop = new AbortController();
	const request = AbortSignal.any([signal, stop.signal]);
	const watch = new Watch(() => stop.abort());
	try {
		const response = await fetch(place.url, {
			headers: { Range: rangeHeader(wanted) },
			signal: request,
			// Browsers make requests for one address wait for each other where they could be kept.
			cache: 'no-store',
		});
		watch.heard();
		const head = { status: response.status, header: (name: string) => response.headers.get(name) };
		const verdict = judgeAnswer(head, wanted, place);
		if (verdict.kind !== 'good') return verdict.kind;
		note(place, verdict, response.headers);
		const bytes = await bodyOf(response, Math.min(wanted.end, verdict.size) - wanted.start, watch);
		return bytes ?? 'again';
	} catch (thrown) {
		signal.throwIfAborted();
		const isVerdict = thrown instanceof DOMException && Object.values<string>(SERVER_ERRORS).includes(thrown.name);
		// `fetch` and its stream reject with a TypeError for all that the network does, and with ours when nothing came for long.
		if (!isVerdict && (thrown instanceof TypeError || stop.signal.aborted)) return 'again';
		throw thrown;
	} finally {
		watch.end();
		// Nothing of the rest is wanted: a whole film may be under way.
		stop.abort();
	}
}

function note(place: RemotePlace, { size, version }: Good, headers: Headers): void {
	place.size ??= size;
	if (version !== null) place.version ??= version;
	place.type ??= headers.get('Content-Type') ?? '';
	place.lastModifiedMs ??= Date.parse(headers.get('Last-Modified') ?? '') || 0;
}

/** Undefined when it ends early. */
async function bodyOf({ body }: Response, length: number, watch: Watch): Promise<Uint8Array<ArrayBuffer> | undefined> {
	const bytes = new Uint8Array(length);
	if (length === 0) return bytes;
	if (body === null) return undefined;
	const reader = body.getReader();
	let at = 0;
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return at === length ? bytes : undefined;
		watch.heard();
		if (at + value.length > length) throw readingError('unfit', 'it sends more than was asked for');
		bytes.set(value, at);
		at += value.length;
	}
}

/** Calls `onSilence` when nothing was heard for long. */
class Watch {
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly onSilence: () => void) {
		this.heard();
	}

	heard(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(this.onSilence, SILENCE_MS);
	}

	end(): void {
		clearTimeout(this.#timer);
	}
}
