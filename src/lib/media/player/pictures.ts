import { frameCount, keyFrameAfter, keyFrameBefore, timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import type { PictureTrack } from './decoding.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { FrameRing } from './frame-ring.ts';
import { KeyDecoder } from './key-decoder.ts';
import type { StillAnswer, StillRequest } from './messages.ts';

type Wanted = Omit<StillRequest, 'ticket'>;

/** Pictures decoded ahead of the one asked for, while they are asked for in order. */
const AHEAD = 8;

/** What is decoded before anybody asks for it. */
interface Background {
	readonly from: number;
	to: number;
	readonly kind: 'ahead' | 'behind';
	readonly abort: AbortController;
	readonly finished: Promise<void>;
}

/** Hands out the pictures of one file: from what is held, or decoded. Runs in the worker; owns every frame but those given away. */
export class Pictures {
	readonly #track: PictureTrack;
	readonly #index: FrameIndex;
	readonly #ring: FrameRing<VideoFrame>;
	readonly #decoder: FrameDecoder;
	readonly #keys: KeyDecoder;
	#turn: Promise<unknown> = Promise.resolve();
	#waiting = 0;
	#background: Background | undefined;

	constructor(track: PictureTrack, index: FrameIndex) {
		this.#track = track;
		this.#index = index;
		this.#ring = new FrameRing(track.capacity);
		this.#decoder = new FrameDecoder(track, index, this.#ring);
		this.#keys = new KeyDecoder(track, index);
	}

	/** Rejects with `AbortError`, or with what the decoder says. */
	async still({ frame, want, towards }: Wanted, signal: AbortSignal): Promise<StillAnswer> {
		this.#ring.focus(frame, towards);
		const held = this.#give(frame);
		if (held !== undefined) {
			this.#prepare(frame, want, towards);
			return held;
		}
		if (want === 'glance') return this.#glance(frame, signal);
		const work = this.#decode(frame, towards, this.#turn, signal);
		// Its own caller hears of a failure; the next one only waits for its end.
		this.#turn = work.catch(() => undefined);
		this.#waiting += 1;
		try {
			return await work;
		} finally {
			this.#waiting -= 1;
			this.#prepare(frame, want, towards);
		}
	}

	close(): void {
		this.#background?.abort.abort();
		this.#decoder.close();
		this.#keys.close();
		this.#ring.clear();
	}

	async #decode(frame: number, towards: -1 | 0 | 1, turn: Promise<unknown>, signal: AbortSignal): Promise<StillAnswer> {
		await turn;
		signal.throwIfAborted();
		await this.#makeWay(frame);
		signal.throwIfAborted();
		const ready = this.#give(frame);
		if (ready !== undefined) return ready;
		try {
			if (towards === -1) await this.#decoder.fill(this.#fillStart(frame), frame, signal);
			else await this.#decoder.seek(frame, signal);
		} catch (thrown) {
			signal.throwIfAborted();
			const other = await this.#decodeOtherwise(frame);
			if (other !== undefined) return other;
			throw thrown;
		}
		return this.#give(frame) ?? (await this.#decodeOtherwise(frame)) ?? this.#closest(frame);
	}

	/** Waits for what is under way when it brings `frame`, stops it otherwise. */
	async #makeWay(frame: number): Promise<void> {
		const background = this.#background;
		if (background === undefined) return;
		const brings = background.kind === 'behind' && frame >= background.from && frame <= background.to;
		if (!brings) background.abort.abort();
		await background.finished;
	}

	/** After `frame` was given: what is likely to be wanted next. */
	#prepare(frame: number, want: Wanted['want'], towards: -1 | 0 | 1): void {
		// Nothing is done ahead while somebody waits; and so the two never wait for each other.
		if (this.#waiting > 0 || !this.#ring.has(frame)) return;
		const last = frameCount(this.#index) - 1;
		if (want === 'next') {
			const to = Math.min(last, frame + Math.min(AHEAD, Math.floor(this.#ring.capacity / 2)));
			if (this.#background?.kind === 'ahead' && this.#background.from <= frame + 1) this.#background.to = to;
			else if (this.#decoder.position < to && frame < last) this.#start('ahead', frame + 1, to);
			return;
		}
		if (towards !== -1 || this.#background !== undefined) return;
		const start = this.#ring.runStart(frame);
		if (start > 0 && frame - start < this.#ring.capacity / 3)
			this.#start('behind', this.#fillStart(start - 1), start - 1);
	}

	/** The earliest frame worth keeping on the way back from `frame`: half of what can be held. */
	#fillStart(frame: number): number {
		return Math.max(0, frame - Math.floor(this.#ring.capacity / 2));
	}

	#start(kind: Background['kind'], from: number, to: number): void {
		const previous = this.#background;
		previous?.abort.abort();
		const abort = new AbortController();
		const background: Background = {
			kind,
			from,
			to,
			abort,
			finished: Promise.resolve(previous?.finished)
				.then(() => this.#runAhead(background))
				// What fails unasked is found again, and told, when it is asked for.
				.catch(() => undefined)
				.then(() => {
					if (this.#background === background) this.#background = undefined;
				}),
		};
		this.#background = background;
	}

	async #runAhead(background: Background): Promise<void> {
		const { signal } = background.abort;
		let reached = -1;
		// `to` moves on while pictures are taken in order.
		while (!signal.aborted && reached < background.to) {
			reached = background.to;
			await this.#decoder.fill(background.from, reached, signal);
		}
	}

	async #glance(frame: number, signal: AbortSignal): Promise<StillAnswer> {
		const key = this.#nearestKey(frame);
		if (key === undefined) return this.still({ frame, want: 'exact', towards: 0 }, signal);
		const held = this.#give(key);
		if (held !== undefined) return held;
		const picture = await this.#keys.decode(key);
		if (picture === undefined) return this.still({ frame: key, want: 'exact', towards: 0 }, signal);
		return { picture, frame: key };
	}

	#nearestKey(frame: number): number | undefined {
		const { key } = this.#index;
		const before = keyFrameBefore(this.#index, frame);
		const after = keyFrameAfter(this.#index, frame);
		if (key[before] !== 1) return after < key.length ? after : undefined;
		const nearer = after < key.length && after - frame < frame - before;
		return nearer ? after : before;
	}

	#give(frame: number): StillAnswer | undefined {
		const picture = this.#ring.get(frame);
		return picture === undefined ? undefined : { picture: picture.clone(), frame };
	}

	/** A damaged picture is not there: the one before it stands. */
	#closest(frame: number): StillAnswer {
		const closest = this.#ring.closestBefore(frame);
		const answer = closest === undefined ? undefined : this.#give(closest);
		if (answer === undefined) throw new DOMException(`frame ${frame} cannot be decoded`, 'EncodingError');
		return answer;
	}

	async #decodeOtherwise(frame: number): Promise<StillAnswer | undefined> {
		// This is the second way already: what fails here is a damaged picture, which `#closest` answers for.
		const sample = await this.#track.samples.getSample(timeOfFrame(this.#index, frame) + 1e-4).catch(() => null);
		if (sample === null) return undefined;
		const picture = sample.toVideoFrame();
		const isIt = Math.abs(sample.timestamp - timeOfFrame(this.#index, frame)) < 1e-3;
		sample.close();
		if (isIt) return { picture, frame };
		picture.close();
		return undefined;
	}
}
