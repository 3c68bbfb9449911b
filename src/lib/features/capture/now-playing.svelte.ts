import { getCaptureDefaults, type CaptureDefaults } from '#contract/captures';
import { listSessions, type Session } from '#contract/sessions';
import { testSource, type SourceStatus } from '#contract/sources';
import { isAbort } from '#core/result';
import type { Connection } from '$lib/remote/connection';
import { serverFailureText } from '$lib/remote/server-failure';
import { positionAt, ServerClock } from './server-clock.ts';

/** How often the server is asked while the page is looked at, in milliseconds. */
const ASK_MS = 5000;
/** Longer than a media server may take to answer, in milliseconds. */
const TEST_TIMEOUT_MS = 60_000;
/** How often what runs is shown anew, in milliseconds. */
const SHOWN_MS = 250;

export interface NowPlayingParts {
	readonly connection: Pick<Connection, 'client' | 'mediaUrl'>;
	/** Milliseconds of a clock that never jumps; `performance.now` unless a test says otherwise. */
	readonly now?: () => number;
}

/** What plays on all media servers, as long as someone looks. */
export class NowPlaying {
	#sessions: readonly Session[] = $state.raw([]);
	#sources: readonly SourceStatus[] = $state.raw([]);
	#loaded = $state(false);
	#problem = $state('');
	/** When what runs was shown last. */
	#shownMs = $state(0);
	#defaults: CaptureDefaults | undefined = $state.raw();
	readonly #clock = new ServerClock();
	readonly #now: () => number;
	readonly #connection: NowPlayingParts['connection'];

	constructor({ connection, now = () => performance.now() }: NowPlayingParts) {
		this.#connection = connection;
		this.#now = now;
		this.#shownMs = now();
	}

	get sessions(): readonly Session[] {
		return this.#sessions;
	}
	/** Also those that are well. */
	get sources(): readonly SourceStatus[] {
		return this.#sources;
	}
	get failing(): readonly SourceStatus[] {
		return this.#sources.filter(({ state }) => state === 'failed');
	}
	/** False until the server has answered once. */
	get loaded(): boolean {
		return this.#loaded;
	}
	/** Why nothing is known at the moment; empty while all is well. */
	get problem(): string {
		return this.#problem;
	}
	/** What one press takes; undefined where the server does not tell. */
	get defaults(): CaptureDefaults | undefined {
		return this.#defaults;
	}

	/** Where a film is, in seconds, as the page shows it: what is read here changes by itself while the film runs. */
	shownPosition(session: Session): number {
		return positionAt(session, this.#clock.at(this.#shownMs));
	}

	/** Where it is at this moment, in seconds: what a press takes. */
	positionNow(session: Session): number {
		return positionAt(session, this.#clock.at(this.#now()));
	}

	/** Where an `img` finds the picture of what plays; undefined when there is none. */
	async pictureUrl({ source, picture }: Session): Promise<string | undefined> {
		if (picture === undefined) return undefined;
		const path = `/api/sources/${source}/items/${picture.item}/${picture.image}?width=320` as const;
		const url = await this.#connection.mediaUrl(path);
		return url.ok ? url.value : undefined;
	}

	/** Asks now. */
	async look(signal?: AbortSignal): Promise<void> {
		const { client } = this.#connection;
		if (client === undefined) return;
		try {
			const reply = await client.call(listSessions, { ...(signal !== undefined && { signal }) });
			this.#loaded = true;
			this.#problem = reply.ok ? '' : serverFailureText(reply.error);
			if (!reply.ok) return;
			const { sessions, sources } = reply.value;
			if (sessions.length > 0) this.#clock.hear(Math.max(...sessions.map(({ at }) => Date.parse(at))), this.#now());
			[this.#sessions, this.#sources] = [sessions, sources];
			this.#shownMs = this.#now();
		} catch (thrown) {
			if (!isAbort(thrown)) throw thrown;
		}
	}

	/** Asks a media server that failed: of itself, one whose secret was refused is not asked again. */
	async retry({ id }: SourceStatus): Promise<void> {
		await this.#connection.client?.call(testSource, { params: { id }, timeoutMs: TEST_TIMEOUT_MS });
		await this.look();
	}

	/** Looks every five seconds while the page is visible, until the returned function is called. */
	start(): () => void {
		const leaving = new AbortController();
		const { signal } = leaving;
		let timer: ReturnType<typeof setTimeout> | undefined;
		let looking = false;
		const isHidden = (): boolean => document.visibilityState === 'hidden';
		const again = async (): Promise<void> => {
			clearTimeout(timer);
			if (looking || isHidden()) return;
			looking = true;
			await this.look(signal);
			looking = false;
			if (!signal.aborted) timer = setTimeout(() => void again(), ASK_MS);
		};
		const shown = setInterval(() => {
			if (!isHidden()) this.#shownMs = this.#now();
		}, SHOWN_MS);
		document.addEventListener('visibilitychange', () => void again(), { signal });
		void again();
		void this.#learnDefaults(signal);
		return () => {
			leaving.abort();
			clearTimeout(timer);
			clearInterval(shown);
		};
	}

	async #learnDefaults(signal: AbortSignal): Promise<void> {
		try {
			const reply = await this.#connection.client?.call(getCaptureDefaults, { signal });
			if (reply?.ok === true) this.#defaults = reply.value;
		} catch (thrown) {
			if (!isAbort(thrown)) throw thrown;
		}
	}
}
