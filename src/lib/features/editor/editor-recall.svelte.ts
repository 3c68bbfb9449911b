import type { SettingsStore } from '$lib/storage/storage';
import { EditorMemory, Loudness, LOUDNESS_KEY, memoryKey } from './editor-memory.ts';
import type { EditorState } from './editor-state.svelte.ts';

/** A place is remembered once the person has rested there this long, in milliseconds. */
const RESTED_MS = 250;

/** Takes a person back to where they were in a file, and remembers where they are. The methods are for effects of the page. */
export class EditorRecall {
	readonly #editor: EditorState;
	readonly #settings: Pick<SettingsStore, 'get' | 'set'>;
	#kept: { readonly memory: EditorMemory | undefined; readonly loudness: Loudness | undefined } | undefined =
		$state.raw();
	/** The player was taken to where it was: from now on its place is remembered. */
	#placed = $state(false);

	constructor(editor: EditorState, settings: Pick<SettingsStore, 'get' | 'set'>) {
		this.#editor = editor;
		this.#settings = settings;
	}

	/** True when what is kept was read: the player may be made. */
	get loaded(): boolean {
		return this.#kept !== undefined;
	}
	get loudness(): Loudness | undefined {
		return this.#kept?.loudness;
	}

	async load(): Promise<void> {
		const [memory, loudness] = await Promise.all([
			this.#settings.get(memoryKey(this.#editor.media), EditorMemory),
			this.#settings.get(LOUDNESS_KEY, Loudness),
		]);
		if (memory !== undefined) this.#editor.restore(memory);
		this.#kept = { memory, loudness };
	}

	/** Takes the player to where it was, once, when it can be moved. */
	place(): void {
		const kept = this.#kept;
		if (this.#placed || kept === undefined || this.#editor.player?.state !== 'ready') return;
		this.#placed = true;
		if (kept.memory !== undefined) this.#editor.goTo(kept.memory.timeS);
	}

	remember(): (() => void) | undefined {
		const { player, pendingInS, selected, media } = this.#editor;
		if (player === undefined || !this.#placed || player.playing) return undefined;
		const memory: EditorMemory = { timeS: player.targetS, pendingInS, selectedId: selected?.id ?? null };
		const timer = setTimeout(() => void this.#settings.set(memoryKey(media), memory), RESTED_MS);
		return () => clearTimeout(timer);
	}

	keepLoudness(loudness: Loudness): void {
		void this.#settings.set(LOUDNESS_KEY, loudness);
	}
}
