import type { ExportTask } from '../export/export-task.ts';
import type { MediaFacts } from '../media/media-facts.ts';

/** Where ffmpeg finds a key frame by the time at which it is shown. */
const COPIED_FROM = new Set(['mp4', 'mov']);
/** Looks the same as the file, at ten to twenty megabits for full HD. */
const CLEAR_CRF = 16;
const SOUND_BITRATE = 192_000;

/**
 * A task that ffmpeg alone can make: what it cannot copy is encoded instead, frame for frame the same, and `note` says so. ffmpeg itself copies one
 * span of an MP4 or MOV from a key frame on; it neither joins copies nor encodes only their edges.
 */
export function nativeTask(
	task: ExportTask,
	factsOf: (media: string) => MediaFacts,
): { readonly task: ExportTask; readonly note?: string } {
	const { video, audio } = task;
	if (video.kind !== 'copy' && audio.kind !== 'copy') return { task };
	const [piece] = task.pieces;
	const isPlain =
		piece !== undefined &&
		task.pieces.length === 1 &&
		video.kind === 'copy' &&
		!video.exact &&
		audio.kind !== 'encode' &&
		COPIED_FROM.has(factsOf(piece.media).container);
	if (isPlain) return { task };
	const instead = encodeInstead(task);
	return {
		task: instead,
		note: 'The server cannot copy this without loss; every frame was encoded anew, at high quality.',
	};
}

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
