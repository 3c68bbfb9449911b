import type { Statement } from 'better-sqlite3';
import type { LibraryFolder, MediaItem, MediaSort } from '#contract/library';
import { err, ok, type Result } from '#core/result';
import type { Database } from '../db/open-database.ts';
import { readCursor, writeCursor } from '../db/page-cursor.ts';
import { keyOf } from './media-names.ts';
import { matchOf, wordsOf } from './search-index.ts';

export interface MediaQuery {
	readonly folder?: string | undefined;
	readonly query?: string | undefined;
	readonly deep?: boolean;
	readonly sort: MediaSort;
	readonly cursor?: string | undefined;
	readonly limit: number;
}

export interface MediaPage {
	readonly items: readonly MediaItem[];
	readonly next: string | null;
}

interface ItemRow {
	readonly n: number;
	readonly id: string;
	readonly name: string;
	readonly folder: string;
	readonly place: string;
	readonly bytes: number;
	readonly mtimeMs: number;
	readonly addedMs: number;
	readonly ino: number;
	readonly kind: string;
	readonly durationS: number | null;
	readonly width: number | null;
	readonly height: number | null;
	readonly sortValue: string | number;
}

const COLUMNS: Readonly<Record<string, string>> = {
	name: 'm.sort_name',
	modified: 'm.mtime_ms',
	size: 'm.bytes',
	added: 'm.added_ms',
};

const FOUND = `m.n, m.id, m.name, f.id AS folder, f.place, m.bytes, m.mtime_ms AS mtimeMs, m.added_ms AS addedMs, m.ino, r.kind,
	m.duration_s AS durationS, m.width, m.height`;
const JOINED = 'JOIN library_folders f ON f.n = m.folder_n JOIN library_roots r ON r.id = m.root_id';

/**
 * More hits than these are not fetched and sorted: then the order is walked from its start and what does not fit is left out, which is fast
 * exactly because many fit.
 */
const FEW_HITS = 2000;

/** What people see of the library: pages, folders, single files. Files that are gone, and those of roots that are missing, are not shown. */
export class MediaList {
	readonly #db: Database;
	readonly #statements = new Map<string, Statement>();

	constructor(db: Database) {
		this.#db = db;
	}

	/** Undefined when there is no such file now. */
	item(id: string): MediaItem | undefined {
		const sql = `SELECT ${FOUND}, 0 AS sortValue FROM library_media m ${JOINED} WHERE m.id = ? AND m.absent_ms IS NULL AND r.state = 'ready'`;
		const row = this.#prepare(sql).get(id) as ItemRow | undefined;
		return row === undefined ? undefined : itemOf(row);
	}

	/** A page, by the place of the last item of the page before: as fast at the end as at the start, and steady while files come and go. */
	page(query: MediaQuery): Result<MediaPage, 'no-folder' | 'bad-cursor'> {
		const column = COLUMNS[query.sort.replace('-', '')] ?? 'm.sort_name';
		const [order, beyond] = query.sort.startsWith('-') ? ['DESC', '<'] : ['ASC', '>'];
		const words = wordsOf(query.query ?? '');
		const where = [
			// The plus signs keep indexes out of what is true of nearly all rows.
			'+m.absent_ms IS NULL',
			"+m.root_id IN (SELECT id FROM library_roots WHERE state = 'ready')",
			...words.map(() => 'instr(m.search_text, ?) > 0'),
		];
		const values: unknown[] = [...words];
		let few = false;
		if (query.folder !== undefined) {
			const within = this.#within(query.folder, words.length > 0 || query.deep === true);
			if (within === undefined) return err('no-folder');
			where.push(within.sql);
			values.push(...within.values);
			few = this.#isFew(`SELECT 1 FROM library_media m WHERE ${within.sql}`, within.values);
		}
		if (query.cursor !== undefined) {
			const cursor = readCursor(query.cursor, query.sort);
			if (cursor === undefined) return err('bad-cursor');
			where.push(`(${column}, m.n) ${beyond} (?, ?)`);
			values.push(cursor.value, cursor.n);
		}
		const match = matchOf(words);
		if (
			!few &&
			match !== undefined &&
			this.#isFew('SELECT 1 FROM library_search WHERE library_search MATCH ?', [match])
		) {
			few = true;
			where.push('m.n IN (SELECT rowid FROM library_search WHERE library_search MATCH ?)');
			values.push(match);
		}
		// Few rows are found first, then sorted.
		const by = few ? `+${column}` : column;
		const sql = `SELECT ${FOUND}, ${column} AS sortValue FROM library_media m CROSS ${JOINED}
			WHERE ${where.join(' AND ')} ORDER BY ${by} ${order}, m.n ${order} LIMIT ?`;
		const rows = this.#prepare(sql).all(...values, query.limit + 1) as ItemRow[];
		const shown = rows.slice(0, query.limit);
		const last = shown.at(-1);
		const next = rows.length > query.limit && last !== undefined ? cursorOf(query.sort, last) : null;
		return ok({ items: shown.map(itemOf), next });
	}

