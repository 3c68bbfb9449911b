import {
	AudioSampleSource,
	EncodedVideoPacketSource,
	Mp4OutputFormat,
	Output,
	Quality,
	StreamTarget,
	WebMOutputFormat,
	type Input,
	type InputAudioTrack,
} from 'mediabunny';
import { codecName } from '#core/codec-name';
import { encodedVideo, type ExportTask, type Piece } from '#core/export-task';
import type { Failure } from '#core/failure';
import type { FrameIndex } from '#core/frame-index';
import type { MediaFacts } from '#core/media-facts';
import { outputFileName } from '#core/output-file-name';
import { toNumber } from '#core/rational';
import { err, ok, present, type Result } from '#core/result';
import type { MadeFile } from '../../engine.ts';
import { openInput } from '../../probe/open-input.ts';
import { prepareAac, type SoundEncoder } from './audio/aac-encoder.ts';
import { pumpSound, soundLength, soundShape, type SoundShape } from './audio/sound-pump.ts';
import { pickEncoding } from './encoder-config.ts';
import { ExportFailure, readingFailure } from './export-failure.ts';
import { pictureCount, planPictures, type PictureSpan } from './frame-plan.ts';
import { openOutput } from './output-file.ts';
import { Pace } from './pace.ts';
import { pumpPictures } from './picture-pump.ts';

/** One source file of a task. */
export interface SourceFile {
	readonly blob: Blob;
	readonly facts: MediaFacts;
	/** Absent when there is no picture. */
	readonly index: FrameIndex | undefined;
}

export interface TaskRequest {
	readonly task: ExportTask;
	readonly sources: readonly SourceFile[];
	readonly output: FileSystemFileHandle;
}

/** `reachedS`: seconds of the output's timeline that are made. */
export interface TaskProgress {
	readonly reachedS: number;
	readonly step: string;
}

interface Context {
	readonly signal: AbortSignal;
	readonly report: (progress: TaskProgress) => void;
}

/** Bytes gathered before they are written: one write a few times a second, and little memory. */
const CHUNK_BYTES = 2 * 1024 * 1024;

/**
 * Makes one output file. Runs in a worker. Expected failures are values; rejects with `AbortError` when aborted, after the file and every
 * codec were let go of.
 */
export async function runTask(request: TaskRequest, { signal, report }: Context): Promise<Result<MadeFile, Failure>> {
	const stop = new AbortController();
	const aborted = AbortSignal.any([signal, stop.signal]);
	const run = new TaskRun(request, aborted, report);
	try {
		return ok(await run.make((thrown) => stop.abort(thrown)));
	} catch (thrown) {
		signal.throwIfAborted();
		if (thrown instanceof ExportFailure) return err(thrown.failure);
		return err(run.writeFailure ?? (await lostSource(request.sources)) ?? readingFailure(thrown, run.subject));
	} finally {
		stop.abort();
		await run.release();
	}
}

/** Streams say no more than "network error" when a file is gone or changed; reading its first byte tells which. */
async function lostSource(sources: readonly SourceFile[]): Promise<Failure | undefined> {
	for (const { blob, facts } of sources) {
		try {
			await blob.slice(0, 1).arrayBuffer();
		} catch (thrown) {
			return readingFailure(thrown, facts.name);
		}
	}
	return undefined;
}

class TaskRun {
	readonly #inputs = new Map<string, Input>();
	#file: Awaited<ReturnType<typeof openOutput>> | undefined;
	#output: Output | undefined;

	constructor(
		private readonly request: TaskRequest,
		private readonly signal: AbortSignal,
		private readonly report: (progress: TaskProgress) => void,
	) {}

	get writeFailure(): Failure | undefined {
		return this.#file?.failure;
	}

	/** What a failure that says nothing of itself is about: the first source. */
	get subject(): string {
		return this.request.sources[0]?.facts.name ?? this.request.task.output.name;
	}

