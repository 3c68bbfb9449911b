/** The rooms around what plays, on real folders, database and sockets, asking the doubles of media servers. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Session } from '../../src/lib/contract/sessions.ts';
import type { Source, SourcePaths, SourceStatus, SourceTest } from '../../src/lib/contract/sources.ts';
import { createApp } from '../../sync-server/app.ts';
import { createSeal } from '../../sync-server/auth/seal.ts';
import type { MediaServerAccess } from '../../sync-server/config.ts';
import { type Database, openDatabase } from '../../sync-server/db/open-database.ts';
import { Ffmpeg } from '../../sync-server/ffmpeg/ffmpeg.ts';
import { ProgramKeeper } from '../../sync-server/ffmpeg/program-keeper.ts';
import { SqliteJobQueue } from '../../sync-server/jobs/sqlite-job-queue.ts';
import { openNowPlaying, type NowPlayingParts, type NowPlayingRooms } from '../../sync-server/open-now-playing.ts';
import { type Media, openMedia } from '../../sync-server/open-media.ts';
import type { FakeJellyfin } from '../fakes/fake-jellyfin.ts';
import { FakePlex } from '../fakes/fake-plex.ts';
import { fixturePath } from '../fixtures/make.ts';

export const accessTo = (server: FakePlex | FakeJellyfin): MediaServerAccess =>
	server instanceof FakePlex
		? { kind: 'plex', address: server.url, secret: server.token }
		: { kind: server.flavour, address: server.url, secret: server.apiKey };

interface Options {
	readonly servers?: readonly (FakePlex | FakeJellyfin)[];
	readonly access?: readonly MediaServerAccess[];
	readonly playing?: NowPlayingParts['playing'];
}

export class PlayingServer {
	readonly folder = mkdtempSync(join(tmpdir(), 'octocut-playing-'));
	readonly media = join(this.folder, 'media');
	readonly errors: unknown[] = [];
	/** All that was answered. */
	readonly heard: string[] = [];
	/** Milliseconds since 1970; moved on by tests. */
	clock = Date.now();
	playing!: NowPlayingRooms;
	rooms!: Media;
	#db!: Database;
	#programs!: ProgramKeeper;
	#app!: ReturnType<typeof createApp>;

	/** A film of five seconds at `path` below the media folder. */
	put(path: string): string {
		const target = join(this.media, path);
		mkdirSync(dirname(target), { recursive: true });
		copyFileSync(fixturePath('no-audio.mp4'), target);
		return target;
	}

	async start({ servers = [], access = servers.map(accessTo), playing = {} }: Options = {}): Promise<this> {
		mkdirSync(this.media, { recursive: true });
		const db = openDatabase(join(this.folder, 'db.sqlite'));
		if (!db.ok) throw new Error(db.error);
		this.#db = db.value;
		const onError = (error: unknown) => void this.errors.push(error);
		this.#programs = new ProgramKeeper(this.#db);
		const ffmpeg = new Ffmpeg(this.#programs, { ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' });
		const cacheDir = join(this.folder, 'cache');
		const limits = { cacheMaxBytes: 1e9, uploadMaxBytes: 1e9, corsOrigins: [] };
		this.rooms = openMedia({
			config: { dataDir: this.folder, mediaDirs: [this.media], cacheDir, ...limits },
			...{ database: this.#db, ffmpeg, onError, minFreeBytes: 0 },
			jobs: new SqliteJobQueue(this.#db, { onError }),
		});
		await this.rooms.start();
		await this.rooms.library.scanner.idle();
		this.playing = openNowPlaying({
			config: { mediaServers: access, corsOrigins: [] },
			...{ database: this.#db, seal: createSeal(Buffer.alloc(32, 1)), onError },
			...{ library: this.rooms.library, cache: this.rooms.cache },
			playing: { now: () => this.clock, patienceMs: 20_000, timeoutMs: 20_000, pictureTimeoutMs: 20_000, ...playing },
		});
		this.#app = createApp({ appFolder: '/nowhere', version: '1', onError, rooms: this.playing.rooms });
		return this;
	}

	/** As in the first minutes of a server, when its folders were never read to the end. */
	forgetThatFoldersWereRead(): void {
		this.#db.sqlite.exec("UPDATE library_roots SET state = 'waiting'");
	}

	async ask(path: string, method = 'GET', body?: unknown): Promise<Response> {
		const answer = await this.#app.request(`http://localhost${path}`, {
			method,
			...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
		});
		this.heard.push(JSON.stringify([...answer.headers]), await answer.clone().text());
		return answer;
	}

	async get<T>(path: string): Promise<T> {
		const answer = await this.ask(path);
		if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
		return (await answer.json()) as T;
	}

	/** Looks again, after `seconds` have passed. */
	async sessions(seconds = 0): Promise<Session[]> {
		return (await this.list(seconds)).sessions;
	}

	async list(seconds = 0): Promise<{ sessions: Session[]; sources: SourceStatus[] }> {
		this.clock += seconds * 1000;
		return this.get('/api/sessions');
	}

	sources = async (): Promise<Source[]> => (await this.get<{ sources: Source[] }>('/api/sources')).sources;
	paths = (id: string): Promise<SourcePaths> => this.get(`/api/sources/${id}/paths`);

	async test(id: string): Promise<SourceTest> {
		return (await (await this.ask(`/api/sources/${id}/test`, 'POST')).json()) as SourceTest;
	}

	async post<T>(path: string, body: unknown, method = 'POST'): Promise<{ status: number; body: T }> {
		const answer = await this.ask(path, method, body);
		return { status: answer.status, body: (await answer.json()) as T };
	}

	async stop(): Promise<void> {
		await this.playing.close();
		await this.rooms.close();
		await this.#programs.close();
		this.#db.close();
	}

	remove(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
