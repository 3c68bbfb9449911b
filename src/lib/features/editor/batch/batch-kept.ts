import * as z from 'zod';
import { Category } from '#core/project/project';

/** What stays from one batch to the next, also over visits: not authored, but missed when gone. */
export const BatchWords = z
	.object({
		on: z.boolean(),
		autoClip: z.boolean(),
		label: z.string().max(4000),
		category: Category.or(z.literal('')),
		/** Id of the chosen extra folder. */
		subprofile: z.string().nullable(),
	})
	.readonly();
export type BatchWords = z.infer<typeof BatchWords>;

export const NO_WORDS: BatchWords = { on: false, autoClip: false, label: '', category: '', subprofile: null };

/** Name of the setting that holds them. */
export const WORDS_KEY = 'batch.words';
