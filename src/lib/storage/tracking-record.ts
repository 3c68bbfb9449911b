import * as z from 'zod';
import { CameraStyle, PicturePlace } from '#core/crop/camera-path';
import { Job } from '#core/export/job';
import { Fingerprint } from '#core/media/fingerprint';

/** What a camera path is to be like. */
export const FollowSettings = z
	.object({
		style: CameraStyle,
		/** Kinds that may be the subject, by the detector's names; empty: any. */
		labels: z.array(z.string()).readonly(),
		/** Where the person clicked on the subject. */
		picks: z.array(PicturePlace).readonly(),
		/** Where the person has put the crop's centre. */
		fixes: z.array(PicturePlace).readonly(),
		/** Times whose shots follow nobody; absent: none. */
		quiet: z.array(z.number()).readonly().optional(),
	})
	.readonly();
export type FollowSettings = z.infer<typeof FollowSettings>;

/** A durable search for the subject in spans of one file; the paths go into the project when it is done. */
export const TrackingRecord = z
	.object({
		job: Job,
		media: Fingerprint,
		/** The file's name, for people. */
		name: z.string(),
		/** The project that gets the paths. */
		project: z.string().min(1),
		/** Half-open, seconds on the file's own timeline, in order, none over another. Each gets a path of its own. */
		spans: z
			.array(z.object({ inS: z.number(), outS: z.number() }).readonly())
			.min(1)
			.readonly(),
		/** The detector, by its name on the shelf. */
		model: z.string().min(1),
		follow: FollowSettings,
		/** What ran the detector; absent until it did. */
		backend: z.enum(['webgpu', 'wasm']).optional(),
		/** What a person should know of what came out. */
		remarks: z.array(z.string()).readonly(),
	})
	.readonly();
export type TrackingRecord = z.infer<typeof TrackingRecord>;
