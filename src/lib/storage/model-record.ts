import * as z from 'zod';
import { modelEntrySchema, modelHeadSchema, modelInputSchema } from '#core/vision/model-manifest';

/** A detector that a person added, as it was read and confirmed. */
export const ModelRecord = z
	.object({
		/** Its name on the shelf and in caches: `own-` and the first 16 digits of the SHA-256. */
		id: z.string().regex(/^own-[0-9a-f]{16}$/),
		title: z.string().min(1),
		/** Name of the file it came from. */
		fileName: z.string(),
		bytes: z.int().positive(),
		/** In lower-case hexadecimal. */
		sha256: z.string().regex(/^[0-9a-f]{64}$/),
		/** When it was added, or read in another way. */
		addedAt: z.iso.datetime(),
		/** The family of its answer: "YOLOX". */
		family: z.string(),
		/** A note of the person; may be empty. */
		licence: z.string(),
		input: modelInputSchema,
		head: modelHeadSchema,
		classes: modelEntrySchema.shape.classes,
	})
	.readonly();
export type ModelRecord = z.infer<typeof ModelRecord>;

/** What is told of a model when it is added; the rest is read off its file. */
export type ModelNotes = Omit<ModelRecord, 'id' | 'bytes' | 'sha256' | 'addedAt'>;
