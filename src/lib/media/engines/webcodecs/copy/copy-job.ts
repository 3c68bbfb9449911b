import type { ExportTask } from '#core/export/export-task';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import type { PlacedSpan } from '#core/mp4/place-spans';
import type { MediaBytes } from '../../../media-bytes.ts';

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
