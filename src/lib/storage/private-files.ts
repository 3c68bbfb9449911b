import { InvariantError } from '#core/result';
import { isNotFound, moveFile } from './file-system-access.ts';
import type { PrivateFiles } from './storage.ts';
import { StorageError } from './storage-error.ts';

/** Where unfinished copies lie; each is guarded by a lock of the same name while it is written. */
export const TEMPORARY = 'temp';

/** The parts of `path`. Paths come from our own code and are short: anything odd is a bug. */
export function pathParts(path: string): string[] {
	const parts = path.split('/');
	const bad = parts.find((part) => part === '' || part === '.' || part === '..' || part.includes('\\'));
	if (bad !== undefined) throw new InvariantError(`"${path}" is not a path in the private file system`);
	return parts;
}

/** The origin's private file system, below one folder (so that databases of different names do not meet). */
export class OriginFiles implements PrivateFiles {
	#root: string;

	constructor(root: string) {
		this.#root = root;
	}

	async create(path: string): Promise<FileSystemFileHandle> {
		const { folder, name } = await this.#locate(path, true);
		// A leftover of the same name would keep its bytes until the first write.
		await removeEntry(folder, name);
		return folder.getFileHandle(name, { create: true });
	}

	async createForVisit(name: string): Promise<FileSystemFileHandle> {
		const folder = crypto.randomUUID();
		// Held until the page goes: without it, the next tab would take the file for a leftover.
		const held = new Promise<void>((taken) => {
			if (!('locks' in navigator)) taken();
			else {
				void navigator.locks.request(temporaryLock(this.#root, folder), () => {
					taken();
					return new Promise(() => undefined);
				});
			}
		});
		await held;
		return this.create(`${TEMPORARY}/${folder}/${name}`);
	}

	async get(path: string): Promise<FileSystemFileHandle | undefined> {
		return absentWhenMissing(async () => {
			const { folder, name } = await this.#locate(path, false);
			return folder.getFileHandle(name);
		});
	}

	async move(from: string, to: string): Promise<void> {
		const source = await this.get(from);
		if (source === undefined) throw new DOMException(`${from} is not there`, 'NotFoundError');
		const { folder, name } = await this.#locate(to, true);
		await removeEntry(folder, name);
		if (await moveFile(source, folder, name)) return;
		const target = await folder.getFileHandle(name, { create: true });
		await (await source.getFile()).stream().pipeTo(await target.createWritable());
		await this.remove(from);
	}

	async remove(path: string): Promise<void> {
		await absentWhenMissing(async () => {
			const { folder, name } = await this.#locate(path, false);
			await removeEntry(folder, name);
		});
	}

	async list(path: string): Promise<readonly string[]> {
		const names = await absentWhenMissing(async () => {
			const folder = await this.#folder(pathParts(path), false);
			const found: string[] = [];
			for await (const name of folder.keys()) found.push(name);
			return found;
		});
		return names ?? [];
	}

	folder(path: string): Promise<FileSystemDirectoryHandle> {
		return this.#folder(pathParts(path), true);
	}

	async usage(): Promise<{ usedBytes: number; quotaBytes: number; persisted: boolean } | undefined> {
		if (!('storage' in navigator) || !('estimate' in navigator.storage)) return undefined;
		const { usage, quota } = await navigator.storage.estimate();
		if (usage === undefined || quota === undefined) return undefined;
		return { usedBytes: usage, quotaBytes: quota, persisted: await navigator.storage.persisted() };
	}

	async persist(): Promise<boolean> {
		return 'storage' in navigator && 'persist' in navigator.storage ? navigator.storage.persist() : false;
	}

	async #locate(path: string, make: boolean): Promise<{ folder: FileSystemDirectoryHandle; name: string }> {
		const parts = pathParts(path);
		const name = parts.pop() ?? '';
		return { folder: await this.#folder(parts, make), name };
	}

	async #folder(parts: readonly string[], make: boolean): Promise<FileSystemDirectoryHandle> {
		if (!('storage' in navigator) || !('getDirectory' in navigator.storage)) {
			// At an insecure address nothing can be kept here, and so nothing is found.
			throw make ? new StorageError('unavailable') : new DOMException('There are no private files', 'NotFoundError');
		}
		let folder = await navigator.storage.getDirectory();
		for (const part of [this.#root, ...parts]) folder = await folder.getDirectoryHandle(part, { create: make });
		return folder;
	}
}

/** How long a file may still be held by the worker of a page that was left or stopped, in milliseconds, and how often to look. */
const [HELD_MS, LOOK_MS] = [2000, 100];

/** Removes a file or folder that may be absent. Rejects with `NoModificationAllowedError` when something keeps holding it. */
export async function removeEntry(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
	const until = performance.now() + HELD_MS;
	for (;;) {
		try {
			await absentWhenMissing(() => folder.removeEntry(name, { recursive: true }));
			return;
		} catch (thrown) {
			const held = thrown instanceof DOMException && thrown.name === 'NoModificationAllowedError';
			if (!held || performance.now() > until) throw thrown;
			await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
		}
	}
}

async function absentWhenMissing<T>(look: () => Promise<T>): Promise<T | undefined> {
	try {
		return await look();
	} catch (thrown) {
		if (isNotFound(thrown)) return undefined;
		throw thrown;
	}
}

/** The lock that says "this temporary file is being written". */
export const temporaryLock = (root: string, name: string): string => `${root}:temp:${name}`;

/** Removes temporary files that no tab is writing any more: what a killed tab left behind. */
export async function sweepTemporary(files: OriginFiles, root: string): Promise<void> {
	for (const name of await files.list(TEMPORARY)) {
		await navigator.locks.request(temporaryLock(root, name), { ifAvailable: true }, async (lock) => {
			if (lock !== null) await files.remove(`${TEMPORARY}/${name}`);
		});
	}
}
