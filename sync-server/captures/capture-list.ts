import type { Statement } from 'better-sqlite3';
import { getTableColumns } from 'drizzle-orm';
import type { CaptureSort } from '#contract/captures';
import { err, ok, type Result } from '#core/result';
import type { Database } from '../db/open-database.ts';
import { readCursor, writeCursor } from '../db/page-cursor.ts';
import { matchOf, prepareSearch, wordsOf } from '../library/search-index.ts';
import type { CaptureRow } from './capture-rows.ts';
import { captures } from './tables.ts';

export interface CaptureQuery {
	readonly type?: CaptureRow['type'] | undefined;
	readonly source?: CaptureRow['source'] | undefined;
	readonly status?: CaptureRow['status'] | undefined;
	readonly favourite?: 'true' | 'false' | undefined;
	readonly query?: string | undefined;
	/** ISO dates: at or after; before. */
	readonly from?: string | undefined;
	readonly to?: string | undefined;
	readonly sort: CaptureSort;
	readonly cursor?: string | undefined;
	readonly limit: number;
}

export interface CapturePage {
	readonly rows: readonly CaptureRow[];
	readonly next: string | null;
	readonly total: number;
}

const SORTED: Readonly<Record<CaptureSort, { column: string; order: 'ASC' | 'DESC' }>> = {
	'-created': { column: 'created_at', order: 'DESC' },
	created: { column: 'created_at', order: 'ASC' },
	name: { column: 'name', order: 'ASC' },
	'-bytes': { column: 'bytes', order: 'DESC' },
};

/** What was asked for is long, and nobody sees it. */
const UNSEEN = new Set(['request', 'origin', 'searchText']);
const COLUMNS = Object.entries(getTableColumns(captures))
	.map(([key, { name }]) => (UNSEEN.has(key) ? `'' AS "${key}"` : `c.${name} AS "${key}"`))
	.join(', ');

/** Pages of the gallery: by the place of the last one of the page before, so steady while captures come and go. */
export class CaptureList {
	readonly #db: Database;
	readonly #statements = new Map<string, Statement>();

	constructor(db: Database) {
		this.#db = db;
		prepareSearch(db, { of: 'captures', table: 'captures' });
	}

	page(query: CaptureQuery): Result<CapturePage, 'bad-cursor'> {
		const { where, values } = filtersOf(query);
		const { column, order } = SORTED[query.sort];
		const counted = this.#prepare(`SELECT count(*) AS total FROM captures c${clause(where)}`).get(...values);
		const { total } = counted as { total: number };
		if (query.cursor !== undefined) {
			const cursor = readCursor(query.cursor, query.sort);
			if (cursor === undefined) return err('bad-cursor');
			where.push(`(c.${column}, c.n) ${order === 'ASC' ? '>' : '<'} (?, ?)`);
			values.push(cursor.value, cursor.n);
		}
		const sql = `SELECT ${COLUMNS} FROM captures c${clause(where)} ORDER BY c.${column} ${order}, c.n ${order} LIMIT ?`;
		const rows = (this.#prepare(sql).all(...values, query.limit + 1) as Raw[]).map(rowOf);
		const shown = rows.slice(0, query.limit);
		const last = shown.at(-1);
		const next = rows.length > query.limit && last !== undefined ? cursorOf(query.sort, last) : null;
		return ok({ rows: shown, next, total });
	}

	#prepare(sql: string): Statement {
		let statement = this.#statements.get(sql);
		if (statement === undefined) {
			if (this.#statements.size > 200) this.#statements.clear();
			this.#statements.set(sql, (statement = this.#db.sqlite.prepare(sql)));
		}
		return statement;
	}
}

type Raw = Omit<CaptureRow, 'favourite'> & { readonly favourite: 0 | 1 };
const rowOf = (raw: Raw): CaptureRow => ({ ...raw, favourite: raw.favourite === 1 });
const clause = (where: readonly string[]): string => (where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`);

function filtersOf({ type, source, status, favourite, query, from, to }: CaptureQuery) {
	const where: string[] = [];
	const values: unknown[] = [];
	const add = (sql: string, value: unknown): void => {
		where.push(sql);
		values.push(value);
	};
	if (type !== undefined) add('c.type = ?', type);
	if (source !== undefined) add('c.source = ?', source);
	if (status !== undefined) add('c.status = ?', status);
	if (favourite !== undefined) add('c.favourite = ?', favourite === 'true' ? 1 : 0);
	if (from !== undefined) add('c.created_at >= ?', Date.parse(from));
	if (to !== undefined) add('c.created_at < ?', Date.parse(to));
	const words = wordsOf(query ?? '');
	const match = matchOf(words);
	if (match !== undefined) add('c.n IN (SELECT rowid FROM captures_search WHERE captures_search MATCH ?)', match);
	// Trigrams find no words of one or two letters.
	for (const word of words.filter((one) => [...one].length < 3)) add('instr(c.search_text, ?) > 0', word);
	return { where, values };
}

const cursorOf = (sort: CaptureSort, row: CaptureRow): string => {
	const value = { '-created': row.createdAt, created: row.createdAt, name: row.name, '-bytes': row.bytes }[sort];
	return writeCursor(sort, { value, n: row.n });
};
