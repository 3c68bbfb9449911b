import type { OpenAPIHono } from '@hono/zod-openapi';
import { cancelJob, getJob, getJobLog, listJobs, removeJob, retryJob } from '#contract/jobs';
import { apiRoom } from '../api-room.ts';
import { refuse } from '../errors/api-errors.ts';
import { toOpenApi } from '../open-api.ts';
import type { JobQueue } from './job-queue.ts';

const FRESH = { 'Cache-Control': 'no-store' };

export function jobRoutes(queue: JobQueue): OpenAPIHono {
	const room = apiRoom();
	const unknown = (c: Parameters<typeof refuse>[0]) =>
		refuse(c, { code: 'not_found', message: 'The server has no such job; it may have been removed.' });
	room.openapi(toOpenApi(listJobs), (c) => {
		const { state, kind, group, before, limit } = c.req.valid('query');
		const filter = {
			...(state && { state }),
			...(kind && { kind }),
			...(group !== undefined && { group }),
			...(before !== undefined && { before }),
			limit,
		};
		// Nothing happens between the two: both are read in one go.
		return c.json({ seq: queue.seq, jobs: [...queue.list(filter)] }, 200, FRESH);
	});
	room.openapi(toOpenApi(getJob), (c) => {
		const job = queue.get(c.req.valid('param').id);
		return job === undefined ? (unknown(c) as never) : c.json(job, 200, FRESH);
	});
	room.openapi(toOpenApi(getJobLog), (c) => {
		const lines = queue.log(c.req.valid('param').id);
		return lines === undefined ? (unknown(c) as never) : c.json({ lines: [...lines] }, 200, FRESH);
	});
	room.openapi(toOpenApi(cancelJob), async (c) => {
		const job = await queue.cancel(c.req.valid('param').id);
		return job === undefined ? (unknown(c) as never) : c.json(job, 200, FRESH);
	});
	room.openapi(toOpenApi(retryJob), (c) => {
		const { id } = c.req.valid('param');
		if (queue.get(id) === undefined) return unknown(c) as never;
		const job = queue.retry(id);
		if (job !== undefined) return c.json(job, 200, FRESH);
		const message = 'Only a job that failed or was cancelled can be tried again.';
		return refuse(c, { code: 'conflict', message }) as never;
	});
	room.openapi(toOpenApi(removeJob), (c) => {
		const { id } = c.req.valid('param');
		if (queue.get(id) === undefined) return unknown(c) as never;
		if (queue.remove(id)) return c.json({ removed: true } as const, 200);
		return refuse(c, { code: 'conflict', message: 'The job still waits or runs. Cancel it first.' }) as never;
	});
	return room;
}
