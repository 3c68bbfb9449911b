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

/** What is taken of a file: the frames [from, to), and the sound or none. */
export interface Excerpt {
	readonly from: number;
	readonly to: number;
	readonly withSound: boolean;
}

/** Where an excerpt begins and ends, in seconds of the file. */
export function excerptSpan(
	index: FrameIndex,
	{ from, to }: Pick<Excerpt, 'from' | 'to'>,
): { readonly startS: number; readonly endS: number } {
	const key = keyFrameBefore(index, Math.max(0, keyFrameBefore(index, from) - 1));
	return { startS: timeOfFrame(index, key), endS: timeOfFrame(index, to) + BEHIND_S };
}

/**
 * Moves the packets around the frames [from, to) into an MP4 or MOV, which lists where each one lies; every one keeps its time in the file. It begins at least
 * one key frame early, for groups whose first frames are shown before their key frame.
 */
export function excerptArgs(
	container: 'mp4' | 'mov',
	index: FrameIndex,
	excerpt: Excerpt,
	{ input, output, progress }: RemuxFiles,
): string[] {
	const { startS, endS } = excerptSpan(index, excerpt);
	const seek = startS <= timeOfFrame(index, 0) ? [] : ['-seek_timestamp', '1', '-ss', decimal(startS + SLACK_S)];
	// Sound that does not come out may be of a kind that the container does not hold.
	const sound = excerpt.withSound ? ['-map', '0:a:0?'] : ['-an'];
	return [
		...GLOBAL_ARGS,
		...['-progress', progress, '-stats_period', '0.25', '-copyts', ...seek],
		...['-to', decimal(endS), ...inputArgs(input)],
		...['-map', `0:${PICTURE_TRACK}`, ...sound, '-c', 'copy', '-sn', '-dn'],
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
