import * as z from 'zod';
import { err, isAbort, ok, type Result } from '#core/result';
import { pairDevice, signOut } from '#contract/access';
import { CONTRACT_VERSION, getHealth, type Health } from '#contract/health';
import type { Live } from '#core/live';
import { SignedUrls } from './signed-urls.ts';
import { createServerClient, type Fetch, type ServerClient } from './server-client.ts';
import type { ServerFailure } from './server-failure.ts';

/** How often the server is asked how it is, in milliseconds; and how often while it is away. */
const CHECK_MS = 15_000;
const CHECK_AWAY_MS = 5000;
const HEALTH_TIMEOUT_MS = 8000;
const KEY = 'server';

/** How this app stands with a server. `name` is what a person calls it. */
export type ConnectionState =
	/** The app came from a host that is no server of Octocut, and the person named none. */
	| { readonly kind: 'none' }
	| { readonly kind: 'connecting'; readonly base: string; readonly name: string }
	| { readonly kind: 'connected'; readonly base: string; readonly name: string; readonly health: Health }
	| { readonly kind: 'signed-out'; readonly base: string; readonly name: string }
	/** A quiet state: everything that is on this device goes on. */
	| { readonly kind: 'offline'; readonly base: string; readonly name: string }
	| {
			readonly kind: 'incompatible';
			readonly base: string;
			readonly name: string;
			readonly server: 'older' | 'newer';
	  };

const Kept = z
	.object({
		base: z.url(),
		name: z.string(),
		/** Which server it was when it was last met. */
		id: z.string().optional(),
		/** Of this device, where the browser's cookie does not reach. */
		token: z.string().optional(),
		/** Not the origin that the app came from. */
		chosen: z.boolean(),
	})
	.readonly();
type Kept = z.infer<typeof Kept>;

/** What the server hands out to tags of a page: files and what is made of them, captures, pictures of what plays. */
export type SignedPath = `/api/${'media' | 'captures' | 'sources'}/${string}`;

/** As much of the settings as is needed to find the server again at the next visit. */
export interface Keeper {
	get<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined>;
	set(key: string, value: unknown): Promise<void>;
}

export interface ConnectionParts {
	readonly keeper: Keeper;
	/** Origin of the app, which may be that of its server. */
	readonly home: string;
	readonly fetch?: Fetch;
}

/** The one server that this app speaks to: which it is, whether it is there, and how media tags and sockets reach it. */
export class Connection {
	readonly state: Live<ConnectionState>;
	readonly #parts: ConnectionParts;
	readonly #watchers = new Set<(state: ConnectionState) => void>();
	#current: ConnectionState = { kind: 'none' };
	#kept: Kept | undefined;
	#client: ServerClient | undefined;
	#urls: SignedUrls | undefined;
	#recalled: Promise<void> | undefined;
	/** The check under way, and its end: whoever asks meanwhile waits for the same. */
	#checking: Promise<void> | undefined;
	#cancel = new AbortController();

