import type { Database } from '../db/open-database.ts';

/**
 * Makes the full-text index `<of>_search` of a table's `search_text`, which follows the table by triggers. Trigrams: any three letters in a row are found,
 * also in the middle of a word. Not among the migrations, because the ORM knows no virtual tables; made again from the rows if it is not there.
 */
export function prepareSearch(
	{ sqlite }: Database,
	{ of, table }: { readonly of: string; readonly table: string } = LIBRARY,
): void {
	const index = `${of}_search`;
	const known = sqlite.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(index);
	if (known !== undefined) return;
	sqlite.exec(`
		BEGIN;
		CREATE VIRTUAL TABLE ${index} USING fts5(
			search_text, content = '${table}', content_rowid = 'n', tokenize = 'trigram', columnsize = 0
		);
		CREATE TRIGGER ${index}_insert AFTER INSERT ON ${table} BEGIN
			INSERT INTO ${index} (rowid, search_text) VALUES (new.n, new.search_text);
		END;
		CREATE TRIGGER ${index}_delete AFTER DELETE ON ${table} BEGIN
			INSERT INTO ${index} (${index}, rowid, search_text) VALUES ('delete', old.n, old.search_text);
		END;
		CREATE TRIGGER ${index}_update AFTER UPDATE OF search_text ON ${table} BEGIN
			INSERT INTO ${index} (${index}, rowid, search_text) VALUES ('delete', old.n, old.search_text);
			INSERT INTO ${index} (rowid, search_text) VALUES (new.n, new.search_text);
		END;
		INSERT INTO ${index} (${index}) VALUES ('rebuild');
		COMMIT;
	`);
}

const LIBRARY = { of: 'library', table: 'library_media' };

/** The words of a search, in small letters. */
export const wordsOf = (query: string): string[] =>
	query
		.normalize('NFC')
		.toLowerCase()
		.split(/\s+/)
		.filter((word) => word !== '');

/** The words that trigrams can find, as FTS5 asks for them; undefined when all are too short. */
export function matchOf(words: readonly string[]): string | undefined {
	const long = words.filter((word) => [...word].length >= 3);
	return long.length === 0 ? undefined : long.map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND ');
}
