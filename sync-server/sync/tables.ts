import { blob, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Projects and profiles that devices share. */
export const documents = sqliteTable('documents', {
	/** `project:<id>` or `profile:<name>`. */
	name: text().primaryKey(),
	kind: text({ enum: ['project', 'profile'] }).notNull(),
	title: text().notNull(),
	/** ISO 8601. */
	updatedAt: text().notNull(),
	/** Of all its updates. */
	bytes: integer().notNull(),
	/** The state vector that it had when somebody removed it; null while it is there. Who has nothing newer is told that it is gone. */
	removedAtVector: blob({ mode: 'buffer' }),
});

/** What a document consists of, in the order in which it came. Compacting puts one in the place of all. */
export const documentUpdates = sqliteTable(
	'document_updates',
	{
		seq: integer().primaryKey({ autoIncrement: true }),
		document: text()
			.notNull()
			.references(() => documents.name, { onDelete: 'cascade' }),
		data: blob({ mode: 'buffer' }).notNull(),
	},
	(table) => [index('document_updates_document').on(table.document)],
);

/** Large parts of documents, by the SHA-256 of their bytes; they never change. */
export const blobs = sqliteTable('blobs', {
	sha256: text().primaryKey(),
	data: blob({ mode: 'buffer' }).notNull(),
	/** ISO 8601. */
	createdAt: text().notNull(),
	/** When a device last put it or asked for it, or a document was last seen to speak of it. ISO 8601. */
	usedAt: text().notNull().default(''),
});
