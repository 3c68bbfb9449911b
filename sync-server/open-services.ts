import { mkdir } from 'node:fs/promises';
import { err, isAbort, ok, type Result } from '#core/result';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { Config } from './config.ts';
import { databasePath, prepareDataFolder } from './db/data-folder.ts';
import { openDatabase } from './db/open-database.ts';
import { Settings } from './db/settings.ts';
import { encoderRoutes, handleProofs } from './encoders/encoder-routes.ts';
import { Encoders } from './encoders/encoders.ts';
import { Ffmpeg } from './ffmpeg/ffmpeg.ts';
import { ProgramKeeper } from './ffmpeg/program-keeper.ts';
import { jobRoutes } from './jobs/job-routes.ts';
import { laneSizes, SqliteJobQueue } from './jobs/sqlite-job-queue.ts';

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
	const onError = (error: unknown) => {
		if (!isAbort(error)) console.error(error);
	};
	const stopping = new AbortController();
	const programs = new ProgramKeeper(database.value);
	const ffmpeg = new Ffmpeg(programs, config);
	const jobs = new SqliteJobQueue(database.value, {
		lanes: laneSizes(config.maxJobs),
		onError,
	});
	const encoders = new Encoders(ffmpeg, new Settings(database.value), config.encoder);
	handleProofs(encoders, jobs);
	return ok({
		rooms: [jobRoutes(jobs), encoderRoutes(encoders, jobs)],
		guard: [],
		start: () => {
			programs.endLeftovers();
			void encoders.prove(stopping.signal).catch(onError);
			jobs.start();
		},
		close: async () => {
			stopping.abort();
			await jobs.stop();
			await programs.close();
			database.value.close();
		},
	});
}
