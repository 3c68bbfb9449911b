import type { DetectedFrame } from '#core/tracking/detection';
import type { FrameIndex } from '#core/time/frame-index';
import type { OnnxBackend } from '#core/vision/onnx-runtime-files';
import type { Span } from '#core/time/segment-arithmetic';
import type { MediaBytes } from '$lib/media/media-bytes';
import type { DetectorModel } from './detector-model.ts';

/** What the worker is asked for. */
export interface WorkerRequest {
	readonly file: MediaBytes;
	readonly index: FrameIndex;
	readonly spans: readonly Span[];
	/** Pixels as displayed. */
	readonly display: { readonly width: number; readonly height: number };
	readonly model: DetectorModel;
	/** Where the model's bytes are, and a name under which the worker keeps it open. */
	readonly at: string | Blob;
	readonly key: string;
	readonly perSecond: number;
	readonly backend: 'auto' | OnnxBackend;
}

/** `loading` fetches and tries the model, `looking` goes through the frames. */
export type AnalysisStep = 'loading' | 'looking';

export interface AnalysisProgress {
	/** Of the frames in all spans, 0..1. */
	readonly share: number;
	/** Absent while it is being found out. */
	readonly backend?: OnnxBackend;
	readonly step: AnalysisStep;
	/** Expected time to the end in seconds, once there is something to go by. */
	readonly etaS?: number;
}

export type WorkerReport =
	| ({ readonly kind: 'progress' } & AnalysisProgress)
	| { readonly kind: 'cuts'; readonly cutsS: readonly number[] }
	| { readonly kind: 'frames'; readonly frames: readonly DetectedFrame[]; readonly doneUntilS: number };

/** Where the time went, in milliseconds; together they are all of it. */
export interface AnalysisTimings {
	/** Waiting for decoded frames and their bytes: decoding itself goes on beside everything else. */
	readonly decodeMs: number;
	readonly resizeMs: number;
	readonly inferenceMs: number;
	/** Opening the model, reading its answers, finding cuts. */
	readonly otherMs: number;
}

export interface AnalysisSummary {
	/** First frames of new shots, in seconds on the file's own timeline. */
	readonly cutsS: readonly number[];
	/** Frames that were looked at closely. */
	readonly frames: number;
	/** Frames of the spans that could not be decoded. */
	readonly unreadable: number;
	/** What was used at the end. */
	readonly backend: OnnxBackend;
	readonly timings: AnalysisTimings;
}
