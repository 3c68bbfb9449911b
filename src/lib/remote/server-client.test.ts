import { createRoute } from '@hono/zod-openapi';
import { expect, expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import { ApiError } from '#contract/api-error';
import { getHealth, type Health } from '#contract/health';
import { getJob, listJobs } from '#contract/jobs';
import { defineRoute } from '#contract/route';
import { apiRoom } from '../../../sync-server/api-room.ts';
import { createApp } from '../../../sync-server/app.ts';
import { refuse } from '../../../sync-server/errors/api-errors.ts';
import { toOpenApi } from '../../../sync-server/open-api.ts';
import { createServerClient } from './server-client.ts';

const echo = defineRoute({
	method: 'post',
	path: '/api/echo/{id}',
	summary: 'Gives back what it got',
	params: z.object({ id: z.string() }),
	query: z.object({ times: z.coerce.number().int().max(3).default(1), words: z.string().optional() }),
	body: z.object({ text: z.string() }),
	replies: { 200: z.object({ id: z.string(), said: z.array(z.string()), words: z.string() }), 404: ApiError },
});
const room = apiRoom().openapi(createRoute(toOpenApi(echo)), (c) => {
	const { times, words = '' } = c.req.valid('query');
	const { id } = c.req.valid('param');
	if (id === 'nobody') return refuse(c, { code: 'not_found', message: 'There is no such one.' }) as never;
	return c.json({ id, said: Array<string>(times).fill(c.req.valid('json').text), words }, 200);
});
const app = createApp({ appFolder: '/nowhere', version: '1.2.3', onError: () => undefined, rooms: [room] });
const server = createServerClient('http://sync.test/', (url, init) => app.request(url, init));

test('a reply comes back as the contract types it', async () => {
	const reply = await server.call(getHealth);
	expectTypeOf(reply).toExtend<{ ok: true; value: Health } | { ok: false }>();
	expect(reply).toMatchObject({ ok: true, value: { app: 'octocut', version: '1.2.3' } });
});

test('parameters are encoded, defaults of the server hold, what is undefined is not sent', async () => {
	const reply = await server.call(echo, {
		params: { id: 'a/../b?c#d' },
		query: { times: 2, words: undefined },
		body: { text: 'hello' },
	});
	expect(reply).toEqual({ ok: true, value: { id: 'a/../b?c#d', said: ['hello', 'hello'], words: '' } });
});

test('a refusal carries its status, code and sentence', async () => {
	const body = { text: '' };
	expect(await server.call(echo, { params: { id: 'nobody' }, body })).toEqual({
		ok: false,
		error: { kind: 'refused', status: 404, error: { code: 'not_found', message: 'There is no such one.' } },
	});
	expect(await server.call(echo, { params: { id: 'x' }, query: { times: 9 }, body })).toMatchObject({
		ok: false,
		error: { kind: 'refused', status: 400, error: { code: 'invalid_request', details: [{ path: 'times' }] } },
	});
	expect(await server.call(getJob, { params: { id: 'x' } })).toMatchObject({ error: { kind: 'refused', status: 404 } });
});

const answering = (body: string, init: ResponseInit = {}) =>
	createServerClient('http://sync.test', () => new Response(body, init));

test('what is not of the contract is unreadable; with another contract version it says whose fault that is', async () => {
	expect(await answering('<html>').call(getHealth)).toMatchObject({ error: { kind: 'unreadable', status: 200 } });
	expect(await answering('{}').call(getHealth)).toMatchObject({ error: { kind: 'unreadable' } });
	expect(await answering('{}', { status: 201 }).call(getHealth)).toMatchObject({ error: { kind: 'unreadable' } });
	expect(await answering('{}', { headers: { 'Octocut-Contract': '99' } }).call(getHealth)).toEqual({
		ok: false,
		error: { kind: 'incompatible', server: 'newer' },
	});
	expect(await answering('{}', { headers: { 'Octocut-Contract': '0' } }).call(getHealth)).toMatchObject({
		error: { kind: 'incompatible', server: 'older' },
	});
	expect(await answering('Bad gateway', { status: 502 }).call(getHealth)).toEqual({
		ok: false,
		error: { kind: 'refused', status: 502, error: null },
	});
});

test('a server that is not there, or does not answer in time, is offline; cancel is an AbortError', async () => {
	const gone = createServerClient('http://sync.test', () => Promise.reject(new TypeError('Failed to fetch')));
	expect(await gone.call(getHealth)).toMatchObject({ ok: false, error: { kind: 'offline' } });
	const silent = createServerClient(
		'http://sync.test',
		(_, { signal }) =>
			new Promise<Response>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error))),
	);
	expect(await silent.call(getHealth, { timeoutMs: 1 })).toMatchObject({ error: { kind: 'offline' } });
	const cancel = new AbortController();
	const call = silent.call(listJobs, { query: { state: 'active' }, signal: cancel.signal });
	cancel.abort(new Error('for a reason of its own'));
	await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});

test('the token of a device goes along as a bearer, and no cookie does', async () => {
	const sent: RequestInit[] = [];
	const fetch = (_: string, init: RequestInit) => {
		sent.push(init);
		return Response.json({});
	};
	await createServerClient('http://sync.test', fetch, { token: () => 'secret' }).call(getHealth);
	await createServerClient('http://sync.test', fetch).call(getHealth);
	expect(sent[0]).toMatchObject({ credentials: 'omit', headers: { Authorization: 'Bearer secret' } });
	expect(sent[1]).toMatchObject({ credentials: 'same-origin' });
	expect(sent[1]?.headers).not.toHaveProperty('Authorization');
});
