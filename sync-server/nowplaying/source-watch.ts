import type { SessionMedia } from '#contract/sessions';
import type { SourceStatus, SourceTest } from '#contract/sources';
import { isAbort, type Result } from '#core/result';
import { type MediaServer, MOST_PLAYING, type Played, type ServerAbout } from './media-server.ts';
import { follow, type Playback, positionAt } from './playback.ts';
import { faultText, PRODUCTS, type SourceFault } from './source-fault.ts';
import type { SourceFiles } from './source-files.ts';
import type { KnownSource } from './sources.ts';

/** Something that plays, and how a capture reaches it. */
export interface Watched {
	readonly playback: Playback;
	readonly media: SessionMedia;
}

/** Milliseconds between looks. */
export interface WatchTimes {
	/** While somebody looks at what plays. */
	readonly watchedMs: number;
	/** How long somebody who has asked counts as looking. */
	readonly watchingMs: number;
	readonly idleMs: number;
	/** Between looks that fail, at most; also between those with a refused secret, which are made while somebody looks. */
	readonly longestMs: number;
}

export const WATCH_TIMES: WatchTimes = { watchedMs: 5000, watchingMs: 15_000, idleMs: 60_000, longestMs: 300_000 };

export interface SourceWatchParts {
	readonly source: () => KnownSource;
	/** Undefined: what is kept of it cannot be opened. */
	readonly server: MediaServer | undefined;
	readonly files: SourceFiles | undefined;
	readonly times: WatchTimes;
	readonly now: () => number;
	/** After each look: those that have ended with it. */
	readonly onLook: (ended: readonly Watched[], outcome: string, tookMs: number) => void;
	readonly onError: (error: unknown) => void;
}

/** Lookups of items at the same time. */
const AT_ONCE = 6;
/** A secret seldom becomes right by itself (a media server that starts, a claim that is renewed): tried rarely, and only while somebody looks. */
const REFUSED: readonly string[] = ['unauthorized', 'not-admin'];

/** Looks at one media server again and again: often while somebody looks, rarely otherwise, more rarely while it fails. */
export class SourceWatch {
	readonly #parts: SourceWatchParts;
	readonly #closing = new AbortController();
	#about: ServerAbout | undefined;
	/** It is what it should be, and was when it answered last. */
	#checked = false;
	/** Undefined: not asked yet; null: all is well. */
	#fault: SourceFault | null | undefined;
	#checkedAtMs: number | undefined;
	#failures = 0;
	#watched: ReadonlyMap<string, Watched> = new Map();
	#looking: Promise<void> | undefined;
	#askedAtMs = -Infinity;
	#timer: NodeJS.Timeout | undefined;

	constructor(parts: SourceWatchParts) {
		this.#parts = parts;
		if (parts.server === undefined) this.#fault = { problem: 'unauthorized', detail: 'sealed' };
	}

	get files(): SourceFiles | undefined {
		return this.#parts.files;
	}

	get server(): MediaServer | undefined {
		return this.#parts.server;
	}

	get about(): ServerAbout | undefined {
		return this.#about;
	}

	/** By the media server's own id. */
	get watched(): ReadonlyMap<string, Watched> {
		return this.#watched;
	}

