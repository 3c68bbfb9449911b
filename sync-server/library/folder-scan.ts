import type { Stats } from 'node:fs';
import { lstat, opendir, stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isGone } from '../static/open-file.ts';
import type { FileRow, FileStat, FolderRow, LibraryRows } from './library-rows.ts';
import { isMediaName, isSkipped, keyOf } from './media-names.ts';
import { isInside, joinRaw, realRaw } from './raw-path.ts';

/** Looked at together: enough for the disk, few enough to leave others their turn. */
const LOOKED_AT_ONCE = 64;
/** Rows written in one transaction. */
const WRITTEN_AT_ONCE = 500;

export interface FolderScanOptions {
	readonly rows: LibraryRows;
	/** Of all roots that are there, with every link followed: links may point into these. */
	readonly realRoots: () => readonly Buffer[];
	readonly now: () => number;
	readonly signal: AbortSignal;
	/** Files that were looked at. */
	readonly onSeen: (files: number) => void;
	/** Something is different from what the rows said. */
	readonly onChange: () => void;
}

/** What a folder holds; or why that cannot be told, in which case its rows stay as they are. */
export type FolderScan =
	| { readonly kind: 'read'; readonly folders: readonly FolderRow[] }
	| { readonly kind: 'unreadable'; readonly reason: string };

/**
 * Compares one folder with its rows and writes the differences. Only names and dates are read. `rootPath`: of the root, links followed.
 * Rejects with `AbortError` on `signal`.
 */
export async function scanFolder(rootPath: Buffer, folder: FolderRow, options: FolderScanOptions): Promise<FolderScan> {
	const { rows, now, signal, onChange } = options;
	const path = joinRaw(rootPath, folder.path);
	const known = new Map(rows.filesIn(folder.n).map((row) => [keyOf(row.rawName), row]));
	const subfolders: Buffer[] = [];
	let waiting: Buffer[] = [];
	let changes: Change[] = [];
	/** Rows that have another name by now, perhaps in this very folder. */
	const moved = new Set<number>();
	const look = async (): Promise<void> => {
		const names = waiting;
		waiting = [];
		const found = await Promise.all(names.map((name) => fileAt(path, name, options)));
		options.onSeen(found.length);
		for (const [n, file] of found.entries()) {
			if (file === 'folder') subfolders.push(names[n] ?? Buffer.alloc(0));
			else if (file !== undefined) {
				const key = keyOf(file.rawName);
				const row = known.get(key);
				known.delete(key);
				if (row === undefined || differs(row, file)) changes.push({ row, file });
			}
		}
		if (changes.length >= WRITTEN_AT_ONCE) await write();
		await nextTurn();
		signal.throwIfAborted();
	};
	const write = async (): Promise<void> => {
		if (changes.length === 0) return;
		const batch = changes;
		changes = [];
		for (const n of await apply(batch, folder, options)) moved.add(n);
		onChange();
	};
	try {
		for await (const entry of await opendir(path, { encoding: 'buffer', bufferSize: 256 } as object)) {
			const name = entry.name as unknown as Buffer;
			if (isSkipped(name)) continue;
			if (entry.isDirectory()) subfolders.push(name);
			// A file system that does not say what an entry is: looked at as well.
			else if (isMediaName(name) || !(entry.isFile() || entry.isSymbolicLink())) waiting.push(name);
			if (waiting.length >= LOOKED_AT_ONCE) await look();
		}
	} catch (thrown) {
		if (isGone(thrown) || isTrouble(thrown))
			return { kind: 'unreadable', reason: (thrown as NodeJS.ErrnoException).code ?? '' };
		throw thrown;
	}
	if (waiting.length > 0) await look();
	await write();
	const gone = [...known.values()].filter(({ n, absentMs }) => absentMs === null && !moved.has(n));
	if (gone.length > 0) {
		rows.together(() =>
			rows.markAbsent(
				gone.map(({ n }) => n),
				now(),
			),
		);
		onChange();
	}
	return { kind: 'read', folders: reconcileFolders(folder, subfolders, options) };
}

