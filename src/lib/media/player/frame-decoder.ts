import { frameAt, nearestFrame, type FrameIndex } from '#core/time/frame-index';
import type { EncodedPacket } from 'mediabunny';
import { isDisposable } from './disposable.ts';
import type { PictureTrack } from './decoding.ts';
import type { FrameRing } from './frame-ring.ts';

/** Chunks given to the decoder at a time: enough to keep its threads busy. */
const QUEUE = 16;
/** The same once the sought picture is inside: what follows only pushes it out. */
const QUEUE_BEHIND = 4;
/** Pictures right before a sought one that are decoded and kept as well: the first steps back are instant. */
const KEPT_BEFORE = 8;
/** Timestamps in the index and in packets may be rounded differently, by less than this. */
const SAME_US = 100;

interface Reach {
	readonly signal: AbortSignal;
	/** The lowest frame that is wanted; those before it are decoded only when others need them, and not kept. */
	readonly keepFrom: number;
	/** Every frame from `keepFrom` on must come out, not only the last. */
	readonly all: boolean;
}

/**
 * One long-lived `VideoDecoder` that fills the ring: it goes on from where it is when that is shorter than starting again at a
 * key frame. One call at a time.
 */
export class FrameDecoder {
	readonly #track: PictureTrack;
	readonly #index: FrameIndex;
	readonly #ring: FrameRing<VideoFrame>;
	#decoder: VideoDecoder | undefined;
	#packet: EncodedPacket | null = null;
	/** The highest frame that came out since the decoder was started; −1 when it has not been. */
	#highest = -1;
	/** The highest frame that went in since then. */
	#fed = -1;
	#ended = true;
	#failure: Error | undefined;
	/** Frames left out since the decoder was started. */
	readonly #skipped = new Set<number>();
	#keepFrom = 0;
	#wake: () => void = () => undefined;

	constructor(track: PictureTrack, index: FrameIndex, ring: FrameRing<VideoFrame>) {
		this.#track = track;
		this.#index = index;
		this.#ring = ring;
	}

	/** Where the decoder stands: the last frame that came out. */
	get position(): number {
		return this.#highest;
	}

	/** True when nothing more comes out without starting again. */
	get ended(): boolean {
		return this.#ended;
	}

	/**
	 * Brings `frame` into the ring as fast as possible. Resolves also when the file has no such picture (a damaged one): the
	 * ring tells. Rejects with what the decoder says, or `AbortError`.
	 */
	async seek(frame: number, signal: AbortSignal): Promise<void> {
		await this.#reach(frame, { signal, keepFrom: frame - KEPT_BEFORE, all: false });
	}

	/** Brings every frame from `from` to `to` into the ring. */
	async fill(from: number, to: number, signal: AbortSignal): Promise<void> {
		await this.#reach(to, { signal, keepFrom: from, all: true });
	}

