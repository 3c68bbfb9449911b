import type { Database } from '../db/open-database.ts';

/**
 * Makes the full-text index of names, which follows the table by triggers. Trigrams: any three letters in a row are found, also in the middle
 * of a word. Not among the migrations, because the ORM knows no virtual tables; made again from the rows if it is not there.
 */
export function prepareSearch({ sqlite }: Database): void {
	const known = sqlite.prepare("SELECT 1 FROM sqlite_master WHERE name = 'library_search'").get();
	if (known !== undefined) return;
	sqlite.exec(`
		BEGIN;
		CREATE VIRTUAL TABLE library_search USING fts5(
			search_text, content = 'library_media', content_rowid = 'n', tokenize = 'trigram', columnsize = 0
		);
		CREATE TRIGGER library_search_insert AFTER INSERT ON library_media BEGIN
			INSERT INTO library_search (rowid, search_text) VALUES (new.n, new.search_text);
		END;
		CREATE TRIGGER library_search_delete AFTER DELETE ON library_media BEGIN
			INSERT INTO library_search (library_search, rowid, search_text) VALUES ('delete', old.n, old.search_text);
		END;
		CREATE TRIGGER library_search_update AFTER UPDATE OF search_text ON library_media BEGIN
			INSERT INTO library_search (library_search, rowid, search_text) VALUES ('delete', old.n, old.search_text);
			INSERT INTO library_search (rowid, search_text) VALUES (new.n, new.search_text);
		END;
		INSERT INTO library_search (library_search) VALUES ('rebuild');
		COMMIT;
	`);
}

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
