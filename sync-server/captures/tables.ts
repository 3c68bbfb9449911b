import { index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Screenshots and clips that were taken from what played. Dates are milliseconds since 1970. */
export const captures = sqliteTable(
	'captures',
	{
		/** Orders captures of the same millisecond. */
		n: integer().primaryKey({ autoIncrement: true }),
		id: text().notNull().unique(),
		type: text({ enum: ['screenshot', 'clip'] }).notNull(),
		status: text({ enum: ['pending', 'complete', 'failed'] }).notNull(),
		message: text(),
		jobId: text('job_id'),
		/** JSON: `CaptureRequest`, as it was asked. */
		request: text().notNull(),
		/** JSON: what of the session is needed to make it, also when the session is gone. Holds no secret. */
		origin: text().notNull(),
		/** JSON: sentences. */
		notes: text().notNull(),
		name: text().notNull(),
		source: text({ enum: ['plex', 'jellyfin', 'emby'] }).notNull(),
		sourceName: text('source_name').notNull(),
		title: text().notNull(),
		subtitle: text(),
		year: integer(),
		user: text(),
		/** Name, title and subtitle in small letters. */
		searchText: text('search_text').notNull(),
		startS: real('start_s').notNull(),
		endS: real('end_s'),
		format: text({ enum: ['jpeg', 'png', 'webp', 'mp4', 'webm', 'gif', 'mp3'] }).notNull(),
		/** Below the folder of captures; set just before the finished file gets that name. */
		path: text(),
		bytes: integer().notNull(),
		width: integer(),
		height: integer(),
		durationS: real('duration_s'),
		favourite: integer({ mode: 'boolean' }).notNull(),
		mediaId: text('media_id'),
		/** Seconds of the film at which that file begins. */
		offsetS: real('offset_s').notNull().default(0),
		createdAt: integer('created_at').notNull(),
	},
	(table) => [
		index('captures_created').on(table.createdAt, table.n),
		index('captures_name').on(table.name, table.n),
		index('captures_bytes').on(table.bytes, table.n),
		index('captures_kept').on(table.favourite, table.createdAt),
		index('captures_job').on(table.jobId),
		index('captures_path').on(table.path),
		// Holds all that filters ask for, so that counting reads no rows.
		index('captures_facets').on(table.status, table.type, table.source, table.favourite, table.createdAt, table.bytes),
	],
);
