import type { ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import { ffmpegArgs, withGraphFile, type FfmpegStep } from '#core/ffmpeg/ffmpeg-args';
import type { Fingerprint } from '#core/media/fingerprint';
import type { FrameIndex } from '#core/time/frame-index';
import { outputFileName } from '#core/export/output-file-name';
import { ok, type Result } from '#core/result';
import type { EngineIo } from '../../engine.ts';
import { inputPath, OUTPUT_PATH, PROGRESS_PATH, type RunAnswer, type RunProgress } from '../../ffmpeg-wasm/messages.ts';
import type { FfmpegOutput } from '../../ffmpeg-wasm/output-file.ts';
import { runFfmpeg } from '../../ffmpeg-wasm/run-ffmpeg.ts';
import type { MediaBytes } from '../../media-bytes.ts';

/** The files of a task, in the order in which ffmpeg gets them. */
export interface Sources {
	readonly media: readonly Fingerprint[];
	readonly blobs: readonly MediaBytes[];
	readonly indexes: ReadonlyMap<Fingerprint, FrameIndex>;
}

export async function openSources(task: ExportTask, io: EngineIo): Promise<Result<Sources, Failure>> {
	const media = [...new Set(task.pieces.map((piece) => piece.media))];
	const blobs: MediaBytes[] = [];
	const indexes = new Map<Fingerprint, FrameIndex>();
	for (const fingerprint of media) {
		const blob = await io.open(fingerprint);
		if (!blob.ok) return blob;
		blobs.push(blob.value);
		const index = await io.frameIndex(fingerprint);
		if (index !== undefined) indexes.set(fingerprint, index);
	}
	return ok({ media, blobs, indexes });
}

export interface StepRequest {
	readonly task: ExportTask;
	readonly step: FfmpegStep;
	readonly sources: Sources;
	readonly output: FfmpegOutput;
	/** What the step `palette` has made. */
	readonly palette?: Blob;
}

/** A filter graph longer than this many letters goes into a file. */
const LONGEST_GRAPH = 16_000;

/** One run of ffmpeg for a task, in a worker of its own. */
export async function runStep(
	{ task, step, sources, output, palette }: StepRequest,
	io: EngineIo,
	onProgress: (progress: RunProgress) => void,
): Promise<Result<RunAnswer, Failure>> {
	const { media, blobs, indexes } = sources;
	const inputs = [...blobs, ...(palette === undefined ? [] : [palette])];
	let args = ffmpegArgs(
		task,
		{
			inputs: Object.fromEntries(media.map((fingerprint, n) => [fingerprint, inputPath(n)])),
			output: OUTPUT_PATH,
			...(palette === undefined ? {} : { palette: inputPath(blobs.length) }),
			factsOf: io.factsOf,
			indexOf: (fingerprint) => indexes.get(fingerprint),
		},
		{ progress: PROGRESS_PATH, step, pictures: 'stream' },
	);
	const moved = withGraphFile(args, inputPath(inputs.length));
	if (moved !== undefined && moved.graph.length > LONGEST_GRAPH) {
		args = moved.args;
		inputs.push(new Blob([moved.graph]));
	}
	const names = media.map((fingerprint) => io.factsOf(fingerprint).name).join(', ');
	return runFfmpeg(
		{ inputs, args, output },
		{ signal: io.signal, input: names, output: outputFileName(task.output), onProgress },
	);
}
