import { SvelteMap } from 'svelte/reactivity';
import { findSources } from '#contract/exports';
import { failureText } from '#core/failure';
import type { Fingerprint } from '#core/media/fingerprint';
import { isRemote } from '#core/media/remote-bytes';
import { LiveValue } from '$lib/app/live.svelte';
import { isMeant } from '$lib/jobs/server-side';
import type { Connection, ConnectionState } from '$lib/remote/connection';
import { serverFailureText } from '$lib/remote/server-failure';
import type { Destination } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';

type OnServer = Extract<Destination, { kind: 'server' }>;

export interface ServerFolderParts {
	readonly connection: Pick<Connection, 'state' | 'current' | 'client' | 'place' | 'serverId'>;
	readonly media: Pick<Storage['media'], 'get' | 'open'>;
}

/** The export folder of the server as a place for clips: whether it is there, and whether the server has what they are made of. */
export class ServerFolder {
	readonly #parts: ServerFolderParts;
	readonly #state: LiveValue<ConnectionState>;
	/** Names of files that the server was found to lack. */
	readonly #lacks = new SvelteMap<Fingerprint, string>();
	#sending: number | undefined = $state();
	/** The place of the server that is there; changes only when one comes or goes. */
	readonly there: string | undefined = $derived.by(() =>
		this.#state.current.kind === 'connected' ? this.#parts.connection.place : undefined,
	);

	constructor(parts: ServerFolderParts) {
		this.#parts = parts;
		this.#state = new LiveValue(parts.connection.state, parts.connection.current);
	}

	/** What can be chosen now: a server is there, and may write to its folder. */
	get offered(): OnServer | undefined {
		const state = this.#state.current;
		return state.kind === 'connected' && state.health.details?.keepsExports !== false ? this.known : undefined;
	}

	/** Of the server that is known, also while it is away. */
	get known(): OnServer | undefined {
		const state = this.#state.current;
		const { place, serverId: id } = this.#parts.connection;
		if (state.kind === 'none' || place === undefined) return undefined;
		return { kind: 'server', place, name: state.name, ...(id !== undefined && { id }) };
	}

	/** A destination of before, as its server is known now: it may have been set up anew at its address, or have moved to another. */
	renewed(before: OnServer): OnServer {
		const { known } = this;
		if (known === undefined) return before;
		if (known.place !== before.place && !isMeant({ id: undefined, ...known }, before)) return before;
		const isSame = known.place === before.place && known.name === before.name && (known.id ?? before.id) === before.id;
		return isSame ? before : { ...before, ...known };
	}

	isAway(destination: OnServer): boolean {
		const { known } = this;
		const isThere = this.#state.current.kind === 'connected' && known !== undefined;
		return !isThere || !isMeant({ id: undefined, ...known }, destination);
	}

	/** How far the sending of a file is, 0..1; undefined when none is being sent. */
	get sending(): number | undefined {
		return this.#sending;
	}

	/** The first of these files that the server was found to lack. */
	lacking(media: readonly Fingerprint[]): { readonly media: Fingerprint; readonly name: string } | undefined {
		for (const one of media) {
			const name = this.#lacks.get(one);
			if (name !== undefined) return { media: one, name };
		}
		return undefined;
	}

	/** Asks the server which of these files it has. */
	async ask(media: readonly Fingerprint[], signal: AbortSignal): Promise<void> {
		const { connection, media: store } = this.#parts;
		if (connection.current.kind !== 'connected' || connection.client === undefined || media.length === 0) return;
		const found = await connection.client.call(findSources, { body: { media }, signal });
		// Away or refused: the export says so.
		if (!found.ok) return;
		for (const one of media) {
			if (found.value.present.includes(one)) this.#lacks.delete(one);
			else this.#lacks.set(one, (await store.get(one))?.name ?? one);
		}
	}

	/** Sends a file that the server lacks. A sentence when that was not possible. */
	async send(media: Fingerprint): Promise<string | undefined> {
		const { connection, media: store } = this.#parts;
		const { client } = connection;
		if (client === undefined || this.#sending !== undefined) return undefined;
		this.#sending = 0;
		try {
			const opened = await store.open(media, { ask: true });
			if (!opened.ok) return failureText(opened.error);
			// It lies there already, and will be known in a moment.
			if (isRemote(opened.value)) return undefined;
			const { uploadFile } = await import('$lib/remote/upload');
			const sent = await uploadFile(client, opened.value, {
				...{ fingerprint: media, name: this.#lacks.get(media) ?? opened.value.name },
				onProgress: ({ sentBytes, totalBytes }) => (this.#sending = sentBytes / Math.max(1, totalBytes)),
			});
			if (!sent.ok) return serverFailureText(sent.error);
			this.#lacks.delete(media);
			return undefined;
		} finally {
			this.#sending = undefined;
		}
	}
}
