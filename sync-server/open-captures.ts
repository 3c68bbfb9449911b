import { mkdir } from 'node:fs/promises';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { CaptureArchives } from './captures/archives.ts';
import { captureRoutes } from './captures/capture-routes.ts';
import { Captures } from './captures/captures.ts';
import { FilmPictures } from './captures/film-pictures.ts';
import { CaptureRetention } from './captures/retention.ts';
import { sessionFilmRoutes } from './captures/session-film-routes.ts';
import { SessionFilms } from './captures/session-films.ts';
import type { Config } from './config.ts';
import type { Database } from './db/open-database.ts';
import { Settings } from './db/settings.ts';
import type { Encoders } from './encoders/encoders.ts';
import type { Ffmpeg } from './ffmpeg/ffmpeg.ts';
import type { JobQueue } from './jobs/job-queue.ts';
import type { MediaFiles } from './library/media-files.ts';
import type { Log } from './log/logger.ts';
import type { NowPlaying } from './nowplaying/now-playing.ts';
import type { MediaCache } from './streaming/media-cache.ts';
import { sharingHeaders } from './streaming/raw-routes.ts';

export interface CaptureRoomsParts {
	readonly config: Pick<Config, 'captureDir' | 'corsOrigins'>;
	readonly database: Database;
	readonly queue: JobQueue;
	readonly media: MediaFiles;
	readonly cache: MediaCache;
	readonly ffmpeg: Ffmpeg;
	readonly encoders: Pick<Encoders, 'pick'>;
	readonly playing: NowPlaying;
	readonly log: Pick<Log, 'info' | 'warn'>;
	readonly onError: (error: unknown) => void;
	/** Captures came, went or changed. */
	readonly onChange: () => void;
	readonly minFreeBytes?: number;
}

export interface CaptureRooms {
	readonly captures: Captures;
	readonly rooms: readonly OpenAPIHono[];
	/** Before the queue starts. */
	start(): Promise<void>;
	close(): void;
}

/** The rooms of captures: what is taken of what plays, the gallery, its upkeep. */
export function openCaptures(parts: CaptureRoomsParts): CaptureRooms {
	const { config, database, ffmpeg, media, playing, log, onError } = parts;
	const { captureDir, corsOrigins } = config;
	const films = new SessionFilms(playing, media, ffmpeg);
	const captures = new Captures({ ...parts, db: database, films, captureDir });
	const settings = new Settings(database);
	const retention = new CaptureRetention(captures, settings, log);
	const archives = new CaptureArchives(captures, onError);
	const sharing = sharingHeaders(corsOrigins);
	return {
		captures,
		rooms: [
			captureRoutes({ captures, archives, retention, settings, sharing }),
			sessionFilmRoutes({ films, pictures: new FilmPictures(ffmpeg), ffmpeg, media }),
		],
		start: async () => {
			try {
				await mkdir(captureDir, { recursive: true });
			} catch (thrown) {
				// Told by the first capture.
				onError(thrown);
			}
			await captures.start();
			retention.start(onError);
		},
		close: () => {
			retention.close();
			captures.close();
		},
	};
}
