import type { Session } from '#contract/sessions';
import type { Source, SourceKind, SourceStatus, SourceTest } from '#contract/sources';
import type { Failure } from '#core/failure';
import { err, type Result } from '#core/result';
import type { MediaServerAccess } from '../config.ts';
import { JellyfinServer } from './jellyfin-server.ts';
import type { MediaServer, ServerTimes } from './media-server.ts';
import type { NowPlaying, PlayingDetails } from './now-playing.ts';
import { type Playback, positionAt } from './playback.ts';
import { PlexServer } from './plex-server.ts';
import { faultText } from './source-fault.ts';
import { type PlayableLibrary, SourceFiles } from './source-files.ts';
import { SourceWatch, WATCH_TIMES, type Watched, type WatchTimes } from './source-watch.ts';
import type { KnownSource, Sources } from './sources.ts';

export interface PlayingNowParts {
	readonly sources: Sources;
	readonly library: PlayableLibrary;
	readonly onError: (error: unknown) => void;
	/** After each look at a media server. */
	readonly onLook?: (kind: SourceKind, outcome: string, tookMs: number) => void;
	readonly now?: () => number;
	readonly timeoutMs?: number;
	readonly pictureTimeoutMs?: number;
	readonly times?: WatchTimes;
	/** How long an answer waits for media servers, in milliseconds. */
	readonly patienceMs?: number;
}

/** What has ended is remembered for this long, in milliseconds. */
const REMEMBERED_MS = 3600_000;
const MOST_REMEMBERED = 2000;
const PREFIXES: Readonly<Record<SourceKind, string>> = { plex: 'plex', jellyfin: 'jf', emby: 'emby' };

interface Remembered {
	readonly source: string;
	readonly watched: Watched;
	readonly endedMs: number;
	readonly sourceName: string;
}

/** What plays on all media servers together. */
export class PlayingNow implements NowPlaying {
	readonly #parts: Required<PlayingNowParts>;
	readonly #times: ServerTimes;
	readonly #watches = new Map<string, SourceWatch>();
	readonly #remembered = new Map<string, Remembered>();

	constructor(parts: PlayingNowParts) {
		this.#parts = {
			...{ onLook: () => undefined, now: Date.now, times: WATCH_TIMES, patienceMs: 2000 },
			...{ timeoutMs: 8000, pictureTimeoutMs: 5000 },
			...parts,
		};
		const { now, timeoutMs, pictureTimeoutMs } = this.#parts;
		this.#times = { now, timeoutMs, pictureTimeoutMs };
		for (const source of this.#parts.sources.all()) this.#open(source);
	}

