import type { Failure } from '#core/failure';
import type { EncodedEdge, StoredPicture } from '#core/mp4/edge';
import { ExportFailure } from '../export-failure.ts';
import { PictureEncoder } from '../picture-encoder.ts';

export interface EdgeJob {
	readonly decoder: VideoDecoderConfig;
	/** From a key frame on, as many as it takes to decode the wanted frames. */
	readonly packets: AsyncIterable<StoredPicture>;
	/** Presentation times of the frames to encode, in µs, ascending. */
	readonly wantedUs: Float64Array;
	readonly encoder: VideoEncoderConfig;
	readonly name: string;
	readonly signal: AbortSignal;
	/** Told after each frame that is encoded. */
	readonly onFrame: () => void;
}

/** What rounding to microseconds may have moved a timestamp by. */
const TOLERANCE_US = 2;
/** Packets in the decoder at most. */
const QUEUE_LIMIT = 12;

/** Decodes a few frames and encodes them as a group that stands alone. Throws `ExportFailure` where a frame does not come out. */
export async function encodeEdge(job: EdgeJob): Promise<EncodedEdge> {
	const packets: Uint8Array<ArrayBuffer>[] = [];
	let description: Uint8Array | undefined;
	const encoder = new PictureEncoder({ codec: 'avc', config: job.encoder, perFrame: {} }, job.signal, (chunk, meta) => {
		const data = new Uint8Array(chunk.byteLength);
		chunk.copyTo(data);
		packets.push(data);
		const told = meta?.decoderConfig?.description;
		if (told !== undefined) description ??= bytesOf(told);
		job.onFrame();
		return Promise.resolve();
	});
	try {
		let next = 0;
		for await (const frame of decoded(job)) {
			const atUs = job.wantedUs[next] ?? Infinity;
			if (Math.abs(frame.timestamp - atUs) > TOLERANCE_US) {
				frame.close();
				if (frame.timestamp > atUs) break;
				continue;
			}
			await encoder.encode(frame, next === 0);
			next += 1;
		}
		if (next < job.wantedUs.length)
			throw missing(job, `${job.wantedUs.length - next} frames at the edge do not decode`);
		await encoder.finish();
	} finally {
		encoder.close();
	}
	if (packets.length !== job.wantedUs.length) throw missing(job, 'the encoder left frames out');
	return { packets, description };
}

const missing = ({ name }: EdgeJob, detail: string): ExportFailure =>
	new ExportFailure({ kind: 'source-unreadable', subject: name, detail } satisfies Failure);

const bytesOf = (source: AllowSharedBufferSource): Uint8Array =>
	ArrayBuffer.isView(source)
		? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
		: new Uint8Array(source).slice();

/** Frames in the order shown; close each. Frames that nobody takes are closed. */
async function* decoded({ decoder: config, packets, wantedUs, signal }: EdgeJob): AsyncGenerator<VideoFrame> {
	const frames: VideoFrame[] = [];
	let [failed, wake]: [{ thrown: unknown } | undefined, () => void] = [undefined, () => undefined];
	const decoder = new VideoDecoder({
		output: (frame) => {
			// What comes before the first wanted frame is only there for the decoder.
			if (frame.timestamp < (wantedUs[0] ?? 0) - TOLERANCE_US) frame.close();
			else frames.push(frame);
			wake();
		},
		error: (thrown) => {
			failed = { thrown };
			wake();
		},
	});
	const check = (): void => {
		signal.throwIfAborted();
		if (failed !== undefined) throw failed.thrown;
	};
	const moved = (): Promise<void> =>
		new Promise((resolve) => {
			wake = resolve;
		});
	decoder.addEventListener('dequeue', () => wake());
	const onAbort = (): void => wake();
	signal.addEventListener('abort', onAbort, { once: true });
	try {
		decoder.configure(config);
		for await (const { data, key, ptsUs } of packets) {
			decoder.decode(new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp: ptsUs, data }));
			while (decoder.decodeQueueSize > QUEUE_LIMIT && frames.length === 0) {
				check();
				await moved();
			}
			check();
			for (let frame = frames.shift(); frame !== undefined; frame = frames.shift()) yield frame;
		}
		const flushed = decoder.flush().then(
			() => true,
			(thrown: unknown) => {
				failed ??= { thrown };
				return true;
			},
		);
		for (let done = false; !done || frames.length > 0;) {
			if (frames.length === 0) done = await Promise.race([flushed, moved().then(() => false)]);
			check();
			for (let frame = frames.shift(); frame !== undefined; frame = frames.shift()) yield frame;
		}
	} finally {
		signal.removeEventListener('abort', onAbort);
		if (decoder.state !== 'closed') decoder.close();
		for (const frame of frames) frame.close();
	}
}
