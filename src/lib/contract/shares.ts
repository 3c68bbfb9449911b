import * as z from 'zod';
import { ApiError } from './api-error.ts';
import { CaptureId } from './captures.ts';
import { defineRoute } from './route.ts';

/** Where links lead, outside of /api: the page `/s/{token}`, and below it `media`, `poster`, `download`, `unlock`. */
export const SHARE_PATH = '/s';

/** A link that shows one capture to people who are not signed in. */
export const Share = z
	.object({
		id: z.string(),
		capture: CaptureId,
		/** Of the capture. */
		name: z.string(),
		/** `closed`: revoked, or seen as often as it may be. */
		state: z.enum(['open', 'expired', 'closed']),
		createdAt: z.iso.datetime(),
		/** Null: it does not end. */
		expiresAt: z.iso.datetime().nullable(),
		hasPassword: z.boolean(),
		maxViews: z.int().positive().nullable(),
		views: z.int().nonnegative(),
		/** Visitors may save the file. */
		download: z.boolean(),
	})
	.readonly();
export type Share = z.infer<typeof Share>;

const terms = {
	/** Null: it does not end. */
	expiresInS: z
		.int()
		.min(60)
		.max(10 * 366 * 86_400)
		.nullable(),
	/** Null: none. */
	password: z.string().min(1).max(200).nullable(),
	maxViews: z.int().min(1).max(1_000_000).nullable(),
	download: z.boolean(),
};

export const createShare = defineRoute({
	method: 'post',
	path: '/api/shares',
	summary: 'Makes a link to a capture',
	body: z
		.object({
			capture: CaptureId,
			expiresInS: terms.expiresInS.default(30 * 86_400),
			password: terms.password.default(null),
			maxViews: terms.maxViews.default(null),
			download: terms.download.default(true),
		})
		.readonly(),
	replies: {
		200: z
			.object({
				share: Share,
				/** The link, only this once: the server keeps its hash. Absolute where PUBLIC_URL is set, else from the root. */
				address: z.string(),
				/** The link as a QR code, an SVG; absent without PUBLIC_URL when only this machine is reached. */
				qrSvg: z.string().optional(),
			})
			.readonly(),
		404: ApiError,
		409: ApiError,
	},
});

export const listShares = defineRoute({
	method: 'get',
	path: '/api/shares',
	summary: 'The links that were made, newest first',
	query: z.object({ capture: CaptureId.optional(), limit: z.coerce.number().int().min(1).max(500).default(200) }),
	replies: { 200: z.object({ shares: z.array(Share).readonly() }).readonly() },
});

const shareParams = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) });

/** What is left out stays as it is. */
export const changeShare = defineRoute({
	method: 'patch',
	path: '/api/shares/{id}',
	summary: 'Changes the terms of a link',
	params: shareParams,
	body: z
		.object({
			expiresInS: terms.expiresInS.optional(),
			password: terms.password.optional(),
			maxViews: terms.maxViews.optional(),
			download: terms.download.optional(),
		})
		.readonly(),
	replies: { 200: Share, 404: ApiError, 409: ApiError },
});

/** Works at once, also for pages that are open. */
export const revokeShare = defineRoute({
	method: 'delete',
	path: '/api/shares/{id}',
	summary: 'Closes a link for good',
	params: shareParams,
	replies: { 200: Share, 404: ApiError },
});
