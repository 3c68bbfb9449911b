import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadableStream } from 'node:stream/web';
import { expect, test, vi } from 'vitest';
import * as z from 'zod';
import { HealthDetails } from '#contract/health';
import type { ServerJob } from '#contract/jobs';
import { defineRoute } from '#contract/route';
import { apiRoom } from './api-room.ts';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { createLog } from './log/logger.ts';
import { toOpenApi } from './open-api.ts';
import { openServices } from './open-services.ts';

const echo = defineRoute({
	method: 'post',
	path: '/api/echo',
	summary: 'Gives back what it got',
	body: z.object({ text: z.string() }),
	replies: { 200: z.object({ text: z.string() }) },
});
const room = apiRoom();
room.openapi(toOpenApi(echo), (c) => c.json(c.req.valid('json'), 200));
room.get('/api/broken', () => {
	throw new Error('a path: /home/somebody');
});
const errors: Error[] = [];
const app = createApp({
	appFolder: '/nowhere',
	version: '1.2.3',
	onError: (error) => errors.push(error),
	rooms: [room],
});
const post = (
	body: string | ReadableStream,
	headers: Record<string, string> = { 'Content-Type': 'application/json' },
) => app.request('/api/echo', { method: 'POST', body, headers, duplex: 'half' });

test('a body that is no JSON, of the wrong type, or too large is refused in a sentence', async () => {
	for (const body of ['{', '', 'null', '[]', '{"text":1}', '\0']) {
		const answer = await post(body);
		expect([answer.status, await answer.json()], body).toEqual([
			400,
			expect.objectContaining({ code: 'invalid_request', message: expect.stringMatching(/\.$/) as string }),
		]);
	}
	expect((await post('text=1', { 'Content-Type': 'text/plain' })).status).toBe(400);
	const large = JSON.stringify({ text: 'x'.repeat(1024 * 1024) });
	expect(await (await post(large)).json()).toMatchObject({ code: 'too_large' });
	const streamed = new Blob([large]).stream();
	expect((await post(streamed)).status).toBe(413);
	expect(errors).toEqual([]);
});

test('what breaks inside is told to the log, not to the client', async () => {
	const answer = await app.request('/api/broken');
	expect(answer.status).toBe(500);
	expect(await answer.text()).not.toContain('somebody');
	expect(errors.splice(0)).toHaveLength(1);
});

test('unknown routes answer with an ApiError, for any method', async () => {
	for (const method of ['GET', 'POST', 'PATCH', 'DELETE', 'OPTIONS']) {
		const answer = await app.request('/api/no/such', { method });
		expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'not_found' }]);
	}
});

test('the document names every route and how to prove oneself; its page needs nothing else', async () => {
	const document = (await (await app.request('/api/openapi.json')).json()) as {
		paths: Record<string, unknown>;
		components: { securitySchemes: object };
	};
	expect(Object.keys(document.paths)).toEqual(
		expect.arrayContaining(['/api/health', '/api/echo', '/metrics', '/api/openapi.json']),
	);
	expect(Object.keys(document.components.securitySchemes)).toEqual(['bearer', 'cookie']);
	const page = await app.request('/api/docs');
	const html = await page.text();
	for (const path of Object.keys(document.paths)) expect(html).toContain(path);
	expect(html).not.toMatch(/<script|https?:\/\/(?!opensource)|\son\w+=/);
	expect(page.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
});

test('health tells real figures to those who may know, and metrics are in the text format of Prometheus', async () => {
	const config = readConfig({ DATA_DIR: mkdtempSync(join(tmpdir(), 'octocut-app-')) });
	if (!config.ok) throw new Error(config.error);
	const beforeMs = performance.now();
	const services = await openServices(config.value, createLog('silent'));
	if (!services.ok) throw new Error(services.error);
	const whole = createApp({
		appFolder: '/nowhere',
		version: '1.2.3',
		onError: (error) => errors.push(error),
		...services.value,
	});
	const health = (await (await whole.request('http://localhost/api/health')).json()) as {
		access: string;
		details: unknown;
	};
	expect(health.access).toBe('open');
	const details = HealthDetails.parse(health.details);
	expect(details.id).toMatch(/^[0-9a-f-]{36}$/);
	// Of the server, not of the process, which is older.
	expect(details.uptimeS).toBeLessThanOrEqual((performance.now() - beforeMs) / 1000);
	expect(details.memory.usedBytes).toBeGreaterThan(1e7);
	expect(details.memory.totalBytes).toBeGreaterThan(details.memory.freeBytes);
	expect(details.disks.data?.totalBytes).toBeGreaterThan(0);
	const metrics = await (await whole.request('http://localhost/metrics')).text();
	expect(metrics).toContain('octocut_process_resident_memory_bytes ');
	expect(metrics).toMatch(
		/octocut_http_request_duration_seconds_count\{method="GET",route="\/api\/health",status="200"\} 1/,
	);
	await services.value.close();
	expect(errors).toEqual([]);
});

test('jobs begin also where the cache cannot be tidied up', async () => {
	const dataDir = mkdtempSync(join(tmpdir(), 'octocut-app-'));
	const config = readConfig({ DATA_DIR: dataDir });
	if (!config.ok) throw new Error(config.error);
	mkdirSync(config.value.cacheDir, { recursive: true });
	// Where the folder of the cache should be.
	writeFileSync(join(config.value.cacheDir, 'media'), '');
	const services = await openServices(config.value, createLog('silent'));
	if (!services.ok) throw new Error(services.error);
	const whole = createApp({ appFolder: '/nowhere', version: '1.2.3', onError: console.error, ...services.value });
	services.value.start();
	const asked = await whole.request('http://localhost/api/encoders/test', { method: 'POST' });
	const { id } = (await asked.json()) as ServerJob;
	await vi.waitFor(
		async () => {
			const job = (await (await whole.request(`http://localhost/api/jobs/${id}`)).json()) as ServerJob;
			expect(job.attempts).toBe(1);
		},
		{ timeout: 10_000 },
	);
	await services.value.close();
});
