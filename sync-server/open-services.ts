import { mkdir } from 'node:fs/promises';
import { err, isAbort, ok, type Result } from '#core/result';
import type { Encoders as KnownEncoders } from '#contract/encoders';
import type { HealthDetails } from '#contract/health';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Hono, MiddlewareHandler } from 'hono';
import { type Access, openAccess } from './auth/open-access.ts';
import type { Config } from './config.ts';
import { databasePath, prepareDataFolder } from './db/data-folder.ts';
import { openDatabase } from './db/open-database.ts';
import { healthReader } from './health/health-details.ts';
import type { Log } from './log/logger.ts';
import { requestLog } from './log/request-log.ts';
import { createMetrics } from './metrics/metrics.ts';
import { Settings } from './db/settings.ts';
import { encoderRoutes, handleProofs } from './encoders/encoder-routes.ts';
import { Encoders } from './encoders/encoders.ts';
import { profileHistory } from './exports/profile-history.ts';
import { Ffmpeg } from './ffmpeg/ffmpeg.ts';
import { ProgramKeeper } from './ffmpeg/program-keeper.ts';
import { jobRoutes } from './jobs/job-routes.ts';
import { laneSizes, SqliteJobQueue } from './jobs/sqlite-job-queue.ts';
import { openCaptures } from './open-captures.ts';
import { openExports } from './open-exports.ts';
import { openGiving } from './open-giving.ts';
import { openMedia } from './open-media.ts';
import { openNowPlaying } from './open-now-playing.ts';
import { serverIdentity } from './server-identity.ts';
import { openSync, type Sync } from './sync/open-sync.ts';

/** The rooms of a server, wired together. */
export interface Services {
	readonly rooms: readonly OpenAPIHono[];
	readonly guard: readonly MiddlewareHandler[];
	/** For people who are not signed in. */
	readonly publicPages: readonly Hono[];
	readonly sync: Sync;
	readonly details: () => Promise<HealthDetails>;
	/** Who is signed in. */
	readonly access: Pick<Access, 'devices'>;
	/** For the person at the terminal, once the server listens on `port`; empty when there is nothing to say. */
	welcome(port: number, colours: boolean): Promise<string>;
	/** The server listens: begins the work that nobody waits for: scans, jobs, proofs of encoders. */
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
	let listeningMs = performance.now();
	const onError = (error: unknown): void => {
		if (!isAbort(error)) log.error(error, 'work in the background failed');
	};
	const stopping = new AbortController();
	const metrics = createMetrics();
	const programs = new ProgramKeeper(database.value);
	const ffmpeg = new Ffmpeg(programs, config);
	const jobs = new SqliteJobQueue(database.value, { lanes: laneSizes(config.maxJobs), onError });
	const settings = new Settings(database.value);
	const identity = serverIdentity(settings);
	const encoders = new Encoders(ffmpeg, settings, config.encoder);
	handleProofs(encoders, jobs);
	const media = openMedia({ config, database: database.value, ffmpeg, jobs, onError });
	const sync = openSync(database.value, jobs, onError);
	media.library.subscribe(() => sync.hub.tellLibrary());
	access.value.devices.onRemoved((device) => sync.hub.dismiss(device));
	const history = profileHistory(sync.profiles, identity);
	const playing = openNowPlaying({
		...{ config, database: database.value, seal: access.value.seal, library: media.library, cache: media.cache },
		...{ onError, registry: metrics.registry },
	});
	const captures = openCaptures({
		...{ config, database: database.value, queue: jobs, media: media.library, cache: media.cache, ffmpeg, encoders },
		...{ playing: playing.nowPlaying, log: log.child({ room: 'captures' }), onError },
		onChange: () => sync.hub.tellCaptures(),
	});
	const giving = openGiving({
		...{ config, database: database.value, queue: jobs, captures: captures.captures, access: access.value, onError },
		note: [metrics.measure, requestLog(log)],
	});
	const exports = openExports({ config, queue: jobs, media: media.library, ffmpeg, encoders, history, onError });
	return ok({
		access: access.value,
		rooms: [
			access.value.room,
			metrics.room,
			jobRoutes(jobs),
			encoderRoutes(encoders, jobs),
			exports.room,
			...media.rooms,
			...playing.rooms,
			...captures.rooms,
			...giving.rooms,
			...sync.rooms,
		],
		publicPages: giving.publicPages,
		sync,
		guard: [metrics.measure, requestLog(log), access.value.guard],
		details: healthReader(config, identity.id, latest(encoders), () => (performance.now() - listeningMs) / 1000),
		welcome: (port, colours) => access.value.welcome(port, colours),
		start: () => {
			listeningMs = performance.now();
			programs.endLeftovers();
			void encoders.prove(stopping.signal).catch(onError);
			// Jobs use the cache, which first throws away what a crash has left.
			Promise.all([media.start(), exports.start(), captures.start()])
				.then(() => {
					// It may have been closed meanwhile.
					if (stopping.signal.aborted) return;
					jobs.start();
					playing.start();
				})
				.catch(onError);
		},
		close: async () => {
			stopping.abort();
			exports.close();
			giving.close();
			captures.close();
			await jobs.stop();
			await playing.close();
			sync.close();
			await media.close();
			await programs.close();
			database.value.close();
		},
	});
}

/** What was known of ffmpeg last; asking looks again, without waiting for it. */
function latest(encoders: Encoders): () => KnownEncoders | undefined {
	let known: KnownEncoders | undefined;
	return () => {
		void encoders.answer().then((answer) => (known = answer));
		return known;
	};
}
