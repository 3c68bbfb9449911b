import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { captures } from '../captures/tables.ts';

/** Links to captures. Tokens are kept as their SHA-256 only, passwords as scrypt hashes. Dates are milliseconds since 1970. */
export const shares = sqliteTable(
	'shares',
	{
		id: text().primaryKey(),
		captureId: text('capture_id')
			.notNull()
			.references(() => captures.id, { onDelete: 'cascade' }),
		/** In hex. */
		tokenHash: text('token_hash').notNull().unique(),
		passwordHash: text('password_hash'),
		/** Raised with the password: what was unlocked with an older one is locked again. */
		passwordVersion: integer('password_version').notNull(),
		createdAt: integer('created_at').notNull(),
		expiresAt: integer('expires_at'),
		revokedAt: integer('revoked_at'),
		maxViews: integer('max_views'),
		views: integer().notNull(),
		download: integer({ mode: 'boolean' }).notNull(),
	},
	(table) => [index('shares_capture').on(table.captureId), index('shares_created').on(table.createdAt)],
);
