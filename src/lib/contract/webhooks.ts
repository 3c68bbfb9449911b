import * as z from 'zod';
import { ApiError } from './api-error.ts';
import { defineRoute } from './route.ts';

export const WebhookEvent = z.enum(['capture.complete', 'capture.failed', 'share.created']);
export type WebhookEvent = z.infer<typeof WebhookEvent>;

/** `discord`: a message with the file where it fits; `generic`: signed JSON. */
export const WebhookKind = z.enum(['discord', 'generic']);
export type WebhookKind = z.infer<typeof WebhookKind>;

/** One message that was sent, or could not be. */
export const WebhookDelivery = z
	.object({
		id: z.string(),
		event: z.union([WebhookEvent, z.literal('test')]),
		state: z.enum(['waiting', 'done', 'failed']),
		attempts: z.int().nonnegative(),
		/** Of the last answer. */
		status: z.int().optional(),
		message: z.string().optional(),
		at: z.iso.datetime(),
	})
	.readonly();
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

/** Whom the server tells of captures. The address and the secret go in and never come out. */
export const Webhook = z
	.object({
		id: z.string(),
		name: z.string(),
		kind: WebhookKind,
		events: z.array(WebhookEvent).readonly(),
		enabled: z.boolean(),
		/** Signs what it sends. */
		signed: z.boolean(),
		/** Newest first, at most ten. */
		deliveries: z.array(WebhookDelivery).readonly(),
	})
	.readonly();
export type Webhook = z.infer<typeof Webhook>;

const name = z.string().trim().min(1).max(64);
const events = z.array(WebhookEvent).min(1).readonly();
const address = z.string().trim().min(1).max(500);
/** `Octocut-Signature: t=<seconds since 1970>,v1=<hex>` holds HMAC-SHA-256 with it of `<t>.<body>`. Null: unsigned; Discord knows no signatures. */
const secret = z.string().min(8).max(200).nullable();

export const listWebhooks = defineRoute({
	method: 'get',
	path: '/api/webhooks',
	summary: 'Whom the server tells of captures',
	replies: { 200: z.object({ webhooks: z.array(Webhook).readonly() }).readonly() },
});

export const addWebhook = defineRoute({
	method: 'post',
	path: '/api/webhooks',
	summary: 'Adds someone to be told of captures',
	body: z.object({ name, kind: WebhookKind, address, events, secret: secret.default(null) }).readonly(),
	replies: { 200: Webhook, 403: ApiError, 422: ApiError },
});

const webhookParams = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) });

/** What is left out stays as it is. */
export const changeWebhook = defineRoute({
	method: 'patch',
	path: '/api/webhooks/{id}',
	summary: 'Changes a webhook',
	params: webhookParams,
	body: z
		.object({
			name: name.optional(),
			address: address.optional(),
			events: events.optional(),
			secret: secret.optional(),
			enabled: z.boolean().optional(),
		})
		.readonly(),
	replies: { 200: Webhook, 403: ApiError, 404: ApiError, 422: ApiError },
});

export const removeWebhook = defineRoute({
	method: 'delete',
	path: '/api/webhooks/{id}',
	summary: 'Removes a webhook',
	params: webhookParams,
	replies: { 200: z.object({ removed: z.literal(true) }).readonly(), 403: ApiError, 404: ApiError },
});

/** Sends one message now and says how it went. */
export const testWebhook = defineRoute({
	method: 'post',
	path: '/api/webhooks/{id}/test',
	summary: 'Sends a test message',
	params: webhookParams,
	replies: { 200: WebhookDelivery, 403: ApiError, 404: ApiError, 429: ApiError },
});
