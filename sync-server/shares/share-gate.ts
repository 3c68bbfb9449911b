import type { Context, MiddlewareHandler } from 'hono';
import type { Capture } from '#contract/captures';
import { SHARE_PATH } from '#contract/shares';
import type { Client } from '../auth/client.ts';
import type { LoginLimit } from '../auth/login-limit.ts';
import type { CaptureStore } from '../captures/capture-store.ts';
import { answer, nowhere, pause, PRIVATE } from './share-answers.ts';
import type { ShareRow } from './share-rows.ts';
import { isSpent, type Shares } from './shares.ts';
import type { Visitor, Visitors } from './visitors.ts';

/** What of a link is asked for. */
export type Asked = 'page' | 'media' | 'poster' | 'download' | 'unlock';

/** Somebody who may be here. */
export interface Visit {
	readonly share: ShareRow;
	readonly capture: Capture;
	readonly token: string;
	readonly client: Client;
	/** Undefined at the first look, and for programs. */
	readonly visitor: Visitor | undefined;
	/** The password is still to be told; only the page that asks for it, and its form, are reached then. */
	readonly locked: boolean;
	/** Of the page, as the visitor's browser sees it. */
	readonly path: string;
}

declare module 'hono' {
	interface ContextVariableMap {
		visit: Visit;
	}
}

export interface GateParts {
	readonly shares: Shares;
	readonly captures: CaptureStore;
	readonly visitors: Visitors;
	readonly clientOf: (c: Context) => Client;
	/** Of tokens that lead nowhere, by address. */
	readonly guesses: LoginLimit;
	readonly publicUrl: string | undefined;
}

/**
 * The one check before everything of a link: end, revocation, views, password, whether the capture is there. A token that never was and one that
 * is over are answered alike, after the same steps.
 *
 * A view is a browser that opened the page and then asked for the file, once. What chats read for a card (page and poster), HEAD and fetching
 * ahead are none, whoever they say they are. Where views are limited, the file is for such browsers only, and theirs stays open after the last
 * view is taken; elsewhere players of others may have it uncounted.
 */
export function shareGate(parts: GateParts): (asked: Asked) => MiddlewareHandler {
	const { shares, captures, visitors, guesses } = parts;
	return (asked) => async (c, next) => {
		const token = c.req.param('token') ?? '';
		const client = parts.clientOf(c);
		c.set('client', client);
		const share = shares.withToken(token);
		const visitor = share && visitors.find(c, share);
		const unlocked = share !== undefined && visitors.isUnlocked(c, share);
		const waitS = visitor !== undefined || unlocked ? 0 : guesses.waitS(client.address);
		if (waitS > 0) return pause(c, waitS);
		const capture = share && captures.get(share.captureId);
		const isClosed = share !== undefined && isSpent(share) && visitor?.counted !== true;
		if (share === undefined || capture === undefined || capture.status === 'failed' || isClosed) {
			guesses.failed(client.address);
			return nowhere(c);
		}
		if (capture.status === 'pending') {
			const text = 'What was shared is still being made. Reload in a moment.';
			return answer(c, 503, 'Not ready yet', text, { 'Retry-After': '5' });
		}
		const locked = share.passwordHash !== null && !unlocked;
		if (locked && asked !== 'page' && asked !== 'unlock') {
			return answer(c, 403, 'This link has a password', 'Open the link itself and enter it.');
		}
		const isFile = asked === 'media' || asked === 'download';
		if (isFile && share.maxViews !== null && visitor === undefined) {
			const text = 'Its file opens on the page of the link, in a browser that keeps cookies.';
			return answer(c, 403, 'Open the link itself', text);
		}
		if (asked === 'download' && !share.download) {
			return answer(c, 403, 'Not for saving', 'Whoever made this link allows to watch, not to save.');
		}
		const path = pathOf(client, parts.publicUrl, token);
		if (isFile && visitor?.counted === false && c.req.method === 'GET') {
			// Somebody else may have taken the last one since it was looked at.
			if (!shares.takeView(share.id)) return nowhere(c);
			visitors.count(c, share, visitor, path, client);
		}
		c.set('visit', { share, capture, token, client, visitor, locked, path });
		await next();
		for (const [name, value] of Object.entries(PRIVATE)) c.res.headers.set(name, value);
		return undefined;
	};
}

/** Behind a proxy the server may lie in a folder. */
function pathOf({ host }: Client, publicUrl: string | undefined, token: string): string {
	const outside = publicUrl === undefined ? undefined : new URL(publicUrl);
	const folder = outside?.host === host.toLowerCase() ? outside.pathname.replace(/\/$/, '') : '';
	return `${folder}${SHARE_PATH}/${token}`;
}
