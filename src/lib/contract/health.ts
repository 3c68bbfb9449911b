import * as z from 'zod';
import { defineRoute } from './route.ts';

/** Raised when an older app could misread what this server sends, or the other way round. */
export const CONTRACT_VERSION = 1;

/** On every answer under /api: the contract version that the server speaks. */
export const CONTRACT_HEADER = 'Octocut-Contract';

export const Health = z
	.object({
		status: z.literal('ok'),
		app: z.literal('octocut'),
		/** Version of the server's package. */
		version: z.string(),
		contractVersion: z.int().positive(),
	})
	.readonly();
export type Health = z.infer<typeof Health>;

/** Tells that the server runs, and which contract it speaks. */
export const getHealth = defineRoute({
	method: 'get',
	path: '/api/health',
	summary: 'Whether the server runs, and which contract it speaks',
	replies: { 200: Health },
});
