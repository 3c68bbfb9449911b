import type { Job } from '#core/export/job';
import type { EngineProgress } from '$lib/media/engine';

/** A time left is said after this much work, in seconds: before, it is a guess. */
const ETA_AFTER_S = 0.5;

export type LiveProgress = Pick<Job, 'progress' | 'step' | 'speed' | 'etaS'>;

/** How far a run is that began `elapsedS` ago and makes `durationS` seconds of media. */
export function liveProgress(
	{ share, step, speed }: EngineProgress,
	elapsedS: number,
	durationS: number,
): LiveProgress {
	const guess = share > 0 ? (speed ?? (durationS * share) / elapsedS) : undefined;
	return {
		progress: share,
		step,
		...(guess === undefined ? {} : { speed: guess }),
		...(share > 0 && elapsedS >= ETA_AFTER_S ? { etaS: (elapsedS * (1 - share)) / share } : {}),
	};
}

type Message = readonly (readonly [id: string, progress: LiveProgress | null])[];

/**
 * Progress of running jobs, told to all tabs as it is made. It is not kept: a job that was cut off starts anew, and a database that is
 * written at every step would have everything that watches it look again.
 */
export class ProgressBoard {
	#live = new Map<string, LiveProgress>();
	#channel: BroadcastChannel;
	#changed: () => void;

	constructor(name: string, changed: () => void) {
		this.#changed = changed;
		this.#channel = new BroadcastChannel(name);
		this.#channel.addEventListener('message', ({ data }: MessageEvent<Message>) => this.#take(data));
	}

	get(id: string): LiveProgress | undefined {
		return this.#live.get(id);
	}

	/** Undefined: the job no longer runs. */
	tell(ids: Iterable<string>, progress: LiveProgress | undefined): void {
		const message: Message = [...ids].map((id) => [id, progress ?? null]);
		if (message.length === 0) return;
		this.#take(message);
		this.#channel.postMessage(message);
	}

	close(): void {
		this.#channel.close();
	}

	#take(message: Message): void {
		for (const [id, progress] of message) {
			if (progress === null) this.#live.delete(id);
			else this.#live.set(id, progress);
		}
		this.#changed();
	}
}
