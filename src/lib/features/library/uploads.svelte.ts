import { SvelteMap } from 'svelte/reactivity';
import type { Fingerprint } from '#core/media/fingerprint';
import { isRemote } from '#core/media/remote-bytes';
import { isAbort } from '#core/result';
import type { Connection } from '$lib/remote/connection';
import { serverFailureText } from '$lib/remote/server-failure';
import type { MediaStore } from '$lib/storage/storage';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import { wordsOf } from './failure-words.ts';
import { text } from './text.ts';

interface Parts {
	readonly media: MediaStore;
	readonly toasts: Toasts;
	/** Absent where there is never a server (tests). */
	readonly connection: Connection | undefined;
}

/** Files of this device on their way to the server. What is stopped, or broken off by a reload, goes on where it was when it is sent again. */
export class Uploads {
	readonly #progress = new SvelteMap<Fingerprint, number>();
	// eslint-disable-next-line svelte/prefer-svelte-reactivity -- bookkeeping that is not shown
	readonly #aborts = new Map<Fingerprint, AbortController>();
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** Where files can be sent now: the name of the server. */
	get server(): string | undefined {
		const state = this.#parts.connection?.current;
		return state?.kind === 'connected' ? state.name : undefined;
	}

	/** 0..1 while a file is being sent. */
	progress(media: Fingerprint): number | undefined {
		return this.#progress.get(media);
	}

	stop(media: Fingerprint): void {
		this.#aborts.get(media)?.abort();
	}

	async send(media: Fingerprint): Promise<void> {
		const { connection, toasts, media: store } = this.#parts;
		const [client, server] = [connection?.client, this.server];
		if (client === undefined || server === undefined || this.#aborts.has(media)) return;
		const abort = new AbortController();
		this.#aborts.set(media, abort);
		this.#progress.set(media, 0);
		try {
			const [opened, record] = await Promise.all([store.open(media, { ask: true }), store.get(media)]);
			if (!opened.ok) {
				toasts.show({ kind: 'error', text: await wordsOf(opened.error) });
				return;
			}
			const file = opened.value;
			if (isRemote(file)) return;
			const name = record?.name ?? file.name;
			const { uploadFile } = await import('$lib/remote/upload');
			const sent = await uploadFile(client, file, {
				...{ fingerprint: media, name, signal: abort.signal },
				onProgress: ({ sentBytes, totalBytes }) => this.#progress.set(media, sentBytes / Math.max(1, totalBytes)),
			});
			if (sent.ok) toasts.show({ kind: 'success', text: text.sent(name, server) });
			else toasts.show({ kind: 'error', text: serverFailureText(sent.error, server) });
		} catch (thrown) {
			if (!isAbort(thrown)) throw thrown;
		} finally {
			this.#aborts.delete(media);
			this.#progress.delete(media);
		}
	}
}
