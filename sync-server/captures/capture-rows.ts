import type { Statement } from 'better-sqlite3';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Capture } from '#contract/captures';
import type { Database } from '../db/open-database.ts';
import { captures } from './tables.ts';

export type CaptureRow = typeof captures.$inferSelect;
export type NewCaptureRow = typeof captures.$inferInsert;

/** Captures as rows: every change is one statement. */
export class CaptureRows {
	readonly #db: Database;
	#shares: Statement | undefined;

	constructor(db: Database) {
		this.#db = db;
	}

	add(row: NewCaptureRow): CaptureRow {
		return this.#db.orm.insert(captures).values(row).returning().get();
	}

	get(id: string): CaptureRow | undefined {
		return this.#db.orm.select().from(captures).where(eq(captures.id, id)).get();
	}

	ofJob(jobId: string): CaptureRow | undefined {
		return this.#db.orm.select().from(captures).where(eq(captures.jobId, jobId)).get();
	}

	pending(): CaptureRow[] {
		return this.#db.orm.select().from(captures).where(eq(captures.status, 'pending')).all();
	}

	/** How many of `device` wait to be made or are being made. */
	waitingOf(device: string): number {
		const { count } = this.#db.orm.get<{ count: number }>(sql`
			SELECT count(*) AS count FROM captures JOIN jobs ON jobs.id = captures.job_id
			WHERE captures.status = 'pending' AND jobs.device = ${device}`);
		return count;
	}

	change(id: string, change: Partial<CaptureRow>): CaptureRow | undefined {
		return this.#db.orm.update(captures).set(change).where(eq(captures.id, id)).returning().get();
	}

	/** The same only while it waits to be made. */
	changePending(id: string, change: Partial<CaptureRow>): CaptureRow | undefined {
		return this.#db.orm
			.update(captures)
			.set(change)
			.where(and(eq(captures.id, id), eq(captures.status, 'pending')))
			.returning()
			.get();
	}

	/** Links to it go with it. */
	remove(id: string): void {
		this.#db.orm.delete(captures).where(eq(captures.id, id)).run();
	}

	/** Whether a capture has that file, or is about to. */
	hasPath(path: string): boolean {
		return this.#db.orm.select({ n: captures.n }).from(captures).where(eq(captures.path, path)).get() !== undefined;
	}

	/** Links to each that work now. */
	shares(ids: readonly string[], nowMs: number): ReadonlyMap<string, number> {
		this.#shares ??= this.#db.sqlite.prepare(
			`SELECT capture_id AS id, count(*) AS count FROM shares
			WHERE capture_id IN (SELECT value FROM json_each(?)) AND revoked_at IS NULL
				AND (expires_at IS NULL OR expires_at > ?) AND (max_views IS NULL OR views < max_views)
			GROUP BY capture_id`,
		);
		const found = this.#shares.all(JSON.stringify(ids), nowMs) as { id: string; count: number }[];
		return new Map(found.map(({ id, count }) => [id, count]));
	}

	usage(): { readonly count: number; readonly bytes: number; readonly favourites: number } {
		return this.#db.orm.get(sql`
			SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes, coalesce(sum(favourite), 0) AS favourites FROM captures`);
	}

	/** What may be cleared away, oldest first. */
	clearable(): Pick<CaptureRow, 'id' | 'bytes' | 'createdAt'>[] {
		return this.#db.orm
			.select({ id: captures.id, bytes: captures.bytes, createdAt: captures.createdAt })
			.from(captures)
			.where(and(eq(captures.favourite, false), inArray(captures.status, ['complete', 'failed'])))
			.orderBy(captures.createdAt, captures.n)
			.all();
	}
}

/** `more`: what is not in the row itself. */
export function captureOf(
	row: CaptureRow,
	{ progress, shares }: { readonly progress: number; readonly shares: number },
): Capture {
	const optional = {
		...{ message: row.message, job: row.jobId, subtitle: row.subtitle, year: row.year, user: row.user },
		...{ endS: row.endS, width: row.width, height: row.height, durationS: row.durationS, media: row.mediaId },
	};
	const told = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)) as {
		[Key in keyof typeof optional]?: NonNullable<(typeof optional)[Key]>;
	};
	return {
		...told,
		...(row.mediaId !== null && row.offsetS > 0 && { offsetS: row.offsetS }),
		...{ id: row.id, type: row.type, status: row.status, name: row.name, format: row.format, bytes: row.bytes },
		progress: row.status === 'pending' ? progress : 1,
		notes: JSON.parse(row.notes) as string[],
		...{ source: row.source, sourceName: row.sourceName, title: row.title, startS: row.startS },
		...{ favourite: row.favourite, createdAt: new Date(row.createdAt).toISOString(), shares },
	};
}

/** What is looked for in, in small letters. */
export const searchTextOf = ({ name, title, subtitle }: Pick<CaptureRow, 'name' | 'title' | 'subtitle'>): string =>
	[name, title, subtitle ?? ''].join('\n').normalize('NFC').toLowerCase();
