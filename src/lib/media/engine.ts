import type { ExportTask, PlanNote } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import type { Fingerprint } from '#core/media/fingerprint';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import type { PictureExtension } from '#core/export/output-file-name';
import type { Result } from '#core/result';
import type { MediaBytes } from './media-bytes.ts';

export type EngineName = 'webcodecs' | 'ffmpeg-wasm' | 'server';

/** Why an engine cannot do a task: a closed list, so that the planner can say it in words. */
export type Unsupported =
	| 'no-webcodecs'
	| 'container-not-readable'
	| 'codec-not-decodable'
	| 'codec-not-encodable'
	| 'source-too-large'
	| 'engine-not-on-device';

/** What an engine says before it is asked to work. */
export type Ability =
	| {
			readonly able: true;
			/** `copy` moves packets as they are, `smart` encodes only what lies before the first key frame. */
			readonly how: 'encode' | 'copy' | 'smart';
			/** Expected time, in seconds on this device; only to be compared with the other engines'. */
			readonly costS: number;
			/** What will encode the picture, for the person: "H.264 by the browser". */
			readonly encoder: string;
			readonly notes: readonly PlanNote[];
	  }
	| { readonly able: false; readonly reason: Unsupported; readonly detail: string };

export type FactsOf = (media: Fingerprint) => MediaFacts;

/** How far a run is. `speed` is seconds of media made per second. */
export interface EngineProgress {
	/** 0..1 over all tasks of the run. */
	readonly share: number;
	readonly step: string;
	readonly speed?: number;
}

/** What the engine works with; given by the job queue (or a test). */
export interface EngineIo {
	/** The file's bytes, read by range. */
	readonly open: (media: Fingerprint) => Promise<Result<MediaBytes, Failure>>;
	readonly frameIndex: (media: Fingerprint) => Promise<FrameIndex | undefined>;
	readonly factsOf: FactsOf;
	/**
	 * An empty file to write the task's output into: in the origin's private file system or in a folder that the person picked.
	 * It is a temporary name; the queue gives the final name once the output is verified.
	 */
	readonly create: (task: ExportTask) => Promise<Result<FileSystemFileHandle, Failure>>;
	/** Instead of `create` for tasks of pictures: an empty folder that `frame_0001.webp` and on go into; temporary like the file. */
	readonly createFolder: (task: ExportTask) => Promise<Result<FileSystemDirectoryHandle, Failure>>;
	/** An empty file for the sound of a task whose audio is `wav`; temporary like the file. */
	readonly createSound: (task: ExportTask) => Promise<Result<FileSystemFileHandle, Failure>>;
	/** Told as soon as one output of several is complete and let go of. */
	readonly onMade?: (made: MadeFile) => void;
	/** Told when one output of several cannot be made; the others go on. Without it, the first failure ends the run. */
	readonly onFailed?: (taskId: string, failure: Failure) => void;
	readonly signal: AbortSignal;
	readonly onProgress: (progress: EngineProgress) => void;
}

/** What was written, as the engine counted it. `media/verify` counts again in the finished file. */
export interface MadeFile {
	readonly taskId: string;
	/** All of it: with a folder, its pictures and the sound beside it. */
	readonly bytes: number;
	readonly frames: number;
	readonly durationS: number;
	readonly width: number;
	readonly height: number;
	/** What really encoded it, for records: "avc1.640028 (browser)"; the exports list turns it into words. */
	readonly encoder: string;
	/** When the output is a folder of pictures: what was written. */
	readonly folder?: MadeFolder;
}

export interface MadeFolder {
	/** `frame_0001` to this number, none left out. */
	readonly pictures: number;
	/** Of the pictures' names, without the dot. */
	readonly extension: PictureExtension;
	/** Size of the WAV beside it; absent when there is none. */
	readonly soundBytes?: number;
}

/**
 * One way of making media. To add one, add a folder under `engines/` with a class that implements this and name it in
 * the route that constructs engines.
 */
export interface MediaEngine {
	readonly name: EngineName;
	/** Answers without reading the media body, and never throws: a doubt is `able: false`. */
	assess(tasks: readonly ExportTask[], factsOf: FactsOf): Promise<Ability>;
	/**
	 * Makes every task; what was made is in the order of `tasks`, without those that were told to `io.onFailed`. An engine may make tasks
	 * that read the same part of one file together. Rejects with the platform's `AbortError` when `io.signal` fires (within a second), and leaves what was
	 * written to the queue to remove. Expected failures are values.
	 */
	run(tasks: readonly ExportTask[], io: EngineIo): Promise<Result<readonly MadeFile[], Failure>>;
}
