import { frameAt, frameCount, timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import type { Place } from './backend.ts';
import type { DecodeClient } from './decode-client.ts';
import type { SoundOutput } from './sound-output.ts';
import type { Surface } from './surface.ts';

/** Decoded pictures waiting to be shown. */
const WAITING = 4;
/** Pictures that are later than this are left out, in seconds. */
const LATE_S = 0.25;

interface Waiting {
	readonly picture: VideoFrame;
	readonly frame: number;
	readonly timeS: number;
}

export interface PlaybackParts {
	readonly client: DecodeClient;
	readonly sound: SoundOutput | undefined;
	readonly surface: Surface | undefined;
	readonly index: FrameIndex | undefined;
	/** End of the file, in seconds on its own timeline. */
	readonly endS: number;
	readonly onShown: (place: Place) => void;
	readonly onEnded: () => void;
	readonly onFailed: (thrown: unknown) => void;
}

/** Plays forward by decoding: pictures are drawn when the sound (or, without it, the wall clock) has reached their time. */
export class DecodedPlayback {
	readonly #parts: PlaybackParts;
	readonly #abort = new AbortController();
	readonly #queue: Waiting[] = [];
	#clock: (() => number) | undefined;
	#next: number;
	#drawing = 0;
	#roomMade: () => void = () => undefined;

	/** `from.frame` is on screen already or will be the first to be drawn. */
	constructor(parts: PlaybackParts, from: Place) {
		this.#parts = parts;
		this.#next = from.frame;
	}

	/** Resolves when it runs; false when it was stopped before. */
	async start(fromS: number, rate: number): Promise<boolean> {
		const { index, sound } = this.#parts;
		const { signal } = this.#abort;
		const firstPicture = index === undefined ? Promise.resolve() : this.#fetchOne();
		await firstPicture;
		if (signal.aborted) return false;
		this.#clock = (await sound?.start(fromS, rate)) ?? wallClock(fromS, rate);
		if (signal.aborted) {
			sound?.stop();
			return false;
		}
		if (index !== undefined) void this.#fetch(index);
		this.#drawing = requestAnimationFrame(this.#draw);
		return true;
	}

	stop(): void {
		if (this.#abort.signal.aborted) return;
		this.#abort.abort();
		this.#roomMade();
		cancelAnimationFrame(this.#drawing);
		this.#parts.sound?.stop();
		for (const { picture } of this.#queue) picture.close();
		this.#queue.length = 0;
	}

	readonly #draw = (): void => {
		const { index, endS, onShown, onEnded } = this.#parts;
		const nowS = this.#clock?.() ?? 0;
		if (index === undefined) onShown({ frame: 0, timeS: Math.min(nowS, endS) });
		else this.#drawDue(nowS);
		if (nowS >= endS && this.#queue.length === 0) {
			this.stop();
			onEnded();
			return;
		}
		this.#drawing = requestAnimationFrame(this.#draw);
	};

	/** Draws the last picture whose time has come; those before it are too late. */
	#drawDue(nowS: number): void {
		let due: Waiting | undefined;
		for (let first = this.#queue[0]; first !== undefined && first.timeS <= nowS; first = this.#queue[0]) {
			due?.picture.close();
			due = this.#queue.shift();
		}
		if (due === undefined) return;
		this.#parts.surface?.draw(due.picture);
		due.picture.close();
		this.#roomMade();
		this.#parts.onShown({ frame: due.frame, timeS: due.timeS });
	}

	async #fetch(index: FrameIndex): Promise<void> {
		const { signal } = this.#abort;
		try {
			while (!signal.aborted && this.#next < frameCount(index)) {
				if (this.#queue.length >= WAITING) {
					await new Promise<void>((resolve) => (this.#roomMade = resolve));
					continue;
				}
				const nowS = this.#clock?.() ?? 0;
				if (timeOfFrame(index, this.#next) < nowS - LATE_S) this.#next = Math.max(this.#next, frameAt(index, nowS));
				await this.#fetchOne();
			}
		} catch (thrown) {
			this.#tell(thrown);
		}
	}

	async #fetchOne(): Promise<void> {
		const { client, index } = this.#parts;
		const { signal } = this.#abort;
		const asked = this.#next;
		try {
			const { picture, frame } = await client.still({ frame: asked, want: 'next', towards: 1 }, signal);
			this.#next = asked + 1;
			this.#queue.push({ picture, frame, timeS: index === undefined ? 0 : timeOfFrame(index, frame) });
		} catch (thrown) {
			this.#tell(thrown);
		}
	}

	#tell(thrown: unknown): void {
		if (this.#abort.signal.aborted) return;
		this.stop();
		this.#parts.onFailed(thrown);
	}
}

function wallClock(fromS: number, rate: number): () => number {
	const started = performance.now();
	return () => fromS + ((performance.now() - started) / 1000) * rate;
}
