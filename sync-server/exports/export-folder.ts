import { constants } from 'node:fs';
import {
	copyFile,
	link,
	lstat,
	mkdir,
	open,
	readdir,
	readFile,
	realpath,
	rename,
	rm,
	rmdir,
	stat,
	unlink,
} from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { isSafePath } from '#core/export/safe-path';
import { InvariantError } from '#core/result';

/** Where outputs grow, in the export folder itself: what is complete only gets another name. */
const PARTS = '.parts';

/**
 * The folder of finished exports. Every path is told from its top, with `/`, and leads nowhere else: names are checked, links are not followed out
 * of it.
 */
export class ExportFolder {
	readonly #root: string;

	/** `root` is absolute. */
	constructor(root: string) {
		this.#root = root;
	}

	/** An empty folder of a job's own, for what is still being made. */
	async partsOf(id: string): Promise<string> {
		const folder = join(this.#root, PARTS, id);
		await mkdir(folder, { recursive: true });
		return folder;
	}

	async discardParts(id: string): Promise<void> {
		await rm(join(this.#root, PARTS, id), { recursive: true, force: true });
	}

	/** Removes what jobs left that are not active any more. */
	async sweep(isActive: (id: string) => boolean): Promise<void> {
		for (const id of await namesIn(join(this.#root, PARTS))) if (!isActive(id)) await this.discardParts(id);
	}

	/** The absolute path of a file or folder; its folder is made. */
	async place(path: string): Promise<string> {
		if (!isSafePath(path)) throw new InvariantError(`"${path}" is no path in the export folder`);
		const full = join(this.#root, ...path.split('/'));
		await mkdir(dirname(full), { recursive: true });
		const [root, above] = await Promise.all([realpath(this.#root), realpath(dirname(full))]);
		if (above !== root && !above.startsWith(root + sep)) throw refusal(path);
		return join(above, full.slice(dirname(full).length + 1));
	}

	/** The absolute path of something that is there, links followed only inside; undefined when it is not there. */
	async find(path: string): Promise<string | undefined> {
		if (!isSafePath(path)) return undefined;
		try {
			const [root, full] = await Promise.all([realpath(this.#root), realpath(join(this.#root, ...path.split('/')))]);
			return full.startsWith(root + sep) ? full : undefined;
		} catch (thrown) {
			if (isAbsent(thrown)) return undefined;
			throw thrown;
		}
	}

	async has(path: string): Promise<boolean> {
		const full = await this.place(path);
		return lstat(full).then(
			() => true,
			(thrown: unknown) => {
				if (isAbsent(thrown)) return false;
				throw thrown;
			},
		);
	}

	/** Files at or below a path, in order, with their sizes. */
	async files(path: string): Promise<readonly { readonly path: string; readonly bytes: number }[]> {
		const full = await this.find(path);
		if (full === undefined) return [];
		const found = await stat(full);
		if (found.isFile()) return [{ path, bytes: found.size }];
		if (!found.isDirectory()) return [];
		const names = (await readdir(full)).sort();
		return (await Promise.all(names.map((name) => this.files(`${path}/${name}`)))).flat();
	}

	/** Gives a complete file or folder its name. False when that name was taken in the meantime; with `overwrite` what is there goes. */
	async settle(part: string, path: string, overwrite: boolean): Promise<boolean> {
		const full = await this.place(path);
		await sync(part);
		if ((await stat(part)).isDirectory()) {
			if (overwrite) await rm(full, { recursive: true, force: true });
			if (!(await madeFolder(full))) return false;
			await rename(part, full);
		} else if (overwrite) await rename(part, full);
		else if (!(await moved(part, full))) return false;
		await sync(dirname(full));
		return true;
	}

	/** Writes a whole file: until it is complete the one before stays. */
	async write(path: string, content: string | AsyncIterable<Uint8Array>): Promise<void> {
		const full = await this.place(path);
		const growing = join(dirname(full), `.${process.pid}-${(writes += 1)}.tmp`);
		try {
			const file = await open(growing, 'w');
			try {
				if (typeof content === 'string') await file.writeFile(content);
				else for await (const bytes of content) await file.writeFile(bytes);
				await file.sync();
			} finally {
				await file.close();
			}
			await rename(growing, full);
		} catch (thrown) {
			await rm(growing, { force: true });
			throw thrown;
		}
	}

	async read(path: string): Promise<string> {
		return readFile(await this.place(path), 'utf8');
	}

	async copy(from: string, to: string): Promise<void> {
		await copyFile(await this.place(from), await this.place(to), constants.COPYFILE_EXCL);
	}

	/** A file or a folder; nothing happens when it is not there. */
	async remove(path: string): Promise<void> {
		await rm(await this.place(path), { recursive: true, force: true });
	}

	/** Removes the folder at `path` and those above it as far as they are empty. */
	async prune(path: string): Promise<void> {
		for (const parts = path === '' ? [] : path.split('/'); parts.length > 0; parts.pop()) {
			try {
				await rmdir(join(this.#root, ...parts));
			} catch (thrown) {
				if (thrown instanceof Error) return;
				throw thrown;
			}
		}
	}
}

let writes = 0;

const codeOf = (thrown: unknown): string => (thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '');
const isAbsent = (thrown: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(thrown));

const refusal = (path: string): Error =>
	Object.assign(new Error(`“${path}” leads out of the export folder`), { code: 'EACCES' });

async function namesIn(folder: string): Promise<readonly string[]> {
	try {
		return await readdir(folder);
	} catch (thrown) {
		if (isAbsent(thrown)) return [];
		throw thrown;
	}
}

async function madeFolder(full: string): Promise<boolean> {
	try {
		await mkdir(full);
		return true;
	} catch (thrown) {
		if (codeOf(thrown) === 'EEXIST') return false;
		throw thrown;
	}
}

/** A link is made only where there is nothing yet, which a rename would silently replace. */
async function moved(part: string, full: string): Promise<boolean> {
	try {
		await link(part, full);
		await unlink(part);
		return true;
	} catch (thrown) {
		if (codeOf(thrown) === 'EEXIST') return false;
		// File systems without links: the name is taken first, then filled.
		if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(codeOf(thrown))) throw thrown;
	}
	try {
		await (await open(full, 'wx')).close();
	} catch (thrown) {
		if (codeOf(thrown) === 'EEXIST') return false;
		throw thrown;
	}
	await rename(part, full);
	return true;
}

async function sync(path: string): Promise<void> {
	const file = await open(path, 'r');
	try {
		await file.sync();
	} finally {
		await file.close();
	}
}
