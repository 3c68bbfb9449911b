import type { Fingerprint } from '#core/media/fingerprint';
import { LiveValue } from '$lib/app/live.svelte';
import type { Services } from '$lib/app/services';
import type { Picked } from './picked.ts';

/** A file that the project is about and this device lacks. */
export interface WantedMedia {
	readonly media: Fingerprint;
	/** Empty where the project does not say it. */
	readonly name: string;
}

/** Files of the open project that are not in this library: a project that came from another device finds them on the server. */
export class MissingMedia {
	readonly #connection: Services['connection'];
	readonly #projects: LiveValue<readonly { readonly current: boolean; readonly media: readonly WantedMedia[] }[]>;
	readonly #known: () => ReadonlySet<string>;
	#found: readonly Picked[] = $state.raw([]);
	readonly wanted: readonly WantedMedia[] = $derived.by(() => {
		const media = this.#projects.current.find(({ current }) => current)?.media ?? [];
		return media.filter((one) => !this.#known().has(one.media));
	});

	/** `known` are the fingerprints of the library. */
	constructor({ connection, storage }: Pick<Services, 'connection' | 'storage'>, known: () => ReadonlySet<string>) {
		this.#connection = connection;
		this.#projects = new LiveValue(storage.projects.watch(), []);
		this.#known = known;
	}

	/** Those that the server has, ready to be added. */
	get found(): readonly Picked[] {
		return this.#found;
	}

	/** Asks the server for them. Nothing is found where there is none. */
	async look(wanted: readonly WantedMedia[]): Promise<void> {
		const found = await Promise.all(wanted.map((one) => this.#ask(one)));
		this.#found = found.flatMap((one) => one ?? []);
	}

	async #ask({ media }: WantedMedia): Promise<Picked | undefined> {
		// What speaks with the server brings zod: the first screen comes without.
		const { findOnServer } = await import('./find-on-server.ts');
		return findOnServer(this.#connection, media);
	}
}
