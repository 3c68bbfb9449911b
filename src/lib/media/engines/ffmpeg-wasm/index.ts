import { encodedVideo, type ExportTask } from '#core/export-task';
import type { Failure } from '#core/failure';
import { ffmpegArgs } from '#core/ffmpeg-args';
import type { Fingerprint } from '#core/fingerprint';
import type { FrameIndex } from '#core/frame-index';
import { outputFileName } from '#core/output-file-name';
import { err, ok, type Result } from '#core/result';
import type { Ability, EngineIo, EngineProgress, FactsOf, MadeFile, MediaEngine } from '../../engine.ts';
import { inputPath, OUTPUT_PATH, PROGRESS_PATH } from '../../ffmpeg-wasm/messages.ts';
import { copyInto, isPrivateFile, withTemporaryFile, type FfmpegOutput } from '../../ffmpeg-wasm/output-file.ts';
import { runFfmpeg } from '../../ffmpeg-wasm/run-ffmpeg.ts';
import { assessTasks } from './assess.ts';

const ENCODER_NAMES = { avc: 'libx264', vp9: 'libvpx-vp9', av1: 'libsvtav1' } as const;

/**
 * Decodes and encodes with ffmpeg compiled to WebAssembly, on one core: several times slower than the browser's own codecs, and able to
 * read what the browser cannot. Inputs are read by range and outputs are written as they are made, so the sizes of files do not matter.
 */
export class FfmpegWasmEngine implements MediaEngine {
	readonly name = 'ffmpeg-wasm';

	assess(tasks: readonly ExportTask[], factsOf: FactsOf): Promise<Ability> {
		return assessTasks(tasks, factsOf).catch((thrown: unknown) => ({
			able: false,
			reason: 'engine-not-on-device',
			detail: `ffmpeg could not be looked for (${String(thrown)})`,
		}));
	}

	async run(tasks: readonly ExportTask[], io: EngineIo): Promise<Result<readonly MadeFile[], Failure>> {
		const totalS = tasks.reduce((sum, task) => sum + task.durationS, 0);
		const made: MadeFile[] = [];
		let doneS = 0;
		for (const task of tasks) {
			const before = doneS;
			const report = (outS: number, rest: Omit<EngineProgress, 'share'>): void =>
				io.onProgress({ share: Math.min(1, (before + Math.min(outS, task.durationS)) / totalS), ...rest });
			const result = await runTask(task, io, report);
			if (!result.ok) return result;
			made.push(result.value);
			doneS += task.durationS;
		}
		return ok(made);
	}
}

type Report = (outS: number, rest: Omit<EngineProgress, 'share'>) => void;

async function runTask(task: ExportTask, io: EngineIo, report: Report): Promise<Result<MadeFile, Failure>> {
	io.signal.throwIfAborted();
	const sources = await openSources(task, io);
	if (!sources.ok) return sources;
	const output = await io.create(task);
	if (!output.ok) return output;
	io.signal.throwIfAborted();
	report(0, { step: 'Starting ffmpeg' });
	if (await isPrivateFile(output.value)) return encode(task, sources.value, output.value, io, report);
	// Only the private file system lets ffmpeg write where it wants: elsewhere a finished file is copied.
	return withTemporaryFile(task.container, async (temporary) => {
		const made = await encode(task, sources.value, temporary, io, report);
		if (!made.ok) return made;
		report(task.durationS, { step: 'Copying' });
		const copied = await copyInto(output.value, made.value.content ?? temporary, io.signal, task.output.name);
		return copied.ok ? made : copied;
	});
}

interface Sources {
	readonly media: readonly Fingerprint[];
	readonly blobs: readonly Blob[];
	readonly indexes: ReadonlyMap<Fingerprint, FrameIndex>;
}

async function openSources(task: ExportTask, io: EngineIo): Promise<Result<Sources, Failure>> {
	const media = [...new Set(task.pieces.map((piece) => piece.media))];
	const blobs: Blob[] = [];
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

/** What was made; `content` is there when it was made in memory. */
type Encoded = MadeFile & { readonly content?: Blob };

async function encode(
	task: ExportTask,
	{ media, blobs, indexes }: Sources,
	output: FfmpegOutput,
	io: EngineIo,
	report: Report,
): Promise<Result<Encoded, Failure>> {
	const args = ffmpegArgs(
		task,
		{
			inputs: Object.fromEntries(media.map((fingerprint, n) => [fingerprint, inputPath(n)])),
			output: OUTPUT_PATH,
			factsOf: io.factsOf,
			indexOf: (fingerprint) => indexes.get(fingerprint),
		},
		{ progress: PROGRESS_PATH },
	);
	const names = media.map((fingerprint) => io.factsOf(fingerprint).name).join(', ');
	const answer = await runFfmpeg(
		{ inputs: blobs, args, output },
		{
			signal: io.signal,
			input: names,
			output: outputFileName(task.output),
			onProgress: ({ outS, speed }) => report(outS, { step: 'Encoding', ...(speed === undefined ? {} : { speed }) }),
		},
	);
	if (!answer.ok) return answer;
	report(task.durationS, { step: 'Encoding' });
	const { size, progress, bytes } = answer.value;
	return made(task, size, progress.frames, bytes);
}

function made(
	task: ExportTask,
	bytes: number,
	frames: number,
	content: Uint8Array<ArrayBuffer> | undefined,
): Result<Encoded, Failure> {
	if (bytes === 0) return err({ kind: 'output-wrong', subject: task.output.name, detail: 'ffmpeg wrote nothing' });
	const video = encodedVideo(task);
	return ok({
		taskId: task.id,
		bytes,
		frames: video === undefined ? 0 : frames,
		durationS: task.durationS,
		width: video === undefined ? 0 : video.size.width,
		height: video === undefined ? 0 : video.size.height,
		encoder: video === undefined ? 'ffmpeg.wasm' : `${ENCODER_NAMES[video.codec]} (ffmpeg.wasm)`,
		...(content === undefined ? {} : { content: new Blob([content]) }),
	});
}
