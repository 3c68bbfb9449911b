import { mkdir } from 'node:fs/promises';
import { err, ok, type Result } from '#core/result';
import type { HealthDetails } from '#contract/health';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { openAccess } from './auth/open-access.ts';
import type { Config } from './config.ts';
import { databasePath, prepareDataFolder } from './db/data-folder.ts';
import { openDatabase } from './db/open-database.ts';
import { openSync, type Sync } from './sync/open-sync.ts';
import { healthReader } from './health/health-details.ts';
import type { Log } from './log/logger.ts';
import { requestLog } from './log/request-log.ts';
import { createMetrics } from './metrics/metrics.ts';
import { jobRoutes } from './jobs/job-routes.ts';
import { laneSizes, SqliteJobQueue } from './jobs/sqlite-job-queue.ts';

/** The rooms of a server, wired together. */
export interface Services {
	readonly rooms: readonly OpenAPIHono[];
	readonly guard: readonly MiddlewareHandler[];
	readonly sync: Sync;
	readonly details: () => Promise<HealthDetails>;
	/** For the person at the terminal, once the server listens on `port`; empty when there is nothing to say. */
	welcome(port: number, colours: boolean): Promise<string>;
	/** Begins the work that nobody waits for: scans, jobs, proofs of encoders. */
	start(): void;
	/** Ends it; what was under way goes on at the next start. */
	close(): Promise<void>;
}

/** Constructs everything that `config` asks for; otherwise a sentence that says what stands in the way. */
export async function openServices(config: Config, log: Log): Promise<Result<Services, string>> {
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
	const access = await openAccess({ config, database: database.value });
	if (!access.ok) {
		database.value.close();
		return access;
	}
	const jobs = new SqliteJobQueue(database.value, {
		lanes: laneSizes(config.maxJobs),
		onError: (error) => log.error(error, 'the job queue failed'),
	});
	const sync = openSync(database.value, jobs);
	const metrics = createMetrics();
	return ok({
		rooms: [access.value.room, metrics.room, jobRoutes(jobs), ...sync.rooms],
		sync,
		guard: [metrics.measure, requestLog(log), access.value.guard],
		details: healthReader(config, { ffmpegVersion: () => undefined, encoders: () => undefined }),
		welcome: (port, colours) => access.value.welcome(port, colours),
		start: () => jobs.start(),
		close: async () => {
			await jobs.stop();
			sync.close();
			database.value.close();
		},
	});
}
