import type { Failure } from '#core/failure';
import { GLOBAL_ARGS, inputArgs, PICTURE_TRACK } from '#core/ffmpeg/ffmpeg-args';
import type { MediaFacts, VideoFacts } from '#core/media/media-facts';
import { toNumber } from '#core/time/rational';
import { err, ok, type Result } from '#core/result';
import { inputPath, OUTPUT_PATH, PROGRESS_PATH } from './messages.ts';
import { detached, withTemporaryFile } from './output-file.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import type { MediaBytes } from '../media-bytes.ts';

/** Larger pictures would take longer to make than they are worth. */
const LARGEST_SHORT_SIDE = 480;
/** Seconds between key frames: what a seek has to decode at most. */
const KEY_INTERVAL_S = 0.5;

export interface PreviewOptions {
	readonly signal?: AbortSignal;
	/** 0..1. */
	readonly onProgress?: (share: number) => void;
}

/**
 * A small H.264/AAC copy of `file` that a video element plays. Frame n of the copy is frame n of the file and stands at the same time,
 * so positions mean the same in both. Square pixels, turned upright. Rejects with `AbortError` on `signal`.
 */
export async function makePreview(
	file: MediaBytes,
	facts: MediaFacts,
	{ signal, onProgress }: PreviewOptions = {},
): Promise<Result<Blob, Failure>> {
	const { name, durationS } = facts;
	if (facts.video === undefined && facts.audio.length === 0) {
		return err({ kind: 'unsupported', subject: name, detail: 'it has neither picture nor sound' });
	}
	return withTemporaryFile('mp4', async (output) => {
		const answer = await runFfmpeg(
			{ inputs: [file], output, args: previewArgs(facts) },
			{
				...(signal === undefined ? {} : { signal }),
				// ffmpeg counts from the first timestamp it has written.
				onProgress: ({ outS }) => onProgress?.(Math.min(0.99, outS / (durationS || 1))),
				input: name,
				output: name,
			},
		);
		if (!answer.ok) return answer;
		onProgress?.(1);
		if ('limitBytes' in output) return ok(new Blob([answer.value.bytes ?? new Uint8Array()], { type: 'video/mp4' }));
		return ok(await detached(await output.getFile(), 'video/mp4'));
	});
}

function previewArgs({ video, audio }: MediaFacts): string[] {
	return [
		...[...GLOBAL_ARGS, '-progress', PROGRESS_PATH, '-stats_period', '0.25', '-copyts'],
		...['-sn', '-dn', ...inputArgs(inputPath(0))],
		...(video === undefined ? [] : pictureArgs(video)),
		...(audio.length === 0
			? []
			: ['-map', '0:a:0', '-af', 'aresample=async=1', '-c:a', 'aac', '-b:a', '96k', '-ac', '2']),
		...['-map_metadata', '-1', '-map_chapters', '-1', '-max_muxing_queue_size', '4096'],
		...['-movflags', '+faststart', '-f', 'mp4', `file:${OUTPUT_PATH}`],
	];
}

function pictureArgs(video: VideoFacts): string[] {
	const shrink = Math.min(1, LARGEST_SHORT_SIDE / Math.min(video.width, video.height));
	const even = (side: number): number => Math.max(2, 2 * Math.round((side * shrink) / 2));
	const size = `${even(video.width)}:${even(video.height)}`;
	const fps = toNumber(video.fps);
	return [
		...['-map', `0:${PICTURE_TRACK}`, '-vf', `scale=${size}:flags=fast_bilinear,setsar=1,format=yuv420p`],
		...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'fastdecode', '-crf', '26', '-bf', '0'],
		...[
			'-g',
			`${Math.max(1, Math.round(KEY_INTERVAL_S * fps))}`,
			'-x264-params',
			`fps=${video.fps.num}/${video.fps.den}`,
		],
		...['-fps_mode:v', 'passthrough', '-enc_time_base:v', '1/90000', '-video_track_timescale', '90000'],
	];
}
