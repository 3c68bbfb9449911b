import type { Failure } from '#core/failure';
import type { Result } from '#core/result';
import type { Capture } from '#contract/captures';

/** A file of a capture that may be read now. */
export interface CaptureFile {
	/** Absolute. */
	readonly path: string;
	readonly bytes: number;
	/** "video/mp4". */
	readonly type: string;
	/** For saving, with its extension. */
	readonly fileName: string;
}

export type CaptureEvent =
	/** Became complete, or failed for good. */
	| { readonly type: 'complete' | 'failed'; readonly capture: Capture }
	| { readonly type: 'deleted'; readonly id: string };

/** Captures as other rooms see them: shares and webhooks touch no file that did not come from here. */
export interface CaptureStore {
	get(id: string): Capture | undefined;
	/** The finished file. */
	file(id: string): Promise<Result<CaptureFile, Failure>>;
	/** A picture of it, 640 pixels wide at most, as JPEG: for link previews and messages. */
	poster(id: string): Promise<Result<CaptureFile, Failure>>;
	subscribe(listener: (event: CaptureEvent) => void): () => void;
}
