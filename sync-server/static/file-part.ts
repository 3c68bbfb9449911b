import type { FileHandle } from 'node:fs/promises';

/** Bytes of an open file that an answer consists of, both ends inside. Whoever takes it closes the file. */
export interface FilePart {
	readonly handle: FileHandle;
	readonly first: number;
	readonly last: number;
}

/** Read at a time where there is no socket to write to. */
const CHUNK_BYTES = 256 * 1024;

/** By request: what its answer is made of, for those who can do better than a web stream. */
const parts = new WeakMap<Request, FilePart>();

/**
 * The body of an answer to `request`: a stream that reads when it is read, and closes the file when it ends, fails or is cancelled.
 * A server with a socket takes the part itself (`takePart`) and leaves the stream alone.
 */
export function bodyOf(request: Request, part: FilePart): ReadableStream<Uint8Array<ArrayBuffer>> {
	parts.set(request, part);
	const { handle, first, last } = part;
	let position = first;
	return new ReadableStream<Uint8Array<ArrayBuffer>>(
		{
			async pull(controller) {
				parts.delete(request);
				try {
					const chunk = new Uint8Array(Math.min(CHUNK_BYTES, last + 1 - position));
					const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
					if (bytesRead === 0) throw new Error('the file became shorter while it was sent');
					position += bytesRead;
					controller.enqueue(chunk.subarray(0, bytesRead));
					if (position <= last) return;
					controller.close();
					await handle.close();
				} catch (thrown) {
					await handle.close();
					throw thrown;
				}
			},
			cancel: () => handle.close(),
		},
		{ highWaterMark: 0 },
	);
}

/** The part that the answer to `request` consists of, once: it is the taker's from then on. */
export function takePart(request: Request): FilePart | undefined {
	const part = parts.get(request);
	parts.delete(request);
	return part;
}
