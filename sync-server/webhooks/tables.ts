import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Whom the server tells of captures. Dates are milliseconds since 1970. */
export const webhooks = sqliteTable('webhooks', {
	id: text().primaryKey(),
	name: text().notNull(),
	kind: text({ enum: ['discord', 'generic'] }).notNull(),
	/** Address and secret, sealed (see `auth/seal.ts`). */
	sealed: text().notNull(),
	/** JSON: `WebhookEvent[]`. */
	events: text().notNull(),
	enabled: integer({ mode: 'boolean' }).notNull(),
	createdAt: integer('created_at').notNull(),
});

/** What was sent, or could not be: the last ten of each. */
export const webhookDeliveries = sqliteTable(
	'webhook_deliveries',
	{
		id: text().primaryKey(),
		webhookId: text('webhook_id')
			.notNull()
			.references(() => webhooks.id, { onDelete: 'cascade' }),
		event: text().notNull(),
		state: text({ enum: ['waiting', 'done', 'failed'] }).notNull(),
		attempts: integer().notNull(),
		status: integer(),
		message: text(),
		at: integer().notNull(),
	},
	(table) => [index('webhook_deliveries_at').on(table.webhookId, table.at)],
);
