import type { ExportTask } from '../export/export-task.ts';
import type { MediaFacts } from '../media/media-facts.ts';

/** Whose packets are taken over: by their own tables, or by those of an MP4 that they are moved through. */
const COPIED_FROM = new Set(['mp4', 'mov', 'mkv', 'webm']);
/** Looks the same as the file, at ten to twenty megabits for full HD. */
const CLEAR_CRF = 16;
const SOUND_BITRATE = 192_000;

/** A task that the server can make: what it cannot copy is encoded instead, frame for frame the same, and `note` says so. */
export function nativeTask(
	task: ExportTask,
	factsOf: (media: string) => MediaFacts,
): { readonly task: ExportTask; readonly note?: string } {
	const { video, audio, pieces } = task;
	if (video.kind !== 'copy' && audio.kind !== 'copy') return { task };
	const foreign = pieces.flatMap(({ media }) => uncopied(factsOf(media)) ?? [])[0];
	if (video.kind === 'copy' && audio.kind !== 'encode' && foreign === undefined) return { task };
	const what = foreign ?? 'sound alone';
	return { task: encodeInstead(task), note: notCopied(`the server does not copy ${what}`) };
}

/** What of a file the server does not copy. */
function uncopied({ container, video }: MediaFacts): string | undefined {
	if (!COPIED_FROM.has(container)) return `${container.toUpperCase()} files`;
	// Nobody puts it into an MP4.
	return video?.codec === 'vp8' ? 'VP8' : undefined;
}

/** What is said when a copy is encoded instead; `because` completes “It was not cut without loss: …”. */
export const notCopied = (because: string): string =>
	`It was not cut without loss: ${because}. Every frame was encoded anew, at high quality.`;

/** The same frames, encoded: also for a copy that did not come out as it should. */
export function encodeInstead(task: ExportTask): ExportTask {
	const { video, audio, container } = task;
	const isWebm = container === 'webm';
	return {
		...task,
		video:
			video.kind === 'copy'
				? {
						...(isWebm ? { kind: 'webm', codec: 'vp9' } : { kind: 'mp4', codec: 'avc' }),
						...{ size: video.size, rate: 'source', frames: video.frames, quality: { crf: CLEAR_CRF }, scaling: 'fast' },
					}
				: video,
		audio: audio.kind === 'copy' ? { kind: 'encode', codec: isWebm ? 'opus' : 'aac', bitrate: SOUND_BITRATE } : audio,
	};
}
