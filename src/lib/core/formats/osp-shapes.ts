import type { Rational } from '../time/rational.ts';

/** A file of an OpenShot project. */
export interface OspMedia {
	/** What clips call it by; one a file. */
	readonly key: string;
	/** Bare file name. */
	readonly name: string;
	readonly bytes: number;
	readonly durationS: number;
	readonly hasVideo: boolean;
	readonly hasAudio: boolean;
	/** Display size; 1×1 without a picture. */
	readonly width: number;
	readonly height: number;
	/** Degrees clockwise that a player turns the coded picture by. */
	readonly rotation: 0 | 90 | 180 | 270;
	readonly fps: Rational;
	readonly videoCodec: string;
	readonly audioCodec: string;
	readonly sampleRateHz: number;
	readonly channels: number;
}

/** Where the crop stands from a moment on. */
export interface OspCropPoint {
	/** Seconds from the start of the file. */
	readonly atS: number;
	/** Centre, 0..1 of the picture. */
	readonly x: number;
	readonly y: number;
	/** 1 is the largest box of the canvas' shape that the picture holds. */
	readonly zoom: number;
	/** True when the crop moves here evenly from the point before; else it jumps. */
	readonly smooth: boolean;
}

/** A clip in order: seconds from the start of the file `media`, half-open. Without points the picture is centred. */
export interface OspClip {
	readonly media: string;
	readonly name: string;
	readonly inS: number;
	readonly outS: number;
	readonly crop: readonly OspCropPoint[];
}

export interface OspProject {
	readonly id: string;
	/** Canvas: the crop's shape. */
	readonly width: number;
	readonly height: number;
	readonly fps: Rational;
	readonly media: readonly OspMedia[];
	readonly clips: readonly OspClip[];
}
