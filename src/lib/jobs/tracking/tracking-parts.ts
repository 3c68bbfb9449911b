import type { Failure } from '#core/failure';
import type { MediaFacts } from '#core/media/media-facts';
import type { Result } from '#core/result';
import type { FrameIndex } from '#core/time/frame-index';
import type { Span } from '#core/time/segment-arithmetic';
import type { Followed, FollowRequest } from '#core/tracking/follow';
import type { MediaBytes } from '$lib/media/media-bytes';
import type { SeenChunk } from '$lib/storage/storage';

export type Backend = 'webgpu' | 'wasm';

export interface AnalysisProgress {
	/** 0..1 of the spans asked for. */
	readonly share: number;
	readonly step: string;
	/** What runs the detector; absent until it is known. */
	readonly backend?: Backend;
	/** Expected time to the end, in seconds; absent while there is nothing to go by. */
	readonly etaS?: number;
}

/** What the queue needs of the layer that looks at pictures; given by whoever builds the app. */
export interface Sight {
	/**
	 * Looks at spans of a file with the detector of that name on the shelf. `onSeen` gets each stretch once all of it has been seen,
	 * in order of time. Rejects with `AbortError` on `signal`.
	 */
	analyse(
		request: {
			readonly file: MediaBytes;
			readonly facts: MediaFacts;
			readonly index: FrameIndex;
			readonly spans: readonly Span[];
			readonly model: string;
		},
		io: {
			readonly signal: AbortSignal;
			readonly onProgress: (progress: AnalysisProgress) => void;
			readonly onSeen: (chunk: SeenChunk) => void;
		},
	): Promise<Result<void, Failure>>;
	/** The camera path of a span, worked out away from the page's thread. */
	follow(request: FollowRequest, signal: AbortSignal): Promise<Followed>;
}

/** What is asked for: see `TrackingRecord`. */
export interface TrackingRequest {
	readonly media: MediaFacts['fingerprint'];
	readonly name: string;
	readonly project: string;
	readonly spans: readonly Span[];
	readonly model: string;
	readonly follow: {
		readonly style: FollowRequest['style'];
		readonly labels: FollowRequest['labels'];
		readonly picks: FollowRequest['picks'];
		readonly fixes: FollowRequest['fixes'];
		readonly quiet?: FollowRequest['quiet'];
	};
}
