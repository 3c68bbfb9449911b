import { OpenAPIHono } from '@hono/zod-openapi';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { present } from '#core/result';
import { createApp } from '../app.ts';
import { type Config, readConfig } from '../config.ts';
import { healthReader } from '../health/health-details.ts';
import { openDatabase } from '../db/open-database.ts';
import { Settings } from '../db/settings.ts';
import { serverIdentity } from '../server-identity.ts';
import { type Access, openAccess } from './open-access.ts';

export interface TestServer {
	readonly app: OpenAPIHono;
	readonly access: Access;
	/** Asks as a client at `from`, 192.0.2.1 unless told. */
	ask(path: string, init?: RequestInit, from?: string): Promise<Response>;
	post(path: string, body: unknown, headers?: Record<string, string>, from?: string): Promise<Response>;
	/** Milliseconds since 1970; moved on by tests. */
	clock: number;
	/** What the terminal showed at the start. */
	readonly said: string;
	readonly config: Config;
}

/** The whole app with its guard, on the environment that is given; one media route stands for those of other rooms. */
export async function testServer(
	environment: Record<string, string> = {},
	dataDir = mkdtempSync(join(tmpdir(), 'octocut-access-')),
): Promise<TestServer> {
	const config = readConfig({ DATA_DIR: dataDir, ...environment });
	if (!config.ok) throw new Error(config.error);
	const database = openDatabase(join(dataDir, 'octocut.sqlite'));
	if (!database.ok) throw new Error(database.error);
	const server = { clock: Date.UTC(2026, 10, 30) };
	const opened = await openAccess({ config: config.value, database: database.value, now: () => server.clock });
	if (!opened.ok) throw new Error(opened.error);
	const room = new OpenAPIHono();
	room.get('/api/media/:id/raw', (c) => c.text(`bytes for ${c.get('device')?.id}`));
	room.post('/api/jobs/clean', (c) => c.json({ by: c.get('device')?.id, from: c.get('client')?.address }));
	room.get('/api/socket', (c) => c.text('a socket'));
	const app = createApp({
		appFolder: '/nowhere',
		version: '1.2.3',
		onError: (error) => {
			throw error;
		},
		guard: [opened.value.guard],
		rooms: [opened.value.room, room],
		details: healthReader(
			config.value,
			serverIdentity(new Settings(database.value)).id,
			() => undefined,
			() => 1,
		),
	});
	const said = await opened.value.welcome(8787, false);
	const host = environment['HOST'] === undefined ? 'localhost:8787' : '192.0.2.9:8787';
	const ask: TestServer['ask'] = async (path, init = {}, from = '192.0.2.1') => {
		const headers = new Headers(init.headers);
		if (!headers.has('Host')) headers.set('Host', host);
		return app.request(
			`http://${present(headers.get('Host'), 'Host')}${path}`,
			{ ...init, headers },
			{
				incoming: { socket: { remoteAddress: from } },
			},
		);
	};
	return Object.assign(server, {
		...{ app, access: opened.value, ask, said, config: config.value },
		post: (path: string, body: unknown, headers: Record<string, string> = {}, from?: string) =>
			ask(
				path,
				{ method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } },
				from,
			),
	});
}

export const tokenIn = (said: string): string => present(/octo_[\w-]+/.exec(said)?.[0], 'the token');
export const codeIn = (said: string): string => present(/\/pair#(\w+)/.exec(said)?.[1], 'the code');
export const cookieOf = (response: Response): string =>
	present(response.headers.get('Set-Cookie')?.split(';')[0], 'the cookie');
