/** A server that captures from real films which a media server is said to play: for tests of captures. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Capture, NewCapture } from '../../src/lib/contract/captures.ts';
import type { Session } from '../../src/lib/contract/sessions.ts';
import { err, ok } from '../../src/lib/core/result.ts';
import { createApp } from '../../sync-server/app.ts';
import { type Database, openDatabase } from '../../sync-server/db/open-database.ts';
import { Encoders } from '../../sync-server/encoders/encoders.ts';
import { Ffmpeg } from '../../sync-server/ffmpeg/ffmpeg.ts';
import { ProgramKeeper } from '../../sync-server/ffmpeg/program-keeper.ts';
import { jobRoutes } from '../../sync-server/jobs/job-routes.ts';
import { SqliteJobQueue } from '../../sync-server/jobs/sqlite-job-queue.ts';
import type { NowPlaying, PlayingDetails } from '../../sync-server/nowplaying/now-playing.ts';
import { type CaptureRooms, openCaptures } from '../../sync-server/open-captures.ts';
import { openMedia, type Media } from '../../sync-server/open-media.ts';
import { provenEncoders } from './proven-encoders.ts';

export interface Played {
	readonly session: Session;
	/** Absent: the file of the library with the name of the title. */
	readonly details?: Partial<PlayingDetails>;
}

/** Something that plays `file` of the library. */
export const playing = (file: string, positionS: number, durationS: number, more: Partial<Session> = {}): Session => ({
	...{ id: `plex-${file.replace(/[^\w.~-]/g, '')}`, source: 'plex-env', kind: 'plex', sourceName: 'Home' },
	...{ title: file, mediaKind: 'movie', state: 'playing', positionS, at: new Date(0).toISOString(), durationS },
	...{ transcoding: false, media: { state: 'file', media: 'some' } },
	...more,
});

export interface CaptureServerOptions {
	readonly captureDir?: string;
	readonly minFreeBytes?: number;
	readonly ffmpegPath?: string;
	readonly ffprobePath?: string;
}

export class CaptureServer {
	readonly films: string;
	captureDir: string;
	readonly errors: unknown[] = [];
	readonly played = new Map<string, Played>();
	/** Times that the gallery was said to have changed. */
	changes = 0;
	db!: Database;
	queue!: SqliteJobQueue;
	media!: Media;
	rooms!: CaptureRooms;
	app!: ReturnType<typeof createApp>;
	#programs!: ProgramKeeper;

	/** `folder`: of a server that was there before. */
	constructor(
		films: readonly string[],
		readonly folder = mkdtempSync(join(tmpdir(), 'octocut-captures-')),
	) {
		this.films = join(folder, 'films');
		this.captureDir = join(folder, 'captures');
		mkdirSync(this.films, { recursive: true });
		for (const film of films) this.add(film);
	}

	add(path: string, name = path.slice(path.lastIndexOf('/') + 1)): void {
		copyFileSync(path, join(this.films, name));
	}

	/** Has a media server play it. */
	play(session: Session, details: Played['details'] = {}): Session {
		this.played.set(session.id, { session, details });
		return session;
	}

