import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request as httpRequest } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { createApp } from '../../sync-server/app.ts';
import { openAccess } from '../../sync-server/auth/open-access.ts';
import { readConfig } from '../../sync-server/config.ts';
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { listen } from '../../sync-server/listen.ts';
import { createLog } from '../../sync-server/log/logger.ts';
import { requestLog } from '../../sync-server/log/request-log.ts';
import { openShares } from '../../sync-server/shares/open-shares.ts';
import type { NewShare, Terms } from '../../sync-server/shares/shares.ts';
import { DEFAULT_TERMS } from '../../sync-server/shares/shares.ts';
import { CaptureShelf } from '../capture-shelf.ts';

export const APP_PAGE = '<!doctype html><title>the app</title>';

/** A server behind a proxy that is closed to strangers, with captures, links and real sockets. */
export async function shareServer(environment: Record<string, string> = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'octocut-shares-'));
	const appFolder = join(folder, 'app');
	mkdirSync(appFolder);
	writeFileSync(join(appFolder, 'index.html'), APP_PAGE);
	cpSync(fileURLToPath(new URL('../../static/icons', import.meta.url)), join(appFolder, 'icons'), { recursive: true });
	const config = readConfig({ DATA_DIR: folder, AUTH: 'token', TRUST_PROXY: '127.0.0.1', ...environment });
	if (!config.ok) throw new Error(config.error);
	const database = openDatabase(join(folder, 'db.sqlite'));
	if (!database.ok) throw new Error(database.error);
	const clock = { now: Date.UTC(2026, 10, 30, 8) };
	const now = () => clock.now;
	const access = await openAccess({ config: config.value, database: database.value, now });
	if (!access.ok) throw new Error(access.error);
	const captures = new CaptureShelf(database.value, folder);
	const opened = openShares({
		...{ config: config.value, database: database.value, captures, access: access.value, now },
	});
	const lines: string[] = [];
	const log = createLog('debug', { write: (line) => void lines.push(line) }, false);
	const errors: Error[] = [];
	const pages = new Hono().use('/s/*', requestLog(log)).route('/', opened.pages);
	const app = createApp({
		...{ appFolder, version: '1', rooms: [opened.room], publicPages: [pages] },
		guard: [requestLog(log), access.value.guard],
		onError: (error) => {
			errors.push(error);
			log.error(error, 'an answer failed');
		},
	});
	const listening = await listen((request, env) => app.fetch(request, env), { host: '127.0.0.1', port: 0 });
	if (!listening.ok) throw new Error(listening.error);
	const { token } = access.value.devices.add({ name: 'test', kind: 'bearer' });
	const { url } = listening.value;
	let visitors = 0;
	return {
		...{ app, access: access.value, captures, clock, database: database.value, lines, errors, url, folder, token },
		shares: opened.shares,
		/** As the person whose server it is. */
		api: (path: string, init: RequestInit = {}) =>
			fetch(url + path, {
				...init,
				headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...init.headers },
			}),
		share: async (capture: string, terms: Partial<Terms> = {}): Promise<NewShare> => {
			const made = await opened.shares.create(capture, { ...DEFAULT_TERMS, ...terms });
			if (!made.ok) throw new Error(made.error.message);
			return made.value;
		},
		/** A browser of its own at an address of its own. */
		visitor: (address = `198.51.100.${(visitors += 1)}`) => new ShareVisitor(url, address),
		stop: async () => {
			await listening.value.close(0);
			opened.close();
			database.value.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly body: Buffer;
	readonly text: string;
}

/** A browser: keeps cookies by path, follows nothing. */
export class ShareVisitor {
	readonly cookies = new Map<string, { readonly value: string; readonly path: string }>();

	constructor(
		readonly url: string,
		readonly address: string,
	) {}

	ask(path: string, method = 'GET', headers: Record<string, string> = {}, body?: string): Promise<Answer> {
		const cookie = [...this.cookies]
			.filter(([, { path: scope }]) => path === scope || path.startsWith(`${scope}/`))
			.map(([name, { value }]) => `${name.split(' ')[0]}=${value}`)
			.join('; ');
		return new Promise((resolve, reject) => {
			const request = httpRequest(
				this.url + path,
				{ method, agent: false, headers: { 'X-Forwarded-For': this.address, ...(cookie && { cookie }), ...headers } },
				(response) => {
					for (const set of response.headers['set-cookie'] ?? []) this.#keep(set);
					const parts: Buffer[] = [];
					response.on('data', (part: Buffer) => parts.push(part));
					response.on('error', reject);
					response.on('end', () => {
						const all = Buffer.concat(parts);
						const { statusCode: status = 0, headers } = response;
						resolve({ status, headers, body: all, text: all.toString('utf8') });
					});
				},
			);
			request.on('error', reject);
			request.end(body);
		});
	}

	unlock(path: string, password: string): Promise<Answer> {
		const body = new URLSearchParams({ password }).toString();
		return this.ask(`${path}/unlock`, 'POST', { 'Content-Type': 'application/x-www-form-urlencoded' }, body);
	}

	#keep(set: string): void {
		const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
		const path = /path=([^;]+)/i.exec(set)?.[1] ?? '/';
		this.cookies.set(`${name} ${path}`, { value: decodeURIComponent(value), path });
	}
}
