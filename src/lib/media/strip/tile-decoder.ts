import { VideoSample, type EncodedPacket, type Input, type InputVideoTrack, type Rotation } from 'mediabunny';
import { pictureTrack, type PictureTrack } from '../player/decoding.ts';

/** A small picture: to be drawn now, and to be kept. */
export interface Tile {
	readonly bitmap: ImageBitmap;
	readonly webp: Blob;
}

/** Rounding must not give the key frame before the one that is meant, in seconds. */
const HAIR_S = 1e-4;

export interface TileWish {
	/** Of the key frame, in seconds. */
	readonly timeS: number;
	readonly heightPx: number;
}

/** Makes small pictures of key frames. Runs in the worker; one call at a time. */
export class TileDecoder {
	readonly #track: PictureTrack;
	readonly #rotation: Rotation;
	/** Width ÷ height as displayed. */
	readonly #aspect: number;
	readonly #canvas = new OffscreenCanvas(1, 1);
	#decoder: VideoDecoder | undefined;
	/** What has come out, by timestamp in microseconds. */
	readonly #pictures = new Map<number, VideoFrame>();

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

	/** How many pictures may be decoded together: hardware has few buffers, and waits for ever when they are all held. */
	get atOnce(): number {
		return Math.max(1, Math.min(6, Math.floor(this.#track.capacity / 3)));
	}

	/**
	 * Decodes the key frames at or before the times of `wishes` together, so that a decoder with several threads uses them, and gives a way to
	 * each picture, which rejects with what the decoder says. Free the pictures with `drop`.
	 */
	async decode(wishes: readonly TileWish[]): Promise<readonly (() => Promise<Tile>)[]> {
		const keys = await Promise.all(wishes.map(({ timeS }) => this.#keyAt(timeS)));
		const wanted = new Map(keys.flatMap((key) => (key === null ? [] : [[key.microsecondTimestamp, key]])));
		try {
			const decoder = this.#ready();
			for (const [, key] of [...wanted].sort(([one], [other]) => one - other))
				decoder.decode(key.toEncodedVideoChunk());
			await decoder.flush();
		} catch (thrown) {
			// The sink, with its workarounds, is asked for what is missing, and tells what is wrong if it fails as well.
			if (!(thrown instanceof Error) && !(thrown instanceof DOMException)) throw thrown;
		}
		return wishes.map((wish, n) => () => this.#tile(wish, keys[n]?.microsecondTimestamp));
	}

	/** Frees the pictures of the last `decode`. */
	drop(): void {
		for (const picture of this.#pictures.values()) picture.close();
		this.#pictures.clear();
	}

	async #tile({ timeS, heightPx }: TileWish, keyUs: number | undefined): Promise<Tile> {
		const picture = keyUs === undefined ? undefined : this.#pictures.get(keyUs)?.clone();
		const sample =
			picture === undefined
				? await this.#track.samples.getSample(timeS + HAIR_S)
				: new VideoSample(picture, { rotation: this.#rotation });
		if (sample === null) throw new DOMException('no picture could be decoded', 'EncodingError');
		try {
			this.#draw(sample, heightPx);
		} finally {
			sample.close();
		}
		const webp = await this.#canvas.convertToBlob({ type: 'image/webp', quality: 0.75 });
		return { bitmap: this.#canvas.transferToImageBitmap(), webp };
	}

	async #keyAt(timeS: number): Promise<EncodedPacket | null> {
		const { packets } = this.#track;
		return (await packets.getKeyPacket(timeS + HAIR_S)) ?? (await packets.getFirstKeyPacket());
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
				this.#pictures.get(picture.timestamp)?.close();
				this.#pictures.set(picture.timestamp, picture);
			},
			// `flush` rejects with the same.
			error: () => undefined,
		});
		this.#decoder.configure(this.#track.config);
		return this.#decoder;
	}
}
