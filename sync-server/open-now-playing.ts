import type { OpenAPIHono } from '@hono/zod-openapi';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Seal } from './auth/seal.ts';
import type { Config } from './config.ts';
import type { Database } from './db/open-database.ts';
import type { MediaLibrary } from './library/media-library.ts';
import { ItemImages } from './nowplaying/item-images.ts';
import type { NowPlaying } from './nowplaying/now-playing.ts';
import { PlayingNow, type PlayingNowParts } from './nowplaying/playing-now.ts';
import { sessionRoutes } from './nowplaying/session-routes.ts';
import { sourceRoutes } from './nowplaying/source-routes.ts';
import { Sources } from './nowplaying/sources.ts';
import type { MediaCache } from './streaming/media-cache.ts';
import { sharingHeaders } from './streaming/raw-routes.ts';

export interface NowPlayingParts {
	readonly config: Pick<Config, 'mediaServers' | 'corsOrigins'>;
	readonly database: Database;
	readonly seal: Seal;
	readonly library: MediaLibrary;
	readonly cache: MediaCache;
	readonly onError: (error: unknown) => void;
	readonly registry?: Registry;
	/** Clocks and limits of tests. */
	readonly playing?: Pick<PlayingNowParts, 'now' | 'timeoutMs' | 'pictureTimeoutMs' | 'times' | 'patienceMs'>;
}

/** The rooms around what plays on media servers. */
export interface NowPlayingRooms {
	readonly nowPlaying: NowPlaying;
	readonly rooms: readonly OpenAPIHono[];
	/** Begins to look at media servers; the library must have started. */
	start(): void;
	close(): Promise<void>;
}

export function openNowPlaying(parts: NowPlayingParts): NowPlayingRooms {
	const { config, database, seal, library, cache, onError, registry, playing: options = {} } = parts;
	const sources = new Sources(database, seal, config.mediaServers);
	const onLook = registry === undefined ? undefined : lookMetrics(registry);
	const playing = new PlayingNow({ sources, library, onError, ...(onLook && { onLook }), ...options });
	const images = new ItemImages(cache, options.now);
	const routed = { sources, playing, images, places: library.places, ...(options.now && { now: options.now }) };
	return {
		nowPlaying: playing,
		rooms: [sourceRoutes(routed), sessionRoutes({ playing, images, sharing: sharingHeaders(config.corsOrigins) })],
		start: () => playing.start(),
		close: () => playing.close(),
	};
}

/** By kind, not by source: names are the person's. */
function lookMetrics(registry: Registry): NonNullable<PlayingNowParts['onLook']> {
	const looks = new Counter({
		name: 'octocut_source_looks_total',
		help: 'Times that media servers were asked what plays, by how it ended',
		labelNames: ['kind', 'outcome'],
		registers: [registry],
	});
	const duration = new Histogram({
		name: 'octocut_source_look_duration_seconds',
		help: 'Time until a media server had told what plays',
		labelNames: ['kind'],
		buckets: [0.05, 0.2, 1, 5, 10],
		registers: [registry],
	});
	return (kind, outcome, tookMs) => {
		looks.inc({ kind, outcome });
		duration.observe({ kind }, tookMs / 1000);
	};
}
