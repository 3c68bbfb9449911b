import { differenceFrom, folderDifference, type Measured } from '#core/export/compare-output';
import type { ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import { outputFileName } from '#core/export/output-file-name';
import { err, ok, type Result } from '#core/result';
import { connect, WorkerCrashedError, type Connection } from '../worker-rpc/connect.ts';

type Api = typeof import('./verify.worker.ts').api;

/** What was counted in a finished file or folder. Sizes and frames are 0 without a picture, codecs empty where there is no such track. */
export interface Verified {
	readonly frames: number;
	readonly durationS: number;
	readonly width: number;
	readonly height: number;
	readonly videoCodec: string;
	readonly audioCodec: string;
}

/** What a task of pictures made. */
export interface PictureFolder {
	readonly folder: FileSystemDirectoryHandle;
	/** The WAV beside it; absent when the task has no sound. */
	readonly sound?: Blob;
}

/**
 * Re-opens a finished file, in a worker, and compares it with its task: frames and size exactly, length to one frame (sound: to its padding,
 * PCM to the sample), the first frame decoded. Of a folder, every picture is opened. `output-wrong` says what differs. Rejects with
 * `AbortError` on `signal`.
 */
export async function verifyOutput(
	output: Blob | PictureFolder,
	task: ExportTask,
	signal: AbortSignal = new AbortController().signal,
): Promise<Result<Verified, Failure>> {
	const subject = outputFileName(task.output);
	const connection = connect<Api>(new Worker(new URL('./verify.worker.ts', import.meta.url), { type: 'module' }));
	try {
		const [verified, detail] =
			output instanceof Blob
				? await lookAtFile(connection, output, task, signal)
				: await lookAtFolder(connection, output, task, signal);
		return detail === undefined ? ok(verified) : err({ kind: 'output-wrong', subject, detail });
	} catch (thrown) {
		signal.throwIfAborted();
		const detail = thrown instanceof Error ? thrown.message : String(thrown);
		if (thrown instanceof WorkerCrashedError) return err({ kind: 'worker-crashed', subject, detail });
		return err({ kind: 'output-wrong', subject, detail: `it cannot be read: ${detail}` });
	} finally {
		connection.terminate();
	}
}

/** What was counted, and what is wrong with it. */
type Look = readonly [Verified, string | undefined];

async function lookAtFile(
	connection: Connection<Api>,
	file: Blob,
	task: ExportTask,
	signal: AbortSignal,
): Promise<Look> {
	const measured = await connection.call('measure', { file }, { signal });
	return [verifiedFile(measured), differenceFrom(task, measured)];
}

async function lookAtFolder(
	connection: Connection<Api>,
	{ folder, sound }: PictureFolder,
	task: ExportTask,
	signal: AbortSignal,
): Promise<Look> {
	const format = task.video.kind === 'frames' ? task.video.format : 'webp';
	const measured = await connection.call('measureFolder', { folder, format }, { signal });
	const { audio } = sound === undefined ? {} : await connection.call('measure', { file: sound }, { signal });
	const { pictures, size } = measured;
	const seen = { width: size?.width ?? 0, height: size?.height ?? 0 };
	return [
		{ frames: pictures, durationS: task.durationS, ...seen, videoCodec: format, audioCodec: audio?.codec ?? '' },
		folderDifference(task, measured, audio),
	];
}

const verifiedFile = ({ video, audio }: Measured): Verified => ({
	frames: video?.frames ?? 0,
	durationS: video?.durationS ?? audio?.durationS ?? 0,
	width: video?.width ?? 0,
	height: video?.height ?? 0,
	videoCodec: video?.codec ?? '',
	audioCodec: audio?.codec ?? '',
});
