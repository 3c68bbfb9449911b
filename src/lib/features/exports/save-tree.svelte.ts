import { failureText, type Failure } from '#core/failure';
import { isAbort } from '#core/result';
import type { ExportQueue } from '$lib/jobs/export-queue';
import type { ResultFile } from '$lib/jobs/export-results';
import { failureOf } from '$lib/jobs/failure-of';
import type { Storage } from '$lib/storage/storage';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import { download } from './deliver.ts';
import { text } from './text.ts';

/** Chromium's; TypeScript's DOM library does not know it. */
interface Pickers {
	showDirectoryPicker?(options: object): Promise<FileSystemDirectoryHandle>;
}
const picker = (): Pickers => globalThis as Pickers;

export const canPickFolder = (): boolean => picker().showDirectoryPicker !== undefined;

/** Whether there is room for an archive: not at an address without https. */
export const keepsFiles = (): boolean => 'storage' in navigator && 'getDirectory' in navigator.storage;

/** Saving of several results at once: as one ZIP, or as a copy of their folders. One at a time. */
export class SaveTree {
	#queue: ExportQueue;
	#storage: Storage;
	#toasts: Toasts;
	#share: number | undefined = $state();
	#stop: AbortController | undefined;

	constructor(queue: ExportQueue, storage: Storage, toasts: Toasts) {
		this.#queue = queue;
		this.#storage = storage;
		this.#toasts = toasts;
	}

	/** How far it is, 0..1; undefined when nothing is being saved. */
	get share(): number | undefined {
		return this.#share;
	}

	stop(): void {
		this.#stop?.abort();
	}

	/** Saves the results of jobs with what lies beside them as `<name>.zip`. True when that was done. */
	async asArchive(ids: readonly string[], name: string): Promise<boolean> {
		const fileName = `${name}.zip`;
		return this.#saving(ids, fileName, async (files, options) => {
			const { writeArchive } = await import('$lib/jobs/export-archive');
			const handle = await this.#storage.files.createForVisit(fileName);
			await writeArchive(files, await handle.createWritable(), options);
			download(await handle.getFile(), fileName);
		});
	}

	/** Copies the results of jobs, with their folders, into one that the person picks in this click. True when that was done. */
	async asCopy(ids: readonly string[], name: string): Promise<boolean> {
		const folder = await this.#pickFolder();
		if (folder === undefined) return false;
		return this.#saving(ids, name, async (files, options) => {
			const [{ copyInto }, { FolderTree }] = await Promise.all([
				import('$lib/jobs/export-archive'),
				import('$lib/storage/folder-tree'),
			]);
			await copyInto(files, new FolderTree(folder), options);
			this.#toasts.show({ kind: 'success', text: text.copied(files.length, folder.name) });
		});
	}

	async #pickFolder(): Promise<FileSystemDirectoryHandle | undefined> {
		try {
			return await picker().showDirectoryPicker?.({ id: 'octocut-exports', mode: 'readwrite' });
		} catch (thrown) {
			if (!isAbort(thrown)) this.#toasts.show({ kind: 'error', text: text.folderRefused });
			return undefined;
		}
	}

	async #saving(
		ids: readonly string[],
		subject: string,
		save: (
			files: readonly ResultFile[],
			options: { signal: AbortSignal; onProgress: (share: number) => void },
		) => Promise<void>,
	): Promise<boolean> {
		if (this.#share !== undefined) return false;
		this.#stop = new AbortController();
		this.#share = 0;
		const options = { signal: this.#stop.signal, onProgress: (share: number) => (this.#share = share) };
		try {
			const files = await this.#queue.tree(ids);
			if (!files.ok) return this.#fail(files.error);
			await save(files.value, options);
			return true;
		} catch (thrown) {
			return isAbort(thrown) ? false : this.#fail(failureOf(thrown, subject));
		} finally {
			this.#share = undefined;
		}
	}

	#fail(failure: Failure): false {
		this.#toasts.show({ kind: 'error', text: failureText(failure) });
		return false;
	}
}