	/** Files and bytes that are there, by root. */
	counts(): ReadonlyMap<string, { readonly files: number; readonly bytes: number }> {
		const rows = this.#prepare(
			'SELECT root_id AS id, count(*) AS files, sum(bytes) AS bytes FROM library_media WHERE absent_ms IS NULL GROUP BY root_id',
		).all() as { id: string; files: number; bytes: number }[];
		return new Map(rows.map(({ id, files, bytes }) => [id, { files, bytes }]));
	}

	folder(id: string): { folder: LibraryFolder; above: LibraryFolder[]; folders: LibraryFolder[] } | undefined {
		const folder = this.#folderWhere('f.id = ?', id)[0];
		if (folder === undefined) return undefined;
		const above: LibraryFolder[] = [];
		for (let parent = folder.parent; parent !== null;) {
			const [next] = this.#folderWhere('f.id = ?', parent);
			if (next === undefined) break;
			above.unshift(next);
			parent = next.parent;
		}
		const folders = this.#folderWhere('f.parent_n = (SELECT n FROM library_folders WHERE id = ?)', id);
		return { folder, above, folders: folders.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })) };
	}

	nameOfFolder(id: string): string | undefined {
		const row = this.#prepare('SELECT name FROM library_folders WHERE id = ?').get(id);
		return (row as { name: string } | undefined)?.name;
	}

	#folderWhere(where: string, value: unknown): LibraryFolder[] {
		return this.#prepare(
			`SELECT f.id, f.name, p.id AS parent,
				(SELECT count(*) FROM library_media m WHERE m.folder_n = f.n AND m.absent_ms IS NULL) AS files,
				(SELECT count(*) FROM library_folders s WHERE s.parent_n = f.n AND s.absent_ms IS NULL) AS folders
				FROM library_folders f LEFT JOIN library_folders p ON p.n = f.parent_n JOIN library_roots r ON r.id = f.root_id
				WHERE f.absent_ms IS NULL AND r.state = 'ready' AND ${where}`,
		).all(value) as LibraryFolder[];
	}

	#within(id: string, deep: boolean): { sql: string; values: unknown[] } | undefined {
		const folder = this.#prepare('SELECT n, root_id AS rootId, path FROM library_folders WHERE id = ?').get(id) as
			{ n: number; rootId: string; path: Buffer } | undefined;
		if (folder === undefined) return undefined;
		if (!deep) return { sql: 'm.folder_n = ?', values: [folder.n] };
		if (folder.path.length === 0) return { sql: 'm.root_id = ?', values: [folder.rootId] };
		// "a/b/" up to, not including, "a/b0": all that begins with "a/b/".
		const [from, to] = ['/', '0'].map((end) => Buffer.from(keyOf(folder.path) + end, 'latin1'));
		return {
			sql: 'm.folder_n IN (SELECT n FROM library_folders WHERE root_id = ? AND (path = ? OR (path >= ? AND path < ?)))',
			values: [folder.rootId, folder.path, from, to],
		};
	}

	#isFew(sql: string, values: readonly unknown[]): boolean {
		const counted = this.#prepare(`SELECT count(*) AS hits FROM (${sql} LIMIT ${FEW_HITS + 1})`).get(...values);
		return (counted as { hits: number }).hits <= FEW_HITS;
	}

	#prepare(sql: string): Statement {
		let statement = this.#statements.get(sql);
		if (statement === undefined) {
			// As many as a person's searches make; then the oldest go.
			if (this.#statements.size > 200) this.#statements.clear();
			this.#statements.set(sql, (statement = this.#db.sqlite.prepare(sql)));
		}
		return statement;
	}
}

function itemOf(row: ItemRow): MediaItem {
	return {
		id: row.id,
		name: row.name,
		folder: row.folder,
		place: row.place,
		bytes: row.bytes,
		modifiedAt: dateOf(row.mtimeMs),
		addedAt: dateOf(row.addedMs),
		uploaded: row.kind === 'uploads',
		...(row.durationS !== null && { durationS: row.durationS }),
		...(row.width !== null && { width: row.width }),
		...(row.height !== null && { height: row.height }),
		version: `${row.bytes.toString(36)}-${Math.round(row.mtimeMs * 1000).toString(36)}-${row.ino.toString(36)}`,
	};
}

/** Files with dates beyond all calendars exist. */

const dateOf = (ms: number): string =>
	new Date(Math.max(0, Math.min(Number.isFinite(ms) ? ms : 0, Date.UTC(9999, 11, 31)))).toISOString();

const cursorOf = (sort: MediaSort, { sortValue, n }: ItemRow): string => writeCursor(sort, { value: sortValue, n });
