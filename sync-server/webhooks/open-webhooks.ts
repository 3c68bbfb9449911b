import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Capture } from '#contract/captures';
import type { Share } from '#contract/shares';
import type { Access } from '../auth/open-access.ts';
import type { CaptureStore } from '../captures/capture-store.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db/open-database.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { DEFAULT_TERMS, type Shares } from '../shares/shares.ts';
import { OutsideAddresses, type Resolve } from './outside-addresses.ts';
import { followJobs, webhookHandler } from './webhook-handler.ts';
import type { SharedLink } from './webhook-event.ts';
import { webhookRoutes } from './webhook-routes.ts';
import { type WebhookRow, WebhookRows } from './webhook-rows.ts';
import { fits, WebhookSender } from './webhook-sender.ts';
import { Webhooks } from './webhooks.ts';

export interface OpenWebhooksParts {
	readonly config: Pick<Config, 'publicUrl' | 'webhookAllow' | 'discordOrigins'>;
	readonly database: Database;
	readonly queue: JobQueue;
	readonly captures: CaptureStore;
	readonly shares: Shares;
	readonly access: Pick<Access, 'seal'>;
	readonly onError: (error: unknown) => void;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
	/** Of silence of a receiver; ten seconds. */
	readonly timeoutMs?: number;
	readonly resolve?: Resolve;
}

export interface OpenWebhooks {
	readonly room: OpenAPIHono;
	close(): void;
}

export function openWebhooks(parts: OpenWebhooksParts): OpenWebhooks {
	const { config, database, queue, captures, shares, onError, now = Date.now, timeoutMs = 10_000 } = parts;
	const { seal } = parts.access;
	const rows = new WebhookRows(database);
	const outside = new OutsideAddresses(config.webhookAllow, parts.resolve);
	const sender = new WebhookSender({ captures, outside, now, timeoutMs });
	const rules = { outside, discordOrigins: config.discordOrigins };
	const webhooks = new Webhooks({ rows, seal, rules, sender, queue, now });
	queue.handle('webhook', webhookHandler({ rows, webhooks, sender, captures, seal }));

	/** A channel's readers are elsewhere: a file that is too large for a message is linked to where PUBLIC_URL leads to it. */
	async function linkToLarge(row: WebhookRow, capture: Capture): Promise<SharedLink | undefined> {
		if (row.kind !== 'discord' || fits(capture.bytes) || config.publicUrl === undefined) return undefined;
		const made = await shares.create(capture.id, DEFAULT_TERMS, true);
		return made.ok ? linkOf(made.value.share, config.publicUrl + made.value.path) : undefined;
	}

	const stops = [
		followJobs(queue, rows),
		captures.subscribe((event) => {
			if (event.type === 'deleted') return;
			const { capture } = event;
			const told =
				event.type === 'complete'
					? webhooks.tell('capture.complete', capture, (row) => linkToLarge(row, capture))
					: webhooks.tell('capture.failed', capture, () => Promise.resolve(undefined));
			told.catch(onError);
		}),
		shares.subscribe(({ share, path, capture }) => {
			const link = linkOf(share, (config.publicUrl ?? '') + path);
			webhooks.tell('share.created', capture, () => Promise.resolve(link)).catch(onError);
		}),
	];
	return {
		room: webhookRoutes(webhooks),
		close: () => {
			for (const stop of stops) stop();
		},
	};
}

const linkOf = ({ id, expiresAt, hasPassword, maxViews, download }: Share, address: string): SharedLink => ({
	...{ id, address, expiresAt, hasPassword, maxViews, download },
});
