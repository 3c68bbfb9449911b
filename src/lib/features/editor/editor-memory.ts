import * as z from 'zod';
import type { Fingerprint } from '#core/fingerprint';

/** Where a person was in a file: not authored, but missed when gone. Times in seconds on the file's own timeline. */
export const EditorMemory = z
	.object({ timeS: z.number(), pendingInS: z.number().nullable(), selectedId: z.string().nullable() })
	.readonly();
export type EditorMemory = z.infer<typeof EditorMemory>;

/** Name of the setting that holds the memory of a file. */
export const memoryKey = (media: Fingerprint): string => `editor.${media}`;