	constructor(parts: ConnectionParts) {
		this.#parts = parts;
		this.state = {
			subscribe: (next) => {
				this.#watchers.add(next);
				queueMicrotask(() => this.#watchers.has(next) && next(this.#current));
				return { unsubscribe: () => void this.#watchers.delete(next) };
			},
		};
	}

	get current(): ConnectionState {
		return this.#current;
	}

	/** Of the server that is or was there; undefined while there is none. */
	get client(): ServerClient | undefined {
		return this.#client;
	}

	/** The server of another origin than the app's. */
	get isChosen(): boolean {
		return this.#kept?.chosen ?? false;
	}

	/** The server as records of files name it: its address, empty for the one that the app came from. Undefined while there is none. */
	get place(): string | undefined {
		return this.#kept === undefined ? undefined : this.#kept.chosen ? this.#kept.base : '';
	}

	/** Which server it is, whatever its address: as it told when it was last met. Undefined without one, and while an older one has not told. */
	get serverId(): string | undefined {
		return this.#kept?.id;
	}

	/** Resolves once it is known whether there is a server. */
	async known(): Promise<void> {
		await (this.#recalled ??= this.#recall());
		if (this.#kept === undefined) await this.check();
	}

	/** Resolves once the server of the last visit is no longer looked for: it is there, or away. */
	async settled(): Promise<void> {
		await (this.#recalled ??= this.#recall());
		if (this.#current.kind === 'connecting') await this.check();
	}

	/** Looks for the server of the last visit, else for one where the app came from, and keeps looking how it is. Returns the end of that. */
	start(): () => void {
		let timer: ReturnType<typeof setTimeout>;
		let ended = false;
		const soon = () => void this.check();
		const again = () => {
			if (ended) return;
			const pauseMs = this.#current.kind === 'offline' ? CHECK_AWAY_MS : CHECK_MS;
			timer = setTimeout(() => void (isHidden() ? Promise.resolve() : this.check()).then(again), pauseMs);
		};
		const shown = () => !isHidden() && soon();
		globalThis.addEventListener?.('online', soon);
		globalThis.addEventListener?.('offline', soon);
		globalThis.document?.addEventListener('visibilitychange', shown);
		void this.#recall()
			.then(() => this.check())
			.then(again);
		return () => {
			ended = true;
			clearTimeout(timer);
			this.#cancel.abort();
			globalThis.removeEventListener?.('online', soon);
			globalThis.removeEventListener?.('offline', soon);
			globalThis.document?.removeEventListener('visibilitychange', shown);
		};
	}

	/** Asks the server how it is, now. */
	check(): Promise<void> {
		if (this.#checking !== undefined) return this.#checking;
		this.#cancel = new AbortController();
		const check = this.#look(this.#cancel.signal).finally(() => {
			if (this.#checking === check) this.#checking = undefined;
		});
		this.#checking = check;
		return check;
	}

	/** What was asked before something changed no longer counts. */
	#checkAnew(): Promise<void> {
		this.#cancel.abort();
		this.#checking = undefined;
		return this.check();
	}

	async #look(signal: AbortSignal): Promise<void> {
		await (this.#recalled ??= this.#recall());
		const kept = this.#kept;
		const client = this.#client ?? createServerClient(this.#parts.home, this.#parts.fetch);
		try {
			const reply = await client.call(getHealth, { signal, timeoutMs: HEALTH_TIMEOUT_MS });
			signal.throwIfAborted();
			if (kept !== undefined) return await this.#take(reply, kept);
			// A host of plain files answers with a page or a 404: there is no server, and nothing to complain about.
			if (!reply.ok || reply.value.access === undefined) return this.#tell({ kind: 'none' });
			const found = { base: client.base, name: nameOf(reply.value, client.base), chosen: false };
			await this.#adopt(found);
			await this.#take(reply, found);
		} catch (thrown) {
			if (!isAbort(thrown)) throw thrown;
		}
	}

	/** Speaks to the server at `base` from now on, if there is one. Nothing changes when there is not. */
	async use(base: string): Promise<Result<void, ServerFailure | { readonly kind: 'forbidden-by-page' }>> {
		const violation = watchPolicy(base);
		const client = createServerClient(base, this.#parts.fetch);
		const reply = await client.call(getHealth, { timeoutMs: HEALTH_TIMEOUT_MS });
		// The browser tells of what its policy refused in a task of its own.
		if (!reply.ok) await new Promise((resolve) => setTimeout(resolve));
		if (violation()) return err({ kind: 'forbidden-by-page' });
		if (!reply.ok) return reply;
		if (reply.value.access === undefined)
			return err({ kind: 'unreadable', status: 200, cause: 'it only hands out the app' });
		await (this.#recalled ??= this.#recall());
		await this.#adopt({ base: client.base, name: nameOf(reply.value, base), chosen: client.base !== this.#parts.home });
		await this.#checkAnew();
		return ok(undefined);
	}

	/** Signs this device in with a pairing code or the server's token. */
	async pair(secret: string, name?: string): Promise<Result<void, ServerFailure>> {
		const kept = this.#kept;
		if (kept === undefined || this.#client === undefined) return err({ kind: 'offline', cause: 'there is no server' });
		const as = kept.chosen ? 'bearer' : 'cookie';
		const reply = await this.#client.call(pairDevice, { body: { secret, as, ...(name !== undefined && { name }) } });
		if (!reply.ok) return reply;
		const { token } = reply.value;
		await this.#adopt({ ...kept, ...(token !== undefined && { token }) });
		await this.#checkAnew();
		return ok(undefined);
	}

	/** This device may do nothing more there; the server stays known. */
	async signOut(): Promise<Result<void, ServerFailure>> {
		const kept = this.#kept;
		const reply = await this.#client?.call(signOut);
		if (reply?.ok === false && !(reply.error.kind === 'refused' && reply.error.status === 401)) return reply;
		if (kept !== undefined) await this.#adopt({ base: kept.base, name: kept.name, chosen: kept.chosen });
		await this.#checkAnew();
		return ok(undefined);
	}

	/** Forgets the server; the one that the app came from is found again by itself. */
	async forget(): Promise<void> {
		this.#cancel.abort();
		this.#kept = this.#client = this.#urls = undefined;
		await this.#parts.keeper.set(KEY, null);
		this.#tell({ kind: 'none' });
		await this.#checkAnew();
	}

	/** Where a media tag reaches `path` (from the root, with its query): for two hours at least half of which is left. */
	mediaUrl(path: SignedPath): Promise<Result<string, ServerFailure>> {
		return this.#address(path);
	}

	/** Where the socket is opened, once and within half a minute. */
	async socketUrl(path: `/api/socket${string}` = '/api/socket'): Promise<Result<string, ServerFailure>> {
		const address = await this.#address(path);
		return address.ok ? ok(address.value.replace(/^http/, 'ws')) : address;
	}

	async #address(path: string): Promise<Result<string, ServerFailure>> {
		if (this.#client === undefined || this.#urls === undefined)
			return err({ kind: 'offline', cause: 'there is no server' });
		// The browser's cookie goes along by itself.
		if (!this.isChosen) return ok(this.#client.base + path);
		return this.#urls.sign(path);
	}

	async #recall(): Promise<void> {
		const kept = await this.#parts.keeper.get(KEY, Kept);
		// What was the app's own server is another's when the app has moved.
		if (kept === undefined || (!kept.chosen && kept.base !== this.#parts.home)) return;
		this.#know(kept);
		this.#tell({ kind: 'connecting', base: kept.base, name: kept.name });
	}

	async #adopt(kept: Kept): Promise<void> {
		this.#know(kept);
		await this.#parts.keeper.set(KEY, kept);
	}

	#know(kept: Kept): void {
		const before = this.#kept;
		this.#kept = kept;
		if (this.#client !== undefined && before?.base === kept.base && before.token === kept.token) return;
		const options = kept.chosen ? { token: () => this.#kept?.token } : {};
		this.#client = createServerClient(kept.base, this.#parts.fetch, options);
		this.#urls = new SignedUrls(this.#client);
	}

	async #take(reply: Result<Health, ServerFailure>, kept: Kept): Promise<void> {
		const { base, name } = kept;
		if (!reply.ok) {
			const { error } = reply;
			if (error.kind === 'incompatible') return this.#tell({ kind: 'incompatible', base, name, server: error.server });
			// A proxy that speaks for a server which is down, a portal that wants a sign-in of its own: it is not reached.
			return this.#tell({ kind: 'offline', base, name });
		}
		const health = reply.value;
		const { contractVersion, access } = health;
		if (contractVersion !== CONTRACT_VERSION) {
			const server = contractVersion < CONTRACT_VERSION ? 'older' : 'newer';
			return this.#tell({ kind: 'incompatible', base, name, server });
		}
		if (access === 'needed') return this.#tell({ kind: 'signed-out', base, name });
		const id = health.details?.id;
		if ((health.name !== undefined && health.name !== name) || id !== kept.id) {
			const known = { base, name: health.name ?? name, chosen: kept.chosen };
			await this.#adopt({
				...known,
				...(kept.token !== undefined && { token: kept.token }),
				...(id !== undefined && { id }),
			});
		}
		this.#tell({ kind: 'connected', base, name: health.name ?? name, health });
	}

	#tell(state: ConnectionState): void {
		this.#current = state;
		for (const watcher of this.#watchers) watcher(state);
	}
}

const nameOf = (health: Health, base: string): string => health.name ?? new URL(base).hostname;
const isHidden = (): boolean => globalThis.document?.visibilityState === 'hidden';

/** Whether the policy of this page kept it from asking `base`. */
function watchPolicy(base: string): () => boolean {
	let blocked = false;
	const note = ({ blockedURI }: SecurityPolicyViolationEvent) =>
		(blocked ||= blockedURI.startsWith(new URL(base).origin));
	globalThis.document?.addEventListener('securitypolicyviolation', note);
	return () => {
		globalThis.document?.removeEventListener('securitypolicyviolation', note);
		return blocked;
	};
}
