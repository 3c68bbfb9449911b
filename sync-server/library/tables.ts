import { blob, index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** Folders of MEDIA_DIRS, now or once, and the one for uploads. */
export const libraryRoots = sqliteTable('library_roots', {
	id: text().primaryKey(),
	/** Absolute. */
	path: text().notNull().unique(),
	kind: text({ enum: ['media', 'uploads'] }).notNull(),
	state: text({ enum: ['waiting', 'ready', 'missing'] }).notNull(),
	reason: text(),
});

export const libraryFolders = sqliteTable(
	'library_folders',
	{
		n: integer().primaryKey({ autoIncrement: true }),
		id: text().notNull().unique(),
		rootId: text('root_id')
			.notNull()
			.references(() => libraryRoots.id, { onDelete: 'cascade' }),
		/** Null: the top folder of the root. */
		parentN: integer('parent_n'),
		/** Relative to the root, as the disk has it: bytes, not always text. Empty for the top folder. */
		path: blob({ mode: 'buffer' }).notNull(),
		name: text().notNull(),
		/** Names from the root down, for the person. */
		place: text().notNull(),
		/** Milliseconds since 1970; null while it is there. */
		absentMs: integer('absent_ms'),
	},
	(table) => [
		uniqueIndex('library_folders_path').on(table.rootId, table.path),
		index('library_folders_parent').on(table.parentN),
	],
);

export const libraryMedia = sqliteTable(
	'library_media',
	{
		/** Also the row in the search index. */
		n: integer().primaryKey({ autoIncrement: true }),
		id: text().notNull().unique(),
		folderN: integer('folder_n')
			.notNull()
			.references(() => libraryFolders.n, { onDelete: 'cascade' }),
		rootId: text('root_id').notNull(),
		/** As the disk has it. */
		rawName: blob('raw_name', { mode: 'buffer' }).notNull(),
		/** As the person reads it. */
		name: text().notNull(),
		/** Orders names as people do: "clip 2" before "clip 10". */
		sortName: text('sort_name').notNull(),
		/** Names of its folders and its own, in small letters. */
		searchText: text('search_text').notNull(),
		bytes: integer().notNull(),
		mtimeMs: real('mtime_ms').notNull(),
		ino: real().notNull(),
		addedMs: integer('added_ms').notNull(),
		/** Milliseconds since 1970; null while it is there. */
		absentMs: integer('absent_ms'),
		/** Of the file as it is; null until somebody asks. */
		fingerprint: text(),
		durationS: real('duration_s'),
		width: integer(),
		height: integer(),
	},
	(table) => [
		uniqueIndex('library_media_place').on(table.folderN, table.rawName),
		index('library_media_sort_name').on(table.sortName, table.n),
		index('library_media_modified').on(table.mtimeMs, table.n),
		index('library_media_size').on(table.bytes, table.n),
		index('library_media_added').on(table.addedMs, table.n),
		index('library_media_ino').on(table.ino),
		index('library_media_root').on(table.rootId, table.absentMs, table.bytes),
		index('library_media_fingerprint').on(table.fingerprint),
	],
);

/** What was found in a file of a given size and date. */
export const libraryProbes = sqliteTable('library_probes', {
	mediaN: integer('media_n')
		.primaryKey()
		.references(() => libraryMedia.n, { onDelete: 'cascade' }),
	bytes: integer().notNull(),
	mtimeMs: real('mtime_ms').notNull(),
	/** Raised when the probe learns more: older rows are made again. */
	probeVersion: integer('probe_version').notNull(),
	/** JSON: `MediaFacts`, or a `Failure`. */
	facts: text(),
	failure: text(),
	/** As `encodeFrameIndex` writes it. */
	frameIndex: blob('frame_index', { mode: 'buffer' }),
});
