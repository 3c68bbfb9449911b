import type { Connection } from '$lib/remote/connection';
import { ServerView } from '$lib/remote/server-view';
import type { DerivedCache } from '$lib/media/derived-cache';
import type { SettingsStore } from '$lib/storage/storage';
import type { SourcePhase } from '../editor-source.svelte.ts';
import type { PlayerOptions } from '../player/player-options.ts';
import { PlayerState } from '../player/player-state.svelte.ts';
import { copyIdOf } from '$lib/app/copy-id';
import { QualityState } from './quality-state.svelte.ts';

type Ready = Extract<SourcePhase, { kind: 'ready' }>;

/** How the file of the page is looked at: by itself, by a small copy that was made here, or by what its server has of it. */
export class EditorViews {
	#quality: QualityState | undefined = $state.raw();
	readonly #connection: Connection;
	readonly #settings: Pick<SettingsStore, 'get' | 'set'>;

	constructor(connection: Connection, settings: Pick<SettingsStore, 'get' | 'set'>) {
		this.#connection = connection;
		this.#settings = settings;
	}

	/** Undefined for a file that does not lie on a server, and for sound. */
	get quality(): QualityState | undefined {
		return this.#quality;
	}

	/** A new player of the file; what was chosen for an older one is let go. */
	playerOf({ file, facts, index, preview, server }: Ready, options: Partial<PlayerOptions>): PlayerState {
		this.close();
		const common = { ...options, file, facts, index };
		if (server === undefined || facts.video === undefined) {
			return new PlayerState({
				...common,
				...(preview !== undefined && { view: () => ({ kind: 'copy', file: preview }) as const }),
			});
		}
		const quality = new QualityState({
			facts,
			server: new ServerView(this.#connection, server),
			idOf: (copy) => copyIdOf(server, copy),
			settings: this.#settings,
		});
		this.#quality = quality;
		const player: PlayerState = new PlayerState({ ...common, view: () => quality.first(player) });
		return player;
	}

	/** What is kept of pictures and sound: here, and by the server of the file. */
	cacheOf(phase: SourcePhase, local: DerivedCache): DerivedCache {
		if (phase.kind !== 'ready' || phase.server === undefined) return local;
		return new ServerView(this.#connection, phase.server).derived(phase.facts, local);
	}

	close(): void {
		this.#quality?.dispose();
		this.#quality = undefined;
	}
}
