import type { OpenAPIHono } from '@hono/zod-openapi';
import { Hono, type MiddlewareHandler } from 'hono';
import { SHARE_PATH } from '#contract/shares';
import type { Access } from './auth/open-access.ts';
import type { CaptureStore } from './captures/capture-store.ts';
import type { Config } from './config.ts';
import type { Database } from './db/open-database.ts';
import type { JobQueue } from './jobs/job-queue.ts';
import { openShares } from './shares/open-shares.ts';
import { openWebhooks } from './webhooks/open-webhooks.ts';

export interface GivingParts {
	readonly config: Config;
	readonly database: Database;
	readonly queue: JobQueue;
	readonly captures: CaptureStore;
	readonly access: Access;
	/** Notes what is asked of public pages. */
	readonly note: readonly MiddlewareHandler[];
	readonly onError: (error: unknown) => void;
}

export interface Giving {
	readonly rooms: readonly OpenAPIHono[];
	/** For people who are not signed in. */
	readonly publicPages: readonly Hono[];
	close(): void;
}

/** The rooms that give captures away: links, and messages to others. */
export function openGiving(parts: GivingParts): Giving {
	const sharing = openShares(parts);
	const telling = openWebhooks({ ...parts, shares: sharing.shares });
	const pages = new Hono();
	for (const path of [SHARE_PATH, `${SHARE_PATH}/*`]) pages.use(path, ...parts.note);
	return {
		rooms: [sharing.room, telling.room],
		publicPages: [pages.route('/', sharing.pages)],
		close: () => {
			telling.close();
			sharing.close();
		},
	};
}