	/** `onFailure` stops the other track at once when one of them fails. */
	async make(onFailure: (thrown: unknown) => void): Promise<MadeFile> {
		const { task } = this.request;
		const spans = planPictures(task, (piece) => present(this.#source(piece).index, 'the frame index of a piece'));
		const sound =
			task.audio.kind === 'encode' && (task.audio.codec === 'aac' || task.audio.codec === 'opus')
				? await this.#soundEncoder({ codec: task.audio.codec, bitrate: task.audio.bitrate })
				: undefined;
		this.#file = await openOutput(this.request.output, outputFileName(task.output));
		const target = new StreamTarget(this.#file.writable, { chunked: true, chunkSize: CHUNK_BYTES });
		const format = task.container === 'mp4' ? new Mp4OutputFormat({ fastStart: 'reserve' }) : new WebMOutputFormat();
		const output = new Output({ format, target });
		this.#output = output;

		const pace = new Pace(
			[...(spans.length > 0 ? (['video'] as const) : []), ...(sound ? (['audio'] as const) : [])],
			this.signal,
		);
		const watched = async <T>(track: 'video' | 'audio', work: Promise<T>): Promise<T> => {
			try {
				const value = await work;
				pace.finish(track);
				return value;
			} catch (thrown) {
				onFailure(thrown);
				throw thrown;
			}
		};
		const pictures = await this.#pictures(output, spans, pace);
		const sounds = sound && this.#sounds(output, sound, pace);
		this.report({ reachedS: 0, step: 'Encoding' });
		await output.start();
		const [made] = await settled(
			pictures ? watched('video', pictures()) : Promise.resolve(undefined),
			sounds ? watched('audio', sounds()) : Promise.resolve(),
		);
		this.signal.throwIfAborted();
		this.report({ reachedS: task.durationS, step: 'Writing the file' });
		await output.finalize();
		return {
			taskId: task.id,
			bytes: this.#file.bytes,
			frames: made?.frames ?? 0,
			durationS: task.durationS,
			width: task.video.kind === 'none' ? 0 : task.video.size.width,
			height: task.video.kind === 'none' ? 0 : task.video.size.height,
			encoder: made ? `${made.codec} (browser)` : (sound?.encoder.title ?? ''),
		};
	}

	async release(): Promise<void> {
		for (const input of this.#inputs.values()) input.dispose();
		// The file goes first: cancelling the muxer would otherwise save a file that is not complete.
		// What fails while letting go was told already, or came too late to matter.
		await this.#file?.release().catch(() => undefined);
		if (this.#output !== undefined && this.#output.state !== 'finalized')
			await this.#output.cancel().catch(() => undefined);
	}

	async #pictures(
		output: Output,
		spans: readonly PictureSpan[],
		pace: Pace,
	): Promise<(() => ReturnType<typeof pumpPictures>) | undefined> {
		const { task } = this.request;
		const video = encodedVideo(task);
		if (video === undefined) return undefined;
		const encoding = await pickEncoding(task);
		if (encoding === undefined) {
			const detail = `the browser does not encode ${codecName(video.codec)} at ${video.size.width}×${video.size.height}`;
			throw new ExportFailure({ kind: 'unsupported', subject: task.output.name, detail });
		}
		const source = new EncodedVideoPacketSource(encoding.codec);
		output.addVideoTrack(source, {
			maximumPacketCount: pictureCount(spans),
			...(video.rate === 'source' ? {} : { frameRate: toNumber(video.rate) }),
		});
		return () =>
			pumpPictures({
				task,
				spans,
				encoding,
				trackOf: (span) => this.#videoTrack(span.piece),
				source,
				pace,
				signal: this.signal,
				onReached: (atS) => this.report({ reachedS: atS, step: 'Encoding' }),
			});
	}

	#sounds(
		output: Output,
		{
			shape,
			encoder,
			codec,
			bitrate,
		}: { shape: SoundShape; encoder: SoundEncoder; codec: 'aac' | 'opus'; bitrate: number },
		pace: Pace,
	): () => Promise<void> {
		const { task } = this.request;
		const source = new AudioSampleSource({ codec, quality: new Quality({ bitrate }) });
		// AAC packets hold 1024 samples; Opus packets are at least 10 ms long.
		const packets = Math.ceil(soundLength(task, shape.rateHz) / (codec === 'aac' ? 1024 : 480)) + 8;
		output.addAudioTrack(source, { maximumPacketCount: packets });
		const report = task.video.kind === 'none';
		return async () => {
			await pumpSound({
				task,
				shape,
				primingSamples: encoder.primingSamples,
				trackOf: (piece) => this.#audioTrack(piece),
				source,
				pace,
				signal: this.signal,
				onReached: (atS) => {
					if (report) this.report({ reachedS: atS, step: 'Encoding' });
				},
			});
			source.close();
		};
	}

	async #soundEncoder(audio: { codec: 'aac' | 'opus'; bitrate: number }): Promise<{
		shape: SoundShape;
		encoder: SoundEncoder;
		codec: 'aac' | 'opus';
		bitrate: number;
	}> {
		const facts = this.request.task.pieces
			.map((piece) => this.#source(piece).facts.audio[0])
			.find((found) => found !== undefined);
		const shape = soundShape(audio.codec, facts?.sampleRateHz ?? 48_000, facts?.channels ?? 2);
		const encoder =
			audio.codec === 'aac'
				? await prepareAac(shape.rateHz, shape.channels, audio.bitrate)
				: { primingSamples: 0, title: 'Opus by the browser' };
		return { shape, encoder, ...audio };
	}

	async #videoTrack(piece: Piece): ReturnType<Parameters<typeof pumpPictures>[0]['trackOf']> {
		const { facts } = this.#source(piece);
		const track = await this.#input(piece).getPrimaryVideoTrack();
		if (track === null) {
			throw new ExportFailure({ kind: 'source-unreadable', subject: facts.name, detail: 'it has no picture' });
		}
		return { track, hdr: facts.video?.hdr ?? false, name: facts.name };
	}

	async #audioTrack(piece: Piece): Promise<InputAudioTrack | undefined> {
		if (this.#source(piece).facts.audio.length === 0) return undefined;
		const input = this.#input(piece);
		return (await input.getPrimaryAudioTrack()) ?? undefined;
	}

	#input(piece: Piece): Input {
		const input = this.#inputs.get(piece.media) ?? openInput(this.#source(piece).blob, () => undefined);
		this.#inputs.set(piece.media, input);
		return input;
	}

	#source(piece: Piece): SourceFile {
		return present(
			this.request.sources.find(({ facts }) => facts.fingerprint === piece.media),
			'the source of a piece',
		);
	}
}

/** Waits for both, then throws the first failure: nothing keeps running behind a result. */
async function settled<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
	const [a, b] = await Promise.allSettled([first, second]);
	const failed = [a, b].filter((one) => one.status === 'rejected').map((one): unknown => one.reason);
	if (failed.length > 0) throw failed.find((reason) => reason instanceof ExportFailure) ?? failed[0];
	return [await first, await second];
}
