import * as z from 'zod';
import { Fingerprint } from '#core/media/fingerprint';
import { MediaFacts } from '#core/media/media-facts';

/** Where this device can read a file now. `visit`: only until the page goes. */
export const MediaSource = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('handle'), handleId: z.string() }),
	z.object({ kind: z.literal('opfs'), path: z.string() }),
	/** On a sync server, read by ranges. `server`: its origin, empty for the one the app came from. */
	z.object({ kind: z.literal('server'), server: z.string(), mediaId: z.string() }),
	z.object({ kind: z.literal('visit') }),
	z.object({ kind: z.literal('missing') }),
]);
export type MediaSource = z.infer<typeof MediaSource>;
export type ServerSource = Extract<MediaSource, { kind: 'server' }>;

export const MediaRecord = z
	.object({
		fingerprint: Fingerprint,
		name: z.string(),
		bytes: z.int().nonnegative(),
		lastModifiedMs: z.number(),
		addedAt: z.iso.datetime(),
		source: MediaSource,
		state: z.enum(['probing', 'ready', 'unsupported', 'error']),
		/** For the person, when the state is not `ready` or there is something to know. */
		message: z.string(),
		facts: MediaFacts.optional(),
	})
	.readonly();
export type MediaRecord = z.infer<typeof MediaRecord>;
