import type { ExportTask } from '#core/export-task';
import type { Measured } from './measure.ts';

/** Encoders pad sound to whole packets and add a lead-in: what its length may be off by, in seconds. */
const SOUND_TOLERANCE_S = 0.15;
/** What container time scales round to, in seconds. */
const ROUNDING_S = 0.002;

/** What is wrong with the file, in words for the person; undefined when it is what the task asked for. */
export function differenceFrom(task: ExportTask, { video, audio }: Measured): string | undefined {
	if (task.video.kind === 'none') {
		if (video !== undefined) return 'it has a picture that nobody asked for';
	} else {
		if (video === undefined) return 'it has no picture';
		const { size, frames } = task.video;
		if (video.frames !== frames) return `it has ${video.frames} frames instead of ${frames}`;
		if (video.width !== size.width || video.height !== size.height) {
			return `it is ${video.width}×${video.height} instead of ${size.width}×${size.height}`;
		}
		if (Math.abs(video.durationS - task.durationS) > video.longestFrameS + ROUNDING_S) {
			return `it is ${seconds(video.durationS)} long instead of ${seconds(task.durationS)}`;
		}
		if (video.decodes === false) return 'its first frame does not decode';
	}
	if (task.audio.kind === 'none') return undefined;
	if (audio === undefined) return 'it has no sound';
	if (Math.abs(audio.durationS - task.durationS) > SOUND_TOLERANCE_S + ROUNDING_S) {
		return `its sound is ${seconds(audio.durationS)} long instead of ${seconds(task.durationS)}`;
	}
	return undefined;
}

const seconds = (value: number): string => `${value.toFixed(3)} s`;
