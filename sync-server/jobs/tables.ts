import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { ServerJobKind } from '#contract/jobs';
import type { JobState } from '#core/export/job';
import type { Failure } from '#core/failure';
import type { Lane } from './job-queue.ts';

/** Work of the server. Dates are milliseconds since 1970. */
export const jobs = sqliteTable(
	'jobs',
	{
		/** Order of arrival. */
		number: integer().primaryKey({ autoIncrement: true }),
		id: text().notNull().unique(),
		kind: text().$type<ServerJobKind>().notNull(),
		lane: text().$type<Lane>().notNull(),
		state: text().$type<JobState>().notNull(),
		title: text().notNull(),
		priority: integer().notNull(),
		device: text().notNull(),
		group: text(),
		key: text(),
		payload: text({ mode: 'json' }).$type<unknown>(),
		result: text({ mode: 'json' }).$type<unknown>(),
		error: text({ mode: 'json' }).$type<Failure>(),
		notes: text({ mode: 'json' }).$type<readonly string[]>().notNull(),
		log: text({ mode: 'json' }).$type<readonly string[]>().notNull(),
		progress: real().notNull(),
		step: text().notNull(),
		speed: real(),
		etaS: real('eta_s'),
		attempts: integer().notNull(),
		maxAttempts: integer('max_attempts').notNull(),
		/** Not started before: a pause between attempts. */
		runAfter: integer('run_after').notNull(),
		/** The process that runs it, while one does. */
		worker: text(),
		/** When others may think that process dead. */
		leaseUntil: integer('lease_until'),
		/** Rises from job to job, so that a page of them can end at a date. */
		createdAt: integer('created_at').notNull(),
		startedAt: integer('started_at'),
		endedAt: integer('ended_at'),
	},
	(job) => [
		index('jobs_claim').on(job.lane, job.state, job.priority, job.number),
		index('jobs_state').on(job.state, job.number),
		index('jobs_created').on(job.createdAt),
		index('jobs_group').on(job.group),
		uniqueIndex('jobs_active_key')
			.on(job.key)
			.where(sql`state in ('queued', 'running')`),
	],
);

/** Whose turn it is: when a lane last served a device, as a number that rises. */
export const jobTurns = sqliteTable(
	'job_turns',
	{ lane: text().$type<Lane>().notNull(), device: text().notNull(), served: integer().notNull() },
	(turn) => [primaryKey({ columns: [turn.lane, turn.device] })],
);
