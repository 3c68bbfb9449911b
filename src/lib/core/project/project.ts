import * as z from 'zod';
import { BatchSettings } from '../batch/batch.ts';
import { CropState } from '../crop/crop.ts';
import { CropTrack } from '../crop/crop-track.ts';
import { FilmItem, FilmSettings } from '../film/film.ts';
import { Fingerprint } from '../media/fingerprint.ts';

export const Category = z.enum(['Human', 'Animal', 'Vehicle', 'Tool', 'Music', 'Nature', 'Sport', 'Other']);
export type Category = z.infer<typeof Category>;

/** A named span of a file: half-open, in seconds on the file's own timeline. */
export const Segment = z
	.object({
		id: z.string().min(1),
		media: Fingerprint,
		inS: z.number(),
		outS: z.number(),
		name: z.string(),
		label: z.string(),
		category: Category.or(z.literal('')),
		tags: z.array(z.string()).readonly(),
		/** Overrides the crop of the file. */
		crop: CropState.optional(),
		color: z.string().optional(),
		selected: z.boolean(),
		/** Fractional index: two devices can insert between the same neighbours at once. */
		order: z.string(),
	})
	.refine((segment) => segment.outS > segment.inS, { error: 'a segment must end after it starts' })
	.readonly();
export type Segment = z.infer<typeof Segment>;

/** What a person authored; the stored form is a Yjs document that mirrors it. */
export const Project = z
	.object({
		id: z.string().min(1),
		schemaVersion: z.literal(1),
		name: z.string(),
		media: z.record(Fingerprint, z.object({ name: z.string() }).readonly()).readonly(),
		segments: z.array(Segment).readonly(),
		/** Crop of each file over time. */
		crops: z.record(Fingerprint, CropTrack).readonly(),
		/** The film, in order. Empty: the segments in their order. */
		film: z.array(FilmItem).readonly(),
		filmSettings: FilmSettings,
		batch: BatchSettings,
	})
	.readonly();
export type Project = z.infer<typeof Project>;
