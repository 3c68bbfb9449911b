import { clamp } from './places.ts';

export const DEFAULT_VOLUME = 0.3;

export interface LoudnessOptions {
	/** 0 … 1. Default 0.3. */
	readonly volume?: number | undefined;
	readonly muted?: boolean | undefined;
	/** Called after each change. */
	readonly onChange: (loudness: { readonly volume: number; readonly muted: boolean }) => void;
}

/** How loud it plays. */
export class Loudness {
	#volume = $state(DEFAULT_VOLUME);
	#muted = $state(false);
	readonly #onChange: LoudnessOptions['onChange'];

	constructor({ volume = DEFAULT_VOLUME, muted = false, onChange }: LoudnessOptions) {
		this.#volume = clamp(volume, 0, 1);
		this.#muted = muted;
		this.#onChange = onChange;
	}

	get volume(): number {
		return this.#volume;
	}
	get muted(): boolean {
		return this.#muted;
	}

	/** Sound that was off comes on, unless it is turned down to nothing. */
	set(volume: number): void {
		this.#volume = clamp(volume, 0, 1);
		this.#muted = this.#volume === 0;
		this.#tell();
	}

	toggleMute(): void {
		this.#muted = !this.#muted;
		if (!this.#muted && this.#volume === 0) this.#volume = DEFAULT_VOLUME;
		this.#tell();
	}

	#tell(): void {
		this.#onChange({ volume: this.#volume, muted: this.#muted });
	}
}
