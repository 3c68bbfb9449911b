import type { RunProgress } from '#core/ffmpeg/progress-lines';
import type { PacketTable } from '#core/ffmpeg/probe-packets';
import type { CoreSource } from './core-types.ts';
import type { MediaBytes } from '../media-bytes.ts';

/** Shared by the page and a worker that is busy: not 0 once the run is to stop. */
export type StopFlag = Int32Array<SharedArrayBuffer>;

/** Where a run's files stand for ffmpeg. */
export const FOLDER = '/io';
export const OUTPUT_PATH = `${FOLDER}/output`;
export const PROGRESS_PATH = `${FOLDER}/progress`;
export const inputPath = (n: number): string => `${FOLDER}/input${n}`;

export interface RunRequest {
	readonly core: CoreSource;
	/** `inputPath(n)` is the n-th of `inputs`. */
	readonly inputs: readonly MediaBytes[];
	readonly args: readonly string[];
	/** A file in the origin's private file system, or how many bytes may be kept in memory. */
	readonly output: FileSystemFileHandle | { readonly limitBytes: number };
	/** Absent on pages that are not cross-origin isolated. */
	readonly stop?: StopFlag;
}

/** Something that a file's own reader or writer threw. */
export interface ReportedProblem {
	readonly writing: boolean;
	readonly name: string;
	readonly message: string;
}

export type { RunProgress };

export interface RunAnswer {
	/** 0 when all went well; −1 when ffmpeg was aborted. */
	readonly code: number;
	/** The last lines ffmpeg said. */
	readonly log: readonly string[];
	readonly problem: ReportedProblem | undefined;
	readonly progress: RunProgress;
	readonly size: number;
	/** Of an output in memory. */
	readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

export interface LookRequest {
	readonly core: CoreSource;
	readonly file: MediaBytes;
	readonly stop?: StopFlag;
}

export interface LookProgress {
	/** Share of the file that was read, 0..1. */
	readonly share: number;
}

export interface LookAnswer {
	/** ffprobe's JSON: `streams` and `format`. */
	readonly json: string;
	readonly log: readonly string[];
	readonly problem: ReportedProblem | undefined;
	/** Of the first picture track. */
	readonly packets: PacketTable | undefined;
	/** When the first picture is shown as decoding tells it, in seconds; only where packets lack timestamps. */
	readonly firstPictureS: number | undefined;
}
