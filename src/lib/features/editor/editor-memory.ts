import * as z from 'zod';
import type { Fingerprint } from '#core/media/fingerprint';

/** Where a person was in a file: not authored, but missed when gone. Times in seconds on the file's own timeline. */
export const EditorMemory = z
	.object({ timeS: z.number(), pendingInS: z.number().nullable(), selectedId: z.string().nullable() })
	.readonly();
export type EditorMemory = z.infer<typeof EditorMemory>;

/** How loud the player was left. */
export const Loudness = z.object({ volume: z.number().min(0).max(1), muted: z.boolean() }).readonly();
export type Loudness = z.infer<typeof Loudness>;
export const LOUDNESS_KEY = 'player.loudness';

/** Name of the setting that holds the memory of a file. */
export const memoryKey = (media: Fingerprint): string => `editor.${media}`;
