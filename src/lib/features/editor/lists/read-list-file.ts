import { MAX_LIST_BYTES, tooLarge } from '#core/formats/list-size';
import type { ListRead, ReadListOptions } from '#core/formats/read-list';
import { err, type Result } from '#core/result';
import { connect } from '$lib/media/worker-rpc/connect';

type Api = typeof import('./list.worker.ts').api;

/**
 * Reads a list of cuts in a worker. One that is too large to be a list is refused before a byte of it is read; the error is a sentence.
 * Rejects with `AbortError` on `signal`.
 */
export async function readListFile(
	file: Blob,
	options: ReadListOptions,
	signal?: AbortSignal,
): Promise<Result<ListRead, string>> {
	if (file.size > MAX_LIST_BYTES) return err(tooLarge(options.fileName, file.size));
	const connection = connect<Api>(new Worker(new URL('./list.worker.ts', import.meta.url), { type: 'module' }));
	try {
		return await connection.call('read', { file, options }, signal === undefined ? {} : { signal });
	} finally {
		connection.terminate();
	}
}

/** Whether a file is a ZIP, whatever it is called. */
export async function isZip(file: Blob): Promise<boolean> {
	const start = new Uint8Array(await file.slice(0, 4).arrayBuffer());
	return [0x50, 0x4b].every((byte, i) => start[i] === byte) && (start[2] === 3 || start[2] === 5);
}
