import { videoBitrate } from './export-estimate.ts';
import { encodedVideo, type ExportTask } from './export-task.ts';
import type { Failure } from '../failure.ts';

/** How often a file that came out too large is made anew. */
export const SIZE_TRIES = 2;
/** Aimed at below the limit at another try, as a share: encoders miss a bitrate by a few per cent. */
const AIM = 0.95;
/** Bits per second below which another try is not worth its time. */
const LEAST_BITRATE = 20_000;

/** How many bytes the finished file may have; undefined: as many as it takes. */
export function byteLimit(task: ExportTask): number | undefined {
	const quality = encodedVideo(task)?.quality;
	return quality !== undefined && 'maxBytes' in quality ? quality.maxBytes : undefined;
}

/**
 * The task for another try, after a picture of `bitrate` bits per second made a file of `bytes` that is larger than `limit`: what the picture took is
 * cut down by as much as the file is too large. Undefined when no picture would be left.
 */
export function tighterTask(
	task: ExportTask,
	{ bytes, limit }: { readonly bytes: number; readonly limit: number },
): ExportTask | undefined {
	const video = encodedVideo(task);
	if (video === undefined) return undefined;
	const excess = ((bytes - limit * AIM) * 8) / task.durationS;
	const bitrate = Math.floor(Math.min(videoBitrate(task) - excess, (videoBitrate(task) * limit * AIM) / bytes));
	return bitrate < LEAST_BITRATE ? undefined : { ...task, video: { ...video, quality: { bitrate } } };
}

/** Why there is no file although one was made. */
export const tooLarge = (task: ExportTask, bytes: number, limit: number): Failure => ({
	kind: 'unsupported',
	subject: task.output.name,
	detail: `${megabytes(bytes)} MB is as small as it gets at this size and length, and the limit is ${megabytes(limit)} MB; make it shorter or smaller`,
});

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1);
