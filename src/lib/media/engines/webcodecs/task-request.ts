import type { ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import type { Result } from '#core/result';
import type { MadeFile } from '../../engine.ts';
import type { MediaBytes } from '../../media-bytes.ts';

/** One source file of a task. */
export interface SourceFile {
	readonly blob: MediaBytes;
	readonly facts: MediaFacts;
	/** Absent when there is no picture. */
	readonly index: FrameIndex | undefined;
}

/** Where an output goes: a file, or a folder of pictures with the file of its sound. */
export type OutputPlace =
	| { readonly file: FileSystemFileHandle }
	| { readonly folder: FileSystemDirectoryHandle; readonly sound: FileSystemFileHandle | undefined };

export interface TaskRequest {
	readonly task: ExportTask;
	readonly sources: readonly SourceFile[];
	readonly output: OutputPlace;
}

/** What became of one task of a run. */
export interface TaskEnd {
	readonly taskId: string;
	readonly result: Result<MadeFile, Failure>;
}

/** `reachedS`: seconds of all outputs that are made. `ended` comes once for each task, as soon as its output is complete or has failed. */
export type RunReport =
	| { readonly kind: 'reached'; readonly reachedS: number; readonly step: string }
	| ({ readonly kind: 'ended' } & TaskEnd);

export interface RunContext {
	readonly signal: AbortSignal;
	readonly report: (report: RunReport) => void;
}
