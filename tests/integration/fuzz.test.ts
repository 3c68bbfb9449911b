import fc from 'fast-check';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ApiError } from '#contract/api-error';
import { createApp } from '../../sync-server/app.ts';
import { readConfig } from '../../sync-server/config.ts';
import { createLog } from '../../sync-server/log/logger.ts';
import { openServices } from '../../sync-server/open-services.ts';
import { dataFolder } from '../data-folder.ts';
import { fixturePath } from '../fixtures/make.ts';
import { spoilt, valueOf, type JsonSchema } from './json-schema-arbitrary.ts';

const SEED = 20261130;
const RUNS = 40;
/** Longer than any answer may take here, in milliseconds: none of them waits for work. */
const HANG_MS = 60_000;

interface Operation {
	readonly name: string;
	readonly method: string;
	readonly path: string;
	readonly parameters: readonly {
		readonly name: string;
		readonly in: string;
		readonly required?: boolean;
		readonly schema?: JsonSchema;
	}[];
	readonly body: JsonSchema | undefined;
	/** JSON replies by status. */
	readonly replies: Readonly<Record<string, JsonSchema>>;
	/** Statuses that carry something else than JSON, too. */
	readonly statuses: readonly string[];
}
interface Document {
	readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
	readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}
type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>;
interface RawOperation {
	readonly parameters?: Operation['parameters'];
	readonly requestBody?: { readonly content?: Content };
	readonly responses?: Readonly<Record<string, { readonly content?: Content }>>;
}

async function open() {
	const [dataDir, media] = [dataFolder(), dataFolder()];
	copyFileSync(fixturePath('no-audio.mp4'), join(media, 'walk.mp4'));
	const config = readConfig({ DATA_DIR: dataDir, AUTH: 'token', MEDIA_DIRS: media });
	if (!config.ok) throw new Error(config.error);
	const lines: string[] = [];
	const log = createLog('trace', { write: (line) => void lines.push(line) }, false);
	const services = await openServices(config.value, log);
	if (!services.ok) throw new Error(services.error);
	const errors: Error[] = [];
	const app = createApp({
		appFolder: '/nowhere',
		version: '1.2.3',
		onError: (error) => {
			errors.push(error);
			log.error(error, 'an answer failed');
		},
		...services.value,
	});
	const env = { incoming: { socket: { remoteAddress: '127.0.0.1' } } };
	const ask = (path: string, init: RequestInit = {}) => app.request(`http://localhost:8787${path}`, init, env);
	const said = await services.value.welcome(8787, false);
	const pair = async (as: 'cookie' | 'bearer', secret = /octo_[\w-]+/.exec(said)?.[0]) => {
		const answer = await ask('/api/auth/pair', {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ secret, as }),
		});
		return { answer, body: (await answer.json()) as { token?: string } };
	};
	return { dataDir, services: services.value, ask, pair, said, lines, errors };
}

let server: Awaited<ReturnType<typeof open>>;
let document: Document;
let operations: readonly Operation[];

beforeAll(async () => {
	server = await open();
	server.services.start();
	const { body } = await server.pair('bearer');
	const answer = await server.ask('/api/openapi.json', { headers: { Authorization: `Bearer ${body.token ?? ''}` } });
	document = (await answer.json()) as Document;
	operations = Object.entries(document.paths).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, raw]) => ({
			name: `${method.toUpperCase()} ${path}`,
			...{ method: method.toUpperCase(), path, parameters: raw.parameters ?? [] },
			body: raw.requestBody?.content?.['application/json']?.schema,
			statuses: Object.keys(raw.responses ?? {}),
			replies: Object.fromEntries(
				Object.entries(raw.responses ?? {}).flatMap(([status, { content }]) => {
					const schema = content?.['application/json']?.schema;
					return schema === undefined ? [] : [[status, schema]];
				}),
			),
		})),
	);
});
afterAll(() => server.services.close());

const resolve = (ref: string): JsonSchema =>
	document.components?.schemas?.[ref.replace('#/components/schemas/', '')] ?? {};

interface Request {
	readonly params: Readonly<Record<string, unknown>>;
	readonly query: Readonly<Record<string, unknown>>;
	readonly body: unknown;
}

/** Texts that the server itself told, by the name they had: ids, above all, which nobody guesses. */
const told = new Map<string, Set<string>>();

/** An id means something to the routes beside the one that told it; everything else has one name for all. */
const keyOf = (path: string, name: string): string =>
	name === 'id' ? `${path.split('/').slice(0, 3).join('/')} id` : name;

