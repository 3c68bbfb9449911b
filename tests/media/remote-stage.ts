import { inject } from 'vitest';
import { openRemote } from '$lib/media/remote-bytes/open-remote';
import type { RemoteBytes } from '$lib/media/media-bytes';
import type { SeenRequest, ServerRules } from './range-server.ts';

/** A client of the range server, with rules and a log of its own. */
export class RemoteStage {
	readonly #at = `${inject('rangeServer')}/${crypto.randomUUID()}`;

	urlOf(name: string): string {
		return `${this.#at}/${encodeURIComponent(name)}`;
	}

	/** A made file, by its address. */
	async open(name: string, more: { readonly id?: string; readonly url?: string } = {}): Promise<RemoteBytes> {
		const opened = await openRemote({ url: this.urlOf(name), name, ...more });
		if (!opened.ok) throw new Error(JSON.stringify(opened.error));
		return opened.value;
	}

	/** From now on. */
	async rule(rules: ServerRules): Promise<void> {
		await fetch(`${this.#at}/rules`, { method: 'POST', body: JSON.stringify(rules) });
	}

	/** Requests for files so far, in order. */
	async seen(): Promise<readonly SeenRequest[]> {
		return (await fetch(`${this.#at}/seen`)).json() as Promise<readonly SeenRequest[]>;
	}

	/** What `work` asked of the server: requests and bytes. */
	async count<T>(
		work: () => Promise<T>,
	): Promise<{ readonly value: T; readonly requests: number; readonly bytes: number }> {
		const before = (await this.seen()).length;
		const value = await work();
		const made = (await this.seen()).slice(before);
		return { value, requests: made.length, bytes: made.reduce((sum, { bytes }) => sum + bytes, 0) };
	}
}
