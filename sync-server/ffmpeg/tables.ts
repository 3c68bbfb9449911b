import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Programs that run now: what is here when the server starts was left behind by one that died. */
export const programs = sqliteTable('programs', {
	pid: integer().primaryKey(),
	/** When it was started, in ticks: process numbers are used again. */
	ticks: text().notNull(),
	/** As it stands on its command line. */
	program: text().notNull(),
});
