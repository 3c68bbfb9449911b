import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MediaItem } from '#contract/library';
import { createApp } from '../sync-server/app.ts';
import { type Database, openDatabase } from '../sync-server/db/open-database.ts';
import { Ffmpeg } from '../sync-server/ffmpeg/ffmpeg.ts';
import { ProgramKeeper } from '../sync-server/ffmpeg/program-keeper.ts';
import { jobRoutes } from '../sync-server/jobs/job-routes.ts';
import { SqliteJobQueue } from '../sync-server/jobs/sqlite-job-queue.ts';
import { type Listening, listen } from '../sync-server/listen.ts';
import { type Media, openMedia } from '../sync-server/open-media.ts';

export interface MediaServerOptions {
	readonly cacheMaxBytes?: number;
	readonly uploadMaxBytes?: number;
	readonly minFreeBytes?: number;
	readonly ffmpegPath?: string;
	/** Of the built app, when a browser is to be sent there. */
	readonly appFolder?: string;
	readonly port?: number;
}

/** The rooms around media on real folders, database, ffmpeg and sockets; stopped and started again as often as a test likes. */
export class MediaServer {
	readonly folder = mkdtempSync(join(tmpdir(), 'octocut-media-'));
	readonly media = join(this.folder, 'media');
	readonly errors: Error[] = [];
	db!: Database;
	jobs!: SqliteJobQueue;
	rooms!: Media;
	#programs!: ProgramKeeper;
	#listening!: Listening;

	constructor() {
		mkdirSync(this.media);
	}

	async start(options: MediaServerOptions = {}): Promise<void> {
		const db = openDatabase(join(this.folder, 'db.sqlite'));
		if (!db.ok) throw new Error(db.error);
		this.db = db.value;
		const onError = (error: unknown) => void this.errors.push(error as Error);
		this.#programs = new ProgramKeeper(this.db);
		const ffmpeg = new Ffmpeg(this.#programs, { ffmpegPath: options.ffmpegPath ?? 'ffmpeg', ffprobePath: 'ffprobe' });
		this.jobs = new SqliteJobQueue(this.db, { onError });
		this.rooms = openMedia({
			config: {
				dataDir: this.folder,
				mediaDirs: [this.media],
				cacheDir: join(this.folder, 'cache'),
				cacheMaxBytes: options.cacheMaxBytes ?? 1e9,
				uploadMaxBytes: options.uploadMaxBytes ?? 1e9,
				corsOrigins: [],
			},
			database: this.db,
			ffmpeg,
			jobs: this.jobs,
			onError,
			minFreeBytes: options.minFreeBytes ?? 0,
		});
		await this.rooms.start();
		this.jobs.start();
		await this.rooms.library.scanner.idle();
		const app = createApp({
			appFolder: options.appFolder ?? this.folder,
			version: '1',
			onError,
			rooms: [jobRoutes(this.jobs), ...this.rooms.rooms],
		});
		const opened = await listen((request, env) => app.fetch(request, env), {
			host: '127.0.0.1',
			port: options.port ?? 0,
		});
		if (!opened.ok) throw new Error(opened.error);
		this.#listening = opened.value;
	}

	get url(): string {
		return this.#listening.url;
	}

	async scan(): Promise<void> {
		this.rooms.library.scanner.scan();
		await this.rooms.library.scanner.idle();
	}

	item(name: string): MediaItem {
		const page = this.rooms.library.list.page({ sort: 'name', limit: 500 });
		const item = page.ok ? page.value.items.find((one) => one.name === name) : undefined;
		if (item === undefined) throw new Error(`${name} is not in the library`);
		return item;
	}

	/** Address of something of the file called `name`. */
	of(name: string, what: string): string {
		return `${this.url}/api/media/${this.item(name).id}/${what}`;
	}

	/** Settles when no job waits or runs. */
	async jobsDone(): Promise<void> {
		while (this.jobs.list({ state: 'active' }).length > 0) {
			await new Promise<void>((resolve) => {
				const stop = this.jobs.subscribe(() => {
					stop();
					resolve();
				});
			});
		}
	}

	async stop(): Promise<void> {
		await this.#listening.close(0);
		await this.jobs.stop();
		await this.rooms.close();
		await this.#programs.close();
		this.db.close();
	}

	remove(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
