import { and, desc, eq, inArray, isNotNull, lt, ne, sql } from 'drizzle-orm';
import type { ServerJob } from '#contract/jobs';
import type { Database } from '../db/open-database.ts';
import type { JobFilter, Lane, NewJob } from './job-queue.ts';
import { jobs, jobTurns } from './tables.ts';

export type JobRow = typeof jobs.$inferSelect;

const ACTIVE = ['queued', 'running'] as const;
const ENDED = ['done', 'failed', 'cancelled'] as const;
const DEFAULT_ATTEMPTS = 3;
const DEFAULT_LIMIT = 100;
/** A pause longer than any that is ever asked for: the clock was set back since, so it counts for nothing. */
const LONGEST_PAUSE_MS = 3_600_000;

/** The jobs as rows: every question and every change is one statement. */
export class JobRows {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	/** All or none. A job whose id is known, or whose key waits or runs already, is that one. */
	add(news: readonly NewJob[], nowMs: number, newId: () => string): { row: JobRow; isNew: boolean }[] {
		return this.#db.orm.transaction((tx) => {
			const last = tx
				.select({ at: sql<number | null>`max(${jobs.createdAt})` })
				.from(jobs)
				.get();
			let createdAt = Math.max(nowMs, (last?.at ?? 0) + 1);
			return news.map((job) => {
				const known = job.id === undefined ? undefined : this.get(job.id);
				const same = known ?? (job.key === undefined ? undefined : this.withKey(job.key));
				if (same !== undefined) return { row: same, isNew: false };
				const values = { ...newRow(job), id: job.id ?? newId(), createdAt: createdAt++ };
				return { row: tx.insert(jobs).values(values).returning().get(), isNew: true };
			});
		});
	}

	/** The job of that key which waits or runs. */
	withKey(key: string): JobRow | undefined {
		const isActive = inArray(jobs.state, [...ACTIVE]);
		return this.#db.orm
			.select()
			.from(jobs)
			.where(and(eq(jobs.key, key), isActive))
			.get();
	}

	get(id: string): JobRow | undefined {
		return this.#db.orm.select().from(jobs).where(eq(jobs.id, id)).get();
	}

	list({ state, kind, group, before, limit = DEFAULT_LIMIT }: JobFilter): JobRow[] {
		const conditions = [
			state && inArray(jobs.state, state === 'active' ? [...ACTIVE] : [...ENDED]),
			kind && eq(jobs.kind, kind),
			group === undefined ? undefined : eq(jobs.group, group),
			before === undefined ? undefined : lt(jobs.createdAt, Date.parse(before)),
		];
		return this.#db.orm
			.select()
			.from(jobs)
			.where(and(...conditions.map((condition) => condition || undefined)))
			.orderBy(desc(jobs.number))
			.limit(limit)
			.all();
	}

	/** Takes the next job of a lane: the highest priority, then the device that was served longest ago, then the oldest. */
	claim(lane: Lane, worker: string, nowMs: number, leaseUntil: number): JobRow | undefined {
		return this.#db.orm.transaction((tx) => {
			const row = tx
				.update(jobs)
				.set({
					state: 'running',
					worker,
					leaseUntil,
					attempts: sql`${jobs.attempts} + 1`,
					startedAt: nowMs,
					endedAt: null,
					error: null,
					progress: 0,
					step: '',
					speed: null,
					etaS: null,
				})
				.where(
					sql`${jobs.number} = (
						select j.number from jobs j left join job_turns t on t.lane = j.lane and t.device = j.device
						where j.lane = ${lane} and j.state = 'queued' and (j.run_after <= ${nowMs} or j.run_after > ${nowMs + LONGEST_PAUSE_MS})
						order by j.priority desc, coalesce(t.served, 0), j.number limit 1
					)`,
				)
				.returning()
				.get() as JobRow | undefined;
			if (row === undefined) return undefined;
			const served = sql<number>`(select coalesce(max(served), 0) + 1 from job_turns)`;
			tx.insert(jobTurns)
				.values({ lane, device: row.device, served })
				.onConflictDoUpdate({ target: [jobTurns.lane, jobTurns.device], set: { served } })
				.run();
			return row;
		});
	}

	/** When the next job of the lane may start that may not start yet. */
	nextStart(lane: Lane): number | undefined {
		const found = this.#db.orm
			.select({ at: sql<number | null>`min(${jobs.runAfter})` })
			.from(jobs)
			.where(and(eq(jobs.lane, lane), eq(jobs.state, 'queued')))
			.get();
		return found?.at ?? undefined;
	}

	/** Changes a job that `worker` still has; undefined when it was taken away. */
	changeOwn(id: string, worker: string, change: Partial<JobRow>): JobRow | undefined {
		return this.#change(and(eq(jobs.id, id), eq(jobs.worker, worker), eq(jobs.state, 'running')), change);
	}

	/** Changes a job that is in one of `states`; undefined when it is not. */
	changeWhen(id: string, states: readonly JobRow['state'][], change: Partial<JobRow>): JobRow | undefined {
		return this.#change(and(eq(jobs.id, id), inArray(jobs.state, [...states])), change);
	}

	#change(where: ReturnType<typeof and>, change: Partial<JobRow>): JobRow | undefined {
		return this.#db.orm.update(jobs).set(change).where(where).returning().get();
	}

	/** Prolongs what `worker` holds; the ids it still holds. */
	prolong(worker: string, leaseUntil: number): string[] {
		const rows = this.#db.orm
			.update(jobs)
			.set({ leaseUntil })
			.where(and(eq(jobs.worker, worker), eq(jobs.state, 'running')))
			.returning({ id: jobs.id })
			.all();
		return rows.map(({ id }) => id);
	}

	/** What other processes run. */
	ofOthers(worker: string): JobRow[] {
		return this.#db.orm
			.select()
			.from(jobs)
			.where(and(eq(jobs.state, 'running'), isNotNull(jobs.worker), ne(jobs.worker, worker)))
			.all();
	}

	removeEnded(id: string): boolean {
		const { changes } = this.#db.orm
			.delete(jobs)
			.where(and(eq(jobs.id, id), inArray(jobs.state, [...ENDED])))
			.run();
		return changes > 0;
	}
}

const newRow = (job: NewJob) => ({
	kind: job.kind,
	lane: job.lane,
	state: 'queued' as const,
	title: job.title,
	priority: job.priority ?? 0,
	device: job.device ?? '',
	group: job.group ?? null,
	key: job.key ?? null,
	payload: job.payload,
	notes: [],
	log: [],
	progress: 0,
	step: '',
	attempts: 0,
	maxAttempts: job.maxAttempts ?? DEFAULT_ATTEMPTS,
	runAfter: 0,
});

const iso = (ms: number): string => new Date(ms).toISOString();

/** What clients see of a row. */
export const toServerJob = (row: JobRow): ServerJob => ({
	id: row.id,
	kind: row.kind,
	state: row.state,
	title: row.title,
	device: row.device,
	priority: row.priority,
	progress: row.progress,
	step: row.step,
	attempts: row.attempts,
	notes: row.notes,
	createdAt: iso(row.createdAt),
	...(row.group !== null && { group: row.group }),
	...(row.speed !== null && { speed: row.speed }),
	...(row.etaS !== null && { etaS: row.etaS }),
	...(row.error !== null && { error: row.error }),
	...(row.result !== null && { result: row.result }),
	...(row.startedAt !== null && { startedAt: iso(row.startedAt) }),
	...(row.endedAt !== null && { endedAt: iso(row.endedAt) }),
});
