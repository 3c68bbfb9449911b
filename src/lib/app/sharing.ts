import type { Live } from '#core/live';
import type { ServerEvent } from '#contract/socket';
import type { Connection } from '$lib/remote/connection';
import type { SyncStatus } from '$lib/remote/sync/document-provider';
import type { LinkState, ServerLink } from '$lib/remote/sync/server-link';
import type { SharedDocument, SyncClient } from '$lib/remote/sync/sync-client';
import { Told } from '$lib/remote/sync/told';
import type { ShareDocument } from '$lib/storage/document-sharing';

interface Shared {
	readonly name: string;
	readonly args: Parameters<ShareDocument>;
	joined: SharedDocument | undefined;
}

/** Shares what is open with the server that the app is connected to; until there is one, nothing of it is loaded. */
export class Sharing {
	#connection: Pick<Connection, 'state' | 'socketUrl'> | undefined;
	readonly #shared = new Set<Shared>();
	readonly #statuses = new Map<string, Told<SyncStatus>>();
	readonly #linkState = new Told<LinkState>('off');
	readonly #onEvent = new Set<(event: ServerEvent) => void>();
	#link: ServerLink | undefined;
	#client: SyncClient | undefined;
	#base: string | undefined;
	#loading = false;

	/** For storage. */
	readonly share: ShareDocument = (...args) => {
		const shared: Shared = { name: args[0], args, joined: undefined };
		this.#shared.add(shared);
		this.#join(shared);
		return () => {
			this.#shared.delete(shared);
			shared.joined?.leave();
		};
	};

	/** How the document of that name stands with the server. */
	status(name: string): Live<SyncStatus> {
		return this.#statusOf(name);
	}

	/** Whether the socket is open. */
	get link(): Live<LinkState> & { readonly value: LinkState } {
		return this.#linkState;
	}

	/** What the server tells of jobs and of its library, until the returned function is called. */
	onEvent(listener: (event: ServerEvent) => void): () => void {
		this.#onEvent.add(listener);
		return () => void this.#onEvent.delete(listener);
	}

	/** Follows the connection until the returned function is called. */
	start(connection: Pick<Connection, 'state' | 'socketUrl'>): () => void {
		this.#connection = connection;
		const subscription = connection.state.subscribe((state) => {
			const base = state.kind === 'connected' || state.kind === 'offline' ? state.base : undefined;
			if (base === this.#base) {
				if (state.kind === 'connected') this.#link?.wake();
				return;
			}
			this.#base = base;
			if (this.#link !== undefined) this.#link.restart();
			else void this.#load();
		});
		return () => {
			subscription.unsubscribe();
			this.#client?.close();
			this.#link?.stop();
		};
	}

	async #load(): Promise<void> {
		if (this.#loading) return;
		this.#loading = true;
		const [{ ServerLink }, { SyncClient }] = await Promise.all([
			import('$lib/remote/sync/server-link'),
			import('$lib/remote/sync/sync-client'),
		]);
		const link = new ServerLink({ socketUrl: () => (this.#base === undefined ? undefined : this.#socketUrl()) });
		this.#link = link;
		link.state.subscribe((state) => this.#linkState.set(state));
		this.#client = new SyncClient(link);
		link.onEvent((event) => this.#onEvent.forEach((listener) => listener(event)));
		for (const shared of this.#shared) this.#join(shared);
		link.start();
	}

	async #socketUrl(): Promise<string> {
		const url = await this.#connection?.socketUrl();
		if (url?.ok === true) return url.value;
		throw new Error(`no address of the socket: ${url?.error.kind ?? 'no connection'}`);
	}

	#join(shared: Shared): void {
		if (this.#client === undefined || shared.joined !== undefined) return;
		shared.joined = this.#client.join(...shared.args);
		const status = this.#statusOf(shared.name);
		shared.joined.status.subscribe((value) => status.set(value));
	}

	#statusOf(name: string): Told<SyncStatus> {
		const known = this.#statuses.get(name) ?? new Told<SyncStatus>({ state: 'offline' });
		this.#statuses.set(name, known);
		return known;
	}
}