function harvest(path: string, value: unknown, name = ''): void {
	if (typeof value === 'string' && value.length < 100) {
		const texts = told.get(keyOf(path, name)) ?? new Set();
		if (texts.size < 20) told.set(keyOf(path, name), texts.add(value));
	} else if (typeof value === 'object' && value !== null) {
		for (const [key, part] of Object.entries(value)) harvest(path, part, Array.isArray(value) ? name : key);
	}
}

function requestOf({ path, parameters, body }: Operation): fc.Arbitrary<Request> {
	const part = (place: string): fc.Arbitrary<Readonly<Record<string, unknown>>> => {
		const mine = parameters.filter((parameter) => parameter.in === place);
		const requiredKeys = mine.filter(({ required }) => required === true).map(({ name }) => name);
		const values = mine.map(({ name, schema = {} }) => {
			const known = [...(told.get(keyOf(path, name)) ?? [])];
			const any = valueOf(schema, resolve);
			return [name, known.length === 0 ? any : fc.oneof(fc.constantFrom(...known), any)] as const;
		});
		return fc.oneof(
			fc.record(Object.fromEntries(values), { requiredKeys }),
			fc.record(Object.fromEntries(values.filter(([name]) => requiredKeys.includes(name)))),
		);
	};
	return fc.record({
		params: part('path'),
		query: part('query'),
		body: body === undefined ? fc.constant(undefined) : valueOf(body, resolve),
	});
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
/** Half a character cannot stand in an address at all. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');
const encoded = (value: unknown): string => encodeURIComponent(wellFormed(asText(value)));

async function send(operation: Operation, request: Request, headers: Record<string, string>): Promise<void> {
	const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(request.params[name] ?? '-') || '-');
	const query = Object.entries(request.query).map(
		([name, value]) => `${encodeURIComponent(wellFormed(name))}=${encoded(value)}`,
	);
	const init: RequestInit = { method: operation.method, headers: { 'Content-Type': 'application/json', ...headers } };
	if (request.body !== undefined)
		init.body = typeof request.body === 'string' ? request.body : JSON.stringify(request.body);
	const what = `${operation.method} ${path}?${query.join('&')} ${asText(request.body).slice(0, 500)}`;
	const answer = await inTime(server.ask(`${path}${query.length === 0 ? '' : `?${query.join('&')}`}`, init), what);
	const { status } = answer;
	if (server.errors.length > 0) throw new Error(`${what}\nbroke: ${String(server.errors.splice(0)[0]?.stack)}`);
	expect(status === 500 || status === 501 || status === 502, what).toBe(false);
	if (!(answer.headers.get('Content-Type') ?? '').startsWith('application/json')) {
		await inTime(answer.arrayBuffer(), what);
		if (status >= 400) throw new Error(`${what}\nanswers ${status} without an ApiError`);
		served.add(operation.name);
		return;
	}
	const value: unknown = await inTime(answer.json(), what);
	if (status >= 400) {
		const refusal = ApiError.safeParse(value);
		if (!refusal.success) throw new Error(`${what}\nanswers ${status} with ${JSON.stringify(value)}`);
		return;
	}
	served.add(operation.name);
	harvest(operation.path, value);
	expect(operation.statuses, what).toContain(String(status));
	const schema = operation.replies[String(status)];
	if (schema === undefined) return;
	const read = readerOf(schema).safeParse(value);
	if (!read.success)
		throw new Error(`${what}\nanswers ${status} with ${JSON.stringify(value).slice(0, 500)}: ${read.error.message}`);
}

/** Operations that were given what they want at least once. */
const served = new Set<string>();

const readers = new Map<JsonSchema, z.ZodType>();
function readerOf(schema: JsonSchema): z.ZodType {
	const known = readers.get(schema);
	if (known !== undefined) return known;
	const text = JSON.stringify({ ...schema, $defs: document.components?.schemas ?? {} }).replaceAll(
		'#/components/schemas/',
		'#/$defs/',
	);
	const reader = z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0]);
	readers.set(schema, reader);
	return reader;
}

async function inTime<T>(work: T | Promise<T>, told: string): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const hang = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`${told}\nhangs`)), HANG_MS);
	});
	try {
		return await Promise.race([work, hang]);
	} finally {
		clearTimeout(timer);
	}
}

/** Signed in anew before each request: signing out is one of the routes. */
function signedIn(): Record<string, string> {
	const { device, token } = server.services.access.devices.add({ name: 'Fuzz', kind: 'bearer' });
	pending.push(device.id);
	return { Authorization: `Bearer ${token}` };
}
const pending: string[] = [];