	get status(): SourceStatus {
		const { id, kind, label, from } = this.#parts.source();
		const fault = this.#fault;
		return {
			...{ id, kind, name: label ?? this.#about?.name ?? PRODUCTS[kind] },
			state: fault === undefined ? 'waiting' : fault === null ? 'ok' : 'failed',
			...(fault != null && { problem: fault.problem, message: faultText({ kind, from }, fault) }),
			...(this.#checkedAtMs !== undefined && { checkedAt: new Date(this.#checkedAtMs).toISOString() }),
		};
	}

	/** Somebody looks: settles when what is known is fresh, or cannot be. */
	async nudge(): Promise<void> {
		this.#askedAtMs = this.#parts.now();
		if (this.#looking === undefined && this.#dueInMs() <= 0) void this.look();
		else this.#schedule();
		await this.#looking;
	}

	/** Looks now, whatever was before. */
	async look(): Promise<void> {
		this.#looking ??= this.#look().finally(() => {
			this.#looking = undefined;
			this.#schedule();
		});
		await this.#looking;
	}

	/** Checks everything anew, as after a change. */
	async test(): Promise<SourceTest> {
		await this.#looking;
		this.#checked = false;
		await this.look();
		const { kind, from } = this.#parts.source();
		if (this.#fault != null)
			return { ok: false, problem: this.#fault.problem, message: faultText({ kind, from }, this.#fault) };
		const { name = PRODUCTS[kind], version = '' } = this.#about ?? {};
		return { ok: true, name, version, sessions: this.#watched.size };
	}

	async close(): Promise<void> {
		clearTimeout(this.#timer);
		this.#closing.abort();
		await this.#looking;
	}

	async #look(): Promise<void> {
		const { server, now, onError, onLook } = this.#parts;
		if (server === undefined) return;
		const before = this.#watched;
		const startedMs = now();
		try {
			const told = await this.#ask(server);
			this.#watched = told.ok ? await this.#take(told.value.slice(0, MOST_PLAYING)) : new Map();
			this.#fault = told.ok ? null : told.error;
			if (!told.ok && told.error.problem !== 'too-slow') this.#checked = false;
		} catch (thrown) {
			if (isAbort(thrown)) return;
			this.#fault = { problem: 'bad-answer' };
			this.#watched = new Map();
			onError(thrown);
		}
		this.#failures = this.#fault === null ? 0 : this.#failures + 1;
		this.#checkedAtMs = now();
		const ended = [...before].flatMap(([key, one]) => (this.#watched.has(key) ? [] : [one]));
		onLook(ended, this.#fault?.problem ?? 'ok', this.#checkedAtMs - startedMs);
	}

	async #ask(server: MediaServer): Promise<Result<readonly Played[], SourceFault>> {
		const { signal } = this.#closing;
		if (!this.#checked) {
			const about = await server.check(signal);
			if (!about.ok) return about;
			this.#about = about.value;
			this.#checked = true;
		}
		const playing = await server.playing(signal);
		if (playing.ok || playing.error.problem !== 'bad-answer') return playing;
		// Perhaps something else answers there by now.
		const again = await server.check(signal);
		return again.ok ? playing : again;
	}

	async #take(told: readonly Played[]): Promise<ReadonlyMap<string, Watched>> {
		const { server, files, now } = this.#parts;
		const atMs = now();
		const taken = new Map<string, Watched>();
		const waiting = [...told];
		const worker = async (): Promise<void> => {
			for (let played = waiting.shift(); played !== undefined; played = waiting.shift()) {
				const playback = follow(this.#watched.get(played.key)?.playback, played, atMs, server?.movesPositions === true);
				const media = await files?.media(played, positionAt(playback, atMs), this.#closing.signal);
				if (media !== undefined) taken.set(played.key, { playback, media });
			}
		};
		await Promise.all(Array.from({ length: AT_ONCE }, worker));
		// In the order in which they were told.
		return new Map(
			told.flatMap(({ key }) => {
				const one = taken.get(key);
				return one === undefined ? [] : [[key, one] as const];
			}),
		);
	}

	#isRefused = (): boolean => this.#fault != null && REFUSED.includes(this.#fault.problem);

	/** Milliseconds until the next look; Infinity: only when it is asked for. */
	#dueInMs(): number {
		const { times, now, server } = this.#parts;
		if (server === undefined || this.#closing.signal.aborted) return Infinity;
		if (this.#checkedAtMs === undefined) return 0;
		const isWatched = now() - this.#askedAtMs < times.watchingMs;
		if (this.#isRefused()) return isWatched ? Math.max(0, this.#checkedAtMs + times.longestMs - now()) : Infinity;
		const usualMs = isWatched ? times.watchedMs : times.idleMs;
		const pauseMs = this.#failures === 0 ? 0 : times.watchedMs * 2 ** Math.min(this.#failures - 1, 10);
		const waitMs = Math.max(usualMs, Math.min(pauseMs, isWatched ? times.idleMs : times.longestMs));
		return Math.max(0, this.#checkedAtMs + waitMs - now());
	}

	#schedule(): void {
		clearTimeout(this.#timer);
		const dueMs = this.#dueInMs();
		// Whoever still looks by then asks again: a refused secret needs no clock of its own.
		if (dueMs === Infinity || this.#looking !== undefined || this.#isRefused()) return;
		this.#timer = setTimeout(() => void this.look(), dueMs);
		this.#timer.unref();
	}
}
