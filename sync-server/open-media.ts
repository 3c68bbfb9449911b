import type { OpenAPIHono } from '@hono/zod-openapi';
import { join } from 'node:path';
import type { Config } from './config.ts';
import type { Database } from './db/open-database.ts';
import type { Ffmpeg } from './ffmpeg/ffmpeg.ts';
import { probeFile } from './ffmpeg/probe-file.ts';
import type { JobQueue } from './jobs/job-queue.ts';
import { libraryRoutes } from './library/library-routes.ts';
import { MediaLibrary } from './library/media-library.ts';
import { DerivedMedia } from './streaming/derived-media.ts';
import { LivePieces } from './streaming/live-pieces.ts';
import { MediaCache } from './streaming/media-cache.ts';
import { MediaCopies } from './streaming/media-copies.ts';
import { QuickLooks } from './streaming/quick-looks.ts';
import { rawRoutes, sharingHeaders } from './streaming/raw-routes.ts';
import { streamRoutes } from './streaming/stream-routes.ts';
import { uploadRoutes } from './uploads/upload-routes.ts';
import { UploadStore } from './uploads/upload-store.ts';

export interface MediaParts {
	readonly config: Pick<
		Config,
		'dataDir' | 'mediaDirs' | 'cacheDir' | 'cacheMaxBytes' | 'corsOrigins' | 'uploadMaxBytes'
	> &
		Partial<Pick<Config, 'mediaPollS'>>;
	readonly database: Database;
	readonly ffmpeg: Ffmpeg;
	readonly jobs: JobQueue;
	readonly onError: (error: Error) => void;
	/** Stays free on the disks of cache and uploads. */
	readonly minFreeBytes?: number;
}

/** The rooms around media: the library, what is made of its files, uploads. */
export interface Media {
	readonly library: MediaLibrary;
	readonly cache: MediaCache;
	readonly uploads: UploadStore;
	readonly rooms: readonly OpenAPIHono[];
	start(): Promise<void>;
	close(): Promise<void>;
}

export function openMedia({ config, database: db, ffmpeg, jobs, onError, minFreeBytes = 1e9 }: MediaParts): Media {
	const uploadsDir = join(config.dataDir, 'uploads');
	const library = new MediaLibrary({
		...{
			db,
			mediaDirs: config.mediaDirs,
			mediaPollS: config.mediaPollS,
			uploadsDir,
			cacheDir: config.cacheDir,
			onError,
		},
		probeFile: (file, signal) => probeFile(ffmpeg, file, { signal }),
	});
	const cache = new MediaCache({
		...{ db, folder: join(config.cacheDir, 'media'), maxBytes: config.cacheMaxBytes, minFreeBytes },
	});
	library.onForget((id) => cache.forget(id));
	// A name with a dot: the library does not look into it.
	const folder = join(uploadsDir, '.incoming');
	const uploads = new UploadStore({ library, folder, maxBytes: config.uploadMaxBytes, minFreeBytes, onError });
	const sharing = sharingHeaders(config.corsOrigins);
	const looks = new QuickLooks(library, ffmpeg);
	const services = {
		copies: new MediaCopies(looks, cache, ffmpeg, jobs),
		derived: new DerivedMedia(library, looks, cache, ffmpeg),
		live: new LivePieces(looks, cache, ffmpeg),
		sharing,
	};
	return {
		library,
		cache,
		uploads,
		rooms: [libraryRoutes(library), rawRoutes(library, sharing), streamRoutes(services), uploadRoutes(uploads)],
		start: async () => {
			await Promise.all([cache.start(), uploads.start()]);
			await library.start();
		},
		close: async () => {
			uploads.close();
			await Promise.all([cache.close(), library.close()]);
		},
	};
}
