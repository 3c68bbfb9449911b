import { Bell } from './pace.ts';
import type { PictureEncoding } from './encoder-config.ts';

/** Frames that wait for the encoder at most: enough to keep it busy, few enough to keep memory flat. */
const QUEUE_LIMIT = 6;
/** Encoded chunks that wait for the disk at most. */
const UNWRITTEN_LIMIT = 60;

type OnChunk = (chunk: EncodedVideoChunk, meta: EncodedVideoChunkMetadata | undefined) => Promise<void>;

/** A `VideoEncoder` with bounded queues on both sides. Errors of the encoder and of `onChunk` surface in the next call. */
export class PictureEncoder {
	readonly #encoder: VideoEncoder;
	readonly #moved = new Bell();
	#unwritten = 0;
	#error: { readonly thrown: unknown } | undefined;
	#written: Promise<void> = Promise.resolve();

	constructor(
		private readonly encoding: PictureEncoding,
		private readonly signal: AbortSignal,
		onChunk: OnChunk,
	) {
		this.#encoder = new VideoEncoder({
			output: (chunk, meta) => this.#pass(chunk, meta, onChunk),
			error: (thrown) => this.#fail(thrown),
		});
		this.#encoder.addEventListener('dequeue', () => this.#moved.ring());
		signal.addEventListener('abort', () => this.#moved.ring(), { once: true });
		this.#encoder.configure(encoding.config);
	}

	/** Takes `frame` (and closes it) once there is room. */
	async encode(frame: VideoFrame, keyFrame: boolean): Promise<void> {
		try {
			while (this.#encoder.encodeQueueSize >= QUEUE_LIMIT || this.#unwritten >= UNWRITTEN_LIMIT) {
				this.#check();
				await this.#moved.wait();
			}
			this.#check();
			this.#encoder.encode(frame, { ...this.encoding.perFrame, keyFrame });
		} finally {
			frame.close();
		}
	}

	/** Resolves when every frame is encoded and written. */
	async finish(): Promise<void> {
		this.#check();
		await Promise.race([this.#encoder.flush(), this.#stopped()]);
		await this.#written;
		this.#check();
	}

	close(): void {
		if (this.#encoder.state !== 'closed') this.#encoder.close();
	}

	#pass(chunk: EncodedVideoChunk, meta: EncodedVideoChunkMetadata | undefined, onChunk: OnChunk): void {
		this.#unwritten += 1;
		const writing = onChunk(chunk, meta).then(
			() => {
				this.#unwritten -= 1;
				this.#moved.ring();
			},
			(thrown: unknown) => this.#fail(thrown),
		);
		this.#written = this.#written.then(() => writing);
	}

	#fail(thrown: unknown): void {
		this.#error ??= { thrown };
		this.#moved.ring();
	}

	/** Rejects when the encoder fails or the run is aborted: a flush may then never settle. */
	async #stopped(): Promise<never> {
		for (;;) {
			this.#check();
			await this.#moved.wait();
		}
	}

	#check(): void {
		this.signal.throwIfAborted();
		if (this.#error !== undefined) throw this.#error.thrown;
	}
}
