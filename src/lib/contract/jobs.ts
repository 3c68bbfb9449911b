import * as z from 'zod';
import { jobFields } from '#core/export/job';
import { ApiError } from './api-error.ts';
import { defineRoute } from './route.ts';

/** Kinds of work that the server does in the background. */
export const ServerJobKind = z.enum([
	'export',
	'transcode',
	'audio',
	'preview',
	'upload-check',
	'encoder-proof',
	'capture',
	'webhook',
]);
export type ServerJobKind = z.infer<typeof ServerJobKind>;

/** Work of the server, as clients see it. */
export const ServerJob = z
	.object({
		...jobFields,
		kind: ServerJobKind,
		/** For the person: "walk_003_1.mp4". */
		title: z.string(),
		/** Id of the device that asked; empty for the server itself. */
		device: z.string(),
		/** Sentences on what went otherwise than planned: "NVENC failed; made with libx264". */
		notes: z.array(z.string()).readonly(),
		/** Jobs of one press have the same group. */
		group: z.string().optional(),
		/** What came out; its shape is of the kind. */
		result: z.unknown().optional(),
	})
	.readonly();
export type ServerJob = z.infer<typeof ServerJob>;

const jobParams = z.object({ id: z.string().min(1).max(64) });

/** Newest first. */
export const listJobs = defineRoute({
	method: 'get',
	path: '/api/jobs',
	summary: 'Jobs of the server, newest first',
	query: z.object({
		state: z.enum(['active', 'ended']).optional(),
		kind: ServerJobKind.optional(),
		group: z.string().max(64).optional(),
		/** Jobs that were created before this date. */
		before: z.iso.datetime().optional(),
		limit: z.coerce.number().int().min(1).max(500).default(100),
	}),
	replies: {
		/** `seq` numbers the state that is told: events of the socket with a higher number are newer. */
		200: z.object({ seq: z.int().nonnegative(), jobs: z.array(ServerJob).readonly() }).readonly(),
	},
});

export const getJob = defineRoute({
	method: 'get',
	path: '/api/jobs/{id}',
	summary: 'One job',
	params: jobParams,
	replies: { 200: ServerJob, 404: ApiError },
});

/** The last lines that the job's program wrote, for the curious. */
export const getJobLog = defineRoute({
	method: 'get',
	path: '/api/jobs/{id}/log',
	summary: 'The last lines of the log of a job',
	params: jobParams,
	replies: { 200: z.object({ lines: z.array(z.string()).readonly() }).readonly(), 404: ApiError },
});

export const cancelJob = defineRoute({
	method: 'post',
	path: '/api/jobs/{id}/cancel',
	summary: 'Cancels a job that waits or runs; nothing of it stays',
	params: jobParams,
	replies: { 200: ServerJob, 404: ApiError },
});

export const retryJob = defineRoute({
	method: 'post',
	path: '/api/jobs/{id}/retry',
	summary: 'Puts a failed or cancelled job back into the queue',
	params: jobParams,
	replies: { 200: ServerJob, 404: ApiError, 409: ApiError },
});

export const removeJob = defineRoute({
	method: 'delete',
	path: '/api/jobs/{id}',
	summary: 'Forgets a job that has ended; what it made stays',
	params: jobParams,
	replies: { 200: z.object({ removed: z.literal(true) }).readonly(), 404: ApiError, 409: ApiError },
});
