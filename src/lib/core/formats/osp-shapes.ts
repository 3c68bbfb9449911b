import type { Rational } from '../rational.ts';

/** A file of an OpenShot project. */
export interface OspMedia {
	/** Bare file name. OpenShot cannot read a name with a double quote. */
	readonly name: string;
	readonly bytes: number;
	readonly durationS: number;
	/** First presentation time of the file: OpenShot counts from 0 there. */
	readonly firstTimestampS: number;
	readonly hasVideo: boolean;
	readonly hasAudio: boolean;
	/** Display size; 1×1 without a picture. */
	readonly width: number;
	readonly height: number;
	readonly fps: Rational;
	readonly videoCodec: string;
	readonly audioCodec: string;
	readonly sampleRateHz: number;
	readonly channels: number;
}

/** A clip in order, with its crop: centre 0..1 of the source and zoom from `atS` (seconds on the source) on; at least one point. */
export interface OspClip {
	readonly media: string;
	readonly name: string;
	readonly inS: number;
	readonly outS: number;
	readonly crop: readonly { readonly atS: number; readonly x: number; readonly y: number; readonly zoom: number }[];
}

export interface OspProject {
	readonly id: string;
	/** Canvas: the crop's ratio. */
	readonly width: number;
	readonly height: number;
	readonly fps: Rational;
	readonly interpolation: 'step' | 'smooth';
	readonly media: readonly OspMedia[];
	readonly clips: readonly OspClip[];
}
