import { EncodedPacket, type EncodedVideoPacketSource, type VideoSample } from 'mediabunny';
import type { EncodedVideo } from '#core/export/export-task';
import { KEY_FRAME_INTERVAL_S, type PictureEncoding } from './encoder-config.ts';
import { pictureCount, pictureDuration, type PictureSpan } from './frame-plan.ts';
import { PictureEncoder } from './picture-encoder.ts';
import { SpanPainter } from './span-painter.ts';
import type { TrackOf } from './under-frames.ts';

/** What becomes of the pictures of one output: they come in order, and again from `written` on after a codec was lost. */
export interface Pictures {
	readonly spans: readonly PictureSpan[];
	/** Pictures that are written. */
	readonly written: number;
	/** What made them, for records: "avc1.640028 (browser)". */
	readonly encoder: string;
	/** Takes picture `i` of span `s`, shown by `sample`, once there is room. The caller closes the sample. */
	take(sample: VideoSample, hdr: boolean, s: number, i: number): Promise<void>;
	/** Resolves when every picture is written. */
	finish(): Promise<void>;
	/** Bytes in files of their own. */
	readonly bytes?: number;
	/** Lets go of what is not written, and of every codec and file. Safe to call twice. */
	drop(): Promise<void>;
}

export interface EncodedPicturesOptions {
	readonly video: EncodedVideo;
	readonly spans: readonly PictureSpan[];
	readonly encoding: PictureEncoding;
	/** The muxer's end. */
	readonly source: EncodedVideoPacketSource;
	/** Opens the picture of a piece that is shown beneath another one. */
	readonly trackOf: TrackOf;
	readonly signal: AbortSignal;
}

/** Pictures that go through an encoder into the muxer. */
export class EncodedPictures implements Pictures {
	written = 0;
	readonly spans: readonly PictureSpan[];
	#codec = '';
	#encoder: PictureEncoder | undefined;
	readonly #painter: SpanPainter;
	#keyAtS = -Infinity;

	constructor(private readonly options: EncodedPicturesOptions) {
		const { spans, trackOf, video } = options;
		this.spans = spans;
		this.#painter = new SpanPainter({ spans, size: video.size, scaling: video.scaling, trackOf });
	}

	get encoder(): string {
		return `${this.#codec} (browser)`;
	}

	async take(sample: VideoSample, hdr: boolean, s: number, i: number): Promise<void> {
		const { encoding, signal } = this.options;
		const fresh = this.#encoder === undefined || i === 0;
		this.#encoder ??= new PictureEncoder(encoding, signal, (chunk, meta) => this.#write(chunk, meta));
		const frame = await this.#painter.paint(sample, hdr, s, i);
		const atS = this.spans[s]?.atS[i] ?? 0;
		const isKey = fresh || atS >= this.#keyAtS + KEY_FRAME_INTERVAL_S - 1e-6;
		if (isKey) this.#keyAtS = atS;
		await this.#encoder.encode(frame, isKey);
	}

	async finish(): Promise<void> {
		await this.#encoder?.finish();
		await this.drop();
	}

	drop(): Promise<void> {
		this.#encoder?.close();
		this.#encoder = undefined;
		return this.#painter.close();
	}

	/** Encoders give chunks in the order of the frames: chunk n is output frame n, whose exact time is known from the plan. */
	async #write(chunk: EncodedVideoChunk, meta: EncodedVideoChunkMetadata | undefined): Promise<void> {
		const at = placeOf(this.spans, this.written);
		this.written += 1;
		this.#codec ||= meta?.decoderConfig?.codec ?? '';
		const packet = EncodedPacket.fromEncodedChunk(chunk);
		await this.options.source.add(packet.clone({ timestamp: at.atS, duration: at.durationS }), meta);
	}
}

function placeOf(spans: readonly PictureSpan[], n: number): { atS: number; durationS: number } {
	if (n >= pictureCount(spans)) throw new DOMException('the encoder gave more frames than it took', 'EncodingError');
	let [s, i] = [0, n];
	while (i >= (spans[s]?.atS.length ?? Infinity)) i -= spans[s++]?.atS.length ?? 0;
	return { atS: spans[s]?.atS[i] ?? 0, durationS: pictureDuration(spans, s, i) };
}
