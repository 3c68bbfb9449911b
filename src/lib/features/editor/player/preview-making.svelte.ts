import { failureText } from '#core/failure';
import type { PlayerState } from './player-state.svelte.ts';

/** Makes the small copy that a player needs to show its file, with progress and cancel. */
export class PreviewMaking {
	/** 0..1 while it is being made. */
	#share: number | undefined = $state();
	#problem = $state('');
	#abort: AbortController | undefined;
	readonly #player: PlayerState;
	readonly #keep: ((preview: Blob) => void) | undefined;

	/** `keep` is given the copy, to have it at hand the next time. */
	constructor(player: PlayerState, keep?: (preview: Blob) => void) {
		this.#player = player;
		this.#keep = keep;
	}

	/** Undefined: it is not being made. */
	get share(): number | undefined {
		return this.#share;
	}
	/** Why it could not be made; a sentence, or empty. */
	get problem(): string {
		return this.#problem;
	}

	async start(): Promise<void> {
		if (this.#abort !== undefined) return;
		const abort = new AbortController();
		this.#abort = abort;
		this.#share = 0;
		this.#problem = '';
		const { file, facts } = this.#player;
		try {
			const { makePreview } = await import('$lib/media/ffmpeg-wasm');
			const made = await makePreview(file, facts, {
				signal: abort.signal,
				onProgress: (share) => (this.#share = share),
			});
			if (made.ok) {
				this.#keep?.(made.value);
				await this.#player.usePreview(made.value);
			} else {
				this.#problem = failureText(made.error);
			}
		} catch (thrown) {
			if (!(thrown instanceof Error || thrown instanceof DOMException)) throw thrown;
			if (thrown.name !== 'AbortError') {
				this.#problem = failureText({ kind: 'offline', subject: facts.name });
			}
		} finally {
			this.#abort = undefined;
			this.#share = undefined;
		}
	}

	cancel(): void {
		this.#abort?.abort();
	}
}
