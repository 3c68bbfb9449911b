import type { ByteSource } from '#core/media/byte-source';
import { isRemote, type RemoteBytes } from '#core/media/remote-bytes';
import { newAddress } from './remote-bytes/new-address.ts';
import { readerOf } from './remote-bytes/range-reader.ts';

export type { RemoteBytes } from '#core/media/remote-bytes';

/** Where media are read from: on this device, or from a server by range requests. Both can be sent to workers. */
export type MediaBytes = Blob | RemoteBytes;
/** One with a name. */
export type MediaFile = File | RemoteBytes;

/**
 * Bytes `start` up to `end`, fewer at the end of the file. Rejects with the browser's error when the file cannot be read, with one that
 * `sourceFailure` knows when its server does not hand it out, and with `AbortError` on `signal`.
 */
export async function readSpan(
	bytes: MediaBytes,
	start: number,
	end: number,
	signal?: AbortSignal,
): Promise<ArrayBuffer> {
	if (isRemote(bytes)) return (await readerOf(bytes).read(start, end, signal)).buffer;
	signal?.throwIfAborted();
	return bytes.slice(start, end).arrayBuffer();
}

/** The same as what the core reads from. */
export const byteSource = (bytes: MediaBytes): ByteSource => ({
	size: bytes.size,
	read: (start, end) => readSpan(bytes, start, end),
});

/** Reads a byte from where the file lies, not from what is kept of it: rejects as `readSpan` when it cannot be read any more. */
export async function checkReadable(bytes: MediaBytes): Promise<void> {
	if (isRemote(bytes)) await readerOf(bytes).check();
	else await bytes.slice(0, 1).arrayBuffer();
}

/** Bytes read at a time by `streamOf`. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** All bytes in order, a few megabytes at a time. Errors as `readSpan` rejects. */
export function streamOf(bytes: MediaBytes): ReadableStream<Uint8Array<ArrayBuffer>> {
	if (!isRemote(bytes)) return bytes.stream();
	const abort = new AbortController();
	let at = 0;
	return new ReadableStream<Uint8Array<ArrayBuffer>>(
		{
			async pull(controller) {
				if (at >= bytes.size) return controller.close();
				const piece = await readerOf(bytes).read(at, at + PIECE_BYTES, abort.signal);
				at += piece.length;
				controller.enqueue(piece);
			},
			cancel: () => abort.abort(),
		},
		{ highWaterMark: 1 },
	);
}

/** Where a media element reads a file. Release it. */
export interface ElementAddress {
	readonly url: string;
	/** For the element's `crossOrigin`: without it, its pictures of another origin cannot be drawn. */
	readonly crossOrigin: 'anonymous' | null;
	/**
	 * After the element failed: another address, when the last one has ended; undefined when it is none of the address's fault. Rejects as
	 * `readSpan` when the file cannot be read at all.
	 */
	renew(): Promise<string | undefined>;
	release(): void;
}

export function elementAddress(bytes: MediaBytes): ElementAddress {
	if (isRemote(bytes)) {
		const reader = readerOf(bytes);
		let given = reader.url;
		const renew = async (): Promise<string | undefined> => {
			await reader.check();
			if (reader.url === given) return undefined;
			return (given = reader.url);
		};
		return { url: given, crossOrigin: 'anonymous', renew, release: () => undefined };
	}
	const url = URL.createObjectURL(bytes);
	return {
		url,
		crossOrigin: null,
		renew: () => checkReadable(bytes).then(() => undefined),
		release: () => URL.revokeObjectURL(url),
	};
}

/** The same file at a new address, where one can be had. */
export async function readdressed<T extends MediaBytes>(bytes: T): Promise<T> {
	const url = isRemote(bytes) ? await newAddress(bytes.id) : undefined;
	return url === undefined ? bytes : { ...bytes, url };
}
