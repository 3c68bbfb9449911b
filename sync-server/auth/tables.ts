import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Browsers and programs that were paired. What they prove themselves with is kept as its SHA-256 only. */
export const devices = sqliteTable('devices', {
	id: text().primaryKey(),
	name: text().notNull(),
	kind: text({ enum: ['cookie', 'bearer'] }).notNull(),
	/** In hex. */
	tokenHash: text().notNull().unique(),
	/** Milliseconds since 1970, like the next. */
	createdAt: integer().notNull(),
	lastSeenAt: integer().notNull(),
});
