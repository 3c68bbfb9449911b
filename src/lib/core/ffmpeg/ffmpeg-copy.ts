import type { ExportTask } from '../export/export-task.ts';
import { decimal } from './ffmpeg-filters.ts';
import { PICTURE_TRACK } from './ffmpeg-graphs.ts';
import { timeOfFrame, framesBefore, type FrameIndex } from '../time/frame-index.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { present } from '../result.ts';

/** Keeps a time that was rounded to microseconds from falling before its key frame: less than a tick of any container. */
const SLACK_S = 2e-6;

/** How a plain copy is cut: arguments before and after its input. */
export interface CopyArgs {
	readonly before: readonly string[];
	readonly after: readonly string[];
}

/**
 * Moves the packets of one piece from its key frame on, as ffmpeg itself does it. Where frames are stored in another order than they are shown, ffmpeg
 * may keep one or two more at the end.
 */
export function copyArgs(task: ExportTask, facts: MediaFacts, index: FrameIndex | undefined): CopyArgs {
	const piece = present(task.pieces[0], 'the piece');
	const startS = index === undefined ? piece.inS : timeOfFrame(index, framesBefore(index, piece.inS));
	const seekS = startS - facts.firstTimestampS;
	const sound = task.audio.kind === 'none' || facts.audio.length === 0 ? ['-an'] : ['-map', '0:a:0', '-c:a', 'copy'];
	const picture = task.video.kind === 'none' ? ['-vn'] : ['-map', `0:${PICTURE_TRACK}`, '-c:v', 'copy'];
	return {
		before: seekS <= SLACK_S ? [] : ['-ss', decimal(seekS + SLACK_S)],
		after: [...picture, ...sound, '-t', decimal(piece.outS - startS - 0.001)],
	};
}
