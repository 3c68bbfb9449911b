import { expect, test } from 'vitest';
import { err, ok } from '#core/result';
import { ServerJob } from '#contract/jobs';
import { openDatabase } from '../db/open-database.ts';
import { jobRoutes } from './job-routes.ts';
import { SqliteJobQueue } from './sqlite-job-queue.ts';

async function withRoutes(
	act: (queue: SqliteJobQueue, ask: (path: string, init?: RequestInit) => Promise<Response>) => Promise<void>,
): Promise<void> {
	const database = openDatabase(':memory:');
	if (!database.ok) throw new Error(database.error);
	const queue = new SqliteJobQueue(database.value);
	const app = jobRoutes(queue);
	try {
		await act(queue, async (path, init) => app.request(path, init));
	} finally {
		await queue.stop();
		database.value.close();
	}
}

const ended = (queue: SqliteJobQueue, id: string) =>
	new Promise<void>((resolve) => {
		queue.subscribe((event) => event.type === 'job' && event.job.id === id && event.job.endedAt && resolve());
	});

test('a job is listed, shown with its log, cancelled, tried again and forgotten', async () => {
	await withRoutes(async (queue, ask) => {
		queue.handle('export', (_payload, { log, attempt }) => {
			log(`start ${attempt}`);
			return Promise.resolve(ok({ bytes: 1 }));
		});
		const [job] = queue.enqueue([{ kind: 'export', lane: 'export', title: 'a.mp4', payload: {} }]);
		const url = `/api/jobs/${job!.id}`;
		expect((await ask(`${url}/retry`, { method: 'POST' })).status).toBe(409);
		expect((await ask(url, { method: 'DELETE' })).status).toBe(409);
		const list = (await (await ask('/api/jobs?state=active')).json()) as { seq: number; jobs: unknown[] };
		expect(list).toMatchObject({ seq: 1, jobs: [{ id: job!.id, state: 'queued' }] });
		const cancelled: unknown = await (await ask(`${url}/cancel`, { method: 'POST' })).json();
		expect(ServerJob.parse(cancelled)).toMatchObject({ state: 'cancelled' });
		const done = ended(queue, job!.id);
		queue.start();
		expect(await (await ask(`${url}/retry`, { method: 'POST' })).json()).toMatchObject({ state: 'queued' });
		await done;
		expect(await (await ask(`${url}/log`)).json()).toEqual({ lines: ['start 1'] });
		expect(ServerJob.parse(await (await ask(url)).json())).toMatchObject({ state: 'done', result: { bytes: 1 } });
		expect((await ask(url, { method: 'DELETE' })).status).toBe(200);
		expect((await ask(url)).status).toBe(404);
	});
});

test.each([
	['GET', '/api/jobs/nope', 404],
	['GET', '/api/jobs/nope/log', 404],
	['POST', '/api/jobs/nope/cancel', 404],
	['POST', '/api/jobs/nope/retry', 404],
	['DELETE', '/api/jobs/nope', 404],
	['GET', '/api/jobs?limit=0', 400],
	['GET', '/api/jobs?limit=many', 400],
	['GET', '/api/jobs?state=late', 400],
	['GET', '/api/jobs?before=yesterday', 400],
	['GET', `/api/jobs/${'x'.repeat(65)}`, 400],
])('%s %s is refused with %i and a sentence', async (method, url, status) => {
	await withRoutes(async (_queue, ask) => {
		const reply = await ask(url, { method });
		expect(reply.status).toBe(status);
		expect(((await reply.json()) as { message: string }).message).toMatch(/\.$/);
	});
});

test('what a job failed of is told', async () => {
	await withRoutes(async (queue, ask) => {
		queue.handle('export', () =>
			Promise.resolve(err({ failure: { kind: 'source-missing', subject: 'walk.mp4' }, mayPass: false })),
		);
		const [job] = queue.enqueue([{ kind: 'export', lane: 'export', title: 'a.mp4', payload: {} }]);
		const failed = ended(queue, job!.id);
		queue.start();
		await failed;
		expect(await (await ask(`/api/jobs/${job!.id}`)).json()).toMatchObject({
			state: 'failed',
			error: { kind: 'source-missing', subject: 'walk.mp4' },
		});
	});
});
