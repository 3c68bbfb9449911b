import { getSessionFrames } from '#contract/sessions';
import { readStripPack } from '#core/media/strip-pack';
import { isAbort } from '#core/result';
import type { ServerClient } from '$lib/remote/server-client';

/** A picture of the film, as an address that lives as long as the form. */
export interface FilmPicture {
	readonly atS: number;
	readonly url: string;
}

/** Pictures of a film around where it plays, asked for when they are looked at. */
export class SessionFrames {
	#strip: readonly FilmPicture[] = $state.raw([]);
	#large: FilmPicture | undefined = $state.raw();
	#failed = $state(false);
	readonly #client: ServerClient | undefined;
	readonly #session: string;
	// eslint-disable-next-line svelte/prefer-svelte-reactivity -- only there to be freed
	readonly #urls = new Set<string>();

	constructor(client: ServerClient | undefined, session: string) {
		this.#client = client;
		this.#session = session;
	}

	/** Evenly over the span that was asked for last. */
	get strip(): readonly FilmPicture[] {
		return this.#strip;
	}
	/** The one that is looked at. */
	get large(): FilmPicture | undefined {
		return this.#large;
	}
	/** The server has no pictures of this film. */
	get failed(): boolean {
		return this.#failed;
	}

	async showStrip(fromS: number, toS: number, count: number, signal: AbortSignal): Promise<void> {
		const found = await this.#fetch({ fromS, toS, count, height: '128' }, signal);
		if (signal.aborted) return;
		this.#failed = found === undefined;
		if (found !== undefined) this.#strip = found;
	}

	async showLarge(atS: number, signal: AbortSignal): Promise<void> {
		const [found] = (await this.#fetch({ fromS: atS, toS: atS, count: 1, height: '360' }, signal)) ?? [];
		if (found !== undefined && !signal.aborted) this.#large = { ...found, atS };
	}

	close(): void {
		for (const url of this.#urls) URL.revokeObjectURL(url);
	}

	/** Undefined where there are none, and where nobody waits any more. */
	async #fetch(
		query: { fromS: number; toS: number; count: number; height: '128' | '360' },
		signal: AbortSignal,
	): Promise<readonly FilmPicture[] | undefined> {
		if (this.#client === undefined) return undefined;
		try {
			const url = this.#client.url(getSessionFrames.path, { id: this.#session }, query);
			const reply = await this.#client.fetch(url, { signal });
			const pack = reply.ok ? readStripPack(await reply.arrayBuffer()) : undefined;
			return pack?.tiles.map(({ timeUs, picture }) => ({ atS: timeUs / 1e6, url: this.#keep(picture) }));
		} catch (thrown) {
			if (isAbort(thrown) || thrown instanceof TypeError) return undefined;
			throw thrown;
		}
	}

	#keep(picture: Uint8Array<ArrayBuffer>): string {
		const url = URL.createObjectURL(new Blob([picture], { type: 'image/webp' }));
		this.#urls.add(url);
		return url;
	}
}
