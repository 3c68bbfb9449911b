import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Webhook, WebhookDelivery } from '../../src/lib/contract/webhooks.ts';
import { createApp } from '../../sync-server/app.ts';
import { openAccess } from '../../sync-server/auth/open-access.ts';
import { readConfig } from '../../sync-server/config.ts';
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { jobRoutes } from '../../sync-server/jobs/job-routes.ts';
import { SqliteJobQueue } from '../../sync-server/jobs/sqlite-job-queue.ts';
import { createLog } from '../../sync-server/log/logger.ts';
import { requestLog } from '../../sync-server/log/request-log.ts';
import { openShares } from '../../sync-server/shares/open-shares.ts';
import type { Resolve } from '../../sync-server/webhooks/outside-addresses.ts';
import { openWebhooks } from '../../sync-server/webhooks/open-webhooks.ts';
import { CaptureShelf } from '../capture-shelf.ts';

export interface WebhookServerWith {
	readonly environment?: Record<string, string>;
	readonly timeoutMs?: number;
	readonly resolve?: Resolve;
}

export type WebhookServer = Awaited<ReturnType<typeof webhookServer>>;

/** The rooms of captures' links and webhooks on a real database and queue. */
export async function webhookServer({ environment = {}, timeoutMs = 10_000, resolve }: WebhookServerWith = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'octocut-webhooks-'));
	const config = readConfig({ DATA_DIR: folder, WEBHOOK_ALLOW: '127.0.0.1', ...environment });
	if (!config.ok) throw new Error(config.error);
	const opened = openDatabase(join(folder, 'db.sqlite'));
	if (!opened.ok) throw new Error(opened.error);
	const database = opened.value;
	const access = await openAccess({ config: config.value, database });
	if (!access.ok) throw new Error(access.error);
	const lines: string[] = [];
	const log = createLog('debug', { write: (line) => void lines.push(line) }, false);
	const errors: unknown[] = [];
	const onError = (error: unknown) => void errors.push(error);
	const lanes = { export: 1, interactive: 1, background: 2 };
	const queue = new SqliteJobQueue(database, { lanes, onError, firstPauseMs: 0 });
	const captures = new CaptureShelf(database, folder);
	const parts = { config: config.value, database, captures, access: access.value };
	const shares = openShares(parts);
	const webhooks = openWebhooks({
		...{ ...parts, queue, shares: shares.shares, onError, timeoutMs },
		...(resolve && { resolve }),
	});
	queue.start();
	const app = createApp({
		...{ appFolder: folder, version: '1', onError },
		guard: [requestLog(log)],
		rooms: [shares.room, webhooks.room, jobRoutes(queue)],
	});
	const ask = async (method: string, path: string, body?: unknown) => {
		const answer = await app.request(path, {
			method,
			headers: { 'Content-Type': 'application/json' },
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
		const text = await answer.text();
		replies.push(text);
		return { status: answer.status, json: JSON.parse(text) as Record<string, unknown> };
	};
	const replies: string[] = [];
	const list = async () => (await ask('GET', '/api/webhooks')).json['webhooks'] as Webhook[];
	const deliveries = async (id: string): Promise<readonly WebhookDelivery[]> =>
		(await list()).find((one) => one.id === id)?.deliveries ?? [];
	return {
		...{ folder, database, queue, captures, shares: shares.shares, lines, errors, replies, ask, list, deliveries },
		add: async (kind: 'discord' | 'generic', address: string, more: object = {}) => {
			const added = await ask('POST', '/api/webhooks', {
				...{ name: 'Home', kind, address, events: ['capture.complete'], ...more },
			});
			if (added.status !== 200) throw new Error(JSON.stringify(added.json));
			return added.json as unknown as Webhook;
		},
		test: async (id: string) => (await ask('POST', `/api/webhooks/${id}/test`)).json as unknown as WebhookDelivery,
		/** What became of the newest message, once nothing waits. */
		settled: async (id: string): Promise<WebhookDelivery | undefined> => {
			const active = () => queue.list({ state: 'active' });
			// The event comes before the message is in the queue.
			while ((await deliveries(id)).length === 0 || active().length > 0) await new Promise(setImmediate);
			return (await deliveries(id))[0];
		},
		stop: async () => {
			webhooks.close();
			shares.close();
			await queue.stop();
			database.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
