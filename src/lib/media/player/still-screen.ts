import type { Failure } from '#core/failure';
import { timeOfFrame } from '#core/time/frame-index';
import { isAbort } from '#core/result';
import { failureOf } from '../probe/failure-of.ts';
import { WorkerCrashedError } from '../worker-rpc/connect.ts';
import type { Place } from './backend.ts';
import type { DecodeClient } from './decode-client.ts';
import type { StillAnswer } from './messages.ts';
import type { Surface } from './surface.ts';

interface Wish {
	readonly frame: number;
	readonly want: 'exact' | 'glance';
	readonly towards: -1 | 0 | 1;
	readonly done: (shown: boolean) => void;
}

/** A picture this near to the one being decoded comes out of the same work: stopping it would only lose time. */
const NEAR_FRAMES = 30;

/** Shows single pictures, decoded by the worker, on a canvas. The newest wish wins, and one is always being fulfilled. */
export class StillScreen {
	readonly #client: DecodeClient;
	readonly #surface: Surface;
	readonly #subject: string;
	readonly #onShown: (place: Place) => void;
	readonly #onFailed: (failure: Failure) => void;
	#wish: Wish | undefined;
	#running: { readonly wish: Wish; readonly abort: AbortController } | undefined;

	constructor(options: {
		readonly client: DecodeClient;
		readonly surface: Surface;
		/** Name of the file, for sentences. */
		readonly subject: string;
		readonly onShown: (place: Place) => void;
		readonly onFailed: (failure: Failure) => void;
	}) {
		this.#client = options.client;
		this.#surface = options.surface;
		this.#subject = options.subject;
		this.#onShown = options.onShown;
		this.#onFailed = options.onFailed;
	}

	/** True when it is on screen, false when a newer wish came or it cannot be decoded. */
	show(frame: number, towards: -1 | 0 | 1): Promise<boolean> {
		return new Promise((done) => this.#make({ frame, want: 'exact', towards, done }));
	}

	glance(frame: number): void {
		this.#make({ frame, want: 'glance', towards: 0, done: () => undefined });
	}

	/** Nothing is drawn any more until the next wish. */
	stop(): void {
		this.#wish?.done(false);
		this.#wish = undefined;
		this.#running?.abort.abort();
	}

	#make(wish: Wish): void {
		this.#wish?.done(false);
		this.#wish = wish;
		const running = this.#running;
		if (running === undefined) void this.#fulfil();
		else if (running.wish.want === 'exact') {
			const near = wish.want === 'exact' && Math.abs(wish.frame - running.wish.frame) <= NEAR_FRAMES;
			if (!near) running.abort.abort();
		}
	}

	async #fulfil(): Promise<void> {
		for (let wish = this.#wish; wish !== undefined; wish = this.#wish) {
			this.#wish = undefined;
			const abort = new AbortController();
			this.#running = { wish, abort };
			wish.done(await this.#try(wish, abort.signal));
			this.#running = undefined;
		}
	}

	async #try(wish: Wish, signal: AbortSignal): Promise<boolean> {
		try {
			const { picture, frame } = await this.#still(wish, signal);
			try {
				this.#surface.draw(picture);
			} finally {
				picture.close();
			}
			this.#surface.visible = true;
			const { index } = this.#client;
			this.#onShown({ frame, timeS: index === undefined ? 0 : timeOfFrame(index, frame) });
			return true;
		} catch (thrown) {
			if (!signal.aborted) this.#tell(thrown);
			return false;
		}
	}

	async #still({ frame, want, towards }: Wish, signal: AbortSignal): Promise<StillAnswer> {
		try {
			return await this.#client.still({ frame, want, towards }, signal);
		} catch (thrown) {
			if (!(thrown instanceof WorkerCrashedError)) throw thrown;
			// A new worker is started; if it dies as well, that is told.
			return await this.#client.still({ frame, want, towards }, signal);
		}
	}

	#tell(thrown: unknown): void {
		if (isAbort(thrown)) return;
		this.#onFailed(failureOf(thrown, this.#subject));
	}
}
