import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Capture } from '#contract/captures';
import { SHARE_PATH } from '#contract/shares';
import type { Failure } from '#core/failure';
import type { Result } from '#core/result';
import type { LoginLimit } from '../auth/login-limit.ts';
import type { CaptureFile } from '../captures/capture-store.ts';
import { openFile, versionOf } from '../static/open-file.ts';
import { sendFile } from '../static/send-file.ts';
import { dispositionOf } from '../streaming/disposition.ts';
import type { OpenTransfers } from './open-transfers.ts';
import { isPassword } from './passwords.ts';
import { answer, nowhere, page, pause, placeOf } from './share-answers.ts';
import { type GateParts, shareGate, type Visit } from './share-gate.ts';
import { capturePage, lockedPage } from './share-page.ts';

export interface PublicParts extends GateParts {
	readonly transfers: OpenTransfers;
	/** Wrong passwords, by address and by link. */
	readonly passwords: { readonly byAddress: LoginLimit; readonly byShare: LoginLimit };
}

/** A form with one field. */
const MOST_FORM_BYTES = 4096;
const LINK = `${SHARE_PATH}/:token`;

/** What people see who were sent a link: no sign-in, and no way from here to anything else. */
export function publicPages(parts: PublicParts): Hono {
	const { captures, visitors, transfers, passwords } = parts;
	const gate = shareGate(parts);
	const pages = new Hono();

	pages.get(LINK, gate('page'), (c) => {
		const visit = c.get('visit');
		if (visit.locked) return page(c, lockedPage(placeOf(c)), 200);
		if (visit.visitor === undefined && c.req.method === 'GET') {
			visitors.greet(c, visit.share, visit.path, visit.client);
		}
		return page(
			c,
			capturePage({ ...visit, ...visit.share, at: placeOf(c), ...previewOf(visit, parts.publicUrl) }),
			200,
		);
	});

	pages.post(
		`${LINK}/unlock`,
		gate('unlock'),
		bodyLimit({ maxSize: MOST_FORM_BYTES, onError: (c) => page(c, lockedPage(placeOf(c), 'That is too long.'), 403) }),
		async (c) => {
			const { share, client, path, locked } = c.get('visit');
			if (c.req.header('Sec-Fetch-Site') === 'cross-site') {
				return answer(c, 403, 'Open the link itself', 'A password is taken from its own page only.');
			}
			const { passwordHash } = share;
			if (!locked || passwordHash === null) return c.redirect(path, 303);
			const waitS = Math.max(passwords.byAddress.waitS(client.address), passwords.byShare.waitS(share.id));
			if (waitS > 0) return pause(c, waitS);
			// Noted before the outcome is known: many tries at once are many.
			passwords.byAddress.failed(client.address);
			passwords.byShare.failed(share.id);
			const typed = new URLSearchParams(await c.req.text()).get('password') ?? '';
			if (!(await isPassword(typed, passwordHash))) {
				return page(c, lockedPage(placeOf(c), 'That is not the password. Try again.'), 403);
			}
			passwords.byAddress.forgive(client.address);
			passwords.byShare.forgive(share.id);
			visitors.setUnlocked(c, share, path, client);
			return c.redirect(path, 303);
		},
	);

	pages.get(`${LINK}/media`, gate('media'), (c) => send(c, (id) => captures.file(id), 'inline'));
	pages.get(`${LINK}/download`, gate('download'), (c) => send(c, (id) => captures.file(id), 'attachment'));
	pages.get(`${LINK}/poster`, gate('poster'), (c) => send(c, (id) => captures.poster(id), 'inline'));
	pages.all(SHARE_PATH, nowhere);
	pages.all(`${SHARE_PATH}/*`, nowhere);

	async function send(
		c: Context,
		find: (id: Capture['id']) => Promise<Result<CaptureFile, Failure>>,
		kind: 'inline' | 'attachment',
	): Promise<Response> {
		const { share, capture } = c.get('visit');
		const found = await find(capture.id);
		const file = found.ok ? await openFile(found.value.path) : null;
		if (!found.ok || file === null) return nowhere(c);
		transfers.watch(c, share);
		return sendFile(
			c,
			{ file, tag: versionOf(file) },
			{
				'Content-Type': found.value.type,
				'Content-Disposition': dispositionOf(kind, found.value.fileName),
				// Cards in chats are pages of others; what has a password is for its own page.
				'Cross-Origin-Resource-Policy': share.passwordHash === null ? 'cross-origin' : 'same-origin',
			},
		);
	}
	return pages;
}

/** With a password nothing is told ahead; with counted views the film itself is for visitors only. */
function previewOf({ share, client, path }: Visit, publicUrl: string | undefined) {
	if (share.passwordHash !== null) return {};
	const own = `${client.https ? 'https' : 'http'}://${client.host}`;
	const origin = publicUrl === undefined ? own : new URL(publicUrl).origin;
	const folder = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
	const link = path.slice(path.lastIndexOf(`${SHARE_PATH}/`));
	return { preview: { address: origin + folder + link, video: share.maxViews === null } };
}
