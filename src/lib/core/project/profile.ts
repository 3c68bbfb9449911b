import * as z from 'zod';
import { BatchSettings } from '../batch/batch.ts';
import { CropTrack } from '../crop/crop-track.ts';
import { Fingerprint } from '../media/fingerprint.ts';
import { Category } from './project.ts';

/** A clip that came out of a batch. `path` is relative to the destination, with `/`: "walk/clip_001/clip_001_0.mp4". */
export const MarkedClip = z.object({ path: z.string().min(1), inS: z.number(), outS: z.number() }).readonly();
export type MarkedClip = z.infer<typeof MarkedClip>;

/** The files lie on another device: a marker that came with a project. Nothing here is written over or deleted for it. */
export const ELSEWHERE = 'elsewhere';

/** A group of clips that was exported: what the timeline shows, what "overwrite" and "delete" act on. */
export const Marker = z
	.object({
		id: z.string().min(1),
		media: Fingerprint,
		mediaName: z.string(),
		/** The cursor it was made at: seconds on the file's own timeline. */
		atS: z.number(),
		/** Number of the group in names. */
		counter: z.int().nonnegative(),
		clips: z.array(MarkedClip).readonly(),
		batch: BatchSettings,
		/** The crop as it was, so that the same clips can be made again. */
		crop: CropTrack,
		/** What the random crops were drawn with. */
		seed: z.int().nonnegative(),
		label: z.string(),
		category: Category.or(z.literal('')),
		/** Where the files lie: `browser`, the id of a picked folder, the folder of a server (`onServer`), or `ELSEWHERE`. */
		destination: z.string(),
		/** What people call the server whose folder it is. */
		serverName: z.string().optional(),
		createdAt: z.iso.datetime(),
	})
	.readonly();
export type Marker = z.infer<typeof Marker>;

/** An extra folder that a batch can go to with one key (1–9). */
export const Subprofile = z
	.object({ id: z.string().min(1), name: z.string().max(80), folderSuffix: z.string().max(80) })
	.readonly();
export type Subprofile = z.infer<typeof Subprofile>;

/** What a person works for: its exported groups, labels and hidden files, independent of other profiles. */
export const Profile = z
	.object({
		name: z.string().min(1).max(80),
		markers: z.array(Marker).readonly(),
		/** Latest first. */
		labels: z.array(z.string()).readonly(),
		hidden: z.array(Fingerprint).readonly(),
		subprofiles: z.array(Subprofile).readonly(),
	})
	.readonly();
export type Profile = z.infer<typeof Profile>;

export { DEFAULT_PROFILE } from './profile-name.ts';
