import { EncodedPacket, type EncodedVideoPacketSource, type InputVideoTrack } from 'mediabunny';
import { encodedVideo, type ExportTask } from '#core/export-task';
import { KEY_FRAME_INTERVAL_S, type PictureEncoding } from './encoder-config.ts';
import { ExportFailure, isCodecLoss } from './export-failure.ts';
import { FramePainter } from './frame-painter.ts';
import { pictureCount, pictureDuration, type PictureSpan } from './frame-plan.ts';
import type { Pace } from './pace.ts';
import { PictureEncoder } from './picture-encoder.ts';
import { shownFrames } from './shown-frames.ts';

export interface PictureJob {
	readonly task: ExportTask;
	readonly spans: readonly PictureSpan[];
	readonly encoding: PictureEncoding;
	readonly trackOf: (
		span: PictureSpan,
	) => Promise<{ readonly track: InputVideoTrack; readonly hdr: boolean; readonly name: string }>;
	readonly source: EncodedVideoPacketSource;
	readonly pace: Pace;
	readonly signal: AbortSignal;
	/** Called after each frame with the time on the output's timeline that is reached, in seconds. */
	readonly onReached: (atS: number) => void;
}

/** Restarts in a row without a single new frame, after which the codec counts as lost. */
const LOSSES_IN_A_ROW = 2;
/** Share of frames that may be broken in the source before the export is refused. */
const BROKEN_SHARE = 0.1;

/**
 * Decodes, paints and encodes every picture of the task into the muxer. When the browser takes a codec away, goes on from the key frame
 * before the first frame that is not written yet.
 */
export async function pumpPictures(job: PictureJob): Promise<{ readonly frames: number; readonly codec: string }> {
	const run = new PictureRun(job);
	let losses = 0;
	for (;;) {
		const before = run.written;
		try {
			await run.attempt();
			return { frames: run.written, codec: run.codec };
		} catch (thrown) {
			job.signal.throwIfAborted();
			if (!isCodecLoss(thrown)) throw thrown;
			losses = run.written > before ? 1 : losses + 1;
			if (losses > LOSSES_IN_A_ROW) throw new ExportFailure(run.lossFailure(thrown), { cause: thrown });
		}
	}
}

class PictureRun {
	written = 0;
	codec = '';
	#missing = 0;
	#reading = '';
	readonly #total: number;

	constructor(private readonly job: PictureJob) {
		this.#total = pictureCount(job.spans);
	}

	/** One pass over what is not written yet, with a new decoder and a new encoder. */
	async attempt(): Promise<void> {
		const { job } = this;
		const encoder = new PictureEncoder(job.encoding, job.signal, (chunk, meta) => this.#write(chunk, meta));
		try {
			let first = 0;
			for (const [s, span] of job.spans.entries()) {
				const start = Math.max(0, this.written - first);
				if (start < span.atS.length) await this.#encodeSpan(encoder, s, span, start);
				first += span.atS.length;
			}
			await encoder.finish();
		} finally {
			encoder.close();
		}
	}

	lossFailure(thrown: unknown): ExportFailure['failure'] {
		const detail = thrown instanceof Error ? thrown.message : String(thrown);
		const reclaimed = thrown instanceof DOMException && thrown.name === 'QuotaExceededError';
		return reclaimed || this.#reading === ''
			? { kind: 'decoder-lost', subject: this.job.task.output.name, detail }
			: { kind: 'source-unreadable', subject: this.#reading, detail };
	}

	async #encodeSpan(encoder: PictureEncoder, s: number, span: PictureSpan, start: number): Promise<void> {
		const { job } = this;
		const video = encodedVideo(job.task);
		if (video === undefined) return;
		const { track, hdr, name } = await job.trackOf(span);
		this.#reading = name;
		const painter = new FramePainter({ size: video.size, scaling: video.scaling, hdr });
		let [keyAtS, fresh] = [-Infinity, true];
		const shown = shownFrames(track, span.sourceUs, start, (count) => this.#countMissing(count, name));
		for await (const { sample, from, to } of shown) {
			try {
				for (let i = from; i < to; i += 1) {
					job.signal.throwIfAborted();
					const atS = span.atS[i] ?? 0;
					const timing = {
						timestamp: Math.round(atS * 1e6),
						duration: Math.round(pictureDuration(job.spans, s, i) * 1e6),
					};
					const frame = await painter.paint(sample, span.piece.crop, timing);
					const isKey = fresh || atS >= keyAtS + KEY_FRAME_INTERVAL_S - 1e-6;
					if (isKey) [keyAtS, fresh] = [atS, false];
					await encoder.encode(frame, isKey);
					await job.pace.reach('video', atS, job.signal);
					job.onReached(atS);
				}
			} finally {
				sample.close();
			}
		}
	}

	/** Encoders give chunks in the order of the frames: chunk n is output frame n, whose exact time is known from the plan. */
	async #write(chunk: EncodedVideoChunk, meta: EncodedVideoChunkMetadata | undefined): Promise<void> {
		const at = this.#placeOf(this.written);
		this.written += 1;
		this.codec ||= meta?.decoderConfig?.codec ?? '';
		const packet = EncodedPacket.fromEncodedChunk(chunk);
		await this.job.source.add(packet.clone({ timestamp: at.atS, duration: at.durationS }), meta);
	}

	#placeOf(n: number): { atS: number; durationS: number } {
		let first = 0;
		for (const [s, span] of this.job.spans.entries()) {
			if (n < first + span.atS.length) {
				return { atS: span.atS[n - first] ?? 0, durationS: pictureDuration(this.job.spans, s, n - first) };
			}
			first += span.atS.length;
		}
		throw new DOMException('the encoder gave more frames than it took', 'EncodingError');
	}

	#countMissing(count: number, name: string): void {
		this.#missing += count;
		if (this.#missing <= Math.max(2, this.#total * BROKEN_SHARE)) return;
		const detail = `${this.#missing} of its frames are broken`;
		throw new ExportFailure({ kind: 'source-unreadable', subject: name, detail });
	}
}
