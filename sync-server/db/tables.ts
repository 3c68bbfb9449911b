import { sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Small values of the server by name, as JSON; each is read through the schema of the room that owns it. */
export const settings = sqliteTable('settings', {
	key: text().primaryKey(),
	value: text().notNull(),
});
