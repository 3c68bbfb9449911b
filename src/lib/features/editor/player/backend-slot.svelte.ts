import type { Failure } from '#core/failure';
import { ok, type Result } from '#core/result';
import {
	openBackend,
	type BackendEvents,
	type BackendSource,
	type Opened,
	type PlayerBackend,
} from '$lib/media/player';

/** Brings a backend that was just opened to where it is wanted. */
type Prepare = (backend: PlayerBackend, opened: Opened) => Promise<unknown>;

/** The one way in which a file is shown, and changes of it: what is on screen stays until the new one shows the same. Frees what it drops. */
export class BackendSlot {
	#layers: readonly HTMLElement[] = $state.raw([]);
	#current: PlayerBackend | undefined;
	/** Counts openings: one that was replaced is not listened to. */
	#generation = 0;
	readonly #events: BackendEvents;

	constructor(events: BackendEvents) {
		this.#events = events;
	}

	get current(): PlayerBackend | undefined {
		return this.#current;
	}
	/** From the back to the front. */
	get layers(): readonly HTMLElement[] {
		return this.#layers;
	}

	/** Undefined: a newer opening came, or it was closed. */
	async open(source: BackendSource, prepare: Prepare): Promise<Result<void, Failure> | undefined> {
		const generation = (this.#generation += 1);
		const isNewest = (): boolean => generation === this.#generation;
		const previous = this.#current;
		const own: { backend?: PlayerBackend } = {};
		// Before it is in its place, only what there was to be seen counts, if there was something.
		const counts = (): boolean =>
			(own.backend !== undefined && own.backend === this.#current) || (previous === undefined && isNewest());
		const opening = await openBackend(source, {
			onShown: (place) => counts() && this.#events.onShown(place),
			onEnded: () => counts() && this.#events.onEnded(),
			onAway: (away) => counts() && this.#events.onAway?.(away),
			onFailed: (failure) => counts() && this.#events.onFailed(failure),
		});
		if (!isNewest()) {
			if (opening.ok) opening.value.backend.dispose();
			return undefined;
		}
		if (!opening.ok) return opening;
		const { backend, opened } = opening.value;
		own.backend = backend;
		if (previous === undefined) this.#current = backend;
		// Behind what is seen, where browsers draw it all the same.
		this.#layers = [...backend.layers, ...(previous?.layers ?? [])];
		await prepare(backend, opened);
		if (!isNewest()) {
			if (this.#current !== backend) backend.dispose();
			return undefined;
		}
		if (previous !== undefined) {
			this.#current = backend;
			this.#layers = backend.layers;
			previous.dispose();
		}
		return ok(undefined);
	}

	close(): void {
		this.#generation += 1;
		this.#layers = [];
		this.#current?.dispose();
		this.#current = undefined;
	}
}