describe('every route of the document', () => {
	test('answers what is right and what is spoilt, in its own words', { timeout: 600_000 }, async () => {
		expect(operations.length).toBeGreaterThan(8);
		await expect.poll(async () => (await lookUp('/api/media')).includes('walk.mp4'), { timeout: 30_000 }).toBe(true);
		for (const { path } of operations.filter(isSimple))
			if (path !== '/metrics' && path !== '/api/docs') harvest(path, JSON.parse(await lookUp(path)));
		for (const operation of operations) {
			const right = requestOf(operation);
			const any = fc.oneof(
				right,
				right.chain((request) =>
					fc.record({
						params: fc.oneof(fc.constant(request.params), spoilt(request.params) as fc.Arbitrary<Request['params']>),
						query: fc.oneof(fc.constant(request.query), spoilt(request.query) as fc.Arbitrary<Request['query']>),
						body: spoilt(request.body),
					}),
				),
			);
			await fc.assert(
				fc.asyncProperty(any, async ({ params, query, body }) => {
					const asThings = {
						params: thingOf(params),
						query: thingOf(query),
						body: operation.body === undefined ? undefined : body,
					};
					await send(operation, asThings, signedIn());
					for (const id of pending.splice(0)) server.services.access.devices.remove(id);
				}),
				{ seed: SEED, numRuns: RUNS },
			);
		}
		expect([...served]).toEqual(
			expect.arrayContaining([...operations.filter(isSimple).map(({ name }) => name), 'POST /api/auth/sign']),
		);
	});

	test('is closed to strangers, but for the two that let them in', async () => {
		for (const { method, path, name } of operations) {
			const answer = await server.ask(path.replace(/\{\w+\}/g, 'x'), {
				method,
				headers: { 'Content-Type': 'application/json' },
				...(method === 'GET' ? {} : { body: '{}' }),
			});
			if (path === '/api/health') expect(await answer.json()).not.toHaveProperty('details');
			else expect([answer.status, name]).toEqual([path === '/api/auth/pair' ? 400 : 401, name]);
		}
	});
});

/** What is asked by its path alone. */
const isSimple = ({ path, method }: Operation): boolean => method === 'GET' && !path.includes('{');
const lookUp = async (path: string): Promise<string> => (await server.ask(path, { headers: signedIn() })).text();

const thingOf = (value: unknown): Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { junk: value };

test('no answer and no line of the log holds a token, a cookie, a key or a code', async () => {
	const own = await open();
	const token = /octo_[\w-]+/.exec(own.said)?.[0] ?? '';
	const code = /\/pair#(\w+)/.exec(own.said)?.[1] ?? '';
	const bearer = (await own.pair('bearer')).body.token ?? '';
	const cookie =
		/=(octo_[^;]+)/.exec((await own.pair('cookie', code)).answer.headers.get('Set-Cookie') ?? '')?.[1] ?? '';
	const key = readFileSync(join(own.dataDir, 'signing.key'), 'utf8').trim();
	const secrets = [token, bearer, cookie, key, code];
	for (const secret of secrets) expect(secret.length).toBeGreaterThan(9);

	const heard: string[] = [];
	for (const { method, path } of [...operations, { method: 'GET', path: '/api/none' }]) {
		if (path === '/api/auth/sign-out' || path === '/api/auth/pair') continue;
		for (const headers of [
			{ Authorization: `Bearer ${bearer}`, Cookie: `octocut-00000000=${cookie}` },
			{ Authorization: `Bearer ${token}` },
		]) {
			for (const body of [
				'{}',
				`{"secret":"${token}"`,
				JSON.stringify({ path: '/api/media/x/raw', name: 'x', secret: token }),
			]) {
				const answer = await own.ask(`${path.replace(/\{\w+\}/g, 'x')}?token=x&sigs=${bearer}`, {
					method,
					headers: { 'Content-Type': 'application/json', ...headers },
					...(method === 'GET' ? {} : { body }),
				});
				heard.push(JSON.stringify([...answer.headers]), await answer.text());
			}
		}
	}
	await own.services.close();
	expect(own.lines.length).toBeGreaterThan(operations.length);
	for (const secret of secrets) {
		expect(heard.filter((text) => text.includes(secret))).toEqual([]);
		expect(own.lines.filter((line) => line.includes(secret))).toEqual([]);
	}
});
