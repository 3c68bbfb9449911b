import { randomBytes } from 'node:crypto';
import type { Statement } from 'better-sqlite3';
import type { Database } from '../db/open-database.ts';
import { displayName, searchTextOf, sortNameOf } from './media-names.ts';
import { prepareSearch } from './search-index.ts';

export interface RootRow {
	readonly id: string;
	/** Absolute. */
	readonly path: string;
	readonly kind: 'media' | 'uploads';
	readonly state: 'waiting' | 'ready' | 'missing';
	readonly reason: string | null;
}

export interface FolderRow {
	readonly n: number;
	readonly id: string;
	readonly rootId: string;
	readonly path: Buffer;
	readonly place: string;
	readonly absentMs: number | null;
}

/** What the disk says of a file. */
export interface FileStat {
	readonly rawName: Buffer;
	readonly bytes: number;
	readonly mtimeMs: number;
	readonly ino: number;
	/** The file has other names as well: its inode does not tell a renamed file from a second name. */
	readonly shared: boolean;
}

export interface FileRow {
	readonly n: number;
	readonly rawName: Buffer;
	readonly bytes: number;
	readonly mtimeMs: number;
	readonly ino: number;
	readonly absentMs: number | null;
}

/** Where a file that may have been renamed was last. */
export interface PlacedRow {
	readonly n: number;
	readonly rootPath: string;
	readonly folderPath: Buffer;
	readonly rawName: Buffer;
}

export const newId = (): string => randomBytes(16).toString('base64url');

/** 22 letters, from 128 bits that nobody guesses. */
const FILE_COLUMNS = 'n, raw_name AS rawName, bytes, mtime_ms AS mtimeMs, ino, absent_ms AS absentMs';
const FOLDER_COLUMNS = 'n, id, root_id AS rootId, path, place, absent_ms AS absentMs';

/** The library's rows as scans read and write them: statements prepared once, for a hundred thousand files. */
export class LibraryRows {
	readonly #db: Database;
	readonly #statements = new Map<string, Statement>();

	constructor(db: Database) {
		this.#db = db;
		prepareSearch(db);
	}

	/** All or nothing. */
	together<T>(work: () => T): T {
		return this.#db.sqlite.transaction(work).immediate();
	}

	roots(): RootRow[] {
		return this.#all('SELECT id, path, kind, state, reason FROM library_roots');
	}