	/** Frees the decoder; a later call starts another. */
	close(): void {
		if (this.#decoder?.state !== 'closed') this.#decoder?.close();
		this.#decoder = undefined;
		this.#ended = true;
		this.#highest = -1;
	}

	async #reach(frame: number, { signal, keepFrom, all }: Reach): Promise<void> {
		if (!(await this.#canGoOn(frame, all ? keepFrom : frame))) await this.#start(frame);
		this.#keepFrom = keepFrom;
		while (!this.#ended && this.#highest < frame) {
			signal.throwIfAborted();
			if (this.#failure !== undefined) throw this.#failure;
			const room = this.#fed >= frame ? QUEUE_BEHIND : QUEUE;
			if ((this.#decoder?.decodeQueueSize ?? 0) >= room) await this.#change();
			else await this.#feed(frame);
		}
		signal.throwIfAborted();
		if (this.#failure !== undefined) throw this.#failure;
	}

	/** Whether the frames from `first` to `frame` come out (or are held already) by decoding on from here, without a detour. */
	async #canGoOn(frame: number, first: number): Promise<boolean> {
		if (this.#ended || this.#failure !== undefined || this.#decoder?.state !== 'configured') return false;
		if (this.#highest < 0 || this.#highest >= frame) return false;
		for (let n = first; n <= frame; n += 1) {
			if (n <= this.#highest ? !this.#ring.has(n) : this.#skipped.has(n)) return false;
		}
		if (frame - this.#highest <= KEPT_BEFORE) return true;
		const key = await this.#track.packets.getKeyPacket(this.#timeOf(frame), { metadataOnly: true });
		return key === null || this.#frameOf(key.timestamp * 1e6) <= this.#highest + KEPT_BEFORE;
	}

	async #start(frame: number): Promise<void> {
		this.#skipped.clear();
		this.#failure = undefined;
		this.#highest = -1;
		this.#fed = -1;
		this.#ended = false;
		if (this.#decoder === undefined || this.#decoder.state === 'closed') this.#decoder = this.#create();
		else this.#decoder.reset();
		this.#decoder.configure(this.#track.config);
		const { packets } = this.#track;
		this.#packet = (await packets.getKeyPacket(this.#timeOf(frame))) ?? (await packets.getFirstKeyPacket());
		if (this.#packet === null) this.#ended = true;
	}

	#create(): VideoDecoder {
		const decoder = new VideoDecoder({
			output: (picture) => {
				if (decoder === this.#decoder) this.#take(picture);
				else picture.close();
			},
			error: (error) => {
				if (decoder === this.#decoder) this.#failure = error;
				this.#wake();
			},
		});
		decoder.addEventListener('dequeue', () => this.#wake());
		return decoder;
	}

	#take(picture: VideoFrame): void {
		const frame = this.#exactFrame(picture.timestamp);
		if (frame === undefined) {
			picture.close();
		} else {
			this.#highest = Math.max(this.#highest, frame);
			if (frame < this.#keepFrom) picture.close();
			else this.#ring.put(frame, picture);
		}
		this.#wake();
	}

	async #feed(target: number): Promise<void> {
		const packet = this.#packet;
		const decoder = this.#decoder;
		if (decoder === undefined) return;
		if (packet === null) {
			await this.#flush(decoder);
			return;
		}
		const frame = this.#exactFrame(packet.timestamp * 1e6);
		const { nalLengthBytes } = this.#track;
		const needed =
			frame === undefined ||
			frame >= Math.min(this.#keepFrom, target) ||
			nalLengthBytes === undefined ||
			!isDisposable(packet.data, nalLengthBytes);
		if (needed) {
			const timestamp = frame === undefined ? packet.microsecondTimestamp : (this.#index.ptsUs[frame] ?? 0);
			decoder.decode(new EncodedVideoChunk({ type: packet.type, timestamp, data: packet.data }));
			this.#fed = Math.max(this.#fed, frame ?? -1);
		} else if (frame !== undefined) {
			this.#skipped.add(frame);
		}
		this.#packet = await this.#track.packets.getNextPacket(packet);
	}

	/** Brings out what is still inside; a decoder that was flushed wants a key frame next. */
	async #flush(decoder: VideoDecoder): Promise<void> {
		try {
			await decoder.flush();
		} catch (thrown) {
			this.#failure ??= thrown instanceof Error ? thrown : new Error(String(thrown));
		}
		this.#ended = true;
	}

	#change(): Promise<void> {
		return new Promise((resolve) => {
			this.#wake = resolve;
		});
	}

	/** In seconds, a hair into the frame: rounding must not give the one before. */
	#timeOf(frame: number): number {
		return ((this.#index.ptsUs[frame] ?? 0) + SAME_US) / 1e6;
	}

	#frameOf(ptsUs: number): number {
		return frameAt(this.#index, (ptsUs + SAME_US) / 1e6);
	}

	#exactFrame(ptsUs: number): number | undefined {
		const frame = Math.min(nearestFrame(this.#index, ptsUs / 1e6), this.#index.ptsUs.length - 1);
		return Math.abs((this.#index.ptsUs[frame] ?? Infinity) - ptsUs) <= SAME_US ? frame : undefined;
	}
}
