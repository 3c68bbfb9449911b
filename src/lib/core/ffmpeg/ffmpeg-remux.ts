import { keyFrameBefore, timeOfFrame, type FrameIndex } from '../time/frame-index.ts';
import { GLOBAL_ARGS, inputArgs, PICTURE_TRACK } from './ffmpeg-args.ts';
import { decimal } from './ffmpeg-filters.ts';

/** Keeps a time that was rounded from falling before its key frame, in seconds: half of what Matroska counts in. */
const SLACK_S = 5e-4;
/** What is taken behind the last frame, in seconds: frames that are stored late, and sound. */
const BEHIND_S = 2;

interface RemuxFiles {
	readonly input: string;
	readonly output: string;
	readonly progress: string;
}

/**
 * Moves the packets around the frames [from, to) into an MP4 or MOV, which lists where each one lies; every one keeps its time in the file. It begins at least
 * one key frame early, for groups whose first frames are shown before their key frame.
 */
export function excerptArgs(
	container: 'mp4' | 'mov',
	index: FrameIndex,
	{ from, to }: { readonly from: number; readonly to: number },
	{ input, output, progress }: RemuxFiles,
): string[] {
	const key = keyFrameBefore(index, Math.max(0, keyFrameBefore(index, from) - 1));
	const seek = key <= 0 ? [] : ['-seek_timestamp', '1', '-ss', decimal(timeOfFrame(index, key) + SLACK_S)];
	return [
		...GLOBAL_ARGS,
		...['-progress', progress, '-stats_period', '0.25', '-copyts', ...seek],
		...['-to', decimal(timeOfFrame(index, to) + BEHIND_S), ...inputArgs(input)],
		...['-map', `0:${PICTURE_TRACK}`, '-map', '0:a:0?', '-c', 'copy', '-sn', '-dn'],
		...['-map_metadata', '-1', '-map_chapters', '-1', '-strict', '-2', '-f', container, `file:${output}`],
	];
}

/** Moves the packets of a finished MP4 or MOV into the container that the file came in. */
export const remuxArgs = (container: 'mkv' | 'webm', { input, output, progress }: RemuxFiles): string[] => [
	...GLOBAL_ARGS,
	...['-progress', progress, '-stats_period', '0.25', ...inputArgs(input)],
	...['-map', '0', '-c', 'copy', '-map_metadata', '-1', '-map_chapters', '-1'],
	...['-f', container === 'mkv' ? 'matroska' : 'webm', `file:${output}`],
];
