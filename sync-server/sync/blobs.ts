import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { ApiError } from '#contract/api-error';
import { err, ok, type Result } from '#core/result';
import type { Database } from '../db/open-database.ts';
import { storeRefusal } from './store-refusal.ts';
import { blobs } from './tables.ts';

/** Large parts of documents, by the hash of their bytes. */
export class Blobs {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	get(sha256: string): Uint8Array | undefined {
		return this.#db.orm.select({ data: blobs.data }).from(blobs).where(eq(blobs.sha256, sha256)).get()?.data;
	}

	has(sha256: string): boolean {
		return (
			this.#db.orm.select({ sha256: blobs.sha256 }).from(blobs).where(eq(blobs.sha256, sha256)).get() !== undefined
		);
	}

	/** Keeps bytes under the hash that they must have; again changes nothing. On return they are on disk. */
	put(sha256: string, data: Uint8Array): Result<void, ApiError> {
		if (createHash('sha256').update(data).digest('hex') !== sha256) {
			return err({
				code: 'unprocessable',
				message: 'The bytes that came are not those of their name. Send them again.',
			});
		}
		try {
			const row = { sha256, data: Buffer.from(data), createdAt: new Date().toISOString() };
			this.#db.orm.insert(blobs).values(row).onConflictDoNothing().run();
			return ok(undefined);
		} catch (thrown) {
			return err(storeRefusal(thrown, 'a part of a project'));
		}
	}
}
