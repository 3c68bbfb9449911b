import * as z from 'zod';
import { AfterExport } from '#core/export/after-export';
import { ExportTask } from '#core/export/export-task';
import { isSafePath } from '#core/export/safe-path';
import { Fingerprint } from '#core/media/fingerprint';
import { ApiError } from './api-error.ts';
import { ServerJob } from './jobs.ts';
import { defineRoute } from './route.ts';

const safe = { error: 'must be a name that stays below the export folder' };

/** One file to make, and what is written down once it is made. */
export const ExportItem = z
	.object({
		/** Id of its job, when the one who asks needs to know it before the answer: asked for again, it is the same job. */
		id: z.uuid().optional(),
		task: ExportTask.refine(
			({ output: { name, folder } }) =>
				isSafePath(folder === undefined ? name : `${folder}/${name}`) && !name.includes('/'),
			safe,
		).refine(({ output }) => /^[a-z0-9]{0,5}$/.test(output.extension), { error: 'must have a plain extension' }),
		after: AfterExport.refine(
			({ annotation }) => !annotation || annotation.root === '' || isSafePath(annotation.root),
			safe,
		).optional(),
	})
	.readonly();
export type ExportItem = z.infer<typeof ExportItem>;

/** Exports made on the server: `server` keeps them in its export folder, `download` only until they were fetched. */
export const ExportRequest = z
	.object({
		items: z.array(ExportItem).min(1).max(1000).readonly(),
		/** Jobs of one press; a new one is made up without it. */
		group: z.string().min(1).max(64).optional(),
		destination: z.enum(['server', 'download']),
		/** Higher runs first. */
		priority: z.int().min(-10).max(10).default(0),
	})
	.readonly();
export type ExportRequest = z.infer<typeof ExportRequest>;

/** What came out, counted in the finished file: the result of a job of the kind `export`. */
export const ServerExport = z
	.object({
		fileName: z.string(),
		/** Paths under the export folder: the file, or the folder of pictures and the sound beside it. */
		files: z.array(z.string()).readonly(),
		bytes: z.int().nonnegative(),
		frames: z.int().nonnegative(),
		durationS: z.number().nonnegative(),
		width: z.int().nonnegative(),
		height: z.int().nonnegative(),
		encoder: z.string(),
		/** How many pictures are in the folder; absent for a file. */
		pictures: z.int().nonnegative().optional(),
		tookS: z.number().nonnegative(),
	})
	.readonly();
export type ServerExport = z.infer<typeof ServerExport>;

const jobParams = z.object({ id: z.string().min(1).max(64) });

export const startExports = defineRoute({
	method: 'post',
	path: '/api/exports',
	summary: 'Queues exports of files that the server has, by fingerprint',
	body: ExportRequest,
	replies: {
		202: z.object({ group: z.string(), jobs: z.array(ServerJob).readonly() }).readonly(),
		404: ApiError,
		409: ApiError,
		422: ApiError,
		503: ApiError,
	},
});

/** Which of these files the server has: it can export from them. */
export const findSources = defineRoute({
	method: 'post',
	path: '/api/exports/sources',
	summary: 'Which of these files the server has, by fingerprint',
	body: z.object({ media: z.array(Fingerprint).min(1).max(200).readonly() }).readonly(),
	replies: { 200: z.object({ present: z.array(Fingerprint).readonly() }).readonly() },
});

const files = z.array(z.object({ path: z.string(), bytes: z.int().nonnegative() }).readonly()).readonly();

/** Every file that an export has made: one, or the pictures and their sound. */
export const listExportFiles = defineRoute({
	method: 'get',
	path: '/api/exports/{id}/files',
	summary: 'The files that an export has made, and what is written about them',
	params: jobParams,
	replies: {
		200: z
			.object({
				files,
				/** Its caption, the shard of its group and the lists of its data set, as far as they are there. Absent: an older server. */
				beside: files.optional(),
			})
			.readonly(),
		404: ApiError,
		410: ApiError,
	},
});

export const getExportFile = defineRoute({
	method: 'get',
	path: '/api/exports/{id}/file',
	summary: 'A file that an export has made, by range',
	params: jobParams,
	/** `n` is its place in the list of files. */
	query: z.object({
		n: z.coerce.number().int().min(0).max(1_000_000).default(0),
		/** One of those beside it, by its path; `n` then counts for nothing. */
		beside: z.string().optional(),
	}),
	/** The bytes themselves; only refusals are JSON. */
	replies: { 404: ApiError, 410: ApiError },
});

export const deleteExports = defineRoute({
	method: 'delete',
	path: '/api/exports/groups/{group}',
	summary: 'Deletes what a group of exports made: files, entries in lists, history, jobs',
	params: z.object({ group: z.string().min(1).max(64) }),
	/** Only what was made at these paths: the rest of the group stays. */
	query: z.object({ only: z.union([z.string(), z.array(z.string()).readonly()]).optional() }),
	replies: {
		200: z.object({ removed: z.int().nonnegative(), trouble: z.array(z.string()).readonly() }).readonly(),
		404: ApiError,
	},
});
