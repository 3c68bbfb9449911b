import type { Size } from '../crop/crop.ts';
import type { ExportTask } from './export-task.ts';

/** What a finished file holds, counted in the file itself. */
export interface Measured {
	readonly video:
		| {
				readonly frames: number;
				readonly durationS: number;
				/** Longest time between two frames, in seconds. */
				readonly longestFrameS: number;
				readonly width: number;
				readonly height: number;
				readonly codec: string;
				/** False when the first frame does not decode; undefined when this browser cannot tell. */
				readonly decodes: boolean | undefined;
		  }
		| undefined;
	readonly audio: { readonly durationS: number; readonly codec: string } | undefined;
}

/** What a folder of pictures holds, every picture opened. */
export interface MeasuredFolder {
	/** Pictures from the first on, none left out, that opened. */
	readonly pictures: number;
	/** Of the first picture. */
	readonly size: Size | undefined;
	/** The first file that is not as the others are, and how: "frame_0007.webp does not open". */
	readonly odd: string | undefined;
	/** Bytes of all pictures. */
	readonly bytes: number;
}

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
	return soundDifference(task, audio);
}

/** The same of a folder of pictures and the sound beside it. */
export function folderDifference(
	task: ExportTask,
	{ pictures, size, odd }: MeasuredFolder,
	audio: Measured['audio'],
): string | undefined {
	if (task.video.kind !== 'frames') return 'it is a folder of pictures that nobody asked for';
	if (odd !== undefined) return odd;
	const wanted = task.video;
	if (pictures !== wanted.frames) return `it has ${pictures} pictures instead of ${wanted.frames}`;
	if (size?.width !== wanted.size.width || size.height !== wanted.size.height) {
		return `its pictures are ${size?.width ?? 0}×${size?.height ?? 0} instead of ${wanted.size.width}×${wanted.size.height}`;
	}
	return soundDifference(task, audio);
}

function soundDifference(task: ExportTask, audio: Measured['audio']): string | undefined {
	if (task.audio.kind === 'none') return undefined;
	if (audio === undefined) return 'it has no sound';
	const isCopy = task.audio.kind === 'copy';
	// Samples that are written as they are have no padding; those of a copy come in the packets of the source.
	const tolerance = audio.codec.startsWith('pcm') && !isCopy ? 0 : SOUND_TOLERANCE_S;
	const overS = audio.durationS - task.durationS;
	// The sound of a source may end before its picture does, and a copy of it ends there.
	const tooShort = isCopy ? audio.durationS <= 0 : overS < -tolerance - ROUNDING_S;
	if (tooShort || overS > tolerance + ROUNDING_S) {
		return `its sound is ${seconds(audio.durationS)} long instead of ${seconds(task.durationS)}`;
	}
	return undefined;
}

const seconds = (value: number): string => `${value.toFixed(3)} s`;
