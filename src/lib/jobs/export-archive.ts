import { ZipWriter } from '@zip.js/zip.js';
import type { FolderTree } from '$lib/storage/folder-tree';
import { wholeOrNothing } from '$lib/storage/whole-or-nothing';
import type { ResultFile } from './export-results.ts';

/** How far saving is, 0..1 of the bytes. */
export interface SaveOptions {
	readonly signal?: AbortSignal;
	readonly onProgress?: (share: number) => void;
}

/**
 * Writes files into a ZIP as they are read, without compressing: video does not get smaller. `target` is closed at the end, and aborted
 * when that fails, so that nothing half-written stays. Rejects with `AbortError` on `signal`.
 */
export async function writeArchive(
	files: readonly ResultFile[],
	target: WritableStream<Uint8Array>,
	{ signal, onProgress }: SaveOptions = {},
): Promise<void> {
	await wholeOrNothing(target, async (sink) => {
		const zip = new ZipWriter(sink, { level: 0, useWebWorkers: false, ...(signal && { signal }) });
		await eachFile(files, onProgress, async (path, file) => {
			signal?.throwIfAborted();
			await zip.add(path, { readable: file.stream(), size: file.size }, { lastModDate: new Date(file.lastModified) });
		});
		signal?.throwIfAborted();
		await zip.close();
	});
}

/** Copies files into a folder under their paths; what is there under the same path is replaced. */
export async function copyInto(
	files: readonly ResultFile[],
	target: FolderTree,
	{ signal, onProgress }: SaveOptions = {},
): Promise<void> {
	await eachFile(files, onProgress, async (path, file) => {
		signal?.throwIfAborted();
		await target.write(path, file);
	});
}

async function eachFile(
	files: readonly ResultFile[],
	onProgress: ((share: number) => void) | undefined,
	work: (path: string, file: File) => Promise<void>,
): Promise<void> {
	let done = 0;
	for (const { path, handle } of files) {
		await work(path, await handle.getFile());
		done += 1;
		onProgress?.(done / files.length);
	}
}
