import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { ok } from '#core/result';
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { SqliteJobQueue } from '../../sync-server/jobs/sqlite-job-queue.ts';
import { Device } from '../sync/device.ts';
import { trialServer, type TrialOptions, type TrialServer } from '../sync/server.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0).reverse()) await close();
});

async function server(options?: TrialOptions): Promise<TrialServer> {
	const started = await trialServer(options);
	closing.push(() => started.close());
	return started;
}

function device(url: string): Device {
	const made = new Device(() => url);
	closing.push(() => made.close());
	return made;
}

describe('events', () => {
	test('a device is welcomed with the jobs under way, then told each change; of the library and of captures once for many', async () => {
		const opened = openDatabase(':memory:');
		if (!opened.ok) throw new Error(opened.error);
		const jobs = new SqliteJobQueue(opened.value, {
			lanes: { export: 1, interactive: 1, background: 1 },
			onError: console.error,
		});
		closing.push(() => opened.value.close());
		closing.push(() => jobs.stop());
		jobs.handle('export', () => Promise.resolve(ok({})));
		const [waiting] = jobs.enqueue([{ kind: 'export', lane: 'export', title: 'a.mp4', payload: {} }]);
		const { url, hub } = await server({ jobs, libraryPauseMs: 5 });
		const { events } = device(url);
		await expect.poll(() => events.length).toBe(1);
		expect(events[0]).toMatchObject({ type: 'welcome', seq: jobs.seq, jobs: [{ id: waiting?.id, state: 'queued' }] });
		jobs.start();
		await expect.poll(() => events.at(-1)).toMatchObject({ type: 'job', job: { id: waiting?.id, state: 'done' } });
		const numbers = events.flatMap((event) => (event.type === 'job' ? event.seq : []));
		expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
		for (let n = 0; n < 100; n += 1) hub.tellLibrary();
		for (let n = 0; n < 20; n += 1) hub.tellCaptures();
		await expect.poll(() => events.filter(({ type }) => type === 'library').length).toBe(1);
		await expect.poll(() => events.filter(({ type }) => type === 'captures').length).toBe(1);
		jobs.remove(waiting?.id ?? '');
		await expect.poll(() => events.at(-1)).toMatchObject({ type: 'job-removed', id: waiting?.id });
	});
});

describe('blobs', () => {
	const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
	test('are kept under the hash of their bytes, and nothing else is', async () => {
		const { app } = await server();
		const put = (hash: string, body: BodyInit) => app.request(`/api/blobs/${hash}`, { method: 'PUT', body });
		expect((await app.request(`/api/blobs/${HASH}`)).status).toBe(404);
		expect((await put(HASH, 'test')).status).toBe(201);
		expect((await put(HASH, 'test')).status).toBe(201);
		expect(await (await app.request(`/api/blobs/${HASH}`)).text()).toBe('test');
		expect((await app.request(`/api/blobs/${HASH}`, { method: 'HEAD' })).status).toBe(200);
		expect((await put(HASH.replace('9', '8'), 'test')).status).toBe(422);
		const large = new Uint8Array(3_000_000);
		expect((await put(createHash('sha256').update(large).digest('hex'), large)).status).toBe(201);
		expect((await put('..%2f..%2fetc', 'test')).status).toBe(400);
		expect((await put(HASH, new Uint8Array(33 * 1024 * 1024))).status).toBe(413);
	});
});
