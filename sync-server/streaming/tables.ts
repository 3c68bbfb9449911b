import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Files in CACHE_DIR that can be made again. */
export const cacheFiles = sqliteTable(
	'cache_files',
	{
		/** Hash of what it was made of and how; also the name of the file, with its ending. */
		key: text().primaryKey(),
		ending: text().notNull(),
		/** Of the media that it was made of. */
		mediaId: text('media_id').notNull(),
		bytes: integer().notNull(),
		/** Milliseconds since 1970. */
		usedMs: integer('used_ms').notNull(),
	},
	(table) => [index('cache_files_used').on(table.usedMs), index('cache_files_media').on(table.mediaId)],
);