	start(): void {
		for (const watch of this.#watches.values()) void watch.look();
	}

	async close(): Promise<void> {
		await Promise.all([...this.#watches.values()].map((watch) => watch.close()));
	}

	/** What plays, and how the media servers are: none keeps the others waiting for longer than a moment. */
	async list(): Promise<{ readonly sessions: readonly Session[]; readonly sources: readonly SourceStatus[] }> {
		const { promise, cancel } = pause(this.#parts.patienceMs);
		const looks = [...this.#watches.values()].map((watch) => watch.nudge());
		await Promise.race([Promise.all(looks), promise]);
		cancel();
		return this.known();
	}

	/** The same, as it is known; nobody is asked. */
	known(): { readonly sessions: readonly Session[]; readonly sources: readonly SourceStatus[] } {
		const sources = this.#parts.sources.all().flatMap(({ id }) => this.#watches.get(id)?.status ?? []);
		const sessions = sources.flatMap(({ id, name }) =>
			[...(this.#watches.get(id)?.watched.values() ?? [])].map((one) => this.#session(id, name, one)),
		);
		return { sessions, sources };
	}

	session(id: string): Session | undefined {
		const found = this.#find(id);
		return found === undefined ? undefined : this.#session(found.source, found.name, found.watched, found.atMs);
	}

	async details(id: string, atS: number, signal: AbortSignal): Promise<Result<PlayingDetails, Failure>> {
		const found = this.#find(id);
		const files = found === undefined ? undefined : this.#watches.get(found.source)?.files;
		if (found === undefined || files === undefined) return err(ENDED);
		return files.details(found.watched.playback.played, atS, signal);
	}

	/** As it is told to clients. */
	source(id: string): Source | undefined {
		const [known, watch] = [this.#parts.sources.get(id), this.#watches.get(id)];
		if (known === undefined || watch === undefined) return undefined;
		const version = watch.about?.version;
		return {
			status: watch.status,
			from: known.from,
			...(version !== undefined && { version }),
			...(known.label !== undefined && { label: known.label }),
		};
	}

	watch(id: string): SourceWatch | undefined {
		return this.#watches.get(id);
	}

	/** A source was added, or has another address or secret: begins anew, and looks at once. */
	async reopen(id: string): Promise<void> {
		const old = this.#watches.get(id);
		if (old !== undefined) {
			this.#remember(id, old.status.name, [...old.watched.values()]);
			this.#watches.delete(id);
			await old.close();
		}
		const source = this.#parts.sources.get(id);
		if (source !== undefined) void this.#open(source).look();
	}

	/** Tries what is not kept. */
	async test(access: MediaServerAccess, signal: AbortSignal): Promise<SourceTest> {
		const server = this.#serverOf(access);
		const about = await server.check(signal);
		const playing = about.ok ? await server.playing(signal) : about;
		if (about.ok && playing.ok) return { ok: true, ...about.value, sessions: playing.value.length };
		const fault = !about.ok ? about.error : !playing.ok ? playing.error : { problem: 'bad-answer' as const };
		return { ok: false, problem: fault.problem, message: faultText({ kind: access.kind }, fault) };
	}

	#serverOf(access: MediaServerAccess): MediaServer {
		const { kind } = access;
		return kind === 'plex' ? new PlexServer(access, this.#times) : new JellyfinServer(kind, access, this.#times);
	}

	#open({ id, kind, from, access }: KnownSource): SourceWatch {
		const { sources, library, now, onError, onLook, times } = this.#parts;
		const current = (): KnownSource => sources.get(id) ?? { id, kind, from, access, label: undefined, mappings: [] };
		const server = access === undefined ? undefined : this.#serverOf(access);
		const files =
			server === undefined
				? undefined
				: new SourceFiles({
						...{ source: { kind, from }, server, library, now },
						mappings: () => current().mappings,
					});
		const watch: SourceWatch = new SourceWatch({
			...{ source: current, server, files, times, now, onError },
			onLook: (ended, outcome, tookMs) => {
				this.#remember(id, watch.status.name, ended);
				sources.noteUnmatched(id, files?.takeUnmatched() ?? []);
				onLook(kind, outcome, tookMs);
			},
		});
		this.#watches.set(id, watch);
		return watch;
	}

	#remember(source: string, sourceName: string, ended: readonly Watched[]): void {
		const now = this.#parts.now();
		for (const watched of ended) {
			const id = this.#idOf(source, watched.playback);
			this.#remembered.delete(id);
			this.#remembered.set(id, { source, watched, endedMs: now, sourceName });
		}
		for (const [id, { endedMs }] of this.#remembered) {
			if (now - endedMs < REMEMBERED_MS && this.#remembered.size <= MOST_REMEMBERED) break;
			this.#remembered.delete(id);
		}
	}

	#find(id: string): { source: string; name: string; watched: Watched; atMs: number } | undefined {
		for (const [source, watch] of this.#watches) {
			for (const watched of watch.watched.values()) {
				if (this.#idOf(source, watched.playback) === id) {
					return { source, name: watch.status.name, watched, atMs: this.#parts.now() };
				}
			}
		}
		const ended = this.#remembered.get(id);
		if (ended === undefined || this.#parts.now() - ended.endedMs >= REMEMBERED_MS) return undefined;
		// It stands where it was seen last.
		return { ...ended, name: ended.sourceName, atMs: ended.watched.playback.lookedAtMs };
	}

	/** Two media servers of a kind may call their sessions the same. */
	#idOf(source: string, { played }: Playback): string {
		const kind = this.#parts.sources.get(source)?.kind ?? 'plex';
		return source === kind ? `${PREFIXES[kind]}-${played.key}` : `${PREFIXES[kind]}-${played.key}~${source}`;
	}

	#session(source: string, sourceName: string, { playback, media }: Watched, atMs = this.#parts.now()): Session {
		const { played } = playback;
		const { title, subtitle, year, user, device, mediaKind, state, durationS, transcoding, picture } = played;
		return {
			id: this.#idOf(source, playback),
			...{ source, kind: this.#parts.sources.get(source)?.kind ?? 'plex', sourceName, title, mediaKind, state },
			...(subtitle !== undefined && { subtitle }),
			...(year !== undefined && { year }),
			...(user !== undefined && { user }),
			...(device !== undefined && { device }),
			positionS: positionAt(playback, atMs),
			at: new Date(atMs).toISOString(),
			...(durationS !== undefined && { durationS }),
			...{ transcoding, media },
			...(picture !== undefined && { picture }),
		};
	}
}

const ENDED: Failure = {
	kind: 'not-capturable',
	subject: 'What played',
	detail: 'It ended more than an hour ago, or its media server was removed. Choose something that plays.',
};

function pause(ms: number): { readonly promise: Promise<void>; readonly cancel: () => void } {
	let cancel = (): void => undefined;
	const promise = new Promise<void>((resolve) => {
		const timer = setTimeout(resolve, ms);
		cancel = () => {
			clearTimeout(timer);
			resolve();
		};
	});
	return { promise, cancel };
}
