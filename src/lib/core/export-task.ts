import * as z from 'zod';
import { ResolvedCrop, Size } from './crop.ts';
import { VideoQuality } from './export-settings.ts';
import { Fingerprint } from './fingerprint.ts';
import { Rational } from './rational.ts';

/** A span of one file that goes into an output: half-open, seconds on the file's own timeline. */
export const Piece = z.object({ media: Fingerprint, inS: z.number(), outS: z.number(), crop: ResolvedCrop }).readonly();
export type Piece = z.infer<typeof Piece>;

export const VideoTask = z.discriminatedUnion('kind', [
	z.object({
		kind: z.enum(['mp4', 'webm']),
		codec: z.enum(['avc', 'vp9', 'av1']),
		size: Size,
		rate: z.union([z.literal('source'), Rational]),
		/** Exact number of frames that must come out; counted again in the finished file. */
		frames: z.int().positive(),
		quality: VideoQuality,
		scaling: z.enum(['fast', 'lanczos']),
	}),
	/** The file holds sound only. */
	z.object({ kind: z.literal('none') }),
]);
export type VideoTask = z.infer<typeof VideoTask>;

export const AudioTask = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('encode'), codec: z.enum(['aac', 'opus']), bitrate: z.int().positive() }),
	z.object({ kind: z.literal('none') }),
]);
export type AudioTask = z.infer<typeof AudioTask>;

/** One output file, decided completely before any pixel is touched. Pure data; the same for every engine. */
export const ExportTask = z
	.object({
		id: z.string().min(1),
		/** Container, also when there is no picture. */
		container: z.enum(['mp4', 'webm']),
		/** One piece is a clip, more are a film. */
		pieces: z.array(Piece).min(1).readonly(),
		video: VideoTask.readonly(),
		audio: AudioTask.readonly(),
		/** `name` is safe as a file name and has no extension, `extension` has no dot; a taken name gets the next free counter. */
		output: z.object({ name: z.string().min(1), extension: z.string() }).readonly(),
		/** Length of the output in seconds: the sum of the pieces. */
		durationS: z.number().positive(),
	})
	.readonly();
export type ExportTask = z.infer<typeof ExportTask>;

/** Something that was rounded, dropped or snapped, and why: said before the export starts. */
export const PlanNote = z.object({ kind: z.enum(['info', 'warning']), text: z.string() }).readonly();
export type PlanNote = z.infer<typeof PlanNote>;

export const ExportPlan = z
	.object({ tasks: z.array(ExportTask).readonly(), notes: z.array(PlanNote).readonly(), estimatedBytes: z.number() })
	.readonly();
export type ExportPlan = z.infer<typeof ExportPlan>;
