import { and, desc, eq, isNull, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../db/open-database.ts';
import { shares } from './tables.ts';

export type ShareRow = typeof shares.$inferSelect;

/** Links as rows. */
export class ShareRows {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	add(row: ShareRow): void {
		this.#db.orm.insert(shares).values(row).run();
	}

	get(id: string): ShareRow | undefined {
		return this.#db.orm.select().from(shares).where(eq(shares.id, id)).get();
	}

	byTokenHash(tokenHash: string): ShareRow | undefined {
		return this.#db.orm.select().from(shares).where(eq(shares.tokenHash, tokenHash)).get();
	}

	/** Newest first. */
	list(limit: number, capture: string | undefined): ShareRow[] {
		return this.#db.orm
			.select()
			.from(shares)
			.where(capture === undefined ? undefined : eq(shares.captureId, capture))
			.orderBy(desc(shares.createdAt), desc(sql`rowid`))
			.limit(limit)
			.all();
	}

	change(id: string, change: Partial<ShareRow>): ShareRow | undefined {
		return this.#db.orm.update(shares).set(change).where(eq(shares.id, id)).returning().get();
	}

	/** Counts a view, if there is one left; in one statement, so that two visitors do not share the last one. */
	takeView(id: string): boolean {
		const isLeft = or(isNull(shares.maxViews), lt(shares.views, shares.maxViews));
		const { changes } = this.#db.orm
			.update(shares)
			.set({ views: sql`${shares.views} + 1` })
			.where(and(eq(shares.id, id), isLeft))
			.run();
		return changes > 0;
	}
}