	/** The root at `path`, which is made if it is new, and its top folder. */
	ensureRoot(path: string, kind: RootRow['kind'], name: string): RootRow {
		const root = this.#get<RootRow>('SELECT id, path, kind, state, reason FROM library_roots WHERE path = ?', path);
		if (root !== undefined) return root;
		const made: RootRow = { id: newId(), path, kind, state: 'waiting', reason: null };
		this.together(() => {
			this.#run(
				'INSERT INTO library_roots (id, path, kind, state) VALUES (?, ?, ?, ?)',
				made.id,
				path,
				kind,
				made.state,
			);
			this.#run(
				'INSERT INTO library_folders (id, root_id, parent_n, path, name, place) VALUES (?, ?, NULL, ?, ?, ?)',
				made.id,
				made.id,
				Buffer.alloc(0),
				name,
				name,
			);
		});
		return made;
	}

	setRootState(id: string, state: RootRow['state'], reason: string | null): boolean {
		const sql = 'UPDATE library_roots SET state = ?, reason = ? WHERE id = ? AND (state <> ? OR reason IS NOT ?)';
		return this.#run(sql, state, reason, id, state, reason) > 0;
	}

	/** Whether files of this root are known to be there. */
	hasFiles(rootId: string): boolean {
		return (
			this.#get('SELECT 1 FROM library_media WHERE root_id = ? AND absent_ms IS NULL LIMIT 1', rootId) !== undefined
		);
	}

	topFolder(rootId: string): FolderRow | undefined {
		return this.#get(`SELECT ${FOLDER_COLUMNS} FROM library_folders WHERE root_id = ? AND parent_n IS NULL`, rootId);
	}

	folder(n: number): FolderRow | undefined {
		return this.#get(`SELECT ${FOLDER_COLUMNS} FROM library_folders WHERE n = ?`, n);
	}

	foldersIn(parentN: number): FolderRow[] {
		return this.#all(`SELECT ${FOLDER_COLUMNS} FROM library_folders WHERE parent_n = ?`, parentN);
	}

	filesIn(folderN: number): FileRow[] {
		return this.#all(`SELECT ${FILE_COLUMNS} FROM library_media WHERE folder_n = ?`, folderN);
	}

	addFolder(parent: FolderRow, rawName: Buffer): FolderRow {
		const path = parent.path.length === 0 ? rawName : Buffer.concat([parent.path, Buffer.from('/'), rawName]);
		const name = displayName(rawName);
		const made = { id: newId(), rootId: parent.rootId, path, place: `${parent.place} / ${name}`, absentMs: null };
		this.#run(
			'INSERT INTO library_folders (id, root_id, parent_n, path, name, place) VALUES (?, ?, ?, ?, ?, ?)',
			...[made.id, made.rootId, parent.n, path, name, made.place],
		);
		const { n } = this.#get<{ n: number }>('SELECT last_insert_rowid() AS n') ?? { n: 0 };
		return { n, ...made };
	}

	addFile(folder: FolderRow, file: FileStat, nowMs: number, name = displayName(file.rawName)): string {
		const id = newId();
		this.#run(
			`INSERT INTO library_media
				(id, folder_n, root_id, raw_name, name, sort_name, search_text, bytes, mtime_ms, ino, added_ms)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			...[id, folder.n, folder.rootId, file.rawName, name, sortNameOf(name), searchTextOf(folder.place, name)],
			...[file.bytes, file.mtimeMs, file.ino, nowMs],
		);
		return id;
	}

	/** The file is another one by now, or came back: what was known of its inside goes when it is not the same. */
	updateFile(n: number, file: FileStat, same: boolean): void {
		this.#run(
			`UPDATE library_media SET bytes = ?, mtime_ms = ?, ino = ?, absent_ms = NULL${
				same ? '' : ', fingerprint = NULL, duration_s = NULL, width = NULL, height = NULL'
			} WHERE n = ?`,
			...[file.bytes, file.mtimeMs, file.ino, n],
		);
	}

	/** Gives the name that people read. The row's id. */
	rename(n: number, folder: FolderRow, name: string): string {
		const sql = 'UPDATE library_media SET name = ?, sort_name = ?, search_text = ? WHERE n = ?';
		this.#run(sql, name, sortNameOf(name), searchTextOf(folder.place, name), n);
		return this.#get<{ id: string }>('SELECT id FROM library_media WHERE n = ?', n)?.id ?? '';
	}

	/** The same file has another name or place. */
	moveFile(n: number, folder: FolderRow, file: FileStat): void {
		const name = displayName(file.rawName);
		this.#run(
			`UPDATE library_media SET folder_n = ?, root_id = ?, raw_name = ?, name = ?, sort_name = ?, search_text = ?,
				mtime_ms = ?, ino = ?, absent_ms = NULL WHERE n = ?`,
			...[folder.n, folder.rootId, file.rawName, name, sortNameOf(name), searchTextOf(folder.place, name)],
			...[file.mtimeMs, file.ino, n],
		);
	}

	/** Rows that may be the same file under the name it had before. */
	sameInode({ ino, bytes, mtimeMs }: FileStat): PlacedRow[] {
		return this.#all(
			`SELECT m.n, r.path AS rootPath, f.path AS folderPath, m.raw_name AS rawName FROM library_media m
				JOIN library_folders f ON f.n = m.folder_n JOIN library_roots r ON r.id = m.root_id
				WHERE m.ino = ? AND m.bytes = ? AND m.mtime_ms = ? LIMIT 4`,
			...[ino, bytes, mtimeMs],
		);
	}

	markAbsent(ns: readonly number[], nowMs: number): void {
		for (const n of ns) this.#run('UPDATE library_media SET absent_ms = ? WHERE n = ? AND absent_ms IS NULL', nowMs, n);
	}

	/** A folder that is gone, with all that lay in it. */
	markFolderAbsent(folderN: number, nowMs: number): void {
		const below = `WITH RECURSIVE below (n) AS (
			SELECT ? UNION ALL SELECT f.n FROM library_folders f JOIN below b ON f.parent_n = b.n
		)`;
		this.#run(
			`${below} UPDATE library_media SET absent_ms = ? WHERE absent_ms IS NULL AND folder_n IN (SELECT n FROM below)`,
			...[folderN, nowMs],
		);
		this.#run(
			`${below} UPDATE library_folders SET absent_ms = ? WHERE absent_ms IS NULL AND n IN (SELECT n FROM below)`,
			...[folderN, nowMs],
		);
	}

	folderIsBack(n: number): void {
		this.#run('UPDATE library_folders SET absent_ms = NULL WHERE n = ?', n);
	}

	/** Files that came with this scan and are as long as one that went, whose fingerprint is known: pairs that may be one file. */
	moveSuspects(sinceMs: number): { readonly newN: number; readonly oldN: number; readonly fingerprint: string }[] {
		return this.#all(
			`SELECT fresh.n AS newN, gone.n AS oldN, gone.fingerprint AS fingerprint
				FROM library_media gone JOIN library_media fresh ON fresh.bytes = gone.bytes
				WHERE gone.fingerprint IS NOT NULL AND gone.absent_ms IS NOT NULL
					AND fresh.added_ms >= ? AND fresh.absent_ms IS NULL LIMIT 200`,
			sinceMs,
		);
	}

	/** The old row takes the place of the new one, which nobody knows yet. */
	adopt(newN: number, oldN: number): void {
		const columns = 'folder_n, root_id, raw_name, name, sort_name, search_text, bytes, mtime_ms, ino';
		this.together(() => {
			const row = this.#get<Record<string, unknown>>(`SELECT ${columns} FROM library_media WHERE n = ?`, newN);
			if (row === undefined) return;
			this.#run('DELETE FROM library_media WHERE n = ?', newN);
			const set = Object.keys(row).map((name) => `${name} = ?`);
			this.#run(
				`UPDATE library_media SET ${set.join(', ')}, absent_ms = NULL WHERE n = ?`,
				...Object.values(row),
				oldN,
			);
		});
	}

	/** Forgets what has been gone since before `beforeMs`. */
	forget(beforeMs: number): void {
		this.#run('DELETE FROM library_media WHERE absent_ms < ?', beforeMs);
	}

	#prepare(sql: string): Statement {
		let statement = this.#statements.get(sql);
		if (statement === undefined) this.#statements.set(sql, (statement = this.#db.sqlite.prepare(sql)));
		return statement;
	}

	#all<T>(sql: string, ...values: unknown[]): T[] {
		return this.#prepare(sql).all(...values) as T[];
	}

	#get<T>(sql: string, ...values: unknown[]): T | undefined {
		return this.#prepare(sql).get(...values) as T | undefined;
	}

	#run(sql: string, ...values: unknown[]): number {
		return this.#prepare(sql).run(...values).changes;
	}
}