	async start({
		captureDir,
		minFreeBytes = 0,
		ffmpegPath = 'ffmpeg',
		ffprobePath = 'ffprobe',
	}: CaptureServerOptions = {}): Promise<void> {
		if (captureDir !== undefined) this.captureDir = captureDir;
		const db = openDatabase(join(this.folder, 'db.sqlite'));
		if (!db.ok) throw new Error(db.error);
		this.db = db.value;
		const onError = (error: unknown) => void this.errors.push(error);
		this.#programs = new ProgramKeeper(this.db);
		const ffmpeg = new Ffmpeg(this.#programs, { ffmpegPath, ffprobePath });
		this.queue = new SqliteJobQueue(this.db, { onError, firstPauseMs: 1 });
		const devices = () => Promise.resolve({ platform: 'linux', nvidia: false, nodes: [], refused: undefined });
		const encoders = new Encoders(ffmpeg, provenEncoders, 'auto', { devices });
		this.media = openMedia({
			config: {
				...{ dataDir: this.folder, mediaDirs: [this.films], cacheDir: join(this.folder, 'cache'), corsOrigins: [] },
				...{ cacheMaxBytes: 1e9, uploadMaxBytes: 1e9 },
			},
			...{ database: this.db, ffmpeg, jobs: this.queue, onError, minFreeBytes: 0 },
		});
		this.rooms = openCaptures({
			config: { captureDir: this.captureDir, corsOrigins: [] },
			...{ database: this.db, queue: this.queue, media: this.media.library, cache: this.media.cache, ffmpeg, encoders },
			...{ playing: this.#playing(), log: console, onError, minFreeBytes, onChange: () => void (this.changes += 1) },
		});
		await this.media.start();
		await this.media.library.scanner.idle();
		await this.rooms.start();
		this.queue.start();
		this.app = createApp({
			...{ appFolder: tmpdir(), version: '0', onError, details: () => Promise.reject(new Error('nobody asks')) },
			rooms: [jobRoutes(this.queue), ...this.media.rooms, ...this.rooms.rooms],
		});
	}

	#playing(): NowPlaying {
		return {
			session: (id) => this.played.get(id)?.session,
			details: async (id, _atS, signal) => {
				signal.throwIfAborted();
				const played = this.played.get(id);
				if (played === undefined) return err({ kind: 'source-missing', subject: 'What played' });
				const media = played.details?.media ?? (await this.#file(played.session.title));
				if (media === undefined) return err({ kind: 'source-missing', subject: played.session.title });
				return ok({ offsetS: 0, external: [], subtitle: undefined, ...played.details, media });
			},
		};
	}

	async #file(name: string) {
		const page = this.media.library.list.page({ sort: 'name', limit: 500 });
		const item = page.ok ? page.value.items.find((one) => one.name === name) : undefined;
		const found = item && (await this.media.library.find(item.id));
		return found?.ok === true ? ({ kind: 'file', file: found.value } as const) : undefined;
	}

	request(path: string, method = 'GET', body?: unknown): Promise<Response> {
		const json = { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
		return Promise.resolve(this.app.request(path, { method, ...(body !== undefined && json) }));
	}

	async json<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
		const response = await this.request(path, method, body);
		if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
		return (await response.json()) as T;
	}

	/** The capture when it has ended, whichever way. */
	async ended(id: string): Promise<Capture> {
		for (;;) {
			const capture = this.rooms.captures.get(id);
			if (capture === undefined) throw new Error('the capture is gone');
			if (capture.status !== 'pending') return capture;
			await new Promise<void>((resolve) => {
				const stop = this.rooms.captures.subscribe(() => {
					stop();
					resolve();
				});
			});
		}
	}

	/** Settles when no job waits or runs. */
	async idle(): Promise<void> {
		while (this.queue.list({ state: 'active' }).length > 0) {
			await new Promise<void>((resolve) => {
				const stop = this.queue.subscribe(() => {
					stop();
					resolve();
				});
			});
		}
	}

	async take(request: NewCapture): Promise<Capture> {
		return this.ended((await this.json<Capture>('/api/captures', 'POST', request)).id);
	}

	/** The same when all is well, with where the file is. */
	async make(request: NewCapture): Promise<{ capture: Capture; path: string }> {
		const capture = await this.take(request);
		if (capture.status !== 'complete') {
			throw new Error(JSON.stringify([capture, this.queue.log(capture.job ?? ''), this.errors.map(String)]));
		}
		const file = await this.rooms.captures.file(capture.id);
		if (!file.ok) throw new Error(JSON.stringify(file));
		return { capture, path: file.value.path };
	}

	async refused(request: unknown): Promise<{ status: number; message: string }> {
		const response = await this.request('/api/captures', 'POST', request);
		const { message = '' } = (await response.json()) as { message?: string };
		return { status: response.status, message };
	}

	async stop(): Promise<void> {
		this.rooms.close();
		await this.queue.stop();
		await this.media.close();
		await this.#programs.close();
		this.db.close();
	}

	remove(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
