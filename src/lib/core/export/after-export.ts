import * as z from 'zod';
import { DatasetFormat } from '../dataset/dataset-format.ts';
import { Marker } from '../project/profile.ts';
import { Category } from '../project/project.ts';

/** What is written down once the file is complete. Doing it again changes nothing. */
export const AfterExport = z
	.object({
		/** Name of the profile whose history gets the clip. */
		profile: z.string().min(1),
		/** The group that the clip belongs to. */
		marker: Marker.unwrap().omit({ clips: true }).readonly(),
		clip: z.object({ inS: z.number(), outS: z.number() }).readonly(),
		annotation: z
			.object({
				label: z.string(),
				category: Category.or(z.literal('')),
				formats: z.array(DatasetFormat).readonly(),
				/** Folder of the data set under the destination; empty: the destination itself. */
				root: z.string(),
			})
			.readonly()
			.optional(),
	})
	.readonly();
export type AfterExport = z.infer<typeof AfterExport>;
