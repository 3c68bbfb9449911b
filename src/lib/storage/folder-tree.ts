import { isNotFound, moveFile } from './file-system-access.ts';
import { pathParts, removeEntry } from './private-files.ts';

/** What a file is made of; parts are written as they come. */
export type Content = Blob | string | AsyncIterable<Uint8Array<ArrayBuffer>>;

/**
 * A folder with all that is below it, by path ("walk/clip_001/clip_001_0.mp4"): one that the person picked, or one of the private file
 * system. A path that would lead out of it is refused as a bug.
 */
export class FolderTree {
	readonly root: FileSystemDirectoryHandle;

	constructor(root: FileSystemDirectoryHandle) {
		this.root = root;
	}

	/** The folder at `path` (empty: the top); undefined when it is not there. */
	async folder(path: string): Promise<FileSystemDirectoryHandle | undefined> {
		return absent(async () => {
			let folder = this.root;
			for (const part of partsOf(path)) folder = await folder.getDirectoryHandle(part);
			return folder;
		});
	}

	/** The folder at `path`, made with all above it. */
	async make(path: string): Promise<FileSystemDirectoryHandle> {
		let folder = this.root;
		for (const part of partsOf(path)) folder = await folder.getDirectoryHandle(part, { create: true });
		return folder;
	}

	async file(path: string): Promise<FileSystemFileHandle | undefined> {
		const { above, name } = split(path);
		const folder = await this.folder(above);
		return folder && absent(() => folder.getFileHandle(name));
	}

	/** An empty file, with its folders; what was there is gone. */
	async create(path: string): Promise<FileSystemFileHandle> {
		const { above, name } = split(path);
		const folder = await this.make(above);
		await removeEntry(folder, name);
		return folder.getFileHandle(name, { create: true });
	}

	/** Whether a file or folder is there. */
	async has(path: string): Promise<boolean> {
		return (await this.file(path)) !== undefined || (await this.folder(path)) !== undefined;
	}

	/** Names of what lies in a folder; none when it is not there. */
	async list(path: string): Promise<readonly string[]> {
		const folder = await this.folder(path);
		const names: string[] = [];
		if (folder !== undefined) for await (const name of folder.keys()) names.push(name);
		return names;
	}

	/** Every file at or below `path`, in order of their paths. */
	async files(path: string): Promise<readonly { readonly path: string; readonly handle: FileSystemFileHandle }[]> {
		const folder = await this.folder(path);
		if (folder === undefined) {
			const handle = await this.file(path);
			return handle === undefined ? [] : [{ path, handle }];
		}
		const found: { path: string; handle: FileSystemFileHandle }[] = [];
		for (const name of [...(await this.list(path))].sort()) found.push(...(await this.files(join(path, name))));
		return found;
	}

	/** Writes a whole file. Until it is complete the one before stays; a new one that cannot be completed leaves nothing. */
	async write(path: string, content: Content): Promise<void> {
		const { above, name } = split(path);
		const folder = await this.make(above);
		const known = await absent(() => folder.getFileHandle(name));
		try {
			// The browser writes beside the file and puts the result in its place when the stream is closed.
			await writeAll(known ?? (await folder.getFileHandle(name, { create: true })), content);
		} catch (thrown) {
			if (known === undefined) await absent(() => folder.removeEntry(name));
			throw thrown;
		}
	}

	/** Puts a file under another path; one that is there is replaced in one step. Nothing is copied where the browser can move. */
	async put(file: FileSystemFileHandle, path: string, from: FolderTree, fromPath: string): Promise<void> {
		const { above, name } = split(path);
		if (await moveFile(file, await this.make(above), name)) return;
		await this.write(path, await file.getFile());
		await from.remove(fromPath);
	}

	/** A file or a whole folder; nothing happens when it is not there. */
	async remove(path: string): Promise<void> {
		const { above, name } = split(path);
		const folder = await this.folder(above);
		if (folder !== undefined) await removeEntry(folder, name);
	}

	/** Removes the folder at `path` and those above it as far as they are empty; the top stays. */
	async prune(path: string): Promise<void> {
		const parts = partsOf(path);
		for (; parts.length > 0; parts.pop()) {
			const folder = await this.folder(parts.slice(0, -1).join('/'));
			try {
				if (folder !== undefined) await absent(() => folder.removeEntry(parts.at(-1) ?? ''));
			} catch (thrown) {
				if (thrown instanceof DOMException && thrown.name === 'InvalidModificationError') return;
				throw thrown;
			}
		}
	}
}

/** Puts paths together; an empty folder is the top. */
export const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

const partsOf = (path: string): string[] => (path === '' ? [] : pathParts(path));

function split(path: string): { above: string; name: string } {
	const parts = pathParts(path);
	const name = parts.pop() ?? '';
	return { above: parts.join('/'), name };
}

async function writeAll(file: FileSystemFileHandle, content: Content): Promise<void> {
	const target = await file.createWritable();
	try {
		if (content instanceof Blob || typeof content === 'string') await target.write(content);
		else for await (const part of content) await target.write(part);
		await target.close();
	} catch (thrown) {
		await target.abort().catch((second: unknown) => console.debug('A write was already given up:', second));
		throw thrown;
	}
}

async function absent<T>(look: () => Promise<T>): Promise<T | undefined> {
	try {
		return await look();
	} catch (thrown) {
		if (isNotFound(thrown)) return undefined;
		throw thrown;
	}
}
