import type { Failure } from '#core/failure';
import type { Fingerprint } from '#core/media/fingerprint';
import type { MediaFacts } from '#core/media/media-facts';
import type { Result } from '#core/result';
import type { FrameIndex } from '#core/time/frame-index';

/** A file of the library that may be read now: a regular file inside a root, links followed. */
export interface MediaFile {
	/** Opaque; says nothing of the path. */
	readonly id: string;
	/** Absolute, with no link in it. */
	readonly path: string;
	readonly name: string;
	readonly bytes: number;
	/** Milliseconds since 1970. */
	readonly mtimeMs: number;
}

/** What was found in a file. */
export interface ProbedFile {
	readonly file: MediaFile;
	readonly facts: MediaFacts;
	readonly index: FrameIndex;
}

/** The library as other rooms see it. Nothing of theirs touches a path that did not come from here. */
export interface MediaFiles {
	find(id: string): Promise<Result<MediaFile, Failure>>;
	/** By size first, then by content: fingerprints are worked out for the candidates only. */
	findByFingerprint(media: Fingerprint): Promise<Result<MediaFile, Failure>>;
	/** Probed once for each state of the file (size and date), then kept. */
	probe(id: string): Promise<Result<ProbedFile, Failure>>;
}
