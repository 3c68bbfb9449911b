import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A regular file that is open, and what it was when it was opened. The owner closes it. */
export interface OpenFile {
	readonly handle: FileHandle;
	readonly bytes: number;
	readonly mtimeNs: bigint;
	readonly ino: bigint;
}

/** Links are not followed, and a pipe that stands in the place of the file does not hold us up. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens the file at `path`, in which every link was followed before; `null` when it is not there any more, or is something else by now. */
export async function openFile(path: string | Buffer): Promise<OpenFile | null> {
	let handle: FileHandle;
	try {
		handle = await open(path, FLAGS);
	} catch (thrown) {
		if (isGone(thrown)) return null;
		throw thrown;
	}
	try {
		const { size, mtimeNs, ino, ...found } = await handle.stat({ bigint: true });
		if (found.mode !== undefined && (Number(found.mode) & constants.S_IFMT) === constants.S_IFREG)
			return { handle, bytes: Number(size), mtimeNs, ino };
	} catch (thrown) {
		await handle.close();
		throw thrown;
	}
	await handle.close();
	return null;
}

/** Of errors that mean: there is nothing here that may be read. */
const GONE = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EACCES', 'EPERM', 'ENXIO', 'ENODEV', 'EISDIR', 'ESTALE'];

export const isGone = (thrown: unknown): boolean =>
	thrown instanceof Error && GONE.includes((thrown as NodeJS.ErrnoException).code ?? '');

/** Changes whenever the file does: "size-mtimeNs-ino". */
export const versionOf = ({ bytes, mtimeNs, ino }: Pick<OpenFile, 'bytes' | 'mtimeNs' | 'ino'>): string =>
	`${bytes.toString(36)}-${mtimeNs.toString(36)}-${ino.toString(36)}`;
