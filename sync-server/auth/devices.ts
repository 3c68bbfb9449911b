import { asc, eq, lt, and } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import type { Database } from '../db/open-database.ts';
import { newToken, sameSecret, sha256 } from './secrets.ts';
import { devices } from './tables.ts';

/** How exactly it is known when a device was last seen, in milliseconds: not every request is worth a write. */
const SEEN_MS = 60_000;

export type DeviceRow = typeof devices.$inferSelect;

/** Who was paired with the server. */
export class Devices {
	readonly #db: Database;
	readonly #now: () => number;
	readonly #removed = new Set<(id: string) => void>();

	/** `now` tells milliseconds since 1970. */
	constructor(db: Database, now: () => number) {
		this.#db = db;
		this.#now = now;
	}

	/** The token is given out this once. */
	add({ name, kind }: Pick<DeviceRow, 'name' | 'kind'>): { device: DeviceRow; token: string } {
		const token = newToken();
		const at = this.#now();
		const row = { id: randomUUID(), name, kind, tokenHash: sha256(token), createdAt: at, lastSeenAt: at };
		this.#db.orm.insert(devices).values(row).run();
		return { device: row, token };
	}

	/** Also notes that it was seen. */
	byToken(token: string): DeviceRow | undefined {
		const hash = sha256(token);
		const row = this.#db.orm.select().from(devices).where(eq(devices.tokenHash, hash)).get();
		if (row === undefined || !sameSecret(row.tokenHash, hash)) return undefined;
		const at = this.#now();
		if (at - row.lastSeenAt < SEEN_MS) return row;
		const unseen = and(eq(devices.id, row.id), lt(devices.lastSeenAt, at));
		this.#db.orm.update(devices).set({ lastSeenAt: at }).where(unseen).run();
		return { ...row, lastSeenAt: Math.max(at, row.lastSeenAt) };
	}

	byId(id: string): DeviceRow | undefined {
		return this.#db.orm.select().from(devices).where(eq(devices.id, id)).get();
	}

	/** In the order in which they came. */
	all(): readonly DeviceRow[] {
		return this.#db.orm.select().from(devices).orderBy(asc(devices.createdAt), asc(devices.id)).all();
	}

	/** Undefined when there is none with this id. */
	rename(id: string, name: string): DeviceRow | undefined {
		return this.#db.orm.update(devices).set({ name }).where(eq(devices.id, id)).returning().get();
	}

	/** False when there is none with this id. */
	remove(id: string): boolean {
		const gone = this.#db.orm.delete(devices).where(eq(devices.id, id)).run().changes > 0;
		if (gone) for (const listener of this.#removed) listener(id);
		return gone;
	}

	/** Tells of devices that may do nothing any more: what they have open is to be closed. */
	onRemoved(listener: (id: string) => void): () => void {
		this.#removed.add(listener);
		return () => void this.#removed.delete(listener);
	}
}
