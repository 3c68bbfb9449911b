import { isFinished, type Job } from '#core/export/job';
import type { Live } from '#core/live';
import type { EngineProgress } from '$lib/media/engine';
import { Throttle } from './throttle.ts';

/** A time left is said after this much work, in seconds: before, it is a guess. */
const ETA_AFTER_S = 0.5;

/** Without `progress`, it is where it was. */
export type LiveProgress = Pick<Job, 'step' | 'speed' | 'etaS'> & { readonly progress?: number };

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
	#listeners = new Set<() => void>();
	#changed: Throttle;

	/** Watchers hear of progress at most once in `tellMs`, in milliseconds. */
	constructor(name: string, tellMs: number) {
		this.#changed = new Throttle(tellMs, () => this.#listeners.forEach((listen) => listen()));
		this.#channel = new BroadcastChannel(name);
		this.#channel.addEventListener('message', ({ data }: MessageEvent<Message>) => this.#take(data));
	}

	/** `source`, with the progress of those that run as it is now. */
	over<T extends { readonly job: Job }>(source: Live<readonly T[]>): Live<readonly T[]> {
		return {
			subscribe: (next) => {
				let records: readonly T[] | undefined;
				const tell = (): void => {
					if (records !== undefined) next(records.map((record) => this.#withProgress(record)));
				};
				const subscription = source.subscribe((latest) => {
					records = latest;
					tell();
				});
				this.#listeners.add(tell);
				return {
					unsubscribe: () => {
						this.#listeners.delete(tell);
						subscription.unsubscribe();
					},
				};
			},
		};
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

	#withProgress<T extends { readonly job: Job }>(record: T): T {
		const progress = isFinished(record.job.state) ? undefined : this.#live.get(record.job.id);
		return progress === undefined ? record : { ...record, job: { ...record.job, ...progress } };
	}

	#take(message: Message): void {
		for (const [id, progress] of message) {
			if (progress === null) this.#live.delete(id);
			else this.#live.set(id, { ...only(this.#live.get(id)?.progress), ...progress });
		}
		this.#changed.poke();
	}
}

const only = (progress: number | undefined): { readonly progress?: number } =>
	progress === undefined ? {} : { progress };
