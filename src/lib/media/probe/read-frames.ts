import { frameCount, frameIndexFrom, type FrameIndex } from '#core/time/frame-index';
import { EncodedPacketSink, type EncodedPacket, type InputVideoTrack, type PacketRetrievalOptions } from 'mediabunny';

export interface FramesRead {
	readonly index: FrameIndex;
	/** Bytes of all packets. */
	readonly bytes: number;
	/** When the last frame would end if the file were whole, in seconds; undefined when it is. */
	readonly promisedEndS: number | undefined;
}

export interface ReadOptions {
	readonly signal: AbortSignal;
	/** Short name of the container: each has its own ways. */
	readonly container: string;
	/** Called about every 50 ms with the timestamp that was reached, in seconds. */
	readonly onProgress: (timestampS: number) => void;
}

const BREATHER_MS = 50;

/** Every frame of `track`, from its packets alone: no picture is decoded. A file that is damaged further on ends there. */
export async function readFrames(track: InputVideoTrack, options: ReadOptions): Promise<FramesRead> {
	const { container } = options;
	const isMovie = container === 'mp4' || container === 'mov';
	const isVp8 = (await track.getCodec()) === 'vp8';
	const sink = new EncodedPacketSink(track);
	const walk = { ...options, sink, retrieval: { metadataOnly: !isVp8 } };
	// What starts before 0 in an MP4 is hidden by its edit list.
	const isShown = (packet: EncodedPacket): boolean => (isVp8 ? showsFrame(packet) : !isMovie || packet.timestamp >= 0);
	const frames = new GrowingFrames();
	const damage = await eachPacket(walk, (packet) => {
		if (isShown(packet)) frames.add(packet, packet.type === 'key');
	});
	if (frames.count > 1 && frames.keys <= 1 && container === 'ts') {
		// Writers of transport streams may leave random access points unmarked: look into the pictures.
		frames.clear();
		await eachPacket({ ...walk, retrieval: {} }, async (packet) => {
			frames.add(packet, packet.type === 'key' || (await track.determinePacketType(packet)) === 'key');
		});
	}
	const listed = frames.finish();
	const index = isMovie ? await trimToReadable(sink, listed) : listed;
	const endS = listed.endUs / 1e6;
	const cutOff = damage !== undefined || frameCount(index) < frameCount(listed);
	const metadataEndS = (await track.getDurationFromMetadata()) ?? endS;
	const promisedEndS = cutOff || endS < metadataEndS - LENGTH_TOLERANCE_S ? Math.max(endS, metadataEndS) : undefined;
	return { index, bytes: frames.bytes, promisedEndS };
}

/** Lengths in headers are rounded, and may be those of a longer track. */
const LENGTH_TOLERANCE_S = 1;

interface Walk extends ReadOptions {
	readonly sink: EncodedPacketSink;
	readonly retrieval: PacketRetrievalOptions;
}

/** Goes through the packets in decode order. Answers with what stopped it early, if something did. */
async function eachPacket(
	{ sink, retrieval, signal, onProgress }: Walk,
	visit: (packet: EncodedPacket) => void | Promise<void>,
): Promise<unknown> {
	let breather = performance.now() + BREATHER_MS;
	// Asking for each next packet is measurably quicker than `packets()`, which queues ahead for decoders.
	let packet = await sink.getFirstPacket(retrieval);
	while (packet !== null) {
		const visited = visit(packet);
		if (visited !== undefined) await visited;
		if (performance.now() > breather) {
			onProgress(packet.timestamp);
			await nextTask();
			signal.throwIfAborted();
			breather = performance.now() + BREATHER_MS;
		}
		try {
			packet = await sink.getNextPacket(packet, retrieval);
		} catch (thrown) {
			if (signal.aborted || thrown instanceof DOMException) throw thrown;
			return thrown;
		}
	}
	return undefined;
}

/** VP8 stores pictures that only others look up. Frame header, RFC 6386 §9.1: bit 4 of the first byte is show_frame. */
const showsFrame = ({ data }: EncodedPacket): boolean => ((data[0] ?? 0x10) & 0x10) !== 0;

/** Lets messages in: an abort is one. */
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Frames are stored in decode order, which is out of step with display order by this many at most (H.264 allows 16). */
const REORDERED_FRAMES = 32;

/** The frames whose bytes are in the file: fragments may list more than was written. */
async function trimToReadable(sink: EncodedPacketSink, index: FrameIndex): Promise<FrameIndex> {
	const count = frameCount(index);
	const isThere = async (n: number): Promise<boolean> => {
		const packet = await sink.getPacket((index.ptsUs[n] ?? 0) / 1e6 + 1e-6);
		return packet !== null && Math.abs(packet.timestamp * 1e6 - (index.ptsUs[n] ?? 0)) < 2;
	};
	if (count === 0 || (await isThere(count - 1))) return index;
	let [low, high] = [0, count - 1];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (await isThere(middle)) low = middle + 1;
		else high = middle;
	}
	const kept: number[] = [];
	for (let n = 0; n < Math.min(count, low + REORDERED_FRAMES); n += 1)
		if (n < low - REORDERED_FRAMES || (await isThere(n))) kept.push(n);
	const ptsUs = Float64Array.from(kept, (n) => index.ptsUs[n] ?? 0);
	return frameIndexFrom(
		ptsUs,
		Uint8Array.from(kept, (n) => index.key[n] ?? 0),
		0,
	);
}

class GrowingFrames {
	#ptsUs = new Float64Array(4096);
	#key = new Uint8Array(4096);
	#lastUs = -Infinity;
	#lastDurationUs = 0;
	count = 0;
	keys = 0;
	bytes = 0;

	add({ timestamp, duration, byteLength }: EncodedPacket, isKey: boolean): void {
		if (this.count === this.#ptsUs.length) this.#grow();
		const ptsUs = Math.round(timestamp * 1e6);
		this.#ptsUs[this.count] = ptsUs;
		this.#key[this.count] = isKey ? 1 : 0;
		this.count += 1;
		if (isKey) this.keys += 1;
		this.bytes += byteLength;
		if (ptsUs >= this.#lastUs) {
			this.#lastUs = ptsUs;
			this.#lastDurationUs = Math.round(duration * 1e6);
		}
	}

	clear(): void {
		[this.count, this.keys, this.bytes, this.#lastUs] = [0, 0, 0, -Infinity];
	}

	finish(): FrameIndex {
		const [ptsUs, key] = [this.#ptsUs.subarray(0, this.count), this.#key.subarray(0, this.count)];
		return frameIndexFrom(ptsUs, key, this.#lastDurationUs, 'stored');
	}

	#grow(): void {
		const [ptsUs, key] = [new Float64Array(2 * this.count), new Uint8Array(2 * this.count)];
		ptsUs.set(this.#ptsUs);
		key.set(this.#key);
		[this.#ptsUs, this.#key] = [ptsUs, key];
	}
}