interface Change {
	readonly row: FileRow | undefined;
	readonly file: FileStat;
}

/** Disks and networks have their days: the folder is looked at again the next time. */
const isTrouble = (thrown: unknown): boolean =>
	thrown instanceof Error &&
	['EIO', 'ESTALE', 'ETIMEDOUT', 'EMFILE', 'ENFILE', 'EBUSY', 'EHOSTDOWN'].includes(
		(thrown as NodeJS.ErrnoException).code ?? '',
	);

const differs = (row: FileRow, file: FileStat): boolean =>
	row.absentMs !== null || row.bytes !== file.bytes || row.mtimeMs !== file.mtimeMs || row.ino !== file.ino;

/** The media file of that name; undefined for pipes, devices, links that lead out of the library, and what is gone already. */
async function fileAt(
	folder: Buffer,
	rawName: Buffer,
	{ realRoots }: FolderScanOptions,
): Promise<FileStat | 'folder' | undefined> {
	const path = joinRaw(folder, rawName);
	let found: Stats;
	try {
		found = await lstat(path);
		if (found.isSymbolicLink()) {
			const target = await realRaw(path);
			if (target === undefined || !realRoots().some((root) => isInside(target, root))) return undefined;
			found = await stat(path);
			if (found.isDirectory()) return undefined;
		}
	} catch (thrown) {
		if (isGone(thrown) || isTrouble(thrown)) return undefined;
		throw thrown;
	}
	if (found.isDirectory()) return 'folder';
	if (!found.isFile() || !isMediaName(rawName)) return undefined;
	return { rawName, bytes: found.size, mtimeMs: found.mtimeMs, ino: found.ino, shared: found.nlink > 1 };
}

/** Writes what is new or different; the rows that were moved here. */
async function apply(
	batch: readonly Change[],
	folder: FolderRow,
	options: FolderScanOptions,
): Promise<Iterable<number>> {
	const { rows, now } = options;
	const moved = new Map<FileStat, number>();
	for (const { row, file } of batch) {
		if (row !== undefined || file.shared) continue;
		const n = await formerRow(file, rows);
		if (n !== undefined) moved.set(file, n);
	}
	rows.together(() => {
		for (const { row, file } of batch) {
			const former = moved.get(file);
			if (row !== undefined) rows.updateFile(row.n, file, row.bytes === file.bytes && row.mtimeMs === file.mtimeMs);
			else if (former !== undefined) rows.moveFile(former, folder, file);
			else rows.addFile(folder, file, now());
		}
	});
	return moved.values();
}

/** The row of the same file under a name that it no longer has. */
async function formerRow(file: FileStat, rows: LibraryRows): Promise<number | undefined> {
	for (const candidate of rows.sameInode(file)) {
		const path = joinRaw(candidate.rootPath, candidate.folderPath, candidate.rawName);
		try {
			// Links are followed: a link and what it points to are two files that both are there.
			const there = await stat(path);
			if (there.ino !== file.ino) return candidate.n;
		} catch (thrown) {
			if (!isGone(thrown)) throw thrown;
			return candidate.n;
		}
	}
	return undefined;
}

/** The rows of the folders that are there; those of others, and of what lay in them, are marked. */
function reconcileFolders(parent: FolderRow, names: readonly Buffer[], options: FolderScanOptions): FolderRow[] {
	const { rows, now, onChange } = options;
	const known = new Map(rows.foldersIn(parent.n).map((row) => [keyOf(row.path), row]));
	const prefix = parent.path.length === 0 ? '' : `${keyOf(parent.path)}/`;
	return rows.together(() => {
		const there = names.map((name) => {
			const key = prefix + keyOf(name);
			const row = known.get(key);
			known.delete(key);
			if (row === undefined) return rows.addFolder(parent, name);
			if (row.absentMs !== null) rows.folderIsBack(row.n);
			return row;
		});
		for (const row of known.values()) {
			if (row.absentMs !== null) continue;
			rows.markFolderAbsent(row.n, now());
			onChange();
		}
		return there;
	});
}
