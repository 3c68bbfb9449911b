import type { Live } from '#core/live';
import type { Database } from './database.ts';
import { liveRows } from './live-rows.ts';
import type { SettingsStore } from './storage.ts';

interface Schema<T> {
	safeParse(value: unknown): { success: boolean; data?: T };
}

export class DexieSettings implements SettingsStore {
	#db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	async get<T>(key: string, schema: Schema<T>): Promise<T | undefined> {
		const row = await this.#db.settings.get(key);
		if (row === undefined) return undefined;
		const parsed = schema.safeParse(row.value);
		return parsed.success ? parsed.data : undefined;
	}

	async set(key: string, value: unknown): Promise<void> {
		await this.#db.settings.put({ key, value });
	}

	watch<T>(key: string, schema: Schema<T>): Live<T | undefined> {
		return liveRows(() => this.get(key, schema));
	}
}
