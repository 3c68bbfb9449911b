import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import { TEMPORARY, temporaryLock, type OriginFiles } from './private-files.ts';
import { isQuotaError } from './storage-error.ts';

/** Bytes copied at a time: large enough to be fast, small enough that memory stays flat and cancel is quick. */
const CHUNK_BYTES = 8 * 1024 * 1024;

export interface CopyOptions {
	readonly signal?: AbortSignal;
	/** 0..1. */
	readonly onProgress?: (share: number) => void;
}

/**
 * Copies `file` to `path`, which appears only when it is complete. Under way the bytes lie in a temporary file whose lock tells other
 * tabs not to sweep it. Rejects with `AbortError` on `signal`.
 */
export async function keepCopy(
	files: OriginFiles,
	root: string,
	{ file, path, subject }: { readonly file: Blob; readonly path: string; readonly subject: string },
	{ signal, onProgress }: CopyOptions,
): Promise<Result<void, Failure>> {
	signal?.throwIfAborted();
	const name = crypto.randomUUID();
	const temporary = `${TEMPORARY}/${name}`;
	return navigator.locks.request(temporaryLock(root, name), async (): Promise<Result<void, Failure>> => {
		try {
			await write(await files.create(temporary), file, signal, onProgress);
			await files.move(temporary, path);
			return ok(undefined);
		} catch (thrown) {
			await files.remove(temporary);
			if (signal?.aborted) throw signal.reason;
			return err(copyFailure(thrown, subject, file.size));
		}
	});
}

async function write(
	handle: FileSystemFileHandle,
	file: Blob,
	signal: AbortSignal | undefined,
	onProgress: ((share: number) => void) | undefined,
): Promise<void> {
	const writable = await handle.createWritable();
	try {
		for (let offset = 0; offset < file.size; offset += CHUNK_BYTES) {
			await writable.write(await read(file.slice(offset, offset + CHUNK_BYTES)));
			signal?.throwIfAborted();
			onProgress?.(Math.min(1, (offset + CHUNK_BYTES) / file.size));
		}
		await writable.close();
	} catch (thrown) {
		// The stream may already be broken (quota); what matters is the first error.
		await writable.abort().catch((secondary: unknown) => console.debug('The copy was already closed:', secondary));
		throw thrown;
	}
}

/** Reading failed, not writing: the two have different ways out. */
class UnreadableError extends Error {
	override name = 'UnreadableError';
}

async function read(part: Blob): Promise<ArrayBuffer> {
	try {
		return await part.arrayBuffer();
	} catch (thrown) {
		throw new UnreadableError(thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
	}
}

function copyFailure(thrown: unknown, subject: string, bytes: number): Failure {
	if (isQuotaError(thrown)) return { kind: 'out-of-space', subject, neededBytes: bytes };
	if (thrown instanceof UnreadableError) return { kind: 'source-unreadable', subject, detail: thrown.message };
	return { kind: 'unexpected', subject, detail: thrown instanceof Error ? thrown.message : String(thrown) };
}
