import { mkdir } from 'node:fs/promises';
import { err, ok, type Result } from '#core/result';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { Config } from './config.ts';
import { databasePath, prepareDataFolder } from './db/data-folder.ts';
import { openDatabase } from './db/open-database.ts';
import { openSync } from './sync/open-sync.ts';

/** The rooms of a server, wired together. */
export interface Services {
	readonly rooms: readonly OpenAPIHono[];
	readonly guard: readonly MiddlewareHandler[];
	/** Begins the work that nobody waits for: scans, jobs, proofs of encoders. */
	start(): void;
	/** Ends it; what was under way goes on at the next start. */
	close(): Promise<void>;
}

/** Constructs everything that `config` asks for; otherwise a sentence that says what stands in the way. */
export async function openServices(config: Config): Promise<Result<Services, string>> {
	const prepared = await prepareDataFolder(config.dataDir);
	if (!prepared.ok) return prepared;
	try {
		await Promise.all([config.cacheDir, config.exportDir].map((folder) => mkdir(folder, { recursive: true })));
	} catch (thrown) {
		const reason = thrown instanceof Error ? thrown.message : String(thrown);
		return err(`A folder of the server cannot be made (${reason}). Set CACHE_DIR or EXPORT_DIR to one that can.`);
	}
	const database = openDatabase(databasePath(config.dataDir));
	if (!database.ok) return database;
	const sync = openSync(database.value);
	return ok({
		rooms: [...sync.rooms],
		guard: [],
		start: () => undefined,
		close: () => {
			sync.close();
			database.value.close();
			return Promise.resolve();
		},
	});
}
