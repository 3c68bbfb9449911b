import type { Failure } from '#core/failure';
import { isRemote, type RemoteBytes } from '#core/media/remote-bytes';
import { sourceFailure } from '#core/media/source-failure';
import { err, InvariantError, ok, type Result } from '#core/result';
import { TEMPORARY, temporaryLock, type OriginFiles } from './private-files.ts';
import type { ServerFiles } from './storage.ts';
import { isQuotaError } from './storage-error.ts';

/** Bytes copied at a time: large enough to be fast, small enough that memory stays flat and cancel is quick. */
const CHUNK_BYTES = 8 * 1024 * 1024;

export interface CopyOptions {
	readonly signal?: AbortSignal;
	/** 0..1. */
	readonly onProgress?: (share: number) => void;
	/** For a file on a server. */
	readonly server?: ServerFiles | undefined;
}

/**
 * Copies `file` to `path`, which appears only when it is complete. Under way the bytes lie in a temporary file whose lock tells other
 * tabs not to sweep it. Rejects with `AbortError` on `signal`.
 */
export async function keepCopy(
	files: OriginFiles,
	root: string,
	{ file, path, subject }: { readonly file: Blob | RemoteBytes; readonly path: string; readonly subject: string },
	options: CopyOptions,
): Promise<Result<void, Failure>> {
	const { signal } = options;
	signal?.throwIfAborted();
	const name = crypto.randomUUID();
	const temporary = `${TEMPORARY}/${name}`;
	return navigator.locks.request(temporaryLock(root, name), async (): Promise<Result<void, Failure>> => {
		try {
			await write(await files.create(temporary), file, options);
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
	file: Blob | RemoteBytes,
	{ signal, onProgress, server }: CopyOptions,
): Promise<void> {
	const writable = await handle.createWritable();
	try {
		for (let offset = 0; offset < file.size; offset += CHUNK_BYTES) {
			const end = Math.min(file.size, offset + CHUNK_BYTES);
			await writable.write(await read(() => spanOf(file, offset, end, { signal, server })));
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

function spanOf(
	file: Blob | RemoteBytes,
	start: number,
	end: number,
	{ signal, server }: { readonly signal: AbortSignal | undefined; readonly server: ServerFiles | undefined },
): Promise<ArrayBuffer> {
	if (!isRemote(file)) return file.slice(start, end).arrayBuffer();
	if (server === undefined) throw new InvariantError('storage was opened without a way to servers');
	return server.read(file, start, end, signal);
}

async function read(span: () => Promise<ArrayBuffer>): Promise<ArrayBuffer> {
	try {
		return await span();
	} catch (thrown) {
		throw new UnreadableError(thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
	}
}

function copyFailure(thrown: unknown, subject: string, bytes: number): Failure {
	if (isQuotaError(thrown)) return { kind: 'out-of-space', subject, neededBytes: bytes };
	if (thrown instanceof UnreadableError) {
		const { cause, message } = thrown;
		const known = cause instanceof DOMException ? sourceFailure(cause.name, subject, message) : undefined;
		return known ?? { kind: 'source-unreadable', subject, detail: message };
	}
	return { kind: 'unexpected', subject, detail: thrown instanceof Error ? thrown.message : String(thrown) };
}
