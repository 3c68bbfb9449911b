import type { Failure } from '#core/failure';
import { decimal } from '#core/ffmpeg/ffmpeg-filters';
import { GLOBAL_ARGS, inputArgs, PICTURE_TRACK } from '#core/ffmpeg/ffmpeg-args';
import type { MediaFacts } from '#core/media/media-facts';
import { err, ok, type Result } from '#core/result';
import { inputPath, OUTPUT_PATH } from './messages.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import type { MediaBytes } from '../media-bytes.ts';

const LIMIT_BYTES = 16_000_000;

export interface FfmpegThumbnailOptions {
	/** On the file's own timeline, in seconds. */
	readonly atS: number;
	/** In pixels; the height follows the picture's shape. */
	readonly width: number;
	readonly signal?: AbortSignal;
}

/** A JPEG of a picture at or shortly before `atS`, as a player shows it. Rejects with `AbortError` on `signal`. */
export async function thumbnailWithFfmpeg(
	file: MediaBytes,
	facts: MediaFacts,
	{ atS, width, signal }: FfmpegThumbnailOptions,
): Promise<Result<Blob, Failure>> {
	const { video, name } = facts;
	if (video === undefined) return err({ kind: 'unsupported', subject: name, detail: 'it has no picture' });
	const height = Math.max(1, Math.round((width * video.height) / video.width));
	const seek =
		atS > facts.firstTimestampS + 0.1 ? ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', decimal(atS)] : [];
	const answer = await runFfmpeg(
		{
			inputs: [file],
			output: { limitBytes: LIMIT_BYTES },
			args: [
				...GLOBAL_ARGS,
				...[...seek, '-an', '-sn', '-dn', ...inputArgs(inputPath(0)), '-map', `0:${PICTURE_TRACK}`],
				...['-vf', `scale=${width}:${height}:flags=bilinear,setsar=1,format=yuvj420p`, '-frames:v', '1'],
				...['-c:v', 'mjpeg', '-q:v', '4', '-f', 'image2', '-update', '1', `file:${OUTPUT_PATH}`],
			],
		},
		{ ...(signal === undefined ? {} : { signal }), input: name, output: name },
	);
	if (!answer.ok) return answer;
	const { bytes } = answer.value;
	if (bytes === undefined || bytes.length === 0) {
		return err({
			kind: 'source-unreadable',
			subject: name,
			detail: `no picture could be decoded at ${atS.toFixed(1)} s`,
		});
	}
	return ok(new Blob([bytes], { type: 'image/jpeg' }));
}
