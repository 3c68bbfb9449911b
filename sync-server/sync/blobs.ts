import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { eq, gt, inArray, lt } from 'drizzle-orm';
import type { ApiError } from '#contract/api-error';
import { err, ok, type Result } from '#core/result';
import type { Database } from '../db/open-database.ts';
import { roomOnDisk, type RoomOnDisk } from './room-on-disk.ts';
import { noSpace, storeRefusal } from './store-refusal.ts';
import { blobs, documentUpdates } from './tables.ts';

/** How long a blob stays that no document speaks of, in milliseconds: a device that was away may still do so. */
const UNUSED_FOR_MS = 30 * 24 * 3600_000;
/** What any hash in a document looks like, read as Latin-1. Other numbers of that length only make a blob stay longer. */
const HASHES = /[0-9a-f]{64}/g;
const WHAT = 'a part of a project';

export interface BlobsOptions {
	readonly now?: () => Date;
	readonly room?: RoomOnDisk;
}

/** Large parts of documents, by the hash of their bytes. */
export class Blobs {
	readonly #db: Database;
	readonly #now: () => Date;
	readonly #room: RoomOnDisk;

	constructor(db: Database, { now = () => new Date(), room = roomOnDisk(db) }: BlobsOptions = {}) {
		this.#db = db;
		this.#now = now;
		this.#room = room;
	}

	get(sha256: string): Uint8Array | undefined {
		return this.#db.orm.select({ data: blobs.data }).from(blobs).where(eq(blobs.sha256, sha256)).get()?.data;
	}

	/** Whether it is there; then it also stays there for a while, as somebody is about to speak of it. */
	keep(sha256: string): boolean {
		const which = eq(blobs.sha256, sha256);
		return this.#db.orm.update(blobs).set({ usedAt: this.#now().toISOString() }).where(which).run().changes > 0;
	}

	/** Keeps bytes under the hash that they must have; again changes nothing. On return they are on disk. */
	put(sha256: string, data: Uint8Array): Result<void, ApiError> {
		if (createHash('sha256').update(data).digest('hex') !== sha256) {
			return err({
				code: 'unprocessable',
				message: 'The bytes that came are not those of their name. Send them again.',
			});
		}
		if (!this.#room(data.length)) return err(noSpace(WHAT));
		try {
			const at = this.#now().toISOString();
			const row = { sha256, data: Buffer.from(data), createdAt: at, usedAt: at };
			this.#db.orm
				.insert(blobs)
				.values(row)
				.onConflictDoUpdate({ target: blobs.sha256, set: { usedAt: at } })
				.run();
			return ok(undefined);
		} catch (thrown) {
			return err(storeRefusal(thrown, WHAT));
		}
	}

	/**
	 * Deletes what no document has spoken of for a month, and resolves with how many that were. What documents hold is not understood here:
	 * a blob stays as long as its hash stands anywhere in one, also in what was deleted there and is not joined yet. Between two pieces others
	 * have their turn.
	 */
	async sweep(): Promise<number> {
		if (this.#db.orm.select({ sha256: blobs.sha256 }).from(blobs).limit(1).get() === undefined) return 0;
		for (let seq = -1; ;) {
			const next = this.#db.orm
				.select({ seq: documentUpdates.seq, data: documentUpdates.data })
				.from(documentUpdates)
				.where(gt(documentUpdates.seq, seq))
				.orderBy(documentUpdates.seq)
				.limit(1)
				.get();
			if (next === undefined) break;
			seq = next.seq;
			this.#noteUse(next.data.toString('latin1').match(HASHES) ?? []);
			await setImmediate();
			// The server stops.
			if (!this.#db.sqlite.open) return 0;
		}
		const before = new Date(this.#now().getTime() - UNUSED_FOR_MS).toISOString();
		return this.#db.orm.delete(blobs).where(lt(blobs.usedAt, before)).run().changes;
	}

	#noteUse(hashes: readonly string[]): void {
		const usedAt = this.#now().toISOString();
		const all = [...new Set(hashes)];
		// SQLite takes so many values in one statement.
		for (let at = 0; at < all.length; at += 500) {
			const which = inArray(blobs.sha256, all.slice(at, at + 500));
			this.#db.orm.update(blobs).set({ usedAt }).where(which).run();
		}
	}
}
