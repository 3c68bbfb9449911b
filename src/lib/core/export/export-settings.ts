import * as z from 'zod';
import { Rational } from '../time/rational.ts';

/** How good the picture is: constant quality (0 best … 51 worst, the x264 scale), bits per second, or as good as fits into a size. */
export const VideoQuality = z.union([
	z.object({ crf: z.number().min(0).max(51) }).readonly(),
	z.object({ bitrate: z.number().int().min(10_000).max(400_000_000) }).readonly(),
	/** The finished file is at most this large. */
	z.object({ maxBytes: z.number().int().min(10_000) }).readonly(),
]);
export type VideoQuality = z.infer<typeof VideoQuality>;

/** Which engine the person asked for. */
export const EngineChoice = z.enum(['auto', 'webcodecs', 'ffmpeg', 'server']);
export type EngineChoice = z.infer<typeof EngineChoice>;

/** `precise` encodes every frame, `copy` moves packets and starts at a key frame, `smart` encodes only up to the first key frame. */
export const CutMode = z.enum(['precise', 'smart', 'copy']);
export type CutMode = z.infer<typeof CutMode>;

/** A picture with its sound, pictures with a WAV beside them, an animated picture, or sound alone. */
export const ExportFormat = z.enum(['mp4', 'webm', 'frames', 'gif', 'm4a', 'mp3', 'wav']);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** Codecs of the picture in an MP4. */
export const Mp4Codec = z.enum(['avc', 'hevc', 'av1']);
export type Mp4Codec = z.infer<typeof Mp4Codec>;

/** What the export panel holds; kept between visits. */
export const ExportSettings = z
	.object({
		format: ExportFormat,
		/** Of WebM, where both are common. */
		webmCodec: z.enum(['vp9', 'av1']),
		/** Of MP4. Absent: H.264, which everything plays. */
		mp4Codec: Mp4Codec.optional(),
		/** What becomes of a source with a high dynamic range. Absent: it is mapped to the standard one; `keep` takes H.265 or AV1, with ten bits. */
		hdr: z.enum(['sdr', 'keep']).optional(),
		quality: VideoQuality,
		audio: z.enum(['on', 'off']),
		/** Bits per second. */
		audioBitrate: z.int().min(16_000).max(512_000),
		/** Short side of the output in pixels; null keeps the crop's own size. */
		shortSide: z.int().min(16).max(8192).nullable(),
		/** `source` keeps every frame at its own time; a rate makes constant-rate output. */
		rate: z.union([z.literal('source'), Rational]),
		/** `fast` scales in the encoder, `lanczos` with a Lanczos-3 filter: sharper, slower. */
		scaling: z.enum(['fast', 'lanczos']),
		engine: EngineChoice,
		/** Absent: precise. */
		cutMode: CutMode.optional(),
		/** All segments become one file, in order, when packets are copied. Absent: a file each. */
		join: z.boolean().optional(),
		/** Of a picture sequence. Absent: WebP. */
		pictureFormat: z.enum(['webp', 'png', 'jpeg']).optional(),
		/** Of a picture sequence, 1..100; PNG has none. Absent: 92. */
		pictureQuality: z.int().min(1).max(100).optional(),
		/** File name template: {name} {segment} {counter:03} {in} {out} {width} {height} {date}. */
		nameTemplate: z.string().min(1).max(200),
	})
	.readonly();
export type ExportSettings = z.infer<typeof ExportSettings>;

export const DEFAULT_EXPORT_SETTINGS: ExportSettings = {
	format: 'mp4',
	webmCodec: 'vp9',
	quality: { crf: 20 },
	audio: 'on',
	audioBitrate: 160_000,
	shortSide: null,
	rate: 'source',
	scaling: 'fast',
	engine: 'auto',
	nameTemplate: '{name}_{counter:03}',
};
