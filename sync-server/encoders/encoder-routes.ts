import type { OpenAPIHono } from '@hono/zod-openapi';
import { getEncoders, testEncoders } from '#contract/encoders';
import { present } from '#core/result';
import { ok } from '#core/result';
import { apiRoom } from '../api-room.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { toOpenApi } from '../open-api.ts';
import type { Encoders } from './encoders.ts';

export function encoderRoutes(encoders: Encoders, queue: JobQueue): OpenAPIHono {
	const room = apiRoom();
	room.openapi(toOpenApi(getEncoders), async (c) =>
		c.json(await encoders.answer(), 200, { 'Cache-Control': 'no-store' }),
	);
	room.openapi(toOpenApi(testEncoders), (c) => {
		const [job] = queue.enqueue([
			{ kind: 'encoder-proof', lane: 'interactive', title: 'Test of the encoders', payload: {}, key: 'encoder-proof' },
		]);
		return c.json(present(job, 'the job'), 202);
	});
	return room;
}

/** Lets the queue try the encoders. */
export function handleProofs(encoders: Encoders, queue: JobQueue): void {
	queue.handle('encoder-proof', async (_payload, { signal, onProgress }) =>
		ok(
			await encoders.proveAgain(signal, (done, of) =>
				onProgress({ progress: done / of, step: `Trying encoder ${done + 1} of ${of}` }),
			),
		),
	);
}
