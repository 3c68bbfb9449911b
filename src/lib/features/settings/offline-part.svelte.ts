import { failureText, type Failure } from '#core/failure';
import type { Result } from '#core/result';

/** A large part of the app that is fetched when first needed. */
export interface OfflineSource {
	/** Whether it is on this device. */
	isHere(): Promise<boolean>;
	/** Fetches and keeps it. `onProgress` tells 0..1. */
	fetch(options: {
		readonly signal: AbortSignal;
		readonly onProgress: (share: number) => void;
	}): Promise<Result<void, Failure>>;
}

/** Whether a large part is on this device, and the fetching of it. */
export class OfflinePart {
	#state: 'checking' | 'absent' | 'fetching' | 'here' = $state('checking');
	#progress = $state(0);
	#message = $state('');
	#abort: AbortController | undefined;
	readonly #source: OfflineSource;

	constructor(source: OfflineSource) {
		this.#source = source;
	}

	get state() {
		return this.#state;
	}

	/** 0..1 while it is fetched. */
	get progress(): number {
		return this.#progress;
	}

	/** What went wrong, and the next step; empty while nothing has. */
	get message(): string {
		return this.#message;
	}

	async check(): Promise<void> {
		this.#state = (await this.#source.isHere()) ? 'here' : 'absent';
	}

	async fetch(): Promise<void> {
		this.#abort = new AbortController();
		this.#state = 'fetching';
		this.#progress = 0;
		this.#message = '';
		try {
			const fetched = await this.#source.fetch({
				signal: this.#abort.signal,
				onProgress: (share) => (this.#progress = share),
			});
			this.#state = fetched.ok ? 'here' : 'absent';
			if (!fetched.ok) this.#message = failureText(fetched.error);
		} catch (thrown) {
			this.#state = 'absent';
			if (!this.#abort.signal.aborted) throw thrown;
		}
	}

	stop(): void {
		this.#abort?.abort();
	}
}
