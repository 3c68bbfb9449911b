import { frameIndexFrom, type FrameIndex } from '#core/frame-index';
import { EncodedPacketSink, type EncodedPacket, type InputVideoTrack } from 'mediabunny';

export interface FramesRead {
	readonly index: FrameIndex;
	/** Bytes of all packets. */
	readonly bytes: number;
	/** When the last frame would end if the file were whole, in seconds; undefined when it is. */
	readonly promisedEndS: number | undefined;
}

interface ReadOptions {
	readonly signal: AbortSignal;
	/** Frames that start before 0 are left out: an edit list cut them off. */
	readonly hideNegative: boolean;
	/** VP8 stores pictures that are only looked up by others; they are told apart by their first byte. */
	readonly skipHidden: boolean;
	/** Called about every 50 ms with the timestamp that was reached, in seconds. */
	readonly onProgress: (timestampS: number) => void;
}

const BREATHER_MS = 50;

/** Every frame of `track`, from packet metadata alone: no picture is decoded. */
export async function readFrames(track: InputVideoTrack, options: ReadOptions): Promise<FramesRead> {
	const sink = new EncodedPacketSink(track);
	const retrieval = { metadataOnly: !options.skipHidden };
	const frames = new GrowingFrames();
	let breather = performance.now() + BREATHER_MS;
	// Asking for each next packet is measurably quicker than `packets()`, which queues ahead for decoders.
	let packet = await sink.getFirstPacket(retrieval);
	while (packet !== null) {
		const hidden = (options.hideNegative && packet.timestamp < 0) || (options.skipHidden && !isShown(packet));
		if (!hidden) frames.add(packet);
		if (performance.now() > breather) {
			options.onProgress(packet.timestamp);
			await nextTask();
			options.signal.throwIfAborted();
			breather = performance.now() + BREATHER_MS;
		}
		packet = await sink.getNextPacket(packet, retrieval);
	}
	return frames.finish();
}

/** VP8 frame header, RFC 6386 §9.1: bit 4 of the first byte is show_frame. */
const isShown = ({ data }: EncodedPacket): boolean => ((data[0] ?? 0x10) & 0x10) !== 0;

/** Lets messages in: an abort is one. */
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

class GrowingFrames {
	#ptsUs = new Float64Array(4096);
	#key = new Uint8Array(4096);
	#count = 0;
	#bytes = 0;
	#lastUs = -Infinity;
	#lastDurationUs = 0;

	add({ timestamp, duration, type, byteLength }: EncodedPacket): void {
		if (this.#count === this.#ptsUs.length) this.#grow();
		const ptsUs = Math.round(timestamp * 1e6);
		this.#ptsUs[this.#count] = ptsUs;
		this.#key[this.#count] = type === 'key' ? 1 : 0;
		this.#count += 1;
		this.#bytes += byteLength;
		if (ptsUs >= this.#lastUs) {
			this.#lastUs = ptsUs;
			this.#lastDurationUs = Math.round(duration * 1e6);
		}
	}

	finish(): FramesRead {
		const ptsUs = this.#ptsUs.subarray(0, this.#count);
		const key = this.#key.subarray(0, this.#count);
		const index = frameIndexFrom(ptsUs, key, this.#lastDurationUs);
		return { index, bytes: this.#bytes, promisedEndS: undefined };
	}

	#grow(): void {
		const [ptsUs, key] = [new Float64Array(2 * this.#count), new Uint8Array(2 * this.#count)];
		ptsUs.set(this.#ptsUs);
		key.set(this.#key);
		[this.#ptsUs, this.#key] = [ptsUs, key];
	}
}
