import type { CopySpan } from '#core/export/copy-plan';
import type { ExportTask } from '#core/export/export-task';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import type { MediaBytes } from '../../../media-bytes.ts';

/** A piece of the task: which frames come out, and when in the file and in the output. Seconds. */
export interface PlacedSpan extends CopySpan {
	readonly inS: number;
	readonly outS: number;
	readonly startS: number;
}

/** What both ways of copying work with. */
export interface CopyJob {
	readonly task: ExportTask;
	readonly facts: MediaFacts;
	readonly index: FrameIndex;
	readonly source: MediaBytes;
	readonly spans: readonly PlacedSpan[];
	readonly withSound: boolean;
	readonly output: FileSystemFileHandle;
	readonly signal: AbortSignal;
	/** Told how much of the output is made, in seconds, and what is being done. */
	readonly onReached: (reachedS: number, step: string) => void;
}
