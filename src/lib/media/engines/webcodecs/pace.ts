/** Wakes whoever waits for something to change. */
export class Bell {
	#ring: () => void = () => undefined;
	#rung: Promise<void> = Promise.resolve();

	constructor() {
		this.#renew();
	}

	ring(): void {
		this.#ring();
		this.#renew();
	}

	/** Resolves at the next ring. */
	wait(): Promise<void> {
		return this.#rung;
	}

	#renew(): void {
		this.#rung = new Promise((resolve) => {
			this.#ring = resolve;
		});
	}
}

type Track = 'video' | 'audio';

/** How far one track may run ahead of the other, in seconds: what is ahead waits in memory until it can be interleaved. */
const LEAD_S: Readonly<Record<Track, number>> = { audio: 2, video: 6 };

/** Keeps sound and picture close together in the file. The two limits differ, so that both can never wait at once. */
export class Pace {
	#atS: Record<Track, number>;
	#moved = new Bell();

	constructor(tracks: readonly Track[], signal: AbortSignal) {
		this.#atS = { video: tracks.includes('video') ? 0 : Infinity, audio: tracks.includes('audio') ? 0 : Infinity };
		signal.addEventListener('abort', () => this.#moved.ring(), { once: true });
	}

	/** Says that `track` reached `atS` and waits until the other is near. Returns early when the run is aborted. */
	async reach(track: Track, atS: number, signal: AbortSignal): Promise<void> {
		this.#atS[track] = atS;
		this.#moved.ring();
		const other: Track = track === 'video' ? 'audio' : 'video';
		while (atS > this.#atS[other] + LEAD_S[track] && !signal.aborted) await this.#moved.wait();
	}

	finish(track: Track): void {
		this.#atS[track] = Infinity;
		this.#moved.ring();
	}
}
