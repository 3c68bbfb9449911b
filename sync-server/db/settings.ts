import { eq } from 'drizzle-orm';
import type * as z from 'zod';
import type { Database } from './open-database.ts';
import { settings } from './tables.ts';

/** Small values of the server by name. */
export class Settings {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	/** Undefined when there is none, or when what is there no longer parses. */
	get<T>(key: string, schema: z.ZodType<T>): T | undefined {
		const row = this.#db.orm.select().from(settings).where(eq(settings.key, key)).get();
		if (row === undefined) return undefined;
		const parsed = schema.safeParse(JSON.parse(row.value));
		return parsed.success ? parsed.data : undefined;
	}

	set(key: string, value: unknown): void {
		const row = { key, value: JSON.stringify(value) };
		this.#db.orm.insert(settings).values(row).onConflictDoUpdate({ target: settings.key, set: row }).run();
	}

	remove(key: string): void {
		this.#db.orm.delete(settings).where(eq(settings.key, key)).run();
	}
}
