import * as z from 'zod';
import { Fingerprint } from './fingerprint.ts';
import { Rational } from '../time/rational.ts';

/** Why a file cannot be used. `detail` is the engine's own word for it, for the curious. */
export const Refusal = z
	.object({
		reason: z.enum(['empty-file', 'not-media', 'no-frames', 'codec-unknown', 'unreadable', 'encrypted']),
		detail: z.string(),
	})
	.readonly();
export type Refusal = z.infer<typeof Refusal>;

export const VideoFacts = z
	.object({
		/** Short codec name: avc, hevc, vp8, vp9, av1, mpeg4 … */
		codec: z.string(),
		/** Full codec string where known (RFC 6381), e.g. avc1.640028. */
		codecString: z.string().optional(),
		/** Size as displayed: after rotation and pixel aspect, whole pixels. */
		width: z.int().positive(),
		height: z.int().positive(),
		codedWidth: z.int().positive(),
		codedHeight: z.int().positive(),
		/** Clockwise, in degrees: what a player turns the coded picture by. */
		rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
		pixelAspect: Rational,
		fps: Rational,
		variableRate: z.boolean(),
		hdr: z.boolean(),
		/** How luma and chroma make colours, where the file tells: bt709, smpte170m, bt470bg, bt2020-ncl. */
		matrix: z.string().optional(),
		/** Bits per sample where known. */
		bitDepth: z.int().positive().optional(),
		frameCount: z.int().nonnegative(),
		/** Longest distance between key frames, in seconds. */
		longestGopS: z.number().nonnegative().optional(),
		bitrate: z.number().nonnegative().optional(),
	})
	.readonly();
export type VideoFacts = z.infer<typeof VideoFacts>;

export const AudioFacts = z
	.object({ codec: z.string(), sampleRateHz: z.int().positive(), channels: z.int().positive() })
	.readonly();
export type AudioFacts = z.infer<typeof AudioFacts>;

export const SubtitleFacts = z
	.object({ codec: z.string(), language: z.string(), kind: z.enum(['text', 'picture']) })
	.readonly();

/**
 * What the probe found in a file. All times are the file's own presentation times, in seconds: the first frame stands at
 * `firstTimestampS`, which is often not 0.
 */
export const MediaFacts = z
	.object({
		fingerprint: Fingerprint,
		name: z.string(),
		bytes: z.int().nonnegative(),
		/** Short container name: mp4, mov, webm, mkv, ts, avi … */
		container: z.string(),
		/** Who reads it: `mediabunny` in the browser's own way, `ffmpeg` through ffmpeg.wasm. */
		reader: z.enum(['mediabunny', 'ffmpeg']),
		/** From the first timestamp to the end of the last frame or sample. */
		durationS: z.number().nonnegative(),
		firstTimestampS: z.number(),
		video: VideoFacts.optional(),
		audio: z.array(AudioFacts).readonly(),
		subtitles: z.array(SubtitleFacts).readonly(),
		/**
		 * How it is shown: `native` by a video element, `webcodecs` decoded onto a canvas, `preview` after a small copy was made,
		 * `no` not at all.
		 */
		playable: z.enum(['native', 'webcodecs', 'preview', 'no']),
		/** The file ends before its own index says: what is there is used. */
		truncated: z.boolean(),
		/** Sentences for the person: truncated, HDR, variable rate … */
		notes: z.array(z.string()).readonly(),
	})
	.readonly();
export type MediaFacts = z.infer<typeof MediaFacts>;
