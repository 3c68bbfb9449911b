import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import { failureOfThrown } from './failure-of.ts';

const CHUNK_BYTES = 8 * 1024 * 1024;
/** What may be kept in memory where the browser has no private file system. */
const MEMORY_LIMIT_BYTES = 512 * 1024 * 1024;

export type FfmpegOutput = FileSystemFileHandle | { readonly limitBytes: number };

/** Gives `make` a temporary file to write to, and removes it afterwards, whatever happened. */
export async function withTemporaryFile<T>(
	extension: string,
	make: (output: FfmpegOutput) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
	const folder = await privateFolder();
	if (folder === undefined) return make({ limitBytes: MEMORY_LIMIT_BYTES });
	const name = `ffmpeg-${crypto.randomUUID()}.${extension}`;
	try {
		return await make(await folder.getFileHandle(name, { create: true }));
	} finally {
		await removeSoon(folder, name);
	}
}

async function privateFolder(): Promise<FileSystemDirectoryHandle | undefined> {
	try {
		return await (await navigator.storage.getDirectory()).getDirectoryHandle('temporary', { create: true });
	} catch (thrown) {
		if (thrown instanceof TypeError || thrown instanceof DOMException) return undefined;
		throw thrown;
	}
}

/** A worker that was ended by force may hold its lock on the file for a few seconds. */
async function removeSoon(folder: FileSystemDirectoryHandle, name: string, attempts = 12): Promise<void> {
	try {
		await folder.removeEntry(name);
	} catch (thrown) {
		if (thrown instanceof DOMException && thrown.name === 'NotFoundError') return;
		if (attempts === 0) console.warn(`the temporary file ${name} could not be removed:`, thrown);
		else setTimeout(() => void removeSoon(folder, name, attempts - 1), 500);
	}
}

/** The same bytes, held by the browser and no longer by the file: it may go. */
export async function detached(file: Blob, type: string): Promise<Blob> {
	const parts: Blob[] = [];
	for (let at = 0; at < file.size; at += CHUNK_BYTES) {
		parts.push(new Blob([await file.slice(at, at + CHUNK_BYTES).arrayBuffer()]));
	}
	return new Blob(parts, { type });
}

/** True for files of the origin's private file system, which workers can write to synchronously. */
export async function isPrivateFile(handle: FileSystemFileHandle): Promise<boolean> {
	try {
		return (await (await navigator.storage.getDirectory()).resolve(handle)) !== null;
	} catch (thrown) {
		if (thrown instanceof TypeError || thrown instanceof DOMException) return false;
		throw thrown;
	}
}

/** Copies a finished file piece by piece. Rejects with `AbortError` on `signal`. */
export async function copyInto(
	handle: FileSystemFileHandle,
	from: Blob | FfmpegOutput,
	signal: AbortSignal,
	subject: string,
): Promise<Result<undefined, Failure>> {
	try {
		const content = from instanceof Blob ? from : 'getFile' in from ? await from.getFile() : new Blob();
		const writable = await handle.createWritable();
		await content.stream().pipeTo(writable, { signal });
		return ok(undefined);
	} catch (thrown) {
		return err(failureOfThrown(thrown, subject));
	}
}
