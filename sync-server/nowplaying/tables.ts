import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Media servers added in Settings, and what is kept of those of the environment. */
export const sources = sqliteTable('sources', {
	id: text().primaryKey(),
	kind: text({ enum: ['plex', 'jellyfin', 'emby'] }).notNull(),
	from: text({ enum: ['environment', 'settings'] }).notNull(),
	/** The person's own name for it. */
	label: text(),
	/** Address and secret, sealed (see `auth/seal.ts`); null where they are in the environment. */
	sealed: text(),
	/** JSON: `PathMapping[]`. */
	mappings: text().notNull(),
	/** JSON: paths that were not found, newest first, at most 50. */
	unmatched: text().notNull(),
	/** Milliseconds since 1970. */
	createdAt: integer('created_at').notNull(),
});
