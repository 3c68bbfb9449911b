import { timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import type { PictureTrack } from './decoding.ts';

/** A decoder that only ever sees key frames: one chunk in, one picture out, whatever the other decoder is doing. */
export class KeyDecoder {
	readonly #track: PictureTrack;
	readonly #index: FrameIndex;
	#decoder: VideoDecoder | undefined;
	#picture: VideoFrame | undefined;
	#closed = false;
	/** Decoded lately, oldest first: a playhead that is dragged to and fro meets them again. */
	readonly #recent = new Map<number, VideoFrame>();
	#turn: Promise<unknown> = Promise.resolve();

	constructor(track: PictureTrack, index: FrameIndex) {
		this.#track = track;
		this.#index = index;
	}

	/** The picture of key frame `frame`, owned by the caller; undefined when it does not decode alone after all. */
	decode(frame: number): Promise<VideoFrame | undefined> {
		const next = this.#turn.then(() => this.#recent.get(frame)?.clone() ?? this.#decodeAndKeep(frame));
		this.#turn = next;
		return next;
	}

	close(): void {
		this.#closed = true;
		for (const picture of this.#recent.values()) picture.close();
		this.#recent.clear();
		if (this.#decoder?.state !== 'closed') this.#decoder?.close();
		this.#decoder = undefined;
		this.#picture?.close();
		this.#picture = undefined;
	}

	async #decodeAndKeep(frame: number): Promise<VideoFrame | undefined> {
		const picture = await this.#decode(frame);
		if (picture === undefined || this.#closed) {
			picture?.close();
			return undefined;
		}
		this.#recent.set(frame, picture);
		const [oldest] = this.#recent.keys();
		if (oldest !== undefined && this.#recent.size > this.#track.capacity / 6) {
			if (oldest !== frame) this.#recent.get(oldest)?.close();
			this.#recent.delete(oldest);
			if (oldest === frame) return picture;
		}
		return picture.clone();
	}

	async #decode(frame: number): Promise<VideoFrame | undefined> {
		try {
			const timeS = timeOfFrame(this.#index, frame);
			const packet = await this.#track.packets.getKeyPacket(timeS + 1e-4);
			if (packet === null || Math.abs(packet.timestamp - timeS) > 1e-3) return undefined;
			const decoder = this.#ready();
			decoder.decode(packet.toEncodedVideoChunk());
			await decoder.flush();
		} catch (thrown) {
			// The way through the other decoder is still open, and tells what is wrong if it is closed as well.
			if (thrown instanceof Error || thrown instanceof DOMException) return undefined;
			throw thrown;
		}
		const picture = this.#picture;
		this.#picture = undefined;
		return picture;
	}

	#ready(): VideoDecoder {
		if (this.#decoder?.state === 'configured') return this.#decoder;
		this.#decoder = new VideoDecoder({
			output: (picture) => {
				this.#picture?.close();
				this.#picture = picture;
			},
			// `flush` rejects with the same.
			error: () => undefined,
		});
		this.#decoder.configure(this.#track.config);
		return this.#decoder;
	}
}
