import * as z from 'zod';
import { ResolvedCrop, Size } from '../crop/crop.ts';
import { VideoQuality } from './export-settings.ts';
import { Fingerprint } from '../media/fingerprint.ts';
import { Rational } from '../time/rational.ts';

/**
 * Where the crop stands on each source frame of a piece: entry i belongs to the i-th frame of the file at or after the piece's IN. All
 * four lists are as long as the piece has frames. Even pixels inside the displayed picture; the shape (width to height) never changes.
 */
export const CropPath = z
	.object({
		x: z.array(z.int()).readonly(),
		y: z.array(z.int()).readonly(),
		width: z.array(z.int()).readonly(),
		height: z.array(z.int()).readonly(),
		/**
		 * How far right and below of `x` and `y` the box really stands, in sixteenths of a pixel, −16..16: for engines that can look between
		 * pixels. Zero wherever the camera rests. Absent: the path steps by pixels.
		 */
		fine: z
			.object({ x: z.array(z.int()).readonly(), y: z.array(z.int()).readonly() })
			.readonly()
			.optional(),
	})
	.readonly();
export type CropPath = z.infer<typeof CropPath>;

/** A span of one file that goes into an output: half-open, seconds on the file's own timeline. */
export const Piece = z
	.object({
		media: Fingerprint,
		inS: z.number(),
		outS: z.number(),
		crop: ResolvedCrop,
		/** A crop that moves; `crop` is then its first position. */
		path: CropPath.optional(),
		/** Where the picture stands in the output (even pixels); the rest is black. Absent: it fills the output. */
		place: ResolvedCrop.optional(),
		/** Seconds by which the piece overlaps the one before: picture and sound cross-fade. Absent: a cut. */
		crossfadeS: z.number().positive().optional(),
	})
	.readonly();
export type Piece = z.infer<typeof Piece>;

/** Exact number of frames that must come out; counted again in the finished file. */
const frames = z.int().positive();
const rate = z.union([z.literal('source'), Rational]);
const scaling = z.enum(['fast', 'lanczos']);

export const VideoTask = z.discriminatedUnion('kind', [
	/** Decoded and encoded. */
	z.object({
		kind: z.enum(['mp4', 'webm']),
		codec: z.enum(['avc', 'hevc', 'vp9', 'av1']),
		/** The source's high dynamic range stays, with ten bits. Absent: it is mapped to the standard one, with eight. */
		hdr: z.literal('keep').optional(),
		size: Size,
		rate,
		frames,
		quality: VideoQuality,
		scaling,
	}),
	/** The source's own packets. Pieces then start at a key frame, unless `exact`: what lies before the first key frame is encoded anew. */
	z.object({ kind: z.literal('copy'), exact: z.boolean(), codec: z.string(), size: Size, frames }),
	/** One picture file a frame, `frame_0001.webp` …, in a folder of the output's name. `quality` is 1..100; PNG has none. */
	z.object({
		kind: z.literal('frames'),
		format: z.enum(['webp', 'png', 'jpeg']),
		quality: z.int().min(1).max(100),
		size: Size,
		rate,
		frames,
		scaling,
	}),
	/** An animated picture, looping. */
	z.object({ kind: z.literal('gif'), size: Size, rate: Rational, frames, scaling }),
	/** The file holds sound only. */
	z.object({ kind: z.literal('none') }),
]);
export type VideoTask = z.infer<typeof VideoTask>;
/** A picture that is decoded and encoded. */
export type EncodedVideo = Extract<VideoTask, { kind: 'mp4' | 'webm' }>;

/** The picture of `task` when an encoder makes it. */
export const encodedVideo = ({ video }: Pick<ExportTask, 'video'>): EncodedVideo | undefined =>
	video.kind === 'mp4' || video.kind === 'webm' ? video : undefined;

export const AudioTask = z.discriminatedUnion('kind', [
	z.object({
		kind: z.literal('encode'),
		codec: z.enum(['aac', 'opus', 'pcm-s16', 'mp3']),
		/** Bits per second; PCM takes what it needs. */
		bitrate: z.int().positive(),
	}),
	/** The source's own packets. */
	z.object({ kind: z.literal('copy'), codec: z.string() }),
	/** 16-bit PCM in a file of its own beside the output: `<name>.wav`. Goes with `frames`. */
	z.object({ kind: z.literal('wav') }),
	z.object({ kind: z.literal('none') }),
]);
export type AudioTask = z.infer<typeof AudioTask>;

export const Container = z.enum(['mp4', 'webm', 'mov', 'mkv', 'mp3', 'wav', 'gif', 'frames']);
export type Container = z.infer<typeof Container>;

/** One output file (or folder of pictures), decided completely before any pixel is touched. Pure data; the same for every engine. */
export const ExportTask = z
	.object({
		id: z.string().min(1),
		/** Container, also when there is no picture. */
		container: Container,
		/** One piece is a clip, more are a film. */
		pieces: z.array(Piece).min(1).readonly(),
		video: VideoTask.readonly(),
		audio: AudioTask.readonly(),
		/**
		 * `name` is safe as a file name and has no extension, `extension` has no dot (empty for a folder of pictures). A taken name gets the
		 * next free counter, or with `overwrite` is replaced once the new file is complete. `folder` is where under the destination it goes:
		 * safe names separated by `/`; absent: the destination itself.
		 */
		output: z
			.object({
				name: z.string().min(1),
				extension: z.string(),
				folder: z.string().optional(),
				overwrite: z.boolean().optional(),
			})
			.readonly(),
		/** Length of the output in seconds: the sum of the pieces less their cross-fades. */
		durationS: z.number().positive(),
	})
	.readonly();
export type ExportTask = z.infer<typeof ExportTask>;

/** Something that was rounded, dropped or snapped, and why: said before the export starts. */
export const PlanNote = z
	.object({
		kind: z.enum(['info', 'warning']),
		text: z.string(),
		/** Set where it tells what becomes of the cuts when packets are copied. */
		about: z.literal('cut').optional(),
	})
	.readonly();
export type PlanNote = z.infer<typeof PlanNote>;

export const ExportPlan = z
	.object({ tasks: z.array(ExportTask).readonly(), notes: z.array(PlanNote).readonly(), estimatedBytes: z.number() })
	.readonly();
export type ExportPlan = z.infer<typeof ExportPlan>;
