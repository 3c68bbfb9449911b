import type { Context } from 'hono';
import { messagePage, type Page, type Place } from './share-page.ts';
import { SHARE_POLICY } from './share-style.ts';

type Status = 200 | 403 | 404 | 429 | 503;
type Answer = Response | Promise<Response>;

/** Of everything that a link gives: kept by nobody, found by no search, and its address is told to nobody. */
export const PRIVATE = {
	'Cache-Control': 'private, no-store',
	'X-Robots-Tag': 'noindex, nofollow, noarchive',
	'Referrer-Policy': 'no-referrer',
};

export const placeOf = (c: Context): Place => ({
	root: '../'.repeat(c.req.path.split('/').length - 2),
	token: c.req.param('token') ?? '',
});

export const page = (c: Context, content: Page, status: Status, headers: Record<string, string> = {}): Answer =>
	c.html(content, status, { ...PRIVATE, 'Content-Security-Policy': SHARE_POLICY, ...headers });

export const answer = (
	c: Context,
	status: Status,
	heading: string,
	text: string,
	headers: Record<string, string> = {},
): Answer => page(c, messagePage(placeOf(c), heading, text), status, headers);

/** The same for every link that leads nowhere, whatever the reason. */
export function nowhere(c: Context): Answer {
	const text = 'It is over, was closed, or is not complete. Ask whoever sent it for a new one.';
	return answer(c, 404, 'This link leads nowhere', text);
}

export function pause(c: Context, waitS: number): Answer {
	const wait = waitS < 90 ? `${waitS} seconds` : `${Math.ceil(waitS / 60)} minutes`;
	const text = `Wait ${wait}, then open the link again.`;
	return answer(c, 429, 'Too many tries', text, { 'Retry-After': String(waitS) });
}
