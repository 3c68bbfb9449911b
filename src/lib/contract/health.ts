import * as z from 'zod';
import { defineRoute } from './route.ts';

/** Raised when an older app could misread what this server sends, or the other way round. */
export const CONTRACT_VERSION = 1;

/** On every answer under /api: the contract version that the server speaks. */
export const CONTRACT_HEADER = 'Octocut-Contract';

const bytes = z.number().nonnegative();

/** Room on the disk that holds a folder; null where the system does not tell. */
const DiskSpace = z.object({ freeBytes: bytes, totalBytes: bytes }).readonly().nullable();

/** How the server is doing, for those who are signed in. What is not known is null. */
export const HealthDetails = z
	.object({
		/** Which server it is, whatever its address and its name. Absent: an older server, which does not tell. */
		id: z.uuid().optional(),
		uptimeS: z.number().nonnegative(),
		cpu: z
			.object({
				cores: z.int().positive(),
				/** Of all cores, 0..1, of the server itself since the last time somebody asked. */
				share: z.number().min(0).nullable(),
				/** Processes that wanted to run in the last minute, on average. */
				load: z.number().nonnegative().nullable(),
			})
			.readonly(),
		memory: z.object({ usedBytes: bytes, freeBytes: bytes, totalBytes: bytes }).readonly(),
		/** Null while it is looked for, and where there is none. */
		ffmpeg: z.object({ version: z.string() }).readonly().nullable(),
		/** Names of the encoders that were proven here, best first; null while none has been tried. */
		encoders: z.array(z.string()).readonly().nullable(),
		/** Whether exports can be kept in the server's folder. Absent: an older server, which does not tell. */
		keepsExports: z.boolean().optional(),
		disks: z.object({ data: DiskSpace, exports: DiskSpace, cache: DiskSpace }).readonly(),
	})
	.readonly();
export type HealthDetails = z.infer<typeof HealthDetails>;

/** Who may ask: everybody who reaches the server, this device, or only devices that sign in first. */
export const Access = z.enum(['open', 'signed-in', 'needed']);
export type Access = z.infer<typeof Access>;

export const Health = z
	.object({
		status: z.literal('ok'),
		app: z.literal('octocut'),
		/** Version of the server's package. */
		version: z.string(),
		contractVersion: z.int().positive(),
		/** Absent: the server only hands out the app. */
		access: Access.optional(),
		/** What a person calls the machine. Not told to strangers, like `details`. */
		name: z.string().optional(),
		details: HealthDetails.optional(),
	})
	.readonly();
export type Health = z.infer<typeof Health>;

/** Tells that the server runs, and which contract it speaks. */
export const getHealth = defineRoute({
	method: 'get',
	path: '/api/health',
	summary: 'Whether the server runs, which contract it speaks, and how it is doing',
	replies: { 200: Health },
});
