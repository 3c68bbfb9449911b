import * as z from 'zod';
import { Size } from '../crop/crop.ts';
import { Mp4Codec, VideoQuality } from '../export/export-settings.ts';
import { Rational } from '../time/rational.ts';

/** A segment in the film. A segment may stand in it several times. */
export const FilmItem = z
	.object({
		id: z.string().min(1),
		/** Id of a segment of the project. Items whose segment is gone are left out. */
		segment: z.string().min(1),
		/** Cross-fade from the item before, in seconds; 0 is a cut. */
		crossfadeS: z.number().min(0).max(10),
		/** Fractional index. */
		order: z.string(),
	})
	.readonly();
export type FilmItem = z.infer<typeof FilmItem>;

/** What a film becomes. */
export const FilmSettings = z
	.object({
		format: z.enum(['mp4', 'webm', 'gif', 'm4a', 'mp3', 'wav']),
		webmCodec: z.enum(['vp9', 'av1']),
		/** Of MP4. Absent: H.264, which everything plays. */
		mp4Codec: Mp4Codec.optional(),
		/** Canvas in pixels; null: as the first clip's crop. */
		size: Size.nullable(),
		/** null: as the first clip. */
		rate: Rational.nullable(),
		/** What happens to pictures of another shape: black bars, or cut to fill. */
		fit: z.enum(['letterbox', 'fill']),
		quality: VideoQuality,
		audioBitrate: z.int().min(16_000).max(512_000),
		sound: z.enum(['on', 'off']),
		name: z.string().max(200),
	})
	.readonly();
export type FilmSettings = z.infer<typeof FilmSettings>;

export const DEFAULT_FILM: FilmSettings = {
	format: 'mp4',
	webmCodec: 'vp9',
	size: null,
	rate: null,
	fit: 'letterbox',
	quality: { crf: 20 },
	audioBitrate: 160_000,
	sound: 'on',
	name: '',
};
