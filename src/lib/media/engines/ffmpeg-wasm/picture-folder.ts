import type { ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import { outputFileName, pictureExtension, pictureFileName } from '#core/export/output-file-name';
import { err, ok, type Result } from '#core/result';
import type { EngineIo, MadeFile } from '../../engine.ts';
import { failureOfThrown } from '../../ffmpeg-wasm/failure-of.ts';
import { copyInto, isPrivateFile, withTemporaryFile, type FfmpegOutput } from '../../ffmpeg-wasm/output-file.ts';
import { encoderName } from './encoder-name.ts';
import { splitPictures } from './picture-stream.ts';
import { runStep, type Sources } from './run-step.ts';

type PictureVideo = Extract<ExportTask['video'], { kind: 'frames' }>;

/**
 * Makes a task of pictures: ffmpeg writes all of them into one temporary file, which is then divided into the folder's files, and the sound in a
 * second run.
 */
export async function makeFolder(
	task: ExportTask,
	video: PictureVideo,
	sources: Sources,
	io: EngineIo,
	report: (outS: number, step: string) => void,
): Promise<Result<MadeFile, Failure>> {
	const folder = await io.createFolder(task);
	if (!folder.ok) return folder;
	const pictures = await withTemporaryFile('frames', async (output) => {
		const run = await runStep({ task, step: 'output', sources, output }, io, ({ outS }) => report(outS, 'Encoding'));
		if (!run.ok) return run;
		report(task.durationS, 'Writing the pictures');
		return divide(await contentOf(output, run.value.bytes), folder.value, task, video, io.signal);
	});
	if (!pictures.ok) return pictures;
	const sound = task.audio.kind === 'wav' ? await makeSound(task, sources, io) : ok(undefined);
	if (!sound.ok) return sound;
	const { count, bytes } = pictures.value;
	return ok({
		taskId: task.id,
		bytes: bytes + (sound.value ?? 0),
		frames: count,
		durationS: task.durationS,
		...{ width: video.size.width, height: video.size.height },
		encoder: encoderName(task),
		folder: {
			pictures: count,
			extension: pictureExtension(video.format),
			...(sound.value === undefined ? {} : { soundBytes: sound.value }),
		},
	});
}

async function contentOf(output: FfmpegOutput, bytes: Uint8Array<ArrayBuffer> | undefined): Promise<Blob> {
	return 'getFile' in output ? output.getFile() : new Blob(bytes === undefined ? [] : [bytes]);
}

async function divide(
	stream: Blob,
	folder: FileSystemDirectoryHandle,
	task: ExportTask,
	{ format }: PictureVideo,
	signal: AbortSignal,
): Promise<Result<{ count: number; bytes: number }, Failure>> {
	const subject = outputFileName(task.output);
	let count = 0;
	try {
		for await (const picture of splitPictures(stream, format)) {
			signal.throwIfAborted();
			count += 1;
			const file = await folder.getFileHandle(pictureFileName(format, count), { create: true });
			const writable = await file.createWritable();
			await writable.write(picture);
			await writable.close();
		}
	} catch (thrown) {
		if (thrown instanceof RangeError) return err({ kind: 'output-wrong', subject, detail: thrown.message });
		return err(failureOfThrown(thrown, subject));
	}
	return ok({ count, bytes: stream.size });
}

/** The WAV beside the pictures; undefined when no file of the task has sound. */
async function makeSound(
	task: ExportTask,
	sources: Sources,
	io: EngineIo,
): Promise<Result<number | undefined, Failure>> {
	if (sources.media.every((media) => io.factsOf(media).audio.length === 0)) return ok(undefined);
	const file = await io.createSound(task);
	if (!file.ok) return file;
	const make = async (output: FfmpegOutput): Promise<Result<number, Failure>> => {
		const run = await runStep({ task, step: 'sound', sources, output }, io, () => undefined);
		if (!run.ok) return run;
		if (output === file.value) return ok(run.value.size);
		const content = await contentOf(output, run.value.bytes);
		const copied = await copyInto(file.value, content, io.signal, task.output.name);
		return copied.ok ? ok(run.value.size) : copied;
	};
	return (await isPrivateFile(file.value)) ? make(file.value) : withTemporaryFile('wav', make);
}
