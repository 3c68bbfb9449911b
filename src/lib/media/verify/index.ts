import type { ExportTask } from '#core/export-task';
import type { Failure } from '#core/failure';
import { outputFileName } from '#core/output-file-name';
import { err, ok, type Result } from '#core/result';
import { connect, WorkerCrashedError } from '../worker-rpc/connect.ts';
import { differenceFrom } from './compare.ts';
import type { Measured } from './measure.ts';

type Api = typeof import('./verify.worker.ts').api;

/** What was counted in a finished file. Sizes and frames are 0 without a picture, codecs empty where there is no such track. */
export interface Verified {
	readonly frames: number;
	readonly durationS: number;
	readonly width: number;
	readonly height: number;
	readonly videoCodec: string;
	readonly audioCodec: string;
}

/**
 * Re-opens a finished file, in a worker, and compares it with its task: frames and size exactly, length to one frame (sound: to its padding), the
 * first frame decoded. `output-wrong` says what differs. Rejects with `AbortError` on `signal`.
 */
export async function verifyOutput(
	file: Blob,
	task: ExportTask,
	signal: AbortSignal = new AbortController().signal,
): Promise<Result<Verified, Failure>> {
	const subject = outputFileName(task.output);
	const connection = connect<Api>(new Worker(new URL('./verify.worker.ts', import.meta.url), { type: 'module' }));
	try {
		const measured = await connection.call('measure', { file }, { signal });
		const detail = differenceFrom(task, measured);
		return detail === undefined ? ok(verified(measured)) : err({ kind: 'output-wrong', subject, detail });
	} catch (thrown) {
		signal.throwIfAborted();
		const detail = thrown instanceof Error ? thrown.message : String(thrown);
		if (thrown instanceof WorkerCrashedError) return err({ kind: 'worker-crashed', subject, detail });
		return err({ kind: 'output-wrong', subject, detail: `it cannot be read: ${detail}` });
	} finally {
		connection.terminate();
	}
}

const verified = ({ video, audio }: Measured): Verified => ({
	frames: video?.frames ?? 0,
	durationS: video?.durationS ?? audio?.durationS ?? 0,
	width: video?.width ?? 0,
	height: video?.height ?? 0,
	videoCodec: video?.codec ?? '',
	audioCodec: audio?.codec ?? '',
});
