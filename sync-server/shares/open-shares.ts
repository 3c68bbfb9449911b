import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import { LoginLimit } from '../auth/login-limit.ts';
import type { Access } from '../auth/open-access.ts';
import type { CaptureStore } from '../captures/capture-store.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db/open-database.ts';
import { OpenTransfers } from './open-transfers.ts';
import { publicPages } from './public-pages.ts';
import { shareRoutes } from './share-routes.ts';
import { Shares } from './shares.ts';
import { Visitors } from './visitors.ts';

export interface OpenSharesParts {
	readonly config: Pick<Config, 'publicUrl'>;
	readonly database: Database;
	readonly captures: CaptureStore;
	readonly access: Pick<Access, 'seal' | 'clientOf' | 'origins'>;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
}

export interface OpenShares {
	readonly shares: Shares;
	readonly room: OpenAPIHono;
	/** For people who are not signed in. */
	readonly pages: Hono;
	close(): void;
}

/** Tries a minute: of passwords, and of links that lead nowhere. */
const PASSWORDS = { each: 10, ofAll: Infinity };
const GUESSES = { each: 30, ofAll: Infinity };

export function openShares({ config, database, captures, access, now = Date.now }: OpenSharesParts): OpenShares {
	const shares = new Shares({ database, captures, now });
	const transfers = new OpenTransfers(now);
	const stops = [
		shares.onChanged((id) => transfers.cutShare(id)),
		captures.subscribe((event) => event.type === 'deleted' && transfers.cutCapture(event.id)),
	];
	return {
		shares,
		room: shareRoutes(shares, access.origins),
		pages: publicPages({
			...{ shares, captures, transfers, publicUrl: config.publicUrl, clientOf: access.clientOf },
			visitors: new Visitors(access.seal, now),
			guesses: new LoginLimit(now, GUESSES),
			passwords: { byAddress: new LoginLimit(now, PASSWORDS), byShare: new LoginLimit(now, PASSWORDS) },
		}),
		close: () => {
			for (const stop of stops) stop();
		},
	};
}
