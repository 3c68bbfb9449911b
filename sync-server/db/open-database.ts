import BetterSqlite from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { err, ok, type Result } from '#core/result';

/** Made from the `tables.ts` of each room by `npm run db:generate`. */
const MIGRATIONS = fileURLToPath(new URL('migrations/', import.meta.url));
/** How long a statement waits for another process that writes, in milliseconds. */
const BUSY_TIMEOUT_MS = 5000;

/** What the server remembers, in one SQLite file. */
export interface Database {
	readonly orm: BetterSQLite3Database;
	/** For what the ORM cannot say: claims in one statement, full-text search. */
	readonly sqlite: BetterSqlite.Database;
	/** Writes a consistent copy to `path`, which must not exist, while the server goes on. */
	backup(path: string): void;
	close(): void;
}

/**
 * Opens the database at `path` (`:memory:` for tests), makes or updates its tables. A sentence when it cannot be used: broken, of a
 * newer version, held by another process, on a disk that is full or may not be written.
 */
export function openDatabase(
	path: string,
	{ busyTimeoutMs = BUSY_TIMEOUT_MS }: { readonly busyTimeoutMs?: number } = {},
): Result<Database, string> {
	let sqlite: BetterSqlite.Database | undefined;
	try {
		sqlite = new BetterSqlite(path, { timeout: busyTimeoutMs });
		sqlite.pragma('journal_mode = WAL');
		sqlite.pragma('synchronous = NORMAL');
		sqlite.pragma('foreign_keys = ON');
		sqlite.pragma('journal_size_limit = 67108864');
		const orm = drizzle({ client: sqlite });
		migrate(orm, { migrationsFolder: MIGRATIONS });
		return ok(new SqliteDatabase(sqlite, orm));
	} catch (thrown) {
		sqlite?.close();
		return err(complaint(path, thrown));
	}
}

class SqliteDatabase implements Database {
	constructor(
		readonly sqlite: BetterSqlite.Database,
		readonly orm: BetterSQLite3Database,
	) {}

	backup(path: string): void {
		this.sqlite.prepare('VACUUM INTO ?').run(path);
	}

	close(): void {
		if (!this.sqlite.open) return;
		this.sqlite.pragma('optimize');
		this.sqlite.close();
	}
}

/** Puts the copy at `from` in the place of the database at `path`, which no process may have open. */
export async function restoreDatabase(from: string, path: string): Promise<Result<void, string>> {
	if (!existsSync(from))
		return err(`There is no backup at ${from}. Give the path of a file that octocut backup has made.`);
	const checked = checkBackup(from);
	if (!checked.ok) return checked;
	for (const suffix of ['-wal', '-shm']) await rm(path + suffix, { force: true });
	const copy = new BetterSqlite(from, { readonly: true });
	try {
		await copy.backup(path);
	} finally {
		copy.close();
	}
	return ok(undefined);
}

function checkBackup(path: string): Result<void, string> {
	try {
		const copy = new BetterSqlite(path, { readonly: true });
		try {
			const found: unknown = copy.pragma('integrity_check', { simple: true });
			if (found === 'ok') return ok(undefined);
			return err(`The backup at ${path} is damaged (${String(found)}). Use an older one.`);
		} finally {
			copy.close();
		}
	} catch (thrown) {
		return err(complaint(path, thrown));
	}
}

function complaint(path: string, thrown: unknown): string {
	const code = thrown instanceof BetterSqlite.SqliteError ? thrown.code : '';
	const reason = thrown instanceof Error ? thrown.message : String(thrown);
	if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
		return `The database ${path} is in use by another process. Stop the other server, or set another DATA_DIR.`;
	}
	if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
		return `The database ${path} is damaged (${reason}). Put a backup in its place with octocut restore, or move it away to start anew.`;
	}
	if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_PERM')) {
		return `The database ${path} cannot be written (${reason}). Give this account the right to, or set another DATA_DIR.`;
	}
	if (code.startsWith('SQLITE_FULL'))
		return `There is no space left for the database ${path}. Free some space and start again.`;
	return `The database ${path} could not be opened: ${reason}.`;
}
