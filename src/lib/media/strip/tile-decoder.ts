import { VideoSample, type Input, type InputVideoTrack, type Rotation } from 'mediabunny';
import { pictureTrack, type PictureTrack } from '../player/decoding.ts';

/** A small picture: to be drawn now, and to be kept. */
export interface Tile {
	readonly bitmap: ImageBitmap;
	readonly webp: Blob;
}

/** Rounding must not give the key frame before the one that is meant, in seconds. */
const HAIR_S = 1e-4;

/** Makes small pictures of key frames, one after another. Runs in the worker. */
export class TileDecoder {
	readonly #track: PictureTrack;
	readonly #rotation: Rotation;
	/** Width ÷ height as displayed. */
	readonly #aspect: number;
	readonly #canvas = new OffscreenCanvas(1, 1);
	#decoder: VideoDecoder | undefined;
	#picture: VideoFrame | undefined;

	private constructor(track: PictureTrack, rotation: Rotation, aspect: number) {
		this.#track = track;
		this.#rotation = rotation;
		this.#aspect = aspect;
	}

	/** A sentence when the file has no picture that this browser decodes. */
	static async open(input: Input): Promise<TileDecoder | string> {
		const video: InputVideoTrack | null = await input.getPrimaryVideoTrack();
		if (video === null) return 'it has no picture';
		const track = await pictureTrack(video);
		if (typeof track === 'string') return track;
		const aspect = (await video.getDisplayWidth()) / (await video.getDisplayHeight());
		return new TileDecoder(track, await video.getRotation(), aspect);
	}

	/** The key frame at or before `timeS`, `heightPx` high. Rejects with what the decoder says, or `AbortError`. */
	async tile(timeS: number, heightPx: number, signal: AbortSignal): Promise<Tile> {
		signal.throwIfAborted();
		const sample = (await this.#decodeKey(timeS)) ?? (await this.#track.samples.getSample(timeS + HAIR_S));
		if (sample === null) throw new DOMException('no picture could be decoded', 'EncodingError');
		try {
			signal.throwIfAborted();
			this.#draw(sample, heightPx);
		} finally {
			sample.close();
		}
		const webp = await this.#canvas.convertToBlob({ type: 'image/webp', quality: 0.75 });
		return { bitmap: this.#canvas.transferToImageBitmap(), webp };
	}

	close(): void {
		if (this.#decoder?.state !== 'closed') this.#decoder?.close();
		this.#decoder = undefined;
		this.#picture?.close();
		this.#picture = undefined;
	}

	/** One chunk in, one picture out; undefined when it does not decode alone after all. */
	async #decodeKey(timeS: number): Promise<VideoSample | undefined> {
		const { packets } = this.#track;
		const packet = (await packets.getKeyPacket(timeS + HAIR_S)) ?? (await packets.getFirstKeyPacket());
		if (packet === null) return undefined;
		try {
			const decoder = this.#ready();
			decoder.decode(packet.toEncodedVideoChunk());
			await decoder.flush();
		} catch (thrown) {
			// The sink, with its workarounds, is asked next, and tells what is wrong if it fails as well.
			if (thrown instanceof Error || thrown instanceof DOMException) return undefined;
			throw thrown;
		}
		const picture = this.#picture;
		this.#picture = undefined;
		return picture === undefined ? undefined : new VideoSample(picture, { rotation: this.#rotation });
	}

	#draw(sample: VideoSample, heightPx: number): void {
		const width = Math.max(1, Math.round(heightPx * this.#aspect));
		if (this.#canvas.width !== width || this.#canvas.height !== heightPx) {
			this.#canvas.width = width;
			this.#canvas.height = heightPx;
		}
		const context = this.#canvas.getContext('2d');
		if (context === null) throw new DOMException('there is no canvas to draw on', 'InvalidStateError');
		// Pictures shrink by a factor of ten and more: without averaging they flicker.
		context.imageSmoothingQuality = 'medium';
		sample.drawWithFit(context, { fit: 'fill' });
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
